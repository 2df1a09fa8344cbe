// Compares pictures of one page: split, side by side, blink or single, always in step.

import { Blink } from "./blink.js";
import { Camera } from "./camera.js";
import { pairChooser, panelButtons } from "./chooser.js";
import { Divider } from "./divider.js";
import { keyList, listenToKeys } from "./keyboard.js";
import { sideBySide, stacked } from "./layout.js";
import { MARKUP } from "./markup.js";
import { Pane } from "./pane.js";
import { PlaceList } from "./places.js";
import { Probe } from "./probe.js";

const MODES = ["split", "side", "blink", "single"];
const MOST_COLUMNS = 5;
const DIVIDER_STEP = 5;
const HINT_MS = 1800;

export class RRViewer {
  /** element: an empty block, which is filled and gets a method show(spec). */
  constructor(element) {
    this.element = element;
    element.classList.add("rr-viewer");
    element.setAttribute("role", "group");
    element.setAttribute("aria-label", "Comparison");
    element.innerHTML = MARKUP;
    this.base = element.dataset.panels || "panels";
    this.stage = this.find(".rr-stage");
    this.panes = new Map();
    this.camera = new Camera(() => this._describeView());
    this.blink = new Blink(() => this._flipped());
    this.divider = new Divider(this.find(".rr-divider"), (share) => this._splitAt(share));
    this.probe = new Probe(this.stage, () => this.shown, (words) => this._readOut(words));
    this.placeList = new PlaceList(this.find(".rr-places"), {
      go: (place, words) => this._visit(place, words),
      outlines: (visible) => this.stage.classList.toggle("rr-no-outlines", !visible),
    });
    this.find(".rr-keys").append(keyList());
    this.commands = this._commands();
    listenToKeys(element, (name) => this.run(name));
    for (const button of element.querySelectorAll("[data-command]")) {
      button.addEventListener("click", () => this.run(button.dataset.command));
    }
    new ResizeObserver(() => this.arrange()).observe(this.stage);
    element.show = (spec) => this.show(spec);
    this.show(null);
  }

  find(selector) {
    return this.element.querySelector(selector);
  }

  // ---------------------------------------------------------------- what is shown

  /**
   * Show the panels of a spec, or with null the empty state.
   *
   * spec: {panels: [{key, label, role, note}], places: [{x, y, w, h, strength, label}],
   * start: {mode, left, right}, locked}. All panels have the same size; roles are input, restored,
   * removed and original; places are in pixels of the full picture; modes are split, side,
   * blink and single; left and right are keys, or positions in panels. Panels that stay keep their pictures and the
   * view; without a start the mode stays too. Locked pictures are shown one image pixel to one
   * screen pixel; they can be moved, not zoomed. Whenever the view changes, the element gets an
   * event "rr-look" whose detail is {zoom, x, y}, zoom in CSS pixels per image pixel.
   */
  show(spec) {
    this.panels = spec?.panels || [];
    this.camera.locked = Boolean(spec?.locked);
    const keys = this.panels.map((panel) => panel.key);
    this._dropPanes();
    this.placeList.show(spec?.places);
    for (const pane of this.panes.values()) pane.outline(this.placeList.places);
    this.pair = this._startPair(spec?.start, keys);
    this.columns = keys.slice(0, MOST_COLUMNS);
    this.element.classList.toggle("rr-nothing", !keys.length);
    for (const button of this.element.querySelectorAll("[data-command]")) {
      const needed = { keys: 0, split: 2, side: 2, blink: 2 }[button.dataset.command] ?? 1;
      button.disabled = keys.length < needed;
    }
    this.wanted = spec?.start?.mode || this.wanted || "split";
    this._enter(keys.length > 1 ? this.wanted : "single");
  }

  _dropPanes() {
    const staying = new Set(this.panels.map((panel) => JSON.stringify(panel)));
    for (const [key, pane] of this.panes) {
      if (staying.has(JSON.stringify(pane.panel))) continue;
      pane.destroy();
      this.panes.delete(key);
    }
    if (!this.panes.size) this.camera.forget();
  }

