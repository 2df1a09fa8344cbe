// What the address names is asked for at once, while Gradio still puts the page together.

import { ask } from "../site-files/server.js";
import { plotting, query } from "./dom.js";

// The site's scripts are loaded with every page.
const HERE = /\/evaluate\/?$/;
const UNFINISHED = ["queued", "running"];
let early = null;

export const overviewOf = (id, { metric, on }) => `runs/${id}/overview?${query({ metric, on })}`;

/** Begin with the run in the page's address, if it is finished, and with the script that draws. */
export function askAhead() {
  if (!HERE.test(location.pathname)) return;
  plotting().catch(() => {});
  const named = new URLSearchParams(location.search);
  const id = named.get("run");
  if (!id) return;
  const address = overviewOf(id, { metric: named.get("metric"), on: named.getAll("on") });
  const answer = ask(`runs/${id}`)
    .then(({ state }) => (UNFINISHED.includes(state) ? null : ask(address)))
    // Whoever needs it asks again, and shows what is wrong.
    .catch(() => null);
  early = { address, answer };
}

/** The overview at this address: the one that was asked for ahead, once, or else a new one. */
export async function overviewAt(address) {
  const ahead = early;
  early = null;
  return (ahead?.address === address ? await ahead.answer : null) ?? ask(address);
}
