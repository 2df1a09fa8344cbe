/* The map editor: class brushes, a brush and a polygon tool, undo; mouse, touch and keyboard. */

import { button, node } from "../site-files/elements.js";
import { LabelCanvas } from "./label_canvas.js";

const STEP = 4, LARGE_STEP = 20;
const SIZES = [["320 × 256", 320, 256], ["512 × 512", 512, 512]];
const ARROWS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };

export class MapEditor {
  /** root: an empty element. setup: from synthesis/setup. Events: changed() after every edit. */
  constructor(root, setup, { changed, upload, sample }) {
    this.code = Math.min(1, setup.classes.length - 1);
    this.tool = "brush";
    this.radius = 14;
    this.corners = [];
    this.cursor = null;
    const canvas = node("canvas", { class: "rr-codes", "data-rr-codes": "" });
    this.overlay = document.createElementNS("http://www.w3.org/2000/svg", "svg");
    this.overlay.setAttribute("aria-hidden", "true");
    this.surface = node("div", {
      class: "rr-easel", tabindex: 0, role: "application", "aria-label": "Label map",
      "aria-describedby": "rr-easel-keys",
    }, canvas);
    this.surface.append(this.overlay);
    root.replaceChildren(...this.controls(setup, upload, sample));
    this.map = new LabelCanvas(canvas, setup.classes.map((each) => each.colour));
    this.map.changed = () => {
      this.fit();
      changed();
    };
    this.fit();
    this.listen();
  }

  /* ----------------------------------------------------------------- controls */

  controls(setup, upload, sample) {
    const radios = (name, legend, choices, chosen, choose) =>
      node("fieldset", { class: "rr-choices" }, node("legend", {}, legend),
        ...choices.map(([value, label, colour]) => node("label", {},
          node("input", { type: "radio", name, value, checked: value === chosen, onchange: () => choose(value) }),
          colour ? node("span", { class: "rr-swatch", style: `background:${colour}` }) : null,
          node("span", {}, label))));
    this.size = node("input", {
      type: "range", min: 2, max: 60, value: this.radius, "aria-label": "Brush radius in pixels",
      oninput: () => { this.radius = Number(this.size.value); this.drawOverlay(); },
    });
    const file = node("input", {
      type: "file", accept: "image/png", class: "rr-file", "aria-label": "Label map as PNG",
      onchange: () => { if (file.files[0]) upload(file.files[0]); file.value = ""; },
    });
    this.samples = node("div", { class: "rr-maps", role: "group", "aria-label": "Sample maps" },
      ...setup.samples.map((name, at) =>
        node("button", { type: "button", "data-map": name, title: `Map of held-out field ${at + 1}`, onclick: () => sample(name) },
          node("img", { src: `synthesis/samples/${name}/map.png`, alt: `Map ${at + 1}`, loading: "lazy" }))));
    return [
      node("h2", {}, "Map"),
      radios("rr-class", "Class", setup.classes.map((each) => [each.code, each.name, each.colour]), this.code,
        (code) => { this.code = Number(code); this.drawOverlay(); }),
      node("div", { class: "rr-tools" },
        radios("rr-tool", "Tool", [["brush", "Brush"], ["polygon", "Polygon"]], this.tool,
          (tool) => { this.tool = tool; this.corners = []; this.drawOverlay(); }),
        node("label", { class: "rr-radius" }, "Brush size", this.size)),
      this.surface,
      node("div", { class: "rr-tools" },
        button("Undo", () => this.map.undo(), { "data-act": "undo" }), button("Redo", () => this.map.redo()),
        button("Fill all", () => this.map.fill(this.code))),
      node("p", { class: "rr-quiet" }, "Or take the map of a field that the generator has not seen:"),
      this.samples,
      node("details", { class: "rr-block" },
        node("summary", {}, "New map, open a file, keys"),
        node("div", { class: "rr-tools" },
          ...SIZES.map(([label, width, height]) => button(`New ${label}`, () => this.map.resize(width, height)))),
        node("label", { class: "rr-upload" }, "Open a label map (PNG of class codes): ", file),
        node("p", { class: "rr-quiet", id: "rr-easel-keys" },
          "Draw with mouse or finger. Polygon: a click a corner, double click or Enter closes it. Keys: arrows move, ",
          "Space paints or sets a corner, digits choose the class, Ctrl+Z undoes.")),
    ];
  }

  markSample(name) {
    for (const button of this.samples.children) button.setAttribute("aria-pressed", button.dataset.map === name);
  }

  /* ------------------------------------------------------------------- input */

