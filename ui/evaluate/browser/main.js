// A classic script, so that it can be listed with others; the page itself is made of modules.
import("./room.js").then(({ mount }) => {
  new MutationObserver(mount).observe(document.documentElement, { childList: true, subtree: true });
  mount();
});
