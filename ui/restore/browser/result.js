/* The result of a restoration: progress, the viewer, what was removed, scores, downloads.
   The server answers with JSON (ui/restore/views.py); every text is set as text, never as HTML. */

import { node } from "../site-files/elements.js";
import { refusal } from "../site-files/refusal.js";
import { ask, sentence } from "../site-files/server.js";
import { ratings } from "./rating.js";

const POLL_MS = 400;

const number = (value, digits) => (value == null ? "–" : value.toFixed(digits));
const signed = (value, digits) =>
  value == null ? "–" : (value >= 0 ? "+" : "−") + Math.abs(value).toFixed(digits);

function size(bytes) {
  if (bytes == null) return "";
  return bytes < 1e6 ? ` · ${Math.ceil(bytes / 1e3)} kB` : ` · ${(bytes / 1e6).toFixed(1)} MB`;
}

/* ------------------------------------------------------------------ scores */

function scoreRows(view) {
  const first = view.models[0].scores;
  const withReference = first.ssim_of_input != null || first.psnr_of_input != null;
  const baseline = withReference ? first.psnr_of_input : first.estimated_psnr_of_input;
  const rows = [
    {
      name: "Input (do nothing)",
      psnr: baseline,
      ssim: first.ssim_of_input,
      sigma: first.sigma_before,
    },
  ];
  for (const model of view.models) {
    const scores = model.scores;
    rows.push({
      name: model.model,
      title: model.title,
      psnr: withReference ? scores.psnr : scores.psnr_at_least,
      gain: minus(withReference ? scores.psnr : scores.psnr_at_least, baseline),
      ssim: scores.ssim,
      sigma: scores.sigma_after,
      whiteness: model.audit.whiteness,
      seconds: model.seconds,
    });
  }
  return { withReference, rows };
}

const minus = (a, b) => (a == null || b == null ? null : a - b);

function scoreTable(view) {
  const { withReference, rows } = scoreRows(view);
  const headings = [
    "",
    withReference ? "PSNR, dB" : "PSNR at least, dB",
    "Gain, dB",
    ...(withReference ? ["SSIM"] : []),
    "Noise left, σ",
    "Whiteness",
    "Seconds",
  ];
  const cells = (row) => [
    node("th", { scope: "row", title: row.title }, row.name),
    node("td", {}, number(row.psnr, 2)),
    node("td", {}, row.gain === undefined ? "0.00" : signed(row.gain, 2)),
    ...(withReference ? [node("td", {}, number(row.ssim, 4))] : []),
    node("td", {}, number(row.sigma, 1)),
    node("td", {}, number(row.whiteness, 2)),
    node("td", {}, row.seconds == null ? "–" : row.seconds.toFixed(1)),
  ];
  const note = withReference
    ? "Against the clean original; 8-bit values, all channels, no border cut. Higher PSNR and SSIM are better."
    : "No clean original: noise is estimated, and PSNR bounded from below by Monte-Carlo SURE where the noise is near white Gaussian and not clipped.";
  return node(
    "section",
    { class: "rr-block", "aria-label": "Scores" },
    node("h2", {}, "Scores"),
    node(
      "div",
      { class: "rr-scroll", tabindex: 0, role: "region", "aria-label": "Table of scores" },
      node(
        "table",
        { class: "rr-table" },
        node("thead", {}, node("tr", {}, ...headings.map((text) => node("th", { scope: "col" }, text)))),
        node("tbody", {}, ...rows.map((row) => node("tr", {}, ...cells(row)))),
      ),
    ),
    node("p", { class: "rr-quiet" }, note),
  );
}

/* ------------------------------------------------- what was removed */

