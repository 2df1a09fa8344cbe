/* Shows what a study found: sentences first, then figures with the data behind each. Used by the
   Studies page and by reports; figures need window.rrPlots. */
(() => {
  "use strict";

  const WIDE = new Set(["rankings"]);
  const NARROW = 560;

  function make(tag, className, text) {
    const element = document.createElement(tag);
    if (className) element.className = className;
    if (text !== undefined) element.textContent = text;
    return element;
  }

  function paragraphs(sentences, className) {
    const box = make("div", className);
    sentences.forEach((sentence) => box.append(make("p", "", sentence)));
    return box;
  }

  function download(label, href, name) {
    const link = make("a", "", label);
    link.href = href;
    link.download = name;
    return link;
  }

  function sections(list, dataOf) {
    const grid = make("div", "rr-sections");
    const slots = list.map((each) => {
      const section = make("section", WIDE.has(each.table) ? "rr-whole-row" : "");
      const plot = make("div", "rr-plot");
      plot.setAttribute("role", "figure");
      plot.setAttribute("aria-label", `${each.title}. ${each.words}`);
      const link = download("Data of this figure (CSV)", dataOf(each.table), `${each.table}.csv`);
      link.setAttribute("aria-label", `Data of the figure ${each.title} as CSV`);
      section.append(make("h3", "", each.title), make("p", "rr-words", each.words), plot, link);
      grid.append(section);
      return () => {
        const narrow = each.narrow && plot.clientWidth < NARROW;
        return window.rrPlots.draw(plot, narrow ? each.narrow : each.figure);
      };
    });
    return [grid, slots];
  }

  function flagged(view, onExclude) {
    const excluded = new Set(view.facts.excluded);
    const all = [...view.raters];
    excluded.forEach((rater) => all.push({ rater, reasons: "left out" }));
    if (!all.length || !onExclude) return null;
    const box = make("section", "rr-flagged");
    box.append(
      make("h2", "", "Raters to look at"),
      make("p", "rr-words", "Leaving a rater out changes only what is shown; votes stay."),
    );
    all.forEach(({ rater, reasons }) => {
      const label = make("label");
      const tick = make("input");
      tick.type = "checkbox";
      tick.checked = excluded.has(rater);
      tick.addEventListener("change", () => {
        if (tick.checked) excluded.add(rater);
        else excluded.delete(rater);
        onExclude([...excluded]);
      });
      label.append(tick, make("span", "", `Leave out ${rater}: ${reasons}`));
      box.append(label);
    });
    return box;
  }

  function table({ title, table: name, columns, rows }, dataOf) {
    const box = make("details", "rr-table-box");
    const scroll = make("div", "rr-scroll");
    scroll.tabIndex = 0;
    scroll.setAttribute("role", "region");
    scroll.setAttribute("aria-label", title);
    const grid = make("table");
    const head = make("tr");
    columns.forEach((column) => {
      const cell = make("th", "", column);
      cell.scope = "col";
      head.append(cell);
    });
    grid.append(head);
    rows.forEach((row) => {
      const line = make("tr");
      row.forEach((text) => line.append(make("td", "", text)));
      grid.append(line);
    });
    scroll.append(grid);
    box.append(
      make("summary", "", title),
      scroll,
      download(`${title} (CSV)`, dataOf(name), `${name}.csv`),
    );
    return box;
  }

  function chooser(label, options, value, onchange) {
    const field = make("label", "rr-choice", label);
    const select = make("select");
    options.forEach((each) => {
      const option = make("option", "", each.label);
      option.value = each.value;
      select.append(option);
    });
    select.value = value;
    select.addEventListener("change", () => onchange(select.value));
    field.append(select);
    return field;
  }

  const TALLEST = 560;
  const LEGEND = 64;

  /** Maps of the defects that were marked, over the picture they were marked in. */
  function marked(marks, dataOf, pictureOf, chosen) {
    const known = marks.pictures.some((each) => each.item === chosen.item);
    if (!known) chosen.item = marks.pictures[0].item;
    chosen.kind ??= marks.pictures[0].maps[0].kind;
    const box = make("section", "rr-marks");
    const words = make("p", "rr-found");
    words.setAttribute("role", "status");
    const plot = make("div", "rr-plot");
    plot.setAttribute("role", "figure");
    const mapOf = (picture) =>
      picture.maps.find((each) => each.kind === chosen.kind) ?? picture.maps[0];

    async function draw() {
      const picture = marks.pictures.find((each) => each.item === chosen.item);
      const { words: said, figure } = mapOf(picture);
      words.textContent = said;
      plot.setAttribute("aria-label", `${marks.title}. ${picture.label}. ${said}`);
      plot.hidden = !figure;
      if (!figure) return;
      const { xaxis, yaxis } = figure.layout;
      const [width, height] = [xaxis.range[1], yaxis.range[0]];
      const tall = Math.min(TALLEST, Math.round((plot.clientWidth * height) / width));
      const source = pictureOf?.(chosen.item);
      const under = { source, xref: "x", yref: "y", x: 0, y: 0, sizex: width, sizey: height };
      const images = source ? [{ ...under, sizing: "stretch", layer: "below" }] : [];
      await window.rrPlots.draw(plot, {
        ...figure,
        layout: { ...figure.layout, images, height: tall + LEGEND },
      });
    }

    const change = (what) => (value) => {
      chosen[what] = value;
      draw();
    };
    const link = download("Counts of all pictures (CSV)", dataOf(marks.table), "marks.csv");
    const pictures = marks.pictures.map((each) => ({ value: each.item, label: each.label }));
    const kinds = marks.pictures[0].maps.map(({ kind }) => ({ value: kind, label: kind }));
    box.append(
      make("h3", "", marks.title),
      make("p", "rr-words", marks.words),
      chooser("Picture", pictures, chosen.item, change("item")),
      chooser("Defect", kinds, chosen.kind, change("kind")),
      words,
      plot,
      link,
    );
    return [box, draw];
  }

  function list(title, entries) {
    if (!entries.length) return null;
    const box = make("details", "rr-notes");
    const items = make("ul");
    entries.forEach((entry) => items.append(make("li", "", entry)));
    box.append(make("summary", "", title), items);
    return box;
  }

  function methods(text) {
    const box = make("section");
    const copy = make("button", "", "Copy");
    copy.type = "button";
    const paragraph = make("p", "rr-methods", text);
    copy.addEventListener("click", async () => {
      await navigator.clipboard.writeText(text);
      copy.textContent = "Copied";
    });
    box.append(make("h2", "", "Methods, for a paper"), paragraph, copy);
    return box;
  }

  function facts(view) {
    const { votes, marks, raters, items, conditions } = view.facts;
    const format = new Intl.NumberFormat("en");
    const count = (number, one) => `${format.format(number)} ${one}${number === 1 ? "" : "s"}`;
    const given = votes || !marks ? [count(votes, "vote")] : [];
    if (marks) given.push(count(marks, "mark"));
    return (
      `${given.join(" and ")} of ${count(raters, "rater")} on ` +
      `${items === 1 ? "1 stimulus" : `${format.format(items)} stimuli`}` +
      `${conditions ? `, ${count(conditions, "condition")}` : ""}.`
    );
  }

  /**
   * Show a view in an element. dataOf(table) gives the address of a table as CSV, pictureOf(item)
   * that of a picture. onExclude, where given, is called with the list of raters to leave out.
   * chosen holds what the reader chose of the maps, for when the view is shown anew. Resolves when
   * all figures are drawn.
   */
  async function show(element, view, dataOf, { onExclude, pictureOf, chosen = {} } = {}) {
    const root = make("div", "rr-study-results");
    const [results, drawResults] = sections(view.results, dataOf);
    const [strategies, drawStrategies] = sections(view.strategies, dataOf);
    root.append(
      paragraphs(view.answer, "rr-answer"),
      make("p", "rr-facts", facts(view)),
    );
    if (view.results.length) root.append(results);
    const [maps, drawMaps] = view.marks ? marked(view.marks, dataOf, pictureOf, chosen) : [];
    if (maps) root.append(maps);
    if (view.strategies.length) {
      root.append(make("h2", "", "Strategies"), paragraphs(view.strategy_answer, "rr-answer"));
      root.append(strategies);
    }
    const refusals = Object.entries(view.refusals).map(([part, why]) => `${part}: ${why}`);
    const parts = [
      ...view.shown_tables.map((each) => table(each, dataOf)),
      flagged(view, onExclude),
      list("What has no answer here, and why", refusals),
      list("What was assumed", view.notes),
      methods(view.methods),
    ];
    root.append(...parts.filter(Boolean));
    element.replaceChildren(root);
    const draws = [...drawResults, ...(maps ? [drawMaps] : []), ...drawStrategies];
    await Promise.all(draws.map((draw) => draw()));
    root.dataset.drawn = "yes";
  }

  window.rrStudyResults = { show };
})();
