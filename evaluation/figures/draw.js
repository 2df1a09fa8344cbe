/* Draws figures on the ground that the reader uses, light or dark, and again when that changes.
   Used by the Evaluate page and by reports; expects Plotly, window.rrTemplates and walk.js before
   it. */
(() => {
  "use strict";

  const NARROW = 560;
  const drawn = new Set();
  const prefersDark = matchMedia("(prefers-color-scheme: dark)");

  /** Gradio marks its dark theme with a class; elsewhere the system decides. */
  function ground() {
    const inGradio = document.querySelector("gradio-app, .gradio-container");
    const dark = inGradio ? document.body.classList.contains("dark") : prefersDark.matches;
    return dark ? "dark" : "light";
  }

  function layoutFor(element) {
    const { layout } = element.rrFigure;
    const narrow = element.clientWidth < NARROW;
    return {
      ...layout,
      template: window.rrTemplates[ground()],
      dragmode: false,
      // A legend takes more lines on a phone; the plot must not pay for them.
      height: narrow && layout.showlegend !== false ? layout.height + 80 : layout.height,
    };
  }

  const CONFIG = {
    responsive: true,
    displaylogo: false,
    modeBarButtons: [["toImage", "zoom2d", "resetScale2d"]],
    toImageButtonOptions: { format: "svg", filename: "figure" },
  };

  /**
   * Draw a figure into an element; onRow(row, point) is called with the number of the run's row
   * behind a mark that was clicked. Drawing anew into the same element replaces what was there.
   */
  async function draw(element, figure, onRow) {
    element.rrFigure = figure;
    element.style.height = `${layoutFor(element).height}px`;
    await Plotly.react(element, figure.data, layoutFor(element), CONFIG);
    if (!drawn.has(element)) {
      drawn.add(element);
      if (onRow) window.rrWalk.begin(element);
      element.on("plotly_click", (event) => {
        const point = event.points.find((each) => each.customdata != null);
        const row = Array.isArray(point?.customdata) ? point.customdata[0] : point?.customdata;
        if (row >= 0) element.rrOnRow?.(row, point);
      });
    }
    element.rrOnRow = onRow;
    element.classList.toggle("rr-clickable", Boolean(onRow));
  }

  function redraw() {
    for (const element of drawn) {
      if (!element.isConnected) drawn.delete(element);
      else Plotly.react(element, element.rrFigure.data, layoutFor(element), CONFIG);
    }
  }

  prefersDark.addEventListener("change", redraw);
  new MutationObserver(redraw).observe(document.body, { attributeFilter: ["class"] });
  window.rrPlots = { draw };
})();
