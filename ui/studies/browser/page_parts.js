// What the parts of the Studies page share.

import { node } from "../site-files/elements.js";
import * as server from "../site-files/server.js";

/** A question to the routes of the page, which ask for a header that no other site can send. */
export function ask(path, { method = "GET", body, raw, name } = {}) {
  const headers = { "x-rr-request": "page" };
  if (body !== undefined) headers["content-type"] = "application/json";
  if (name) headers["x-file-name"] = encodeURIComponent(name);
  const sent = raw ?? (body === undefined ? undefined : JSON.stringify(body));
  return server.ask(`studies/api/${path}`, { method, headers, body: sent, cache: "no-store" });
}

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
    trouble.textContent = server.sentence(error);
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
