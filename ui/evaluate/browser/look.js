// The images behind a mark, in the viewer that the Restore page has too. A dialog, so that nothing
// on the page moves and Escape brings the reader back to where they were.

import { button, node } from "../site-files/elements.js";
import { figure } from "../site-files/numbers.js";
import { refusal } from "../site-files/refusal.js";
import { ask } from "../site-files/server.js";
import { plotting, query, shortName } from "./dom.js";

const POLL_MS = 400;

export class Look {
  constructor() {
    this.title = node("h2", { id: "rr-look-title" });
    this.status = node("div", { class: "rr-status", role: "status", "aria-live": "polite" });
    this.viewer = node("div", { "data-rr-viewer": true });
    this.more = node("div");
    this.element = node("dialog", { class: "rr-look", "aria-labelledby": "rr-look-title", onclose: () => this.closed() },
      node("div", { class: "rr-look-head" }, this.title,
        button("Close", () => this.element.close(), { "aria-label": "Close the images" })),
      this.status, this.viewer, this.more);
  }

  /** Show the image of a row through its model, beside others on the same damaged image. */
  async open(base, row, beside) {
    this.wanted = `${base} ${row}`;
    const wanted = this.wanted;
    this.element.dataset.state = "working";
    this.title.textContent = "Images";
    this.more.replaceChildren();
    this.viewer.show?.(null);
    if (!this.element.open) this.element.showModal();
    try {
      let view = await ask(`${base}/pictures?${query({ row, beside })}`, { method: "POST" });
      while (["queued", "running"].includes(view.state)) {
        if (wanted !== this.wanted) return;
        this.working(view);
        await new Promise((done) => setTimeout(done, POLL_MS));
        view = await ask(`${base}/pictures/${view.id}`);
      }
      if (wanted !== this.wanted) return;
      if (view.state !== "done") throw view.error;
      this.show(view);
    } catch (error) {
      if (wanted !== this.wanted) return;
      this.status.replaceChildren(refusal(error));
      this.element.dataset.state = "failed";
    }
  }

  working(view) {
    this.name(view);
    this.status.replaceChildren(
      node("progress", { max: 1, value: view.done, "aria-label": "Restoring again" }),
      node("span", {}, view.state === "queued" ? "Waiting for the worker" : `Restoring again: ${view.doing}`));
  }

  name({ cell }) {
    this.title.textContent = `${cell.image}, ${cell.degradation}: ${shortName(cell.model)}`;
  }

  async show(view) {
    this.name(view);
    const differing = view.same.filter((each) => each.same === false).map((each) => each.model);
    this.status.replaceChildren(node("span", { class: "rr-quiet" }, differing.length
      ? `Restored again just now. ${differing.join(" and ")} came out with other bits than in the run: another machine or version.`
      : view.same.every((each) => each.same) ? "Restored again just now, bit-identical to the run." : "Restored again just now."));
    this.viewer.show(view.viewer);
    const plot = node("div", { class: "rr-plot" });
    this.more.replaceChildren(this.scores(view),
      node("h3", {}, "Radial power spectra"),
      node("p", { class: "rr-quiet" }, "Below the clean line, detail was lost; above it, noise was left."), plot);
    this.element.dataset.state = "done";
    (await plotting()).draw(plot, view.spectra);
  }

  scores(view) {
    return node("div", { class: "rr-scroll", tabindex: 0, role: "region", "aria-label": "Figures of this image" },
      node("table", { class: "rr-table" },
        node("thead", {}, node("tr", {}, node("th", {}, ""),
          view.metrics.map((each) => node("th", { scope: "col", title: each.reading }, each.name)))),
        node("tbody", {}, view.scores.map((line) => node("tr", {},
          node("th", { scope: "row", class: "rr-name" }, shortName(line.model)),
          line.values.map((value, number) => node("td", {}, figure(value, view.metrics[number].decimals))))))));
  }

  closed() {
    this.wanted = null;
    this.viewer.show?.(null);
  }
}