function verdict(model) {
  const scores = model.scores;
  const facts = [];
  const reached = scores.psnr ?? scores.psnr_at_least;
  const before = scores.psnr_of_input ?? scores.estimated_psnr_of_input;
  if (reached != null && before != null) {
    const bound = scores.psnr == null ? "at least " : "";
    facts.push(`PSNR ${bound}${number(reached, 1)} dB, ${bound}${signed(reached - before, 1)} over doing nothing`);
  }
  if (scores.sigma_before != null && scores.sigma_after != null) {
    facts.push(`noise σ ${number(scores.sigma_before, 1)} → ${number(scores.sigma_after, 1)}`);
  }
  if (model.doubt) {
    facts.push(`${number(100 * model.doubt.doubtful_share, 1)} % of the page may be off by 8 gray levels or more`);
  }
  facts.push(`${number(model.seconds, 1)} s`);
  return node(
    "div",
    { class: "rr-verdict" },
    node("p", { class: "rr-lead" }, node("strong", {}, `${model.model}: `), model.audit.sentence),
    node("p", { class: "rr-quiet" }, facts.join(" · ")),
    node("p", { class: "rr-quiet" }, [model.why, settings(model)].join(" ")),
    model.steps.length ? steps(model) : null,
  );
}

/* The steps of a chain: taken, dropped, or passed over, each with its reason. */
function steps(model) {
  const state = (step) => (!step.model ? "passed" : step.kept ? "kept" : "dropped");
  return node("ol", { class: "rr-steps", "aria-label": "Steps of the chain" },
    ...model.steps.map((step) =>
      node("li", { "data-step-state": state(step) },
        node("strong", {}, step.model ? `${step.step}: ${step.model}` : step.step),
        ` ${step.why} ${step.verdict}`)));
}

function settings(model) {
  const parts = [];
  if (model.level != null) parts.push(`level ${number(model.level, 1)}, ${model.levelSource}`);
  if (model.strength !== 1) parts.push(`strength ${number(model.strength, 2)}`);
  return parts.length ? `Run with ${parts.join(", ")}.` : "";
}

function heat(values, label) {
  const side = values.length;
  const canvas = node("canvas", { width: side, height: side, class: "rr-heat", role: "img", "aria-label": label });
  const context = canvas.getContext("2d");
  const pixels = context.createImageData(side, side);
  const middle = (side - 1) / 2;
  values.forEach((row, y) =>
    row.forEach((value, x) => {
      const shown = y === middle && x === middle ? 0 : Math.max(-1, Math.min(1, value * 2));
      const gray = Math.round(128 + 127 * shown);
      pixels.data.set([gray, gray, gray, 255], 4 * (y * side + x));
    }),
  );
  context.putImageData(pixels, 0, 0);
  return canvas;
}

function spectrum(model) {
  const power = model.audit.spectrum ?? [];
  if (power.length < 2) return null;
  const width = 220, height = 100, left = 4;
  const decibels = power.map((value) => 10 * Math.log10(Math.max(value, 1e-3)));
  const top = Math.max(10, ...decibels), bottom = Math.min(-10, ...decibels);
  const x = (index) => left + ((width - 2 * left) * index) / (power.length - 1);
  const y = (value) => ((top - value) / (top - bottom)) * (height - 12) + 4;
  const path = decibels.map((value, i) => `${i ? "L" : "M"}${x(i).toFixed(1)},${y(value).toFixed(1)}`).join("");
  const made = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  made.setAttribute("viewBox", `0 0 ${width} ${height}`);
  made.setAttribute("role", "img");
  made.setAttribute("aria-label", "Power of what was removed against frequency; white noise is the flat line");
  made.classList.add("rr-spectrum");
  for (const [d, name] of [[`M${left},${y(0)}H${width - left}`, "rr-white-line"], [path, "rr-power-line"]]) {
    const line = document.createElementNS("http://www.w3.org/2000/svg", "path");
    line.setAttribute("d", d);
    line.setAttribute("class", name);
    made.append(line);
  }
  return made;
}

function removed(view) {
  return node(
    "details",
    { class: "rr-block" },
    node("summary", {}, "What was removed, measured"),
    ...view.models.map((model) =>
      node(
        "div",
        { class: "rr-removed" },
        node("h3", {}, model.model),
        node("p", {}, `Whiteness ${number(model.audit.whiteness, 2)} (1 is white noise). `,
          `Correlation with edges ${number(model.audit.edge_correlation, 2)} (0 is none).`,
          model.seamRatio == null ? "" : ` Seams ${number(model.seamRatio, 3)} (1 is seamless).`),
        node("div", { class: "rr-figures" },
          node("figure", {}, heat(model.audit.autocorrelation ?? [[0]], "Autocorrelation of what was removed"),
            node("figcaption", {}, "Autocorrelation: flat gray is white noise")),
          node("figure", {}, spectrum(model),
            node("figcaption", {}, "Spectrum, low to high frequency, dB over white noise"))),
      ),
    ),
  );
}

