// What the pictures of a trial are called.

/** Letters that are no other key of the page, so that a name is also a key. */
const LETTERS = "ABCDEFGIJKLN";

export function pictureName(arm, index) {
  if (arm.shown === "pair") return ["Left", "Right"][index];
  if (arm.shown.startsWith("set")) return LETTERS[index];
  return arm.shown === "with reference" ? "To rate" : "";
}
