/* The two charts of the page: the spectrum of the noise, and quality against its frequency. */

const NOTHING = "–";

function shape(tag, attributes = {}, text = "") {
  const made = document.createElementNS("http://www.w3.org/2000/svg", tag);
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
  if (text) made.textContent = text;
  return made;
}

function chart(width, height, label) {
  return shape("svg", { viewBox: `0 0 ${width} ${height}`, role: "img", "aria-label": label, class: "rr-chart" });
}

const path = (points) => points.map(([x, y], at) => `${at ? "L" : "M"}${x.toFixed(1)},${y.toFixed(1)}`).join("");

/** The power of noise by frequency; 1, the dashed line, is noise placed by chance.
    own: views of classes with noise of their own, each with the class's colour. */
function spectrum(view, own = []) {
  const width = 320, height = 96, bottom = 78;
  const top = Math.max(2, ...view.power, ...own.flatMap((each) => each.power));
  const x = (frequency) => 8 + ((width - 16) * frequency) / 0.5;
  const y = (power) => bottom - ((bottom - 8) * power) / top;
  const line = (each) => path(each.frequency.map((frequency, at) => [x(frequency), y(each.power[at])]));
  const made = chart(width, height, `Spectrum of the noise. ${view.said}`);
  made.append(
    shape("path", { d: `M8,${y(1)}H${width - 8}`, class: "rr-white-line" }),
    shape("path", { d: line(view), class: "rr-power-line" }),
    ...own.flatMap((each) => [
      shape("path", { d: line(each), class: "rr-power-line", "data-rr-own": each.code }),
      shape("path", { d: line(each), class: "rr-power-own", style: `stroke: ${each.colour}` }),
    ]),
    ...(view.mean ? [shape("path", { d: `M${x(view.mean)},8V${bottom}`, class: "rr-now" })] : []),
    shape("path", { d: `M8,${bottom}H${width - 8}`, class: "rr-axis" }),
    shape("text", { x: 8, y: height - 4, class: "rr-tick" }, "0"),
    shape("text", { x: width - 8, y: height - 4, class: "rr-tick", "text-anchor": "end" }, "0.5 cycles per pixel"),
  );
  return made;
}

/* --------------------------------------------------------------------- sweep */

const short = (value) => (Math.abs(value) >= 100 ? value.toFixed(0) : value.toPrecision(3));

/** One metric of the recorded sweep; `now`: the page's frequency over that of nuclei. */
function sweep(record, metric, now) {
  const width = 640, height = 260, left = 52, right = 16, top = 14, bottom = height - 40;
  const points = metric.conditions.filter((each) => each.frequency !== null)
    .map((each) => ({ ...each, relative: each.frequency * record.nuclei_spacing }));
  const plain = metric.conditions.find((each) => each.condition === "polygons");
  const cells = metric.conditions.find((each) => each.condition === "cells");
  const ends = [...points.map((each) => each.relative), now].filter((value) => value > 0);
  const [low, high] = [Math.min(...ends) / 1.25, Math.max(...ends) * 1.25];
  const values = metric.conditions.flatMap((each) => [each.mean.value, ...each.values]);
  const [least, most] = [Math.min(...values), Math.max(...values)];
  const margin = (most - least) * 0.12 || 1;
  const x = (value) => left + ((width - left - right) * Math.log(value / low)) / Math.log(high / low);
  const y = (value) => bottom - ((bottom - top) * (value - least + margin)) / (most - least + 2 * margin);
  const clamp = (value) => Math.min(bottom, Math.max(top, y(value)));
  const made = chart(width, height, `${metric.title} against noise frequency; less is better. The table below has the figures.`);
  made.classList.add("rr-sweep-chart");
  for (const [end, name, text, above] of [[plain, "rr-plain", "regions only", true], [cells, "rr-cells", "true cells", false]]) {
    made.append(
      shape("rect", { x: left, width: width - left - right, y: clamp(end.mean.high), height: Math.max(1, clamp(end.mean.low) - clamp(end.mean.high)), class: `${name} rr-band` }),
      shape("path", { d: `M${left},${y(end.mean.value)}H${width - right}`, class: name }),
      shape("text", { x: width - right - 4, y: y(end.mean.value) + (above ? -5 : 14), "text-anchor": "end", class: "rr-tick" }, text),
    );
  }
  for (const kind of [...new Set(points.map((each) => each.kind))]) {
    const own = points.filter((each) => each.kind === kind).sort((a, b) => a.relative - b.relative);
    made.append(shape("path", { d: path(own.map((each) => [x(each.relative), y(each.mean.value)])), class: "rr-noise-line" }));
    for (const each of own) {
      const at = x(each.relative);
      made.append(shape("path", { d: `M${at},${clamp(each.mean.low)}V${clamp(each.mean.high)}`, class: "rr-interval" }));
      const mark = kind === "noise"
        ? shape("circle", { cx: at, cy: y(each.mean.value), r: 4.5, class: "rr-mark" })
        : shape("rect", { x: at - 4.5, y: y(each.mean.value) - 4.5, width: 9, height: 9, class: "rr-mark" });
      mark.append(shape("title", {}, `${each.condition}: ${short(each.mean.value)} ${metric.unit}`));
      made.append(mark);
    }
  }
  if (now) made.append(
    shape("path", { d: `M${x(now)},${top}V${bottom}`, class: "rr-now", "data-rr-now": "" }),
    shape("text", { x: x(now) + 4, y: top + 10, class: "rr-tick" }, "this map"),
  );
  made.append(shape("path", { d: `M${left},${top}V${bottom}H${width - right}`, class: "rr-axis" }));
  for (const value of [0.125, 0.25, 0.5, 1, 2, 4, 8].filter((value) => value >= low && value <= high)) {
    made.append(shape("text", { x: x(value), y: bottom + 16, "text-anchor": "middle", class: "rr-tick" }, String(value)));
  }
  for (const value of [least, (least + most) / 2, most]) {
    made.append(shape("text", { x: left - 6, y: y(value) + 4, "text-anchor": "end", class: "rr-tick" }, short(value)));
  }
  made.append(shape("text", { x: (left + width) / 2, y: height - 6, "text-anchor": "middle", class: "rr-tick" },
    "noise frequency, 1: noise pixels as far apart as nuclei"));
  return made;
}

const interval = (mean) => `${short(mean.value)} [${short(mean.low)}, ${short(mean.high)}]`;

/** The same figures as rows of [condition, relative frequency, mean, recovery]. */
function sweepRows(record, metric) {
  return metric.conditions.map((each) => [
    each.condition,
    each.frequency === null ? NOTHING : short(each.frequency * record.nuclei_spacing),
    interval(each.mean),
    each.recovery ? interval(each.recovery) : NOTHING,
  ]);
}

export { spectrum, sweep, sweepRows };
