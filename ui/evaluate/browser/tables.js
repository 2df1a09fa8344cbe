// Tables: the leaderboard, which is sorted here, and the cells, which the server sorts and finds.

import { button, node } from "../site-files/elements.js";
import { figure, signed } from "../site-files/numbers.js";
import { refusal } from "../site-files/refusal.js";
import { ask } from "../site-files/server.js";
import { query, shortName, significant } from "./dom.js";

const scroll = (label, table) =>
  node("div", { class: "rr-scroll", tabindex: 0, role: "region", "aria-label": label }, table);

function heading(text, state, id, sort, hint) {
  const direction = state.sort === id ? (state.falling ? "descending" : "ascending") : "none";
  return node("th", { scope: "col", class: ["model", "image"].includes(id) ? "rr-name" : null, "aria-sort": direction, title: hint },
    node("button", { type: "button", onclick: () => sort(id) }, text,
      node("span", { class: "rr-sign", "aria-hidden": "true" },
        { descending: " ▾", ascending: " ▴", none: "" }[direction])));
}

export function leaderboard(view, { look, download }) {
  const { board } = view;
  const it = view.metrics.find((each) => each.id === view.metric);
  const digits = it.decimals;
  const bounded = (write, value, low, high) => value == null ? "–" : [write(value, digits),
    low == null ? null : node("small", {}, `${write(low, digits)} to ${write(high, digits)}`)];
  const columns = [
    { id: "rank", name: "#", of: (s) => s.rank },
    { id: "model", name: "Model", of: (s) => s.model },
    { id: "mean", name: it.name, of: (s) => s.mean, 
      text: (s) => bounded(figure, s.mean, s.low, s.high) },
    { id: "gain", name: "Gain over doing nothing", of: (s) => s.gain_over_identity,
      text: (s) => bounded(signed, s.gain_over_identity, s.gain_over_identity_low, s.gain_over_identity_high) },
    { id: "classical", name: `Gain over ${board.bestClassical ?? "a classical filter"}`,
      hint: "The best classical filter on these images",
      of: (s) => s.gain_over_classical,
      text: (s) => bounded(signed, s.gain_over_classical, s.gain_over_classical_low, s.gain_over_classical_high) },
    { id: "seconds", name: "s per megapixel", of: (s) => s.seconds_per_megapixel,
      text: (s) => significant(s.seconds_per_megapixel) },
    { id: "alike", name: "Not told apart from", of: (s) => s.not_told_apart_from,
      text: (s) => s.not_told_apart_from || "–" },
  ];
  const state = { sort: "rank", falling: false, find: "" };
  const place = node("div");

  function draw() {
    const column = columns.find((each) => each.id === state.sort);
    const lines = board.standings
      .filter((each) => each.model.toLowerCase().includes(state.find.toLowerCase()))
      .sort((a, b) => {
        const [x, y] = [column.of(a) ?? -Infinity, column.of(b) ?? -Infinity];
        return (x < y ? -1 : x > y ? 1 : 0) * (state.falling ? -1 : 1);
      });
    const sort = (id) => {
      state.falling = state.sort === id ? !state.falling : !["rank", "model"].includes(id);
      state.sort = id;
      draw();
      place.querySelector(`th:nth-child(${columns.findIndex((each) => each.id === id) + 1}) button`).focus();
    };
    place.replaceChildren(scroll("Leaderboard", node("table", { class: "rr-table" },
      node("thead", {}, node("tr", {}, columns.map((each) => heading(each.name, state, each.id, sort, each.hint)))),
      node("tbody", {}, lines.map((line) => node("tr", { "data-model": line.id },
        columns.map((each) => each.id === "model"
          ? node("th", { scope: "row", class: "rr-name" },
              node("span", { class: "rr-chip", style: `background:${line.colour}`, "aria-hidden": "true" }),
              line.row < 0 ? line.model
                : node("button", { type: "button", class: "rr-link", title: "Show the image on which it does worst",
                    onclick: () => look(line.row) }, line.model))
          : node("td", {}, each.text ? each.text(line) : String(each.of(line))))))))));
  }

  draw();
  const find = node("input", { type: "search", placeholder: "Find a model", "aria-label": "Find a model",
    oninput: (event) => { state.find = event.target.value; draw(); } });
  const tools = node("div", { class: "rr-tools" },
    board.standings.length > 8 ? find : null,
    node("span", { class: "rr-quiet" }, "Take it away: "),
    ...["csv", "parquet", "tex"].map((ending) =>
      node("a", { href: download(ending), download: "" }, { csv: "CSV", parquet: "Parquet", tex: "LaTeX" }[ending])));
  return node("div", {}, place, tools);
}

export class Cells {
  /** Every row of a run, a screenful at a time. */
  constructor(base, look) {
    this.base = base;
    this.look = look;
    this.state = { find: "", sort: "", falling: false, start: 0 };
    this.place = node("div");
    this.find = node("input", {
      type: "search", placeholder: "Image, model, degradation", "aria-label": "Find rows",
      oninput: () => {
        clearTimeout(this.timer);
        this.timer = setTimeout(() => this.load({ find: this.find.value, start: 0 }), 250);
      },
    });
    this.element = node("details", {
      class: "rr-block", "data-rr-cells": true,
      ontoggle: () => this.element.open && !this.loaded && this.load({}),
    },
      node("summary", {}, "Every row"),
      node("div", { class: "rr-tools" }, this.find,
        node("a", { href: `${base}/rows.csv`, download: "" }, "CSV"),
        node("a", { href: `${base}/rows.parquet`, download: "" }, "Parquet")),
      this.place);
  }

  async load(change) {
    Object.assign(this.state, change);
    this.loaded = true;
    let view;
    try {
      view = await ask(`${this.base}/cells?${query(this.state)}`);
    } catch (error) {
      return this.place.replaceChildren(refusal(error));
    }
    const sort = (id) => this.load({
      sort: id, start: 0, falling: this.state.sort === id ? !this.state.falling : false,
    });
    const text = (value, column) => column.id === "model" ? shortName(value) : figure(value, column.decimals);
    const { start, count, step } = view;
    this.place.replaceChildren(
      scroll("Rows", node("table", { class: "rr-table" },
        node("thead", {}, node("tr", {}, view.columns.map((each) => heading(each.name, this.state, each.id, sort)))),
        node("tbody", {}, view.rows.map((line) => node("tr", {}, line.cells.map((value, number) =>
          number ? node("td", {}, text(value, view.columns[number]))
            : node("th", { scope: "row", class: "rr-name" }, node("button", { type: "button", class: "rr-link", title: "Show the images",
                onclick: () => this.look(line.row) }, value)))))))),
      node("div", { class: "rr-tools" },
        button("◂", () => this.load({ start: Math.max(0, start - step) }), { disabled: start === 0, "aria-label": "Rows before" }),
        node("span", { class: "rr-quiet" }, count ? `${start + 1} to ${Math.min(start + step, count)} of ${count} rows` : "No such row"),
        button("▸", () => this.load({ start: start + step }), { disabled: start + step >= count, "aria-label": "Rows after" })));
  }
}
