// The pictures of a trial in the site's viewer, without its controls, locked to 100 % unless the
// study allows zoom. What was seen at which size is told with the answer.

import { node } from "../site-files/elements.js";
import { pictureName } from "./names.js";

async function viewerOf(element) {
  while (!window.RRViewer) await new Promise((wake) => setTimeout(wake, 20));
  return window.RRViewer.mount(element);
}

export class Pictures {
  constructor(allowZoom) {
    this.allowZoom = allowZoom;
    this.element = node("div", { class: "rr-pictures" });
    this.holder = node("div", { "data-panels": "pictures" });
    this.element.append(this.holder);
    this.zooms = [];
    this.holder.addEventListener("rr-look", ({ detail }) => {
      this.look = detail;
      if (this.zooms.at(-1) !== detail.zoom) this.zooms.push(detail.zoom);
    });
  }

  /** Show a trial; resolves when every pixel is there. */
  async show(arm, trial) {
    this.viewer ??= await viewerOf(this.holder);
    this.zooms = [];
    const shown = trial.pictures.map((key, index) => ({
      key, role: "restored", note: "", label: pictureName(arm, index),
    }));
    if (trial.reference) shown.unshift({ key: trial.reference, role: "original", note: "", label: "Reference" });
    this.count = shown.length;
    const start = shown.length > 1 ? { mode: "side", left: 0, right: 1 } : { mode: "single", left: 0 };
    Object.assign(start, { columns: shown.length, exact: true });
    this.holder.show(null);
    this.holder.show({ panels: shown, start, locked: !this.allowZoom });
    await this.loaded();
  }

  async loaded() {
    // A picture that could not be loaded says so and offers to try again; nobody votes on it.
    const isThere = (pane) => pane.dataset.loaded === "true" && pane.querySelector(".rr-trouble").hidden;
    const waiting = () => {
      const panes = [...this.holder.querySelectorAll(".rr-pane:not(.rr-away)")];
      const isTroubled = panes.some((pane) => !pane.querySelector(".rr-trouble").hidden);
      if (isTroubled) this.hide(false);
      return panes.length < this.count || !panes.every(isThere);
    };
    while (waiting() || !this.look) await new Promise((wake) => requestAnimationFrame(wake));
  }

  /** Whether some picture reaches beyond its pane, so that only dragging shows all of it. */
  get isCropped() {
    const shown = [...this.viewer.panes.values()].filter((pane) => pane.size);
    return shown.some(({ size, width, height }) =>
      size.width * this.look.zoom > width + 1 || size.height * this.look.zoom > height + 1);
  }

  hide(hidden) {
    this.element.classList.toggle("rr-gray", hidden);
  }

  /** Show two pictures in place of each other, or side by side again. */
  flip() {
    if (this.count !== 2) return false;
    if (this.viewer.mode === "blink") return this.viewer.run("flip");
    this.viewer.setMode("blink");
    return true;
  }

  sideBySide() {
    if (this.count !== 2 || this.viewer.mode === "side") return false;
    this.viewer.setMode("side");
    return true;
  }

  /** How the pictures are shown now. */
  viewing() {
    const zoomOfPage = window.visualViewport?.scale ?? 1;
    const ratio = devicePixelRatio * zoomOfPage;
    return {
      ratio: devicePixelRatio,
      scale: Math.round(1e4 * this.look.zoom * ratio) / 1e4,
      zooms: Math.max(0, this.zooms.length - 1),
      most_zoom: Math.round(1e4 * Math.max(...this.zooms, 0) * ratio) / 1e4,
      window: [innerWidth, innerHeight],
      cropped: this.isCropped,
    };
  }

  /** The pane that is judged where only one is. */
  get rated() {
    return this.viewer.panes.get(this.viewer.panels.at(-1).key);
  }

  /** Load the pictures of the next trial while this one is looked at. */
  static async prefetch(keys) {
    for (const key of keys ?? []) {
      const answer = await fetch(`pictures/${key}/info.json`).catch(() => null);
      if (!answer?.ok) continue;
      const info = await answer.json();
      const columns = Math.ceil(info.width / info.tile_size);
      const rows = Math.ceil(info.height / info.tile_size);
      for (let tile = 0; tile < Math.min(columns * rows, 24); tile++) {
        new Image().src = `pictures/${key}/0/${tile % columns}_${Math.floor(tile / columns)}.png`;
      }
    }
  }
}
