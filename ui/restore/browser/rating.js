/* "How good is it?" under a result: one click is a vote in the built-in open study. The answer is
   sent until it is stored; only then does the page say so. */

import { node } from "../site-files/elements.js";
import { tab } from "../site-files/kept.js";
import { post, sentence } from "../site-files/server.js";

const RETRIES_MS = [500, 1500, 4000, 8000];
const GRADES = ["Bad", "Poor", "Fair", "Good", "Excellent"];
const KINDS = { lost: "Detail lost", invented: "Detail invented" };
const SMALLEST = 4;

const random = (bytes) =>
  [...crypto.getRandomValues(new Uint8Array(bytes))].map((byte) => byte.toString(16).padStart(2, "0")).join("");

/** A random name for this tab, gone with it. */
function visitor() {
  let name = tab.kept("rr-visitor");
  if (!name) tab.keep("rr-visitor", (name = random(16)));
  return name;
}

let drawing = null;
/** Whoever was to draw a box on the picture no longer is: there is one picture, and another use of it. */
export const endDrawing = () => drawing?.abort();

class ResultRating {
  constructor(caseId, view, model, viewerElement) {
    this.caseId = caseId;
    this.place = { file: view.file, page: view.page, model };
    this.key = view.viewer.panels.filter((panel) => panel.role === "restored")[model].key;
    this.viewerElement = viewerElement;
    this.began = performance.now();
    this.said = node("span", { class: "rr-quiet", role: "status" });
    this.more = node("div", { class: "rr-rating-more", hidden: true });
    const several = view.models.length > 1;
    this.remembered = `rr-stored ${caseId} ${view.file} ${view.page} ${model}`;
    this.grades = this.gradeButtons();
    this.element = node("div", { class: "rr-rating" },
      node("div", { class: "rr-rating-row" },
        node("span", {}, several ? `How good is ${view.models[model].model}?` : "How good is it?"),
        this.grades, this.said),
      this.more);
    this.sending = Promise.resolve();
    /** By arm, what the server has; also after a reload, because the tab keeps it. */
    this.stored = JSON.parse(tab.kept(this.remembered) ?? "{}");
    if (this.stored.overall) this.showGrade(Number(this.stored.overall.choice));
  }

  gradeButtons() {
    const buttons = GRADES.map((label, index) =>
      node("button", {
        type: "button", title: label, "aria-label": `${index + 1} ${label}`, "aria-pressed": "false",
        onclick: () => this.grade(index + 1),
      }, String(index + 1)));
    return node("span", { class: "rr-grades", role: "group", "aria-label": "Rating, 1 bad to 5 excellent" }, ...buttons);
  }

  async grade(value) {
    if (await this.send("overall", { choice: String(value) })) this.showGrade(value);
  }

  showGrade(value) {
    [...this.grades.children].forEach((button, index) => button.setAttribute("aria-pressed", index + 1 === value));
    if (this.more.hidden) this.askMore();
  }

  askMore() {
    this.more.hidden = false;
    const values = {};
    const save = node("button", { type: "button", class: "rr-button", disabled: true, onclick: async () => {
      await this.send("fidelity and naturalness", { scores: [values.Fidelity, values.Naturalness] });
    } }, "Save both");
    const sliders = ["Fidelity", "Naturalness"].map((name) => {
      const output = node("output", {}, "–");
      const input = node("input", { type: "range", min: 0, max: 100, value: 50, "aria-label": name, oninput: () => {
        values[name] = Number(input.value);
        output.textContent = input.value;
        save.disabled = Object.keys(values).length < 2;
      } });
      return node("label", {}, node("span", {}, name === "Fidelity" ? "True to the scan" : "Looks natural"), input, output);
    });
    this.marks = [...(this.stored.marks?.marks ?? [])];
    this.markList = node("span", { class: "rr-quiet" });
    const kinds = Object.entries(KINDS).map(([kind, label]) =>
      node("button", { type: "button", class: "rr-button", onclick: () => this.mark(kind) }, `Mark: ${label.toLowerCase()}`));
    this.more.replaceChildren(
      node("p", { class: "rr-quiet" }, "If you like, say more:"),
      node("div", { class: "rr-rating-row" }, ...sliders, save),
      node("div", { class: "rr-rating-row" }, ...kinds, this.undo(), this.markList));
  }

  undo() {
    const back = node("button", { type: "button", class: "rr-button", onclick: async () => {
      back.disabled = true;
      await this.takeBack();
      back.disabled = false;
    } }, "Take my rating back");
    return back;
  }

  /** Every answer, also one on its way; the grade last, so that it shows while anything is stored. */
  async takeBack() {
    endDrawing();
    await this.sending;
    for (const arm of Object.keys(this.stored).reverse()) {
      if (!(await this.send(arm, null, "undo"))) return;
    }
    for (const button of this.grades.children) button.setAttribute("aria-pressed", "false");
    this.marks = [];
    this.showMarks();
    this.more.hidden = true;
    this.said.textContent = "Taken back.";
  }

