// Elements of the rating page.

import { node } from "../site-files/elements.js";

/** A button that shows its key. */
export function keyButton(label, key, onclick, attributes = {}) {
  return node(
    "button",
    { type: "button", onclick, "aria-keyshortcuts": key, ...attributes },
    key && node("kbd", { "aria-hidden": "true" }, key.length === 1 ? key.toUpperCase() : key),
    label && node("span", {}, label),
  );
}

/** Paragraphs of a text whose lines are separated by empty ones. */
export const paragraphs = (text) =>
  text.split(/\n\s*\n/).filter((part) => part.trim()).map((part) => node("p", {}, part.trim()));

/**
 * A modal dialog that closes by its buttons or Escape; resolves with what was chosen. A line to
 * write in has the focus at first, and Enter in it presses the main button.
 */
export function dialog(title, contents, buttons) {
  return new Promise((resolve) => {
    let chosen = null;
    const close = (value) => { chosen = value; made.close(); };
    const made = node(
      "dialog",
      { "aria-label": title, onclose: () => { made.remove(); resolve(chosen); } },
      node("h2", {}, title),
      ...contents,
      node("div", { class: "rr-row" }, ...buttons.map(([label, value, primary]) =>
        node("button", { type: "button", class: primary ? "rr-main" : "", onclick: () => close(value) }, label))),
    );
    document.body.append(made);
    made.showModal();
    const [line, main] = ["input", ".rr-main"].map((each) => made.querySelector(each));
    line?.addEventListener("keydown", (event) => {
      if (event.key !== "Enter" || event.isComposing) return;
      event.preventDefault();
      main.click();
    });
    (line ?? main)?.focus();
  });
}
