// Which key was meant, and whom it is for.

/**
 * The key in lower case, as buttons name it. Where the layout gives another sign, such as on a
 * keyboard whose digits need Shift or whose letters are not Latin, its place says which is meant.
 */
export function keyOf(event) {
  const named = event.key.toLowerCase();
  const place = /^(?:Key|Digit|Numpad)([A-Z0-9])$/.exec(event.code)?.[1];
  const isKnown = named.length > 1 || /[a-z0-9]/.test(named);
  return isKnown || !place || event.shiftKey ? named : place.toLowerCase();
}

/** Whether the key is the browser's, a dialog's, or the control's that has the focus. */
export function isElsewhere(event) {
  if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return true;
  if (document.querySelector("dialog[open]")) return true;
  const { target, key } = event;
  if (target.matches?.("textarea, input[type=text]")) return key !== "Enter" || event.shiftKey;
  if (target.matches?.("input[type=range]")) return key.startsWith("Arrow");
  return Boolean(target.matches?.("button, select, a")) && ["Enter", " "].includes(key);
}