  /** The next drag on the restored picture draws a box. */
  mark(kind) {
    endDrawing();
    const viewer = window.RRViewer.mount(this.viewerElement);
    viewer.pair = [this.key, viewer.pair.find((key) => key !== this.key)];
    viewer.setMode("single");
    const pane = viewer.panes.get(this.key);
    const surface = pane.picture;
    this.viewerElement.scrollIntoView({ block: "nearest" });
    this.markList.textContent = "Draw a box on the picture. Escape stops.";
    const place = (event) => {
      const box = surface.getBoundingClientRect();
      const look = pane.look();
      const x = look.x + (event.clientX - box.left - pane.width / 2) / look.zoom;
      const y = look.y + (event.clientY - box.top - pane.height / 2) / look.zoom;
      return [Math.min(Math.max(x, 0), pane.size.width), Math.min(Math.max(y, 0), pane.size.height)];
    };
    const boxOf = (a, b) => ({
      x: Math.round(Math.min(a[0], b[0])), y: Math.round(Math.min(a[1], b[1])),
      w: Math.round(Math.abs(a[0] - b[0])), h: Math.round(Math.abs(a[1] - b[1])),
    });
    drawing = new AbortController();
    const { signal } = drawing;
    signal.addEventListener("abort", () => {
      surface.classList.remove("rr-drawing");
      this.showMarks();
    });
    const listen = (name, act) => surface.addEventListener(name, act, { capture: true, signal });
    let from = null;
    surface.classList.add("rr-drawing");
    listen("pointerdown", (event) => {
      event.stopPropagation();
      event.preventDefault();
      surface.setPointerCapture(event.pointerId);
      from = place(event);
    });
    listen("pointermove", (event) => {
      if (!from) return;
      event.stopPropagation();
      pane.outline([...this.marks, boxOf(from, place(event))]);
    });
    listen("pointerup", async (event) => {
      if (!from) return;
      event.stopPropagation();
      const box = boxOf(from, place(event));
      const isBox = Math.min(box.w, box.h) >= SMALLEST;
      if (isBox) this.marks.push({ ...box, kind });
      endDrawing();
      if (isBox && (await this.send("marks", { marks: [...this.marks] }))) this.showMarks();
    });
    document.addEventListener("keydown", (event) => event.key === "Escape" && endDrawing(), { signal });
  }

  /** Marks lie over the picture, or else the places to check; those that are stored are listed. */
  showMarks() {
    const stored = this.stored.marks?.marks ?? [];
    this.markList.textContent = stored.map((each, index) => `${index + 1} ${KINDS[each.kind]}`).join(", ");
    const viewer = window.RRViewer.mount(this.viewerElement);
    viewer.panes.get(this.key)?.outline(this.marks.length ? this.marks : viewer.placeList.places);
  }

  /** True once the server has stored it. One after the other: an undo never overtakes its vote. */
  send(arm, answer, kind = "vote") {
    const look = window.RRViewer?.mount(this.viewerElement).camera.look;
    const rating = {
      client_id: random(16), visitor: visitor(), ...this.place, arm, kind, answer,
      seconds: Math.min(86400, (performance.now() - this.began) / 1000),
      viewing: { ratio: devicePixelRatio, scale: look ? look.zoom * devicePixelRatio : null, window: [innerWidth, innerHeight] },
      client_time: new Date().toISOString(),
    };
    this.sending = this.sending.then(() => this.deliver(rating));
    return this.sending;
  }

  async deliver(rating) {
    for (let attempt = 0; ; attempt++) {
      let refused;
      try {
        await post(`cases/${this.caseId}/ratings`, rating);
        this.remember(rating);
        return true;
      } catch (error) {
        refused = error;
      }
      const passes = refused.lost || refused.status >= 500;
      if (!passes || attempt >= RETRIES_MS.length) {
        this.said.textContent = `Not stored. ${sentence(refused)}`;
        return false;
      }
      this.said.textContent = "Not stored yet; trying again.";
      await new Promise((wake) => setTimeout(wake, RETRIES_MS[attempt]));
    }
  }

  remember({ arm, kind, answer }) {
    if (kind === "undo") delete this.stored[arm];
    else this.stored[arm] = answer;
    tab.keep(this.remembered, JSON.stringify(this.stored));
    if (kind === "vote") this.said.textContent = "Stored, without your scan. Thank you.";
  }
}

/** One row for each model of a result. */
export const ratings = (caseId, view, viewerElement) =>
  node("section", { class: "rr-ratings", "aria-label": "Your rating" },
    ...view.models.map((_, model) => new ResultRating(caseId, view, model, viewerElement).element));
