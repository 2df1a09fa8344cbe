// A run compared by one metric: the leaderboard first, then what to look at, then linked plots.

import { node } from "../site-files/elements.js";
import { figure, signed } from "../site-files/numbers.js";
import { refusal } from "../site-files/refusal.js";
import { ask } from "../site-files/server.js";
import { overviewAt, overviewOf } from "./ahead.js";
import { plotting, query, select, shortName } from "./dom.js";
import { Cells, leaderboard } from "./tables.js";

const TITLES = {
  front: ["Quality against time", "The line joins models that no other beats in both."],
  grid: ["Models and degradations", "Figures are means; the colour says how far behind the best of its column."],
  versus: ["Image by image", "Above the dotted line the first model has the higher figure."],
  difference: ["Differences, image by image", "Right of zero the first model is better."],
  ratings: ["Against human ratings", ""],
};

export class Comparison {
  /** place: where to draw. look(row, beside): shows images. asked(parameters): keeps the address. */
  constructor(place, { look, asked }) {
    this.place = place;
    this.look = look;
    this.asked = asked;
  }

  async show(id, wanted) {
    this.id = id;
    this.base = `runs/${id}`;
    this.wanted = wanted;
    this.cells = new Cells(this.base, (row) => this.open(row));
    await this.load();
  }

  async change(parameters) {
    Object.assign(this.wanted, parameters);
    this.asked(this.wanted);
    await this.load();
  }

  /** Whatever is on its way belongs to a run that is shown no longer. */
  leave() {
    this.latest = null;
  }

  async load() {
    const marker = {};
    this.latest = marker;
    const isLatest = () => this.latest === marker;
    this.place.dataset.state = "working";
    try {
      const view = await overviewAt(overviewOf(this.id, this.wanted));
      if (!isLatest()) return;
      this.view = view;
      this.lay(view);
      const plots = await plotting();
      const draw = async (figures) => {
        for (const [name, drawn] of Object.entries(figures)) {
          const at = isLatest() && this.place.querySelector(`[data-figure="${name}"]`);
          if (at) await plots.draw(at, drawn, (row, point) => this.open(row, name, point));
        }
      };
      await draw(view.figures);
      if (isLatest()) await this.loadPair(draw, isLatest);
      if (isLatest()) this.place.dataset.state = "done";
    } catch (error) {
      if (!isLatest()) return;
      this.place.replaceChildren(refusal(error));
      this.place.dataset.state = "failed";
      if (!error.problem) throw error;
    }
  }

  /** The model of a mark comes first; beside it the leader, or the other one of the pair. */
  open(row, figureName) {
    const pair = ["versus", "difference"].includes(figureName) ? [this.wanted.second] : [];
    const leaders = this.view.board.standings.slice(0, 2).map((each) => each.id);
    this.look(this.base, row, [...pair, ...leaders].slice(0, 2));
  }

  lay(view) {
    const it = view.metrics.find((each) => each.id === view.metric);
    const download = (ending) => `${this.base}/leaderboard.${ending}?${query({ metric: view.metric, on: this.wanted.on })}`;
    this.place.replaceChildren(...[
      this.choices(view),
      node("p", { class: "rr-lead", "data-rr-sentence": true }, view.sentence),
      node("p", { class: "rr-quiet" }, `${it.label}. ${it.reading}`),
      node("section", { "aria-label": "Leaderboard" }, this.plot("leaderboard"),
        leaderboard(view, { look: (row) => this.open(row), download }),
        node("p", { class: "rr-quiet" }, "A bar at the right joins models that cannot be told apart. Click a mark or a name to see the image on which that model does worst. In every figure the arrow keys go from mark to mark, and Enter shows the images."),
        node("details", {}, node("summary", {}, "How this was decided"), node("p", { class: "rr-quiet" }, view.method))),
      this.firstLooks(view, it),
      node("div", { class: "rr-plots" },
        this.section("front"),
        ...Object.keys(view.figures).filter((name) => name.startsWith("level-")).map((name) =>
          this.section(name, [`Against the level of ${name.slice(6)}`, "Bands are 95 % bootstrap intervals of each mean."])),
        this.section("grid"),
        view.figures.ratings ? this.section("ratings", [TITLES.ratings[0], this.people(view.rated)]) : null),
      view.board.standings.length > 1 ? this.pair(view) : null,
      this.cells.element,
      this.ending(view),
    ].filter(Boolean));
  }