  _startPair(start, keys) {
    const keyOf = (role) => this.panels.find((panel) => panel.role === role)?.key;
    const chosen = (which) => (keys.includes(which) ? which : keys[which]);
    const left = chosen(start?.left) ?? keyOf("input") ?? keys[0];
    const right = chosen(start?.right) ?? keyOf("restored");
    return [left, right !== undefined && right !== left ? right : keys.find((key) => key !== left)];
  }

  /** Change to a mode because the person asked for it; later specs keep it. */
  setMode(mode) {
    this.wanted = mode;
    this._enter(mode);
  }

  _enter(mode) {
    this.mode = MODES.includes(mode) ? mode : "split";
    this.stage.dataset.mode = this.mode;
    this.blink.reset();
    for (const button of this.element.querySelectorAll("button[data-mode]")) {
      button.setAttribute("aria-pressed", button.dataset.mode === this.mode);
    }
    this._fillChooser();
    this.arrange();
  }

  get shownKeys() {
    if (!this.panels.length) return [];
    if (this.mode === "side") return this.columns;
    return this.mode === "single" ? [this.pair[0]] : this.pair;
  }

  get shown() {
    return this.shownKeys.map((key) => this._pane(key));
  }

  _pane(key) {
    if (!this.panes.has(key)) {
      const panel = this.panels.find((candidate) => candidate.key === key);
      const pane = new Pane(panel, this.base, this.placeList.places, this._paneEvents());
      this.panes.set(key, pane);
      this.find(".rr-panes").append(pane.element);
    }
    return this.panes.get(key);
  }

  _paneEvents() {
    return {
      opened: () => this.arrange(),
      moved: (pane) => this.camera.moved(pane),
      used: (pane) => this._used(pane),
      clicked: () => this.mode === "blink" && this.blink.flip(),
      resized: () => requestAnimationFrame(() => this.arrange()),
      wheel: (event) => !this.camera.locked && this._wheelZooms(event),
      zooms: () => !this.camera.locked,
    };
  }

  _used(pane) {
    this.camera.lead(pane);
    if (!this.element.contains(document.activeElement)) this.stage.focus({ preventScroll: true });
  }

  // ---------------------------------------------------------------- the choice of panels

  _fillChooser() {
    const element = this.find(".rr-chooser");
    if (this.panels.length < 2) {
      element.replaceChildren();
    } else if (this.mode === "split" || this.mode === "blink") {
      const names = this.mode === "split" ? ["Left", "Right"] : ["A", "B"];
      pairChooser(element, this.panels, names, this.pair, (pair) => this._choosePair(pair));
      if (this.mode === "blink") this.blink.addButtons(element);
    } else {
      panelButtons(element, this.panels, this.shownKeys, (key) => this._press(key));
    }
  }

  _choosePair(pair) {
    this.pair = pair;
    this._fillChooser();
    this.arrange();
  }

  _press(key) {
    if (this.mode === "single") {
      this.pair = [key, key === this.pair[1] ? this.pair[0] : this.pair[1]];
    } else if (!this.columns.includes(key)) {
      const chosen = [...this.columns.slice(0, MOST_COLUMNS - 1), key];
      this.columns = this.panels.map((panel) => panel.key).filter((k) => chosen.includes(k));
    } else if (this.columns.length > 1) {
      this.columns = this.columns.filter((column) => column !== key);
    }
    this._fillChooser();
    this.find(`.rr-chooser [data-key="${CSS.escape(key)}"]`).focus();
    this.arrange();
  }

  // ---------------------------------------------------------------- where it stands

  /** Lay out the shown panes and point them to the same view. */
  arrange() {
    this.camera.hold();
    const shown = this.shown;
    const layOut = this.mode === "side" ? sideBySide : stacked;
    const cells = layOut(shown.length, this.stage.clientWidth, this.stage.clientHeight);
    for (const pane of this.panes.values()) {
      const index = shown.indexOf(pane);
      pane.element.classList.toggle("rr-away", index < 0);
      pane.element.dataset.slot = this.mode === "split" ? ["left", "right"][index] : "own";
      if (index >= 0) pane.layOut(cells[index]);
    }
    this.find(".rr-divider").hidden = this.mode !== "split";
    this.divider.moveTo(this.divider.share);
    this._cover();
    this.camera.point(shown);
  }

