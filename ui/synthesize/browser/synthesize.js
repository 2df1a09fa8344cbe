/* The Synthesize page: map, noise, drawing, sweep. The server answers with JSON
   (ui/synthesize/views.py); every text is set as text, never as HTML. */

import { node } from "../site-files/elements.js";
import { refusal } from "../site-files/refusal.js";
import { ask, post } from "../site-files/server.js";
import { spectrum, sweep, sweepRows } from "./charts.js";
import { LabelCanvas } from "./label_canvas.js";
import { MapEditor } from "./map_editor.js";

const POLL_MS = 250;
const KINDS = [["blue", "Kept apart"], ["noise", "By chance"]];

class Synthesize {
  constructor(root) {
    this.root = root;
    this.viewer = root.querySelector("[data-rr-viewer]");
    this.status = root.querySelector("[data-rr-status]");
    this.results = root.querySelector("[data-rr-results]");
    this.kind = "blue";
    this.own = {};
    this.sample = null;
    this.prepare();
  }

  async prepare() {
    try {
      this.setup = await ask("synthesis/setup");
    } catch (error) {
      return this.fail(error);
    }
    this.editor = new MapEditor(this.root.querySelector("[data-rr-map]"), this.setup, {
      changed: () => this.edited(),
      upload: (file) => this.upload(file),
      sample: (name) => this.takeSample(name),
    });
    this.fillNoise();
    this.fillSweep();
    this.noiseChanged();
    const asked = new URLSearchParams(location.search).get("drawing");
    this.open(asked || this.setup.first, { first: !asked });
  }

  /* ------------------------------------------------------------------- map */

  edited() {
    if (this.loading) return;
    this.sample = null;
    this.editor?.markSample(null);
  }

  loadMap(view, sample) {
    this.loading = true;
    this.editor.map.load(LabelCanvas.decoded(view.codes), view.width, view.height);
    this.loading = false;
    this.sample = sample;
    this.editor.markSample(sample);
  }

  async takeSample(name) {
    try {
      this.loadMap(await ask(`synthesis/samples/${name}`), name);
    } catch (error) {
      return this.fail(error);
    }
    this.generate();
  }

  async upload(file) {
    try {
      this.loadMap(await ask("synthesis/maps", { method: "POST", body: file }), null);
      this.say("Your map is on the easel. Generate draws it.");
    } catch (error) {
      this.fail(error);
    }
  }

  /* ----------------------------------------------------------------- noise */

  fillNoise() {
    const { finest, coarsest } = this.setup.spacing;
    const stops = 1000;
    this.spacingAt = (stop) => coarsest * (finest / coarsest) ** (stop / stops);
    this.stopOf = (spacing) => Math.round((stops * Math.log(spacing / coarsest)) / Math.log(finest / coarsest));
    this.slider = node("input", {
      type: "range", min: 0, max: stops, step: 1, id: "rr-frequency", value: this.stopOf(24),
      oninput: () => this.noiseChanged(),
    });
    this.seed = node("input", { type: "number", min: 0, max: 2147483647, step: 1, value: 0, id: "rr-seed" });
    this.spectrum = node("div", { class: "rr-sparkline" });
    this.noiseSaid = node("p", { class: "rr-quiet", "data-rr-noise-said": "" });
    this.go = node("button", { type: "button", class: "rr-button rr-primary", onclick: () => this.generate() }, "Generate");
    this.root.querySelector("[data-rr-noise]").replaceChildren(
      node("h2", {}, "Noise"),
      node("div", { class: "rr-slider" },
        node("label", { for: "rr-frequency" }, "Frequency, coarse to fine"),
        this.slider, this.noiseSaid,
        node("div", { class: "rr-tools" },
          node("fieldset", { class: "rr-choices" }, node("legend", {}, "Placed"),
            ...KINDS.map(([value, label]) => node("label", {},
              node("input", { type: "radio", name: "rr-kind", value, checked: value === this.kind,
                onchange: () => { this.kind = value; this.noiseChanged(); } }), node("span", {}, label)))),
          node("label", { class: "rr-seed" }, "Seed ", this.seed))),
      this.spectrum,
      this.go,
      this.moreSettings(),
    );
  }