  choices(view) {
    const all = view.chosen.length === view.degradations.length;
    return node("div", { class: "rr-choices" },
      select("Ranked by", view.metrics.map((each) => [each.id, each.name]), view.metric,
        (metric) => this.change({ metric })),
      select("Over", [["", "all degradations"], ...view.degradations.map((each) => [each.id, each.label])],
        all ? "" : view.chosen[0], (on) => this.change({ on: on ? [on] : [] })));
  }

  plot(name) {
    return node("div", { class: "rr-plot", "data-figure": name, role: "group", "aria-label": TITLES[name]?.[0] ?? name });
  }

  section(name, [title, note] = TITLES[name]) {
    return node("section", { class: name === "grid" ? "rr-wide" : null }, node("h2", {}, title), this.plot(name), note ? node("p", { class: "rr-quiet" }, note) : null);
  }

  firstLooks(view, it) {
    const cellButton = (cell, text) => node("button", { type: "button", onclick: () => this.open(cell.row) },
      node("span", {}, `${cell.image}, ${cell.degradation}`), node("span", { class: "rr-quiet" }, text));
    const list = (title, note, items) => items.length
      ? node("section", {}, node("h2", {}, title), node("p", { class: "rr-quiet" }, note), node("div", { class: "rr-first" }, items))
      : null;
    const gained = (cell) => {
      if (cell.gain == null) return figure(cell.value, it.decimals);
      return cell.gain === 0 ? "left it as it was" : `${signed(cell.gain, it.decimals)} over doing nothing`;
    };
    const worst = view.worst.map((cell) => cellButton(cell, `${shortName(cell.model)}: ${gained(cell)}`));
    const other = view.otherMetric?.short;
    const disagreements = view.disagreements.map((cell) =>
      cellButton(cell, `${shortName(cell.model)} by ${it.short}, ${shortName(cell.otherModel)} by ${other}`));
    return node("div", { class: "rr-plots", "data-rr-first": true },
      list("Worst cases", "Where a model gains least over doing nothing, or does harm.", worst),
      list("Disagreements", `Where ${it.short} and ${other} prefer different models.`, disagreements));
  }

  pair(view) {
    const names = view.board.standings.map((each) => [each.id, each.model]);
    const known = (name) => names.some(([id]) => id === name);
    if (!known(this.wanted.first)) this.wanted.first = names[0][0];
    if (!known(this.wanted.second) || this.wanted.second === this.wanted.first) {
      this.wanted.second = names.find(([id]) => id !== this.wanted.first)[0];
    }
    return node("section", { "aria-label": "Two models" },
      node("h2", {}, "Two models against each other"),
      node("div", { class: "rr-choices" },
        select("First", names, this.wanted.first, (first) => this.change({ first })),
        select("Second", names, this.wanted.second, (second) => this.change({ second }))),
      node("p", { "data-rr-pair": true }),
      node("div", { class: "rr-plots" }, this.section("versus"), this.section("difference")));
  }

  async loadPair(draw, isLatest) {
    const said = this.place.querySelector("[data-rr-pair]");
    if (!said) return;
    const { first, second, on } = this.wanted;
    const view = await ask(`${this.base}/pair?${query({ metric: this.view.metric, first, second, on })}`);
    if (!isLatest()) return;
    said.textContent = view.sentence;
    await draw(view.figures);
  }

  people(rated) {
    if (rated.plcc == null) return "Too few stimuli were both rated and measured to compare.";
    return `${rated.stimuli} stimuli: PLCC ${rated.plcc.toFixed(3)} (${rated.plcc_low.toFixed(3)} to ${rated.plcc_high.toFixed(3)}), `
      + `SRCC ${rated.srcc.toFixed(3)}, RMSE* ${rated.rmse_star.toFixed(3)}, outlier ratio ${rated.outlier_ratio.toFixed(2)} `
      + `(ITU-T P.1401, monotonic mapping of order ${rated.order}).`
      + (rated.unmatched ? ` ${rated.unmatched} rated stimuli are not in this run.` : "");
  }

  ending(view) {
    const facts = [`${view.rows} rows.`];
    if (view.failed) facts.push(`${view.failed} cells failed; “Every row” has them without figures.`);
    if (view.board.leftOut.length) facts.push(`Not ranked, for lack of figures: ${view.board.leftOut.join(", ")}.`);
    if (view.ignored.length) facts.push(`Columns that mean nothing here: ${view.ignored.join(", ")}.`);
    return node("p", { class: "rr-quiet" }, facts.join(" "), " ",
      node("a", { href: `${this.base}/report.html?${query({ metric: view.metric })}`, download: "" }, "Download the report"),
      ", one file that opens without a network.");
  }
}
