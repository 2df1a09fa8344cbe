// Fills the Studies page wherever Gradio has put its places; a classic script that loads modules.

import("./studies.js").then(({ mountStudies, mountTabs }) => {
  const look = () => {
    mountStudies(document.querySelector("[data-rr-studies]"));
    mountTabs(document.querySelectorAll("[data-rr-study-tab]"));
  };
  new MutationObserver(look).observe(document.documentElement, { childList: true, subtree: true });
  look();
});
