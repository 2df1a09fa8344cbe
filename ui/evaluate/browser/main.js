// Loads the page's parts, and is there before them.

import("./ahead.js").then(({ askAhead }) => askAhead());
import("./room.js").then(({ mount }) => {
  new MutationObserver(mount).observe(document.documentElement, { childList: true, subtree: true });
  mount();
});

// A control that is used while its module is still on its way waits for it.
const request = import("./request.js");
const later = (name) => async (...values) => (await request)[name](...values);
window.rrRunRequest = { describe: later("describe"), start: later("start"), openTables: later("openTables") };