function failures(view) {
  const failed = view.files.filter((file) => file.error);
  if (!failed.length) return [];
  return [node("div", { class: "rr-error", role: "alert" },
    node("p", {}, `${failed.length} of ${view.files.length} files could not be restored:`),
    node("ul", {}, ...failed.map((file) => node("li", {}, `${file.name}: ${sentence(file.error)}`))))];
}

/* --------------------------------------------------------------- result */

class Result {
  constructor(root) {
    this.root = root;
    this.viewer = root.querySelector("[data-rr-viewer]");
    this.status = root.querySelector("[data-rr-status]");
    this.verdict = root.querySelector("[data-rr-verdict]");
    this.details = document.querySelector("[data-rr-details]");
    this.file = 0;
    this.page = 0;
    const asked = new URLSearchParams(location.search).get("case");
    this.open(asked || root.dataset.firstCase, { remember: false, sample: !asked });
  }

  open(id, { remember = true, sample = false } = {}) {
    if (!id) return;
    // Nobody can reach an earlier request of this page any more: it would only be in the way.
    if (this.id && !this.sample && this.root.dataset.state === "working") this.cancel(this.id);
    this.id = id;
    this.file = 0;
    this.page = 0;
    if (remember) {
      const address = new URL(location.href);
      address.searchParams.set("case", id);
      history.replaceState(null, "", address);
    }
    this.sample = sample;
    if (!sample) sessionStorage.setItem("rr-cases", JSON.stringify([...new Set([...casesOfTab(), id])]));
    this.root.dataset.state = "working";
    this.details.replaceChildren();
    clearTimeout(this.timer);
    this.poll(id);
  }

  async poll(id) {
    if (id !== this.id) return;
    let progress;
    try {
      progress = await ask(`cases/${id}`);
    } catch (error) {
      // The first sample is opened a moment after the app begins to answer.
      if (!error.lost && !this.sample) return this.fail(error);
      this.say(error.lost ? "The connection to the server was lost; trying again." : "Preparing a sample");
      this.timer = setTimeout(() => this.poll(id), 4 * POLL_MS);
      return;
    }
    if (id !== this.id) return;
    if (progress.state === "done") return this.show();
    if (progress.state === "failed") return this.fail(progress.error);
    if (progress.state === "cancelled") return this.say("Stopped. Nothing was written.");
    this.working(progress);
    this.timer = setTimeout(() => this.poll(id), POLL_MS);
  }

  working(progress) {
    const waits = progress.waitingBefore;
    const doing = progress.state === "queued"
      ? waits ? `Waiting: ${waits} ${waits === 1 ? "job" : "jobs"} first` : "Starting"
      : progress.doing;
    if (!this.bar?.isConnected) {
      this.bar = node("progress", { max: 1, value: 0, "aria-label": "Restoration" });
      this.doing = node("span", {});
      const cancel = node("button", {
        type: "button", class: "rr-button",
        onclick: () => this.cancel(this.id),
      }, "Cancel");
      this.status.replaceChildren(this.bar, this.doing, ...(this.sample ? [] : [cancel]));
    }
    this.bar.value = progress.done;
    this.doing.textContent = `${Math.round(100 * progress.done)} % · ${doing}`;
    this.root.dataset.state = "working";
  }

  cancel(id) {
    return fetch(`cases/${id}/cancel`, { method: "POST" });
  }

  say(text) {
    this.status.replaceChildren(node("span", {}, text));
    this.root.dataset.state = "idle";
  }

  fail(error) {
    this.viewer.show(null);
    this.verdict.replaceChildren();
    this.status.replaceChildren(refusal(error, "span"));
    this.root.dataset.state = "failed";
  }

