// One panel on the screen: a picture that can be zoomed, its label, its outlines, its troubles.

import { ExactDrawer } from "./exact_drawer.js";
import { LABEL_STRIP } from "./layout.js";

export const MAX_ZOOM = 32;
/** A picture may be zoomed out to this part of the size at which all of it is visible. */
const MIN_FIT = 0.5;
const SPRING_SECONDS = 0.25;
/** Tiles kept decoded per pane, about 1 MB each: two 4K screens full. */
const TILES_KEPT = 80;

const calm = matchMedia("(prefers-reduced-motion: reduce)");

export class Pane {
  /**
   * panel: {key, label, role, note}; base: address of the panels; places: rectangles in pixels
   * of the full picture; events: {opened(pane), moved(pane), used(pane), clicked(), resized(),
   * wheel(event) and zooms(), which say whether the wheel and anything else may zoom}.
   */
  constructor(panel, base, places, events) {
    this.panel = panel;
    this.events = events;
    this.address = `${base}/${encodeURIComponent(panel.key)}`;
    this.places = places;
    this.element = document.createElement("div");
    this.element.className = "rr-pane";
    this.element.dataset.key = panel.key;
    this.element.dataset.role = panel.role;
    this.element.innerHTML = `
      <div class="rr-picture"></div>
      <div class="rr-label"><b></b><span class="rr-note"></span><i class="rr-loading">loading</i></div>
      <div class="rr-trouble" role="alert" hidden><p></p><button type="button">Try again</button></div>`;
    this.picture = this.element.querySelector(".rr-picture");
    this.label = this.element.querySelector(".rr-label");
    this.label.querySelector("b").textContent = panel.label;
    this.label.querySelector(".rr-note").textContent = panel.note || "";
    this.trouble = this.element.querySelector(".rr-trouble");
    this.trouble.querySelector("button").addEventListener("click", () => this.open());
    this.osd = null;
    this.camera = null;
    this.open();
  }

  get isOpen() {
    return Boolean(this.osd && this.osd.isOpen());
  }

  /** Load the picture, also again after an error; the view stays what it was. */
  async open() {
    this.trouble.hidden = true;
    this._setLoaded(false);
    this.osd?.destroy();
    this.osd = null;
    try {
      const answer = await fetch(`${this.address}/info.json`);
      if (!answer.ok) throw new Error(await answer.text());
      const info = await answer.json();
      if (!this.destroyed) this._start(info);
    } catch (error) {
      this._fail(error instanceof TypeError ? "The server cannot be reached." : error.message);
    }
  }

  _start(info) {
    this.size = { width: info.width, height: info.height };
    this.osd = OpenSeadragon({
      element: this.picture,
      drawer: ExactDrawer,
      tileSources: {
        width: info.width,
        height: info.height,
        tileSize: info.tile_size,
        minLevel: 0,
        maxLevel: info.levels - 1,
        getTileUrl: (level, column, row) =>
          `${this.address}/${info.levels - 1 - level}/${column}_${row}.png`,
      },
      tabIndex: "",
      keyboardNavEnabled: false,
      showNavigationControl: false,
      smoothTileEdgesMinZoom: Infinity,
      maxZoomPixelRatio: MAX_ZOOM,
      minZoomImageRatio: this.events.zooms() ? MIN_FIT : 0,
      visibilityRatio: 0.3,
      autoResize: false,
      maxImageCacheCount: TILES_KEPT,
      immediateRender: true,
      animationTime: calm.matches ? 0 : SPRING_SECONDS,
      springStiffness: 8,
      zoomPerScroll: 1.25,
      gestureSettingsMouse: { clickToZoom: false, dblClickToZoom: false, flickEnabled: false },
      gestureSettingsTouch: {
        clickToZoom: false, dblClickToZoom: false, pinchRotate: false,
        pinchToZoom: this.events.zooms(),
      },
      gestureSettingsPen: { clickToZoom: false, dblClickToZoom: false },
    });
    this._listen();
  }

