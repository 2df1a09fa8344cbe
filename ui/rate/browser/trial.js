// One trial on the screen: the question, the pictures, the answers with their keys.

import { keyButton, node } from "./dom.js";
import { widgetFor } from "./widgets.js";

const GRAY_MS = 500;

export class TrialDesk {
  /** acts: {vote(answer), undo(), skip(), instructions()}, each returning a promise. */
  constructor(view, pictures, acts) {
    this.pictures = pictures;
    this.acts = acts;
    this.question = node("h1", {});
    this.note = node("p", { class: "rr-returned", role: "status" });
    this.progress = node("p", { class: "rr-progress", role: "status" });
    this.answers = node("div", { class: "rr-answers" });
    this.done = keyButton("Done", "Enter", () => this._done(), { class: "rr-main" });
    this.undo = keyButton("Undo", "u", () => this._act(() => acts.undo()));
    this.flip = keyButton("Flip in place", "Space", () => this.pictures.flip());
    this.element = node("section", { class: "rr-trial", "aria-label": "Rating" },
      node("header", {}, this.question, this.progress),
      this.note,
      this.pictures.element,
      node("footer", {}, this.answers,
        node("div", { class: "rr-row rr-small" }, this.undo,
          keyButton("Skip", "s", () => this._act(() => acts.skip())),
          this.flip,
          keyButton("What to do", "h", () => acts.instructions()))));
  }

  async show(view) {
    const { arm, trial, progress } = view;
    this.busy = true;
    this.arm = arm;
    this.pictures.hide(true);
    const gray = new Promise((wake) => setTimeout(wake, GRAY_MS));
    this.question.textContent = arm.question;
    this.progress.textContent = trial.training
      ? "Practice"
      : `${Math.min(progress.done + 1, progress.total)} of ${progress.total}`;
    this.note.textContent = trial.returned ? `Returned to you: ${trial.returned}` : "";
    this.widget = widgetFor(arm, trial, this.pictures, {
      give: (answer) => this._act(() => this.acts.vote(answer)),
      changed: () => (this.done.disabled = !this.widget?.answer()),
    });
    this.answers.replaceChildren(this.widget.element, ...(this.widget.immediate ? [] : [this.done]));
    this._lock(true);
    await this.pictures.show(arm, trial);
    this.flip.hidden = this.pictures.count !== 2;
    await gray;
    this.pictures.hide(false);
    this.widget.start?.();
    this.busy = false;
    this._lock(false);
    this.undo.disabled = !view.canUndo;
    this.done.disabled = !this.widget.answer();
    this.element.dataset.trial = trial.id;
    if (!document.querySelector("dialog[open]")) (this.widget.first ?? this.element).focus?.();
  }

  _lock(locked) {
    for (const control of this.element.querySelectorAll("footer button, footer input, footer textarea")) {
      control.disabled = locked;
    }
  }

  _done() {
    const answer = this.widget.answer();
    if (answer) this._act(() => this.acts.vote(answer));
  }

  async _act(work) {
    if (this.busy) return;
    this.busy = true;
    this._lock(true);
    try {
      await work();
    } finally {
      if (this.busy) {
        // Nothing new was shown: the same trial goes on.
        this.busy = false;
        this._lock(false);
      }
    }
  }

  /** Before the viewer, whose keys would zoom and change modes under the rater's answer. */
  key(event) {
    const elsewhere = document.querySelector("dialog[open]") || event.ctrlKey || event.metaKey || event.altKey;
    const typing = event.target.matches?.("textarea, input[type=text]");
    if (elsewhere || (typing && event.key !== "Enter") || (typing && event.shiftKey)) return;
    const control = event.target.matches?.("button, input, select, a");
    if (control && ["Enter", " "].includes(event.key) && !typing) return;
    if (event.target.matches?.("input[type=range]") && event.key.startsWith("Arrow")) return;
    const taken = this.busy || event.repeat ? this._isOurs(event) : this._press(event);
    if (!taken && !this._isForViewer(event)) return;
    if (taken) event.preventDefault();
    if (taken || !this._viewerMay(event)) event.stopPropagation();
  }

  _press(event) {
    const key = event.key.toLowerCase();
    if (this.widget?.key(event)) return true;
    if (key === "enter" && !this.widget.immediate) this._done();
    else if (key === "u" || key === "backspace") !this.undo.disabled && this._act(() => this.acts.undo());
    else if (key === "s") this._act(() => this.acts.skip());
    else if (key === "h") this.acts.instructions();
    else if (key === " ") return this.pictures.flip();
    else if (key === "escape") return this.pictures.sideBySide();
    else return false;
    return true;
  }

  _isOurs(event) {
    const key = event.key.toLowerCase();
    return ["u", "s", "h", "enter", "backspace"].includes(key) || this.arm?.choices.some((each) => each.key === key);
  }

  _isForViewer(event) {
    return event.target.closest?.(".rr-viewer") && event.key.length === 1;
  }

  /** Zooming is left to the viewer, which knows whether it is allowed; its modes are not. */
  _viewerMay(event) {
    return ["+", "=", "-", "0"].includes(event.key);
  }
}
