// Small things that every part of the page uses.

import { node } from "../site-files/elements.js";
import { ask } from "../site-files/server.js";

export const significant = (value) => (value == null ? "–" : String(Number(value.toPrecision(3))));

/** Names of the query that occur once each; arrays are repeated. */
export function query(parameters) {
  const search = new URLSearchParams();
  for (const [name, value] of Object.entries(parameters)) {
    for (const each of [value].flat()) if (each !== "" && each != null) search.append(name, each);
  }
  return search.toString();
}

export const shortName = (model) => model.replace(/^.*\/([^/]+)\.(pth|pt|safetensors)$/i, "$1");

export const select = (label, options, value, onchange) =>
  node("label", { class: "rr-choice" }, node("span", { "aria-hidden": "true" }, label),
    node("select", { "aria-label": label, onchange: (event) => onchange(event.target.value) },
      ...options.map(([id, text]) => node("option", { value: id, selected: id === value }, text))));

let plots = null;
/** Loads what draws figures, once, from an address that changes with it. */
export function plotting() {
  plots ??= ask("evaluate-plots").then(({ address }) => new Promise((done, failed) => {
    document.head.append(node("script", {
      src: address,
      onload: () => done(window.rrPlots),
      onerror: () => failed({ problem: "The figures could not be loaded", remedy: "Reload the page" }),
    }));
  })).catch((error) => {
    // Whoever asks next tries anew.
    plots = null;
    throw error;
  });
  return plots;
}