  _splitAt(share) {
    const isSplit = this.mode === "split" && this.panels.length > 1;
    for (const pane of this.panes.values()) pane.picture.style.clipPath = "";
    if (!isSplit) return;
    const [left, right] = this.shown;
    const edge = Math.round((share / 100) * this.stage.clientWidth);
    left.picture.style.clipPath = `inset(0 calc(100% - ${edge}px) 0 0)`;
    right.picture.style.clipPath = `inset(0 0 0 ${edge}px)`;
    this.divider.name(left.panel.label, right.panel.label);
  }

  _cover() {
    const covered = this.mode === "blink" ? this.shown[this.blink.covered] : null;
    for (const pane of this.panes.values()) {
      pane.element.classList.toggle("rr-covered", pane === covered);
    }
  }

  _flipped() {
    this._cover();
    if (!this.blink.isRunning) this._say(`Showing ${this.shown[1 - this.blink.covered].panel.label}`);
  }

  // ---------------------------------------------------------------- what it says

  _describeView() {
    const look = this.panels.length ? this.camera.look : null;
    const percent = look && (look.zoom < 0.1 ? (100 * look.zoom).toFixed(1) : Math.round(100 * look.zoom));
    this.find(".rr-zoom").textContent = look ? `${percent} %` : "–";
    this.sentence = look ? this._pixelSentence(look.zoom * devicePixelRatio) : "";
    if (!this.probe.pointer) this._readOut("");
    this.probe.refresh();
    if (look) this.element.dispatchEvent(new CustomEvent("rr-look", { detail: look }));
  }

  _pixelSentence(screenPixels) {
    const whole = Math.round(screenPixels);
    if (Math.abs(screenPixels - whole) > 1e-6 || whole < 1) return "";
    if (whole === 1) return "Exact: one image pixel is one screen pixel";
    return `Exact: one image pixel is ${whole} × ${whole} screen pixels`;
  }

  _readOut(words) {
    this.find(".rr-readout").textContent = words || this.sentence;
  }

  _say(words) {
    this.find(".rr-announcer").textContent = words;
  }

  _visit(place, words) {
    if (this.camera.visit(place)) this._say(`${words}: ${place.label}`);
  }

  _wheelZooms(event) {
    const zooms = event.ctrlKey || event.metaKey || this.element.contains(document.activeElement);
    if (!zooms) {
      const hint = this.find(".rr-hint");
      hint.hidden = false;
      clearTimeout(this.hintTimer);
      this.hintTimer = setTimeout(() => (hint.hidden = true), HINT_MS);
    }
    return zooms;
  }

  _showKeys(visible) {
    this.find(".rr-keys").hidden = !visible;
    this.find("[data-command=keys]").setAttribute("aria-expanded", visible);
  }

  // ---------------------------------------------------------------- commands

  /** Run a command by name; false where it does not apply now. */
  run(name) {
    const isAboutKeys = name === "keys" || name === "close-keys";
    if (!isAboutKeys && !this.panels.length) return false;
    return this.commands[name]() !== false;
  }

  _commands() {
    const { camera, placeList } = this;
    const keys = this.find(".rr-keys");
    const mode = (name) => () => this.panels.length > 1 && this.setMode(name);
    const divide = (by) => () => this.mode === "split" && this.divider.moveTo(this.divider.share + by);
    return {
      split: mode("split"),
      side: mode("side"),
      blink: mode("blink"),
      single: () => this.setMode("single"),
      flip: () => this.mode === "blink" && this.blink.flip(),
      "zoom-in": () => camera.zoomStep(1),
      "zoom-out": () => camera.zoomStep(-1),
      "one-to-one": () => camera.glide({ zoom: 1 }),
      "device-pixels": () => camera.glide({ zoom: 1 / devicePixelRatio }),
      fit: () => camera.fit(),
      "pan-left": () => camera.pan(-1, 0),
      "pan-right": () => camera.pan(1, 0),
      "pan-up": () => camera.pan(0, -1),
      "pan-down": () => camera.pan(0, 1),
      "divider-left": divide(-DIVIDER_STEP),
      "divider-right": divide(DIVIDER_STEP),
      "next-place": () => placeList.step(1),
      "previous-place": () => placeList.step(-1),
      outlines: () => placeList.toggleOutlines(),
      keys: () => this._showKeys(keys.hidden),
      "close-keys": () => !keys.hidden && this._showKeys(false),
    };
  }
}
