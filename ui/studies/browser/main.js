// Fills the Studies page wherever Gradio has put its places.

import { mountStudies, mountTabs } from "./studies.js";

const look = () => {
  mountStudies(document.querySelector("[data-rr-studies]"));
  mountTabs(document.querySelectorAll("[data-rr-study-tab]"));
};
new MutationObserver(look).observe(document.documentElement, { childList: true, subtree: true });
look();
