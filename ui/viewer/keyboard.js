// The keys of the viewer: one table, which is both what they do and the list shown for "?".

const KEYS = [
  [["←", "↑", "→", "↓"], "Move the picture", {
    ArrowLeft: "pan-left", ArrowUp: "pan-up", ArrowRight: "pan-right", ArrowDown: "pan-down",
  }],
  [["+", "−"], "Zoom in, zoom out", { "+": "zoom-in", "=": "zoom-in", "-": "zoom-out" }],
  [["0"], "Fit: show all of it", { 0: "fit" }],
  [["1"], "1:1, one image pixel per CSS pixel", { 1: "one-to-one" }],
  [["d"], "One image pixel per screen pixel", { d: "device-pixels" }],
  [["s"], "Split", { s: "split" }],
  [["[", "]"], "Move the divider", { "[": "divider-left", "]": "divider-right" }],
  [["c"], "Side by side", { c: "side" }],
  [["b"], "Blink", { b: "blink" }],
  [["Space"], "Flip: show the other one", { " ": "flip" }],
  [["v"], "Single", { v: "single" }],
  [["n", "p"], "Next, previous place to check", { n: "next-place", p: "previous-place" }],
  [["o"], "Outlines of places on or off", { o: "outlines" }],
  [["?"], "This list", { "?": "keys", Escape: "close-keys" }],
].map((row) => ({ caps: row[0], says: row[1], commands: row[2] }));

const COMMANDS = Object.assign({}, ...KEYS.map((row) => row.commands));

/** Run the command of a key pressed inside `root`; run(name) says whether it applied. */
export function listenToKeys(root, run) {
  root.addEventListener("keydown", (event) => {
    const command = COMMANDS[event.key.length === 1 ? event.key.toLowerCase() : event.key];
    const isForBrowser = event.ctrlKey || event.metaKey || event.altKey;
    const isForControl =
      event.target.matches("select, input") ||
      (event.key === " " && event.target.matches("button"));
    if (command && !isForBrowser && !isForControl && run(command)) event.preventDefault();
  });
}

/** The list of keys as a <dl>. */
export function keyList() {
  const list = document.createElement("dl");
  for (const { caps, says } of KEYS) {
    const term = list.appendChild(document.createElement("dt"));
    for (const cap of caps) term.appendChild(document.createElement("kbd")).textContent = cap;
    list.appendChild(document.createElement("dd")).textContent = says;
  }
  return list;
}
