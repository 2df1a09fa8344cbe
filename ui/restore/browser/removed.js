/* What each model did to the page: its sentence, and what it removed, measured. */

import { node } from "../site-files/elements.js";
import { figure, signed } from "../site-files/numbers.js";

/** One model in a sentence, with its figures and the steps of its chain. */
export function verdict(model) {
  const scores = model.scores;
  const facts = [];
  const reached = scores.psnr ?? scores.psnr_at_least;
  const before = scores.psnr_of_input ?? scores.estimated_psnr_of_input;
  if (reached != null && before != null) {
    const bound = scores.psnr == null ? "at least " : "";
    facts.push(`PSNR ${bound}${figure(reached, 1)} dB, ${bound}${signed(reached - before, 1)} over doing nothing`);
  }
  if (scores.sigma_before != null && scores.sigma_after != null) {
    facts.push(`noise σ ${figure(scores.sigma_before, 1)} → ${figure(scores.sigma_after, 1)}`);
  }
  if (model.doubt) {
    facts.push(`${figure(100 * model.doubt.doubtful_share, 1)} % of the page may be off by 8 gray levels or more`);
  }
  facts.push(`${figure(model.seconds, 1)} s`);
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
  if (model.level != null) parts.push(`level ${figure(model.level, 1)}, ${model.levelSource}`);
  if (model.strength !== 1) parts.push(`strength ${figure(model.strength, 2)}`);
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

/** Whiteness, correlation and spectrum of what each model took away. */
export function removed(view) {
  return node(
    "details",
    { class: "rr-block" },
    node("summary", {}, "What was removed, measured"),
    ...view.models.map((model) =>
      node(
        "div",
        { class: "rr-removed" },
        node("h3", {}, model.model),
        node("p", {}, `Whiteness ${figure(model.audit.whiteness, 2)} (1 is white noise). `,
          `Correlation with edges ${figure(model.audit.edge_correlation, 2)} (0 is none).`,
          model.seamRatio == null ? "" : ` Seams ${figure(model.seamRatio, 3)} (1 is seamless).`),
        node("div", { class: "rr-figures" },
          node("figure", {}, heat(model.audit.autocorrelation ?? [[0]], "Autocorrelation of what was removed"),
            node("figcaption", {}, "Autocorrelation: flat gray is white noise")),
          node("figure", {}, spectrum(model),
            node("figcaption", {}, "Spectrum, low to high frequency, dB over white noise"))),
      ),
    ),
  );
}
