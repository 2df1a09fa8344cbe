// Turns every [data-rr-viewer] on the page into a viewer, also those that come later: Gradio
// renders its elements in the browser, and anew when a page is visited again. A classic script,
// so that it can be listed with others; the viewer itself is a module.

import("./viewer.js").then(({ RRViewer }) => {
  const viewers = new WeakMap();

  /** The viewer of an element, made if there is none; from then on the element has show(spec). */
  function mount(element) {
    if (!viewers.has(element)) viewers.set(element, new RRViewer(element));
    return viewers.get(element);
  }

  const mountAll = () => document.querySelectorAll("[data-rr-viewer]").forEach(mount);
  window.RRViewer = { mount };
  new MutationObserver(mountAll).observe(document.documentElement, {
    childList: true,
    subtree: true,
  });
  mountAll();
});
