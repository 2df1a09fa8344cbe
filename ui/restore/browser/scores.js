/* The scores of a restoration, as a table. */

import { node } from "../site-files/elements.js";
import { figure, signed } from "../site-files/numbers.js";

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

/** The table: doing nothing first, then each model. */
export function scoreTable(view) {
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
    node("td", {}, figure(row.psnr, 2)),
    node("td", {}, row.gain === undefined ? "0.00" : signed(row.gain, 2)),
    ...(withReference ? [node("td", {}, figure(row.ssim, 4))] : []),
    node("td", {}, figure(row.sigma, 1)),
    node("td", {}, figure(row.whiteness, 2)),
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
