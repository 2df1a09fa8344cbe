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
      const section = make("section", WIDE.has(each.table) ? "rr-wide" : "");
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
    const { votes, raters, items, conditions } = view.facts;
    const number = new Intl.NumberFormat("en");
    return (
      `${number.format(votes)} votes of ${number.format(raters)} raters on ` +
      `${number.format(items)} stimuli, ${number.format(conditions)} conditions.`
    );
  }

  /**
   * Show a view in an element. dataOf(table) gives the address of a table as CSV; onExclude, where
   * given, is called with the list of raters to leave out. Resolves when all figures are drawn.
   */
  async function show(element, view, dataOf, onExclude) {
    const root = make("div", "rr-study-results");
    const [results, drawResults] = sections(view.results, dataOf);
    const [strategies, drawStrategies] = sections(view.strategies, dataOf);
    root.append(
      paragraphs(view.answer, "rr-answer"),
      make("p", "rr-facts", facts(view)),
      results,
    );
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
    await Promise.all([...drawResults, ...drawStrategies].map((draw) => draw()));
    root.dataset.drawn = "yes";
  }

  window.rrStudyResults = { show };
})();
