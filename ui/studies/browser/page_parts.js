// What the parts of the Studies page share: elements, questions to the server, plain sentences.

export function node(tag, attributes = {}, ...children) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (name.startsWith("on")) made.addEventListener(name.slice(2), value);
    else if (name === "value") made.value = value;
    else if (value === true) made.setAttribute(name, "");
    else if (value !== false && value != null) made.setAttribute(name, value);
  }
  made.append(...children.filter((child) => child != null && child !== ""));
  return made;
}

export async function ask(path, { method = "GET", body, raw, name } = {}) {
  const headers = { "x-rr-request": "page" };
  if (body !== undefined) headers["content-type"] = "application/json";
  if (name) headers["x-file-name"] = encodeURIComponent(name);
  const options = { method, headers, body: raw ?? (body === undefined ? undefined : JSON.stringify(body)), cache: "no-store" };
  let response;
  try {
    response = await fetch(`studies/api/${path}`, options);
  } catch {
    throw { problem: "The server cannot be reached", remedy: "Try again in a moment" };
  }
  const answer = await response.json().catch(() => ({}));
  if (response.ok) return answer;
  throw { status: response.status, ...answer };
}

export function sentence(error) {
  const parts = [`${error.problem ?? "The server gave no reason"}.`];
  if (error.actual) parts.push(`Found: ${error.actual}.`);
  if (error.expected) parts.push(`Expected: ${error.expected}.`);
  if (error.remedy) parts.push(`${error.remedy}.`);
  return parts.join(" ");
}

export const button = (label, onclick, attributes = {}) =>
  node("button", { type: "button", class: "rr-button", onclick, ...attributes }, label);

export const plural = (count, one, many = `${one}s`) => `${count} ${count === 1 ? one : many}`;

/** A field with its label: text, number, checkbox or one of a list. */
export function field(label, control, hint) {
  return node("label", { class: "rr-field" }, node("span", {}, label), control, hint ? node("small", {}, hint) : null);
}

export function select(choices, value, onchange) {
  return node("select", { onchange: (event) => onchange(event.target.value) },
    ...choices.map((choice) => node("option", { value: choice.value, selected: choice.value === value }, choice.label)));
}

/** New contents in the place of old ones like them; what had the focus or was open has and is it again. */
export function renew(place, ...contents) {
  const controls = () => [...place.querySelectorAll("a, button, input, select, summary, [tabindex]")];
  const details = () => [...place.querySelectorAll("details")];
  const focused = controls().indexOf(document.activeElement);
  const open = details().map((each) => each.open);
  place.replaceChildren(...contents);
  controls()[focused]?.focus({ preventScroll: true });
  details().forEach((each, index) => (each.open ||= open[index] ?? false));
}

/** Runs work; a refusal is shown in the element and the button is free again. */
export async function attempt(trouble, pressed, work) {
  trouble.textContent = "";
  if (pressed) pressed.disabled = true;
  try {
    return await work();
  } catch (error) {
    if (!error.problem) throw error;
    trouble.textContent = sentence(error);
    return null;
  } finally {
    if (pressed) pressed.disabled = false;
  }
}

export const troubleLine = () => node("p", { class: "rr-error rr-trouble-line", role: "alert" });

/** The whole address of a path below the site. */
export const whole = (path) => new URL(path, new URL(".", location.href)).href;

export function goTo(study) {
  const address = new URL(location.href);
  if (study) address.searchParams.set("study", study);
  else address.searchParams.delete("study");
  history.pushState(null, "", address);
  dispatchEvent(new Event("rr-study"));
}

export const shownStudy = () => new URLSearchParams(location.search).get("study");
