/* Marks by keyboard: arrow keys go from mark to mark of a figure, Enter opens what is behind one.
   The mark is named in a line below the figure, which a screen reader speaks. */
(() => {
  "use strict";

  const STEPS = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 };

  const written = (value) => (typeof value === "number" ? String(Number(value.toPrecision(4))) : value ?? "");

  /** The series, and what hovering over its mark shows. */
  function said(trace, values) {
    const shown = (trace.hovertemplate || "%{fullData.name}")
      .replace(/<extra>.*<\/extra>/, "")
      .replace(/%\{([\w.]+)(:[^}]*)?\}/g, (_, name) => written({ ...values, "fullData.name": trace.name }[name]))
      .replaceAll("<br>", ", ")
      .replace(/<[^>]*>/g, "");
    return trace.type === "heatmap" || shown.startsWith(trace.name) ? shown : `${trace.name}, ${shown}`;
  }

  /** Every mark with a row behind it, series by series; a map's cells line by line. */
  function marksOf(element) {
    return element._fullData.flatMap((trace, curveNumber) => {
      if (trace.customdata == null || trace.visible !== true) return [];
      const { x, y, z, text } = trace;
      const mark = (row, pointNumber, values) => ({
        row: Array.isArray(row) ? row[0] : row, place: { curveNumber, pointNumber }, said: said(trace, values),
      });
      return [...trace.customdata].flatMap((own, at) => (trace.type === "heatmap"
        ? [...own].map((row, right) =>
          mark(row, [at, right], { x: x[right], y: y[at], z: z[at][right], text: text?.[at]?.[right] }))
        : mark(own, at, { x: x[at], y: y?.[at], text: text?.[at] })));
    }).filter((each) => each.row >= 0);
  }

  function leave(element, line) {
    element.rrMark = -1;
    line.textContent = "";
    Plotly.Fx.unhover(element);
  }

  function press(element, line, event) {
    if (event.target !== element || !element.rrOnRow) return;
    const marks = marksOf(element);
    if (event.key === "Enter" && marks[element.rrMark]) {
      element.rrOnRow(marks[element.rrMark].row);
    } else if (event.key in STEPS && marks.length) {
      const from = element.rrMark < 0 && STEPS[event.key] < 0 ? 0 : element.rrMark;
      element.rrMark = (from + STEPS[event.key] + marks.length) % marks.length;
      const { place, said: name } = marks[element.rrMark];
      line.textContent = `${element.rrMark + 1} of ${marks.length}: ${name}. Enter shows its images.`;
      Plotly.Fx.hover(element, [place]);
    } else return;
    event.preventDefault();
  }

  /** Make a figure that was drawn one that can be walked through. */
  function begin(element) {
    const line = document.createElement("p");
    line.className = "rr-quiet rr-mark";
    line.setAttribute("role", "status");
    element.after(line);
    element.tabIndex = 0;
    element.rrMark = -1;
    element.addEventListener("keydown", (event) => press(element, line, event));
    element.addEventListener("blur", () => leave(element, line));
  }

  window.rrWalk = { begin };
})();