  /* Noise of its own for a class, and plain noise images of a frequency band. */
  moreSettings() {
    const { finest, coarsest } = this.setup.spacing;
    const swatch = (colour) => node("span", { class: "rr-swatch", style: `background:${colour}` });
    this.ownInputs = this.setup.classes.filter((each) => !each.air).map((each) => {
      const input = node("input", {
        type: "number", min: finest, max: coarsest, step: 1, "data-rr-own-spacing": each.code,
        placeholder: "as the slider",
        oninput: () => {
          if (input.value === "") delete this.own[each.code];
          else this.own[each.code] = Number(input.value);
          this.noiseChanged();
        },
      });
      input.label = node("label", { class: "rr-own" }, swatch(each.colour), node("span", {}, each.name), input);
      return input;
    });
    return node("details", { class: "rr-block rr-more" },
      node("summary", {}, "More settings"),
      node("h3", {}, "Noise of its own for a class"),
      node("p", { class: "rr-quiet" }, `Mean distance of noise pixels, ${finest} to ${coarsest} px; a distance of 10 is a chance of 1 in 100. Left empty, a class follows the slider.`),
      ...this.ownInputs.map((input) => input.label),
      ...this.bandImage(),
    );
  }

  bandImage() {
    const field = (name, value) => node("input", { type: "number", min: 0, max: 0.7, step: 0.005, value, "aria-label": name });
    const low = field("From, cycles per pixel", 0.03), high = field("To, cycles per pixel", 0.06);
    const shown = node("div", { class: "rr-band-image", role: "status", "data-rr-band": "" });
    const make = node("button", { type: "button", class: "rr-button", onclick: async () => {
      const { width, height } = this.editor.map;
      const asked = new URLSearchParams({ width, height, low: low.value, high: high.value, seed: this.seed.value });
      try {
        const view = await ask(`synthesis/bands?${asked}`);
        const address = `synthesis/bands.png?${asked}`;
        shown.replaceChildren(
          node("img", { src: address, width, height, alt: `Noise from ${low.value} to ${high.value} cycles per pixel` }),
          node("div", {}, spectrum(view), node("p", { class: "rr-quiet" }, view.said),
            node("a", { href: address, download: `noise-${low.value}-${high.value}.png` }, "Download the noise image")));
      } catch (error) {
        shown.replaceChildren(refusal(error, "span"));
      }
    } }, "Make the noise image");
    return [
      node("h3", {}, "A noise image of a frequency band"),
      node("p", { class: "rr-quiet" }, "Plain gray noise of the map's size, for looking at what a frequency is or for use elsewhere; the generator is not told it."),
      node("div", { class: "rr-tools" }, node("label", {}, "From ", low), node("label", {}, "to ", high), node("span", { class: "rr-quiet" }, "cycles per pixel"), make),
      shown,
    ];
  }

  noise() {
    return { spacing: this.spacing, kind: this.kind, own: this.own };
  }

  get spacing() {
    return Math.round(100 * this.spacingAt(Number(this.slider.value))) / 100;
  }

  noiseChanged() {
    const spacing = this.spacing;
    this.slider.setAttribute("aria-valuetext", `one noise pixel in ${spacing.toFixed(0)} by ${spacing.toFixed(0)}`);
    this.drawSweep();
    clearTimeout(this.spectrumTimer);
    this.spectrumTimer = setTimeout(() => this.measureNoise(), 120);
  }

  async measureNoise() {
    const asked = JSON.stringify(this.noise());
    const { spacing, kind, own } = JSON.parse(asked);
    const measured = (distance) => ask(`synthesis/spectrum?spacing=${distance}&kind=${kind}`);
    const classes = this.setup.classes.filter((each) => each.code in own);
    let view, views;
    try {
      [view, ...views] = await Promise.all([spacing, ...classes.map((each) => own[each.code])].map(measured));
    } catch (error) {
      return this.fail(error);
    }
    if (asked !== JSON.stringify(this.noise())) return;
    const ofClasses = classes.map((each, at) => ({ ...views[at], ...each }));
    const ratio = this.setup.nucleiSpacing / spacing;
    this.spectrum.replaceChildren(spectrum(view, ofClasses));
    this.noiseSaid.textContent = `${view.said} Nuclei of these fields lie about ${this.setup.nucleiSpacing.toFixed(0)} pixels apart: ` +
      `the noise is ${ratio.toFixed(ratio < 1 ? 2 : 1)} times as frequent along a line.` +
      ofClasses.map((each) => ` In ${each.name}: ${each.said}`).join("");
  }