  async show() {
    const id = this.id;
    let view;
    try {
      view = await ask(`cases/${id}/page?file=${this.file}&page=${this.page}`);
    } catch (error) {
      return this.fail(error);
    }
    if (id !== this.id) return;
    const good = view.files.findIndex((file) => !file.error);
    if (view.error && this.file === 0 && good > 0) {
      this.file = good;
      return this.show();
    }
    this.status.replaceChildren(...this.navigation(view));
    if (view.error) {
      this.viewer.show(null);
      this.verdict.replaceChildren(refusal(view.error));
      this.details.replaceChildren(...failures(view));
    } else {
      this.viewer.show(view.viewer);
      this.verdict.replaceChildren(...view.models.map(verdict), ratings(id, view, this.viewer));
      this.details.replaceChildren(...this.contents(view));
    }
    this.root.dataset.state = "done";
  }

  navigation(view) {
    const parts = [];
    if (view.files.length > 1) {
      const select = node("select", {
        "aria-label": "File",
        onchange: (event) => { this.file = Number(event.target.value); this.page = 0; this.show(); },
      }, ...view.files.map((file, index) =>
        node("option", { value: index, selected: index === view.file },
          file.error ? `${file.name} (not restored)` : file.name)));
      parts.push(select);
    } else if (!this.sample) {
      parts.push(node("span", {}, view.files[0].name));
    }
    if (view.pages > 1) {
      const turn = (step) => () => { this.page = view.page + step; this.show(); };
      parts.push(
        node("button", { type: "button", class: "rr-button", disabled: view.page === 0, onclick: turn(-1), "aria-label": "Previous page" }, "◂"),
        node("span", {}, `Page ${view.page + 1} of ${view.pages}`),
        node("button", { type: "button", class: "rr-button", disabled: view.page + 1 >= view.pages, onclick: turn(1), "aria-label": "Next page" }, "▸"),
      );
    }
    if (this.sample) parts.push(node("span", { class: "rr-quiet" }, "A sample, restored just now. Drop your own scan to begin."));
    return parts;
  }

  contents(view) {
    return [
      ...failures(view),
      node("p", { class: "rr-quiet" }, `Measured on the page: ${view.found}`),
      ...(view.notices.length ? [node("div", { class: "rr-notices" },
        node("h2", {}, "Good to know"),
        node("ul", {}, ...view.notices.map((text) => node("li", {}, text))))] : []),
      scoreTable(view),
      removed(view),
      this.downloads(view),
    ];
  }

  downloads(view) {
    const links = view.downloads.map((file) =>
      node("li", {}, node("a", { href: file.address, download: file.name }, `${file.label}: ${file.name}`),
        node("span", { class: "rr-quiet" }, size(file.bytes))));
    const remove = node("button", { type: "button", class: "rr-button", onclick: () => this.remove() },
      "Delete it from the server now");
    return node("section", { class: "rr-block rr-downloads", "aria-label": "Download" },
      node("h2", {}, "Download"), node("ul", {}, ...links), this.sample ? null : remove);
  }

  async remove() {
    const also = new URLSearchParams(casesOfTab().map((id) => ["also", id]));
    const response = await fetch(`cases/${this.id}?${also}`, { method: "DELETE" });
    if (!response.ok) return this.say("It could not be deleted now. Try again.");
    const address = new URL(location.href);
    address.searchParams.delete("case");
    history.replaceState(null, "", address);
    this.viewer.show(null);
    this.verdict.replaceChildren();
    this.details.replaceChildren();
    this.say("Deleted: your file and everything made from it in this tab are gone from the server.");
  }
}

/** Ids of the cases that this tab has opened. */
const casesOfTab = () => JSON.parse(sessionStorage.getItem("rr-cases") ?? "[]");

let result = null;
/** Show the case that a request has opened. */
export const openCase = (id) => result?.open(id);

function mount() {
  const root = document.querySelector("[data-rr-result]");
  const ready = root?.querySelector("[data-rr-viewer]")?.show && document.querySelector("[data-rr-details]");
  if (!ready || root === result?.root) return;
  result = new Result(root);
}
new MutationObserver(mount).observe(document.documentElement, { childList: true, subtree: true });
mount();