  listen() {
    const surface = this.surface;
    surface.addEventListener("pointerdown", (event) => this.down(event));
    surface.addEventListener("pointermove", (event) => this.move(event));
    for (const name of ["pointerup", "pointercancel"]) surface.addEventListener(name, () => this.up());
    surface.addEventListener("dblclick", () => this.close());
    surface.addEventListener("keydown", (event) => this.key(event));
    surface.addEventListener("blur", () => { this.cursor = null; this.drawOverlay(); });
    new ResizeObserver(() => this.drawOverlay()).observe(surface);
  }

  point(event) {
    const box = this.map.canvas.getBoundingClientRect();
    return {
      x: ((event.clientX - box.left) / box.width) * this.map.width,
      y: ((event.clientY - box.top) / box.height) * this.map.height,
    };
  }

  down(event) {
    if (event.button !== 0) return;
    this.cursor = null;
    const point = this.point(event);
    if (this.tool === "polygon") return this.corner(point);
    event.preventDefault();
    this.surface.focus({ preventScroll: true });
    this.surface.setPointerCapture(event.pointerId);
    this.map.begin();
    this.last = point;
    this.map.stroke(point, point, this.radius, this.code);
  }

  move(event) {
    if (!this.last) return;
    const point = this.point(event);
    this.map.stroke(this.last, point, this.radius, this.code);
    this.last = point;
  }

  up() {
    if (!this.last) return;
    this.last = null;
    this.map.finish();
  }

  corner(point) {
    const last = this.corners.at(-1);
    // The second press of a double click falls on the first.
    if (!last || Math.hypot(point.x - last.x, point.y - last.y) > 1) this.corners.push(point);
    this.drawOverlay();
  }

  close() {
    if (this.tool !== "polygon") return;
    const corners = this.corners;
    this.corners = [];
    if (corners.length > 2) {
      this.map.begin();
      this.map.polygon(corners, this.code);
      this.map.finish();
    }
    this.drawOverlay();
  }

  key(event) {
    const arrow = ARROWS[event.key];
    const digit = Number(event.key);
    if (arrow) this.steer(arrow, event.shiftKey ? LARGE_STEP : STEP);
    else if (event.key === " ") this.press();
    else if (event.key === "Enter") this.close();
    else if (event.key === "Escape") { this.corners = []; this.drawOverlay(); }
    else if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "z") event.shiftKey ? this.map.redo() : this.map.undo();
    else if (digit >= 1 && digit <= this.map.palette.length) this.choose(digit - 1);
    else return;
    event.preventDefault();
  }

  steer([right, down], step) {
    const at = this.cursor ?? { x: this.map.width / 2, y: this.map.height / 2 };
    this.cursor = {
      x: Math.min(this.map.width, Math.max(0, at.x + right * step)),
      y: Math.min(this.map.height, Math.max(0, at.y + down * step)),
    };
    this.drawOverlay();
  }

  press() {
    const at = this.cursor ?? { x: this.map.width / 2, y: this.map.height / 2 };
    this.cursor = at;
    if (this.tool === "polygon") return this.corner(at);
    this.map.begin();
    this.map.stroke(at, at, this.radius, this.code);
    this.map.finish();
    this.cursor = at;
    this.drawOverlay();
  }

  choose(code) {
    this.code = code;
    document.querySelector(`input[name="rr-class"][value="${code}"]`).checked = true;
    this.drawOverlay();
  }

  /* ----------------------------------------------------------------- overlay */

  fit() {
    this.overlay.setAttribute("viewBox", `0 0 ${this.map.width} ${this.map.height}`);
    this.corners = [];
    this.cursor = null;
    this.drawOverlay();
  }

  drawOverlay() {
    const shape = (tag, attributes) => {
      const made = document.createElementNS("http://www.w3.org/2000/svg", tag);
      for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
      return made;
    };
    const shapes = [];
    if (this.corners.length) {
      const points = this.corners.map(({ x, y }) => `${x},${y}`).join(" ");
      for (const name of ["rr-under", "rr-over"]) shapes.push(shape("polyline", { points, class: name }));
      for (const { x, y } of this.corners) shapes.push(shape("circle", { cx: x, cy: y, r: 3, class: "rr-corner" }));
    }
    if (this.cursor) {
      const r = this.tool === "brush" ? this.radius : 4;
      for (const name of ["rr-under", "rr-over"]) shapes.push(shape("circle", { cx: this.cursor.x, cy: this.cursor.y, r, class: name }));
    }
    this.overlay.replaceChildren(...shapes);
  }
}
