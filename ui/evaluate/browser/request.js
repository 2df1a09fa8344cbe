// From the controls to the server: what a run takes, and the requests to start or open one.
// The values come from Gradio's components in the page's order (ui/evaluate/page.py).

import { node } from "../site-files/elements.js";
import { refusal } from "../site-files/refusal.js";
import { post } from "../site-files/server.js";

const paths = (files) => (files ?? []).map((file) => file.path);

let asked = 0;

/** Say how much a run would be; an answer that a newer question has overtaken is dropped. */
export async function describe(files, choice) {
  const number = ++asked;
  let said;
  try {
    said = node("p", {}, (await post("runs/described", { files: paths(files), choice })).line);
  } catch (error) {
    said = refusal(error);
  }
  if (number === asked) document.querySelector("[data-rr-run-about]").replaceChildren(said);
}

const underWay = new Set();

/** Ask for a run and show it, or say in `message` why there is none; once, however often it is pressed. */
async function show(address, body, message) {
  const request = JSON.stringify([address, body]);
  if (underWay.has(request)) return;
  underWay.add(request);
  const place = document.querySelector(`[data-rr-${message}]`);
  try {
    const { run } = await post(address, body);
    place.replaceChildren();
    window.rrOpenRun(run);
  } catch (error) {
    place.replaceChildren(refusal(error));
  } finally {
    underWay.delete(request);
  }
}

export const start = (files, choice) =>
  show("runs", { files: paths(files), choice }, "run-message");

/** Rows of a run, ratings, or both; ratings alone go beside the run that is shown. */
export function openTables(files) {
  const shown = new URLSearchParams(location.search).get("run") ?? "";
  return show("runs/opened", { files: paths(files), shown }, "tables-message");
}