  /* --------------------------------------------------------------- drawing */

  async generate() {
    const map = this.editor.map;
    this.root.dataset.state = "working";
    this.go.disabled = true;
    let id;
    try {
      ({ id } = await post("synthesis/drawings", {
        width: map.width, height: map.height, codes: map.encoded(), sample: this.sample,
        ...this.noise(), seed: Number(this.seed.value),
      }));
    } catch (error) {
      return this.fail(error);
    }
    this.open(id);
  }

  open(id, { first = false } = {}) {
    this.id = id;
    if (!first) {
      const address = new URL(location.href);
      address.searchParams.set("drawing", id);
      history.replaceState(null, "", address);
    }
    this.root.dataset.state = "working";
    clearTimeout(this.timer);
    this.poll(id, first);
  }

  async poll(id, first) {
    if (id !== this.id) return;
    let view;
    try {
      view = await ask(`synthesis/drawings/${id}`);
    } catch (error) {
      // The first sample is drawn a moment after the app begins to answer.
      if (!error.lost && !first) return this.fail(error);
      this.say(error.lost ? "The connection to the server was lost; trying again." : "Preparing a sample", "working");
      this.timer = setTimeout(() => this.poll(id, first), 4 * POLL_MS);
      return;
    }
    if (id !== this.id) return;
    if (view.state === "done") return this.show(view, !this.shown);
    if (view.error) return this.fail(view.error);
    const waits = view.waitingBefore;
    this.say(view.state === "queued" && waits ? `Waiting: ${waits} ${waits === 1 ? "job" : "jobs"} first` : view.doing, "working");
    this.timer = setTimeout(() => this.poll(id, first), POLL_MS);
  }

  show(view, opened) {
    if (opened) {
      this.loadMap(view.map, view.sample);
      this.slider.value = this.stopOf(view.spacing);
      this.seed.value = view.seed;
      this.kind = view.kind;
      this.own = view.own;
      for (const input of this.ownInputs) input.value = view.own[input.dataset.rrOwnSpacing] ?? "";
      this.root.querySelector(`input[name="rr-kind"][value="${view.kind}"]`).checked = true;
      this.noiseChanged();
    }
    this.shown = true;
    this.viewer.show(view.viewer);
    this.say(`Drawn in ${view.seconds.toFixed(2)} s: ${view.map.width} × ${view.map.height} pixels` +
      (view.sample ? ", beside the real field that the generator has not seen." : "."), "done");
    this.results.replaceChildren(this.downloads(view), this.study());
    this.go.disabled = false;
  }

  say(text, state = "idle") {
    this.status.replaceChildren(node("span", {}, text));
    this.root.dataset.state = state;
  }

  fail(error) {
    this.status.replaceChildren(refusal(error, "span"));
    this.root.dataset.state = "failed";
    if (this.go) this.go.disabled = false;
  }

  downloads(view) {
    const names = { ".png": "picture", ".map.png": "map", ".told.png": "map as told", ".json": "recipe" };
    const ending = (name) => name.slice(name.indexOf("."));
    return node("details", { class: "rr-block rr-downloads" },
      node("summary", {}, "Download pictures, maps and recipes"),
      node("p", {}, node("a", { href: `synthesis/drawings/${view.id}/drawing.zip`, download: "synthetic-field.zip" }, "Everything as one zip")),
      node("ul", {}, ...view.downloads.map((file) => node("li", {},
        node("a", { href: `synthesis/drawings/${view.id}/files/${file.name}`, download: file.name }, file.name),
        node("span", { class: "rr-quiet" }, ` ${names[ending(file.name)] ?? ""} · ${Math.ceil(file.bytes / 1000)} kB`)))));
  }