  _listen() {
    const { osd, events } = this;
    // Sizes come from layOut alone; OpenSeadragon asks for a new one when the density changes.
    osd.forceResize = events.resized;
    osd.addHandler("open", () => {
      osd.world.getItemAt(0).addHandler("fully-loaded-change", (change) =>
        this._setLoaded(change.fullyLoaded),
      );
      this.outline(this.places);
      events.opened(this);
    });
    osd.addHandler("viewport-change", () => events.moved(this));
    osd.addHandler("canvas-press", () => events.used(this));
    osd.addHandler("canvas-pinch", () => events.used(this));
    osd.addHandler("canvas-click", (click) => click.quick && events.clicked());
    osd.addHandler("canvas-scroll", (scroll) => {
      const zooms = events.wheel(scroll.originalEvent);
      scroll.preventDefaultAction = !zooms;
      scroll.preventDefault = zooms;
      if (zooms) events.used(this);
    });
    osd.addHandler("tile-load-failed", () => this._fail("A part of it could not be loaded."));
  }

  _fail(reason) {
    const sentence = reason.trim() || "The server gave no reason.";
    this.trouble.querySelector("p").textContent = `${this.panel.label} cannot be shown. ${sentence}`;
    this.trouble.hidden = false;
    this._setLoaded(true);
  }

  _setLoaded(loaded) {
    this.element.dataset.loaded = loaded;
    this.element.setAttribute("aria-busy", String(!loaded));
  }

  /** Draw rectangles, given in pixels of the full picture, instead of those drawn before. */
  outline(places) {
    this.places = places;
    if (!this.isOpen) return;
    this.osd.clearOverlays();
    places.forEach(({ x, y, w, h }, index) => {
      const element = document.createElement("div");
      element.className = "rr-outline";
      element.dataset.number = index + 1;
      const location = this.osd.viewport.imageToViewportRectangle(x, y, w, h);
      this.osd.addOverlay({ element, location });
    });
  }

  /** Put the pane at a place of the stage, in whole CSS pixels; its label is above the picture. */
  layOut({ left, top, width, height }) {
    Object.assign(this.element.style, {
      left: `${left}px`, top: `${top}px`, width: `${width}px`, height: `${height}px`,
    });
    [this.width, this.height] = [width, height - LABEL_STRIP];
    this.osd?.viewport?.resize(new OpenSeadragon.Point(this.width, this.height));
    this.osd?.forceRedraw();
  }

  /** What is seen now: {zoom: CSS pixels per image pixel, x, y: the centre in image pixels}. */
  look(current = true) {
    const { viewport } = this.osd;
    const centre = viewport.viewportToImageCoordinates(viewport.getCenter(current));
    return { zoom: viewport.viewportToImageZoom(viewport.getZoom(current)), x: centre.x, y: centre.y };
  }

  /** Look there, at once or in a short glide. */
  lookAt({ zoom, x, y }, atOnce = true) {
    if (!this.isOpen) return;
    const { viewport } = this.osd;
    viewport.zoomTo(viewport.imageToViewportZoom(zoom), null, atOnce);
    viewport.panTo(viewport.imageToViewportCoordinates(x, y), atOnce);
    if (!atOnce) viewport.applyConstraints();
  }

  /**
   * The look at which all of the picture, or of a rectangle in it, is visible; enlarged only by
   * whole numbers, which keep pixels even.
   */
  lookThatFits(area = { x: 0, y: 0, w: this.size.width, h: this.size.height }) {
    const zoom = Math.min(this.width / area.w, this.height / area.h);
    return {
      zoom: zoom < 1 ? zoom : Math.min(Math.floor(zoom), MAX_ZOOM),
      x: area.x + area.w / 2,
      y: area.y + area.h / 2,
    };
  }

  destroy() {
    this.destroyed = true;
    this.osd?.destroy();
    this.element.remove();
  }
}
