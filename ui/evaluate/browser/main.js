// A classic script, so that it can be listed with others; the page itself is made of modules.
import("./ahead.js").then(({ askAhead }) => askAhead());
import("./room.js").then(({ mount }) => {
  new MutationObserver(mount).observe(document.documentElement, { childList: true, subtree: true });
  mount();
});
(() => {
  // A control that is used while the module is still on its way waits for it.
  const request = import("./request.js");
  const later = (name) => async (...values) => (await request)[name](...values);
  window.rrRunRequest = { describe: later("describe"), start: later("start"), openTables: later("openTables") };
})();