  study() {
    const answer = node("p", { class: "rr-quiet", role: "status", "data-rr-study": "" });
    const isOwner = async () => {
      const { account } = await ask("studies/api/session", { cache: "no-store" });
      if (account) return true;
      answer.replaceChildren("Only whoever runs studies here can make one: ",
        node("a", { href: "studies" }, "log in at Studies"), ", then come back and press the button.");
      return false;
    };
    const button = node("button", { type: "button", class: "rr-button", onclick: async () => {
      button.disabled = true;
      answer.textContent = "Drawing the fields and storing the study";
      try {
        if (!await isOwner()) {
          answer.querySelector("a").focus();
          return;
        }
        const study = await post("synthesis/studies", { ...this.noise(), seed: Number(this.seed.value) });
        answer.replaceChildren("The study is open. Send this link to your raters: ",
          node("a", { href: study.link, "data-rr-study-link": study.id }, new URL(study.link, document.baseURI).href));
      } catch (error) {
        answer.replaceChildren(refusal(error, "span"));
      } finally {
        button.disabled = false;
      }
    } }, "Make a “real or synthetic?” study");
    const about = node("p", { class: "rr-quiet" },
      `${this.setup.samples.length} real fields and as many drawn from their maps with this noise, in random order, for up to 20 people.`);
    isOwner().catch((error) => answer.replaceChildren(refusal(error, "span")));
    return node("div", { class: "rr-block" }, button, about, answer);
  }

  /* ----------------------------------------------------------------- sweep */

  fillSweep() {
    const record = this.setup.sweep;
    const choose = node("select", { "aria-label": "Measure", onchange: () => this.drawSweep() },
      ...record.metrics.map((each) => node("option", { value: each.id }, `${each.title}: ${each.meaning}`)));
    this.metric = () => record.metrics.find((each) => each.id === choose.value);
    this.chart = node("div", { class: "rr-scroll" });
    this.figures = node("div", {});
    this.root.querySelector("[data-rr-sweep]").replaceChildren(
      node("h2", {}, "Does the right frequency show in numbers?"),
      node("p", { class: "rr-lead" }, record.said),
      choose, this.chart,
      node("p", { class: "rr-quiet" },
        `Less is better. One generator for each mark and seed (${record.seeds.join(", ")}), ${record.steps} steps each, on ` +
        `${record.train.length} stained sections of another set (Ki-67), judged on ${record.test.length} it has not seen. ` +
        "Bars and bands: 95 % intervals over seeds. Circles: by chance; square: kept apart."),
      this.figures,
    );
  }

  drawSweep() {
    const record = this.setup.sweep, metric = this.metric();
    this.chart.replaceChildren(sweep(record, metric, this.setup.nucleiSpacing / this.spacing));
    const cells = (row, tag) => row.map((text, at) => node(at ? tag : "th", at ? {} : { scope: "row" }, text));
    const open = this.figures.querySelector("details")?.open;
    this.figures.replaceChildren(node("details", { class: "rr-block", open },
      node("summary", {}, "The figures"),
      node("div", { class: "rr-scroll", tabindex: 0, role: "region", "aria-label": "Figures of the sweep" },
        node("table", { class: "rr-table" },
          node("thead", {}, node("tr", {}, ...["Map", "Frequency (1: as nuclei)", `${metric.title}${metric.unit ? `, ${metric.unit}` : ""}`, "Recovery"]
            .map((text) => node("th", { scope: "col" }, text)))),
          node("tbody", {}, ...sweepRows(record, metric).map((row) => node("tr", {}, ...cells(row, "td")))))),
      node("p", { class: "rr-quiet" },
        `Recovery: (noise − regions) / (cells − regions); the paper reports ${record.published_recovery}. A dash where cells are no better than regions beyond chance.`)));
  }
}

let page = null;

function mount() {
  const root = document.querySelector("[data-rr-synthesize]");
  const ready = root?.querySelector("[data-rr-viewer]")?.show;
  if (!ready || root === page?.root) return;
  page = new Synthesize(root);
}
new MutationObserver(mount).observe(document.documentElement, { childList: true, subtree: true });
mount();
