// Questions to the server, which answers with JSON, and what it says when it refuses.

/**
 * The JSON of an answer. Throws the parts of a refusal (ui/answers.py) with its `status`; where
 * there was no answer at all, the same with `lost` in place of the status.
 */
export async function ask(address, options) {
  let response;
  try {
    response = await fetch(address, options);
  } catch {
    throw { problem: "The server cannot be reached", remedy: "Try again in a moment", lost: true };
  }
  const { status } = response;
  const body = await response.json().catch(() => null);
  if (body === null) throw { problem: "The server did not answer as it should", remedy: "Try again", status };
  if (!response.ok) throw { status, ...body };
  if (body.refused) throw { status, ...body.refused };
  return body;
}

/** A JSON body, with the header that no other site can send: what changes an owner's data asks for it. */
export const post = (address, body) =>
  ask(address, {
    method: "POST",
    headers: { "Content-Type": "application/json", "x-rr-request": "page" },
    body: JSON.stringify(body),
  });

/** The parts of a refusal as sentences; a fault of the page itself has none. */
export function sentence(error) {
  const parts = [`${error.problem ?? "Something went wrong in this page"}.`];
  if (error.actual) parts.push(`Found: ${error.actual}.`);
  if (error.expected) parts.push(`Expected: ${error.expected}.`);
  if (error.remedy) parts.push(`${error.remedy}.`);
  return parts.join(" ");
}
