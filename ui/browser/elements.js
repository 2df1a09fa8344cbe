// Elements in one call. Text is set as text, never as HTML.

/**
 * Attributes that begin with "on" are listeners; true is an attribute without a value, false and
 * null are none. Children are elements and texts, also in lists; null and "" are none.
 */
export function node(tag, attributes = {}, ...children) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (name.startsWith("on")) made.addEventListener(name.slice(2), value);
    else if (value === true) made.setAttribute(name, "");
    else if (value === false || value == null) continue;
    else if (name === "value") made.value = value;
    else made.setAttribute(name, value);
  }
  made.append(...children.flat().filter((child) => child != null && child !== ""));
  return made;
}

export const button = (label, onclick, attributes = {}) =>
  node("button", { type: "button", class: "rr-button", onclick, ...attributes }, label);
