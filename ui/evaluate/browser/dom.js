// Small things that every part of the page uses. Text is set as text, never as HTML.

export function node(tag, attributes = {}, ...children) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (name.startsWith("on")) made.addEventListener(name.slice(2), value);
    else if (value === true) made.setAttribute(name, "");
    else if (value !== false && value != null) made.setAttribute(name, value);
  }
  made.append(...children.flat().filter((child) => child != null && child !== ""));
  return made;
}

export const button = (text, onclick, attributes = {}) =>
  node("button", { type: "button", class: "rr-button", onclick, ...attributes }, text);

export async function ask(address, options) {
  let response;
  try {
    response = await fetch(address, options);
  } catch {
    throw { problem: "The connection to the server was lost", lost: true };
  }
  let body;
  try {
    body = await response.json();
  } catch {
    throw { problem: "The server did not answer as it should", remedy: "Try again" };
  }
  if (!response.ok) throw body;
  return body;
}

export function sentence(error) {
  const parts = [`${error.problem ?? "Something went wrong in this page"}.`];
  if (error.actual) parts.push(`Found: ${error.actual}.`);
  if (error.expected) parts.push(`Expected: ${error.expected}.`);
  if (error.remedy) parts.push(`${error.remedy}.`);
  return parts.join(" ");
}

export const alertOf = (error) => node("p", { class: "rr-error", role: "alert" }, sentence(error));

export const figure = (value, decimals) => {
  if (value == null) return "–";
  return decimals == null || typeof value === "string" ? String(value) : value.toFixed(decimals);
};

export const signed = (value, decimals) =>
  value == null ? "–" : (value >= 0 ? "+" : "−") + Math.abs(value).toFixed(decimals);

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
      onerror: () => { plots = null; failed({ problem: "The figures could not be loaded", remedy: "Reload the page" }); },
    }));
  }));
  return plots;
}
