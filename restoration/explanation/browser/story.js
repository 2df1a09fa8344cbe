/* What can be played with in an explanation: states of a picture, curves, clicks, downloads.
   One script for the web app, where any pixel can be asked for, and for the page of the command
   line, which holds the answers for a few. */
(() => {
  "use strict";

  const SVG = "http://www.w3.org/2000/svg";

  function node(tag, attributes = {}, ...children) {
    const made = document.createElement(tag);
    for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
    made.append(...children);
    return made;
  }

  /* ------------------------------------------------------------ states of a picture */

  function choose(button) {
    const part = button.closest("[data-part]");
    for (const other of part.querySelectorAll("[data-choice]")) {
      const chosen = other === button;
      other.setAttribute("aria-checked", chosen);
      other.tabIndex = chosen ? 0 : -1;
    }
    const image = part.querySelector(".rr-story-stage img");
    image.src = button.dataset.image;
    image.alt = button.textContent;
    part.querySelector(".rr-story-caption").textContent = button.dataset.caption;
    part.dataset.state = button.dataset.choice;
  }

  function step(part, by, focus = false) {
    const buttons = [...part.querySelectorAll("[data-choice]")];
    const now = buttons.findIndex((each) => each.getAttribute("aria-checked") === "true");
    const next = buttons[(now + by + buttons.length) % buttons.length];
    choose(next);
    if (focus) next.focus();
  }

  function toggle(key) {
    const shown = key.getAttribute("aria-pressed") !== "true";
    key.setAttribute("aria-pressed", shown);
    for (const curve of key.closest("figure").querySelectorAll("svg [data-series]")) {
      if (curve.dataset.series === key.dataset.toggle) curve.toggleAttribute("data-hidden", !shown);
    }
  }

  /* ---------------------------------------------------------------------- attention */

  function heat(values, side) {
    const canvas = node("canvas", { width: side, height: values.length / side, role: "img" });
    const context = canvas.getContext("2d");
    const pixels = context.createImageData(side, values.length / side);
    const most = Math.max(...values, 1e-9);
    values.forEach((value, index) => {
      const shade = Math.round(255 * Math.sqrt(value / most));
      pixels.data.set([shade, shade, shade, 255], 4 * index);
    });
    context.putImageData(pixels, 0, 0);
    return canvas;
  }

  function captioned(canvas, text) {
    canvas.setAttribute("aria-label", text);
    const figure = node("figure", {});
    figure.append(canvas, node("figcaption", {}, text));
    return figure;
  }

  class Looking {
    constructor(story, part) {
      this.story = story;
      this.part = part;
      this.stage = part.querySelector("[data-attention]");
      this.look = part.querySelector("[data-look]");
      this.width = Number(story.dataset.width);
      this.height = Number(story.dataset.height);
      this.live = story.dataset.live;
      this.layer = null;
      const data = part.querySelector('script[data-figure="attention"]');
      this.points = data ? JSON.parse(data.textContent).data.points : null;
      this.stage.addEventListener("click", (event) => this.click(event));
      this.stage.addEventListener("keydown", (event) => this.key(event));
      this.at(Math.floor(this.width / 2), Math.floor(this.height / 2));
    }

    click(event) {
      const box = this.stage.getBoundingClientRect();
      this.at(
        Math.floor(((event.clientX - box.left) / box.width) * this.width),
        Math.floor(((event.clientY - box.top) / box.height) * this.height),
      );
    }

    key(event) {
      const moves = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };
      const move = moves[event.key];
      if (!move || !this.shown) return;
      event.preventDefault();
      if (this.points) {
        const index = this.points.indexOf(this.shown) + (move[0] + move[1]);
        return this.show(this.points[(index + this.points.length) % this.points.length]);
      }
      const far = event.shiftKey ? 8 : 1;
      this.at(this.shown.x + far * move[0], this.shown.y + far * move[1]);
    }

    async at(x, y) {
      x = Math.min(Math.max(x, 0), this.width - 1);
      y = Math.min(Math.max(y, 0), this.height - 1);
      if (this.points) {
        const distance = (point) => (point.x - x) ** 2 + (point.y - y) ** 2;
        return this.show(this.points.reduce((a, b) => (distance(a) <= distance(b) ? a : b)));
      }
      const asked = (this.asked = `${x},${y}`);
      const response = await fetch(`${this.live}/look?x=${x}&y=${y}`);
      if (this.asked !== asked) return;
      if (response.ok) this.show(await response.json());
      else this.look.textContent = "This explanation is not on the server any more. Make it again.";
    }

    show(point) {
      this.shown = point;
      if (this.layer == null || this.layer >= point.layers.length) this.layer = point.layers.length - 1;
      const layer = point.layers[this.layer];
      const side = layer.columns.length;
      const parts = [node("p", {}, `Pixel ${point.x}, ${point.y}`)];
      if (point.layers.length > 1) parts.push(this.chooser(point));
      const figures = node("div", { class: "rr-story-heads" });
      if (layer.heads) {
        const mean = layer.heads[0].map((_, i) => layer.heads.reduce((sum, head) => sum + head[i], 0) / layer.heads.length);
        figures.append(captioned(heat(mean, side), "all heads"));
        layer.heads.forEach((head, number) => figures.append(captioned(heat(head, side), `head ${number + 1}`)));
      }
      figures.append(captioned(heat(layer.similarity, side), "patch similarity"));
      parts.push(figures, node("p", { class: "rr-story-note" }, "White: the place that counts most, within the framed window."));
      this.look.replaceChildren(...parts);
      this.frame(point, layer);
      this.part.dataset.pixel = `${point.x},${point.y}`;
    }

    chooser(point) {
      const select = node("select", { "aria-label": "Layer" });
      point.layers.forEach((layer, index) => {
        const option = node("option", { value: index }, layer.label);
        option.selected = index === this.layer;
        select.append(option);
      });
      select.addEventListener("change", () => {
        this.layer = Number(select.value);
        this.show(this.shown);
        this.look.querySelector("select").focus();
      });
      return select;
    }

    frame(point, layer) {
      this.stage.querySelector("svg")?.remove();
      const svg = document.createElementNS(SVG, "svg");
      svg.setAttribute("viewBox", `0 0 ${this.width} ${this.height}`);
      // A shifted window at the border continues at the opposite one: one rectangle for each run.
      for (const [top, tall] of runs(layer.rows)) {
        for (const [left, wide] of runs(layer.columns)) svg.append(box(left, top, wide, tall, "#ffffff", "#000000"));
      }
      svg.append(box(point.x, point.y, 1, 1, "#d55e00", "#ffffff"));
      this.stage.append(svg);
    }
  }

  function runs(line) {
    const found = [[line[0], 1]];
    for (let i = 1; i < line.length; i++) {
      if (line[i] === line[i - 1] + 1) found[found.length - 1][1]++;
      else found.push([line[i], 1]);
    }
    return found;
  }

  function box(x, y, width, height, colour, around) {
    const group = document.createElementNS(SVG, "g");
    for (const [stroke, thick] of [[around, 1.6], [colour, 0.8]]) {
      const shape = document.createElementNS(SVG, "rect");
      for (const [name, value] of Object.entries({ x, y, width, height, fill: "none", stroke, "stroke-width": thick }))
        shape.setAttribute(name, value);
      group.append(shape);
    }
    return group;
  }

  /* ---------------------------------------------------------------------- downloads */

  function save(blob, name) {
    const link = node("a", { href: URL.createObjectURL(blob), download: name });
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
  }

  function download(event, link) {
    const data = link.closest("[data-part]").querySelector("script[data-figure]");
    if (!data) return;
    event.preventDefault();
    save(new Blob([data.textContent], { type: "application/json" }), link.getAttribute("download"));
  }

  async function saveCard(story) {
    const svg = story.querySelector("[data-card] svg");
    const width = svg.viewBox.baseVal.width, height = svg.viewBox.baseVal.height;
    const address = URL.createObjectURL(new Blob([svg.outerHTML], { type: "image/svg+xml" }));
    const image = new Image(width, height);
    image.src = address;
    await image.decode();
    const canvas = node("canvas", { width: 2 * width, height: 2 * height });
    canvas.getContext("2d").drawImage(image, 0, 0, 2 * width, 2 * height);
    URL.revokeObjectURL(address);
    canvas.toBlob((blob) => save(blob, "noise-gone-detail-kept.png"), "image/png");
  }

  /* -------------------------------------------------------------------------- mount */

  const mounted = new WeakSet();

  function mount(story) {
    mounted.add(story);
    story.addEventListener("click", (event) => {
      const at = (selector) => event.target.closest(selector);
      if (at("[data-choice]")) choose(at("[data-choice]"));
      else if (at("[data-step]")) step(at("[data-part]"), Number(at("[data-step]").dataset.step));
      else if (at("[data-toggle]")) toggle(at("[data-toggle]"));
      else if (at("[data-download]")) download(event, at("[data-download]"));
      else if (at("[data-save-card]")) saveCard(story);
    });
    story.addEventListener("keydown", (event) => {
      if (!event.target.matches("[data-choice]")) return;
      const by = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }[event.key];
      if (!by) return;
      event.preventDefault();
      step(event.target.closest("[data-part]"), by, true);
    });
    const part = story.querySelector('[data-part="attention"]');
    if (part) new Looking(story, part);
  }

  function mountAll() {
    for (const story of document.querySelectorAll("[data-rr-story]")) if (!mounted.has(story)) mount(story);
  }
  new MutationObserver(mountAll).observe(document.documentElement, { childList: true, subtree: true });
  mountAll();
})();
