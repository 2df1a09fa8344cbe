// One trial on the screen: the question, the pictures, the answers with their keys.

import { node } from "../site-files/elements.js";
import { keyButton } from "./dom.js";
import { isElsewhere, keyOf } from "./keys.js";
import { widgetFor } from "./widgets.js";

const GRAY_MS = 500;

export class TrialDesk {
  /** acts: {vote(answer), undo(), skip(), instructions()}, each returning a promise. */
  constructor(view, pictures, acts) {
    this.pictures = pictures;
    this.acts = acts;
    this.busy = true;
    this.question = node("h1", {});
    this.note = node("p", { class: "rr-returned", role: "status" });
    this.progress = node("p", { class: "rr-progress", role: "status" });
    this.cropped = node("p", { class: "rr-cropped", hidden: true }, "Larger than the screen: drag to see all of it.");
    this.answers = node("div", { class: "rr-answers" });
    this.done = keyButton("Done", "Enter", () => this._vote(this.widget.answer()), { class: "rr-main" });
    this.undo = keyButton("Undo", "u", () => this._act(() => acts.undo()));
    this.flip = keyButton("Flip in place", "Space", () => this.pictures.flip());
    this.element = node("section", { class: "rr-trial", "aria-label": "Rating", tabindex: -1 },
      node("header", {}, this.question, this.progress),
      this.note,
      this.cropped,
      this.pictures.element,
      node("footer", {}, this.answers,
        node("div", { class: "rr-row rr-small" }, this.undo,
          keyButton("Skip", "s", () => this._act(() => acts.skip())),
          this.flip,
          keyButton("What to do", "h", () => acts.instructions()))));
  }

  async show(view) {
    const { arm, trial, progress } = view;
    this.arm = arm;
    this.canUndo = view.canUndo;
    this.pictures.hide(true);
    const gray = new Promise((wake) => setTimeout(wake, GRAY_MS));
    this.question.textContent = arm.question;
    this.progress.textContent = trial.training
      ? "Practice"
      : `${Math.min(progress.done + 1, progress.total)} of ${progress.total}`;
    this.note.textContent = trial.returned ? `Returned to you: ${trial.returned}` : "";
    this.widget = widgetFor(arm, trial, this.pictures, {
      give: (answer) => this._vote(answer),
      changed: () => this._setBusy(this.busy),
    });
    this.answers.replaceChildren(this.widget.element, ...(this.widget.immediate ? [] : [this.done]));
    this._setBusy(true);
    await this.pictures.show(arm, trial);
    this.flip.hidden = this.pictures.count !== 2;
    this.cropped.hidden = !this.pictures.isCropped;
    await gray;
    this.pictures.hide(false);
    this.widget.start?.();
    this._setBusy(false);
    this.element.dataset.trial = trial.id;
    if (!document.querySelector("dialog[open]")) (this.widget.first ?? this.element).focus();
  }

  /** Nothing can be pressed while pictures are on their way or an answer is being stored. */
  _setBusy(busy) {
    this.busy = busy;
    for (const control of this.element.querySelectorAll("footer :is(button, input, textarea)")) {
      control.disabled = busy;
    }
    this.undo.disabled = busy || !this.canUndo;
    this.done.disabled = busy || !this.widget?.answer();
  }

  _vote(answer) {
    if (answer) this._act(() => this.acts.vote(answer));
  }

  async _act(work) {
    if (this.busy) return;
    this._setBusy(true);
    try {
      await work();
    } finally {
      // Where nothing new was shown, the same trial goes on.
      if (this.busy) this._setBusy(false);
    }
  }

  /** Before the viewer, whose keys would zoom and change modes under the rater's answer. */
  key(event) {
    if (isElsewhere(event)) return;
    const waits = this.busy || (event.repeat && !event.key.startsWith("Arrow"));
    const taken = waits ? this._isOurs(event) : this._press(event);
    if (!taken && !this._isForViewer(event)) return;
    if (taken) event.preventDefault();
    if (taken || !this._viewerMay(event)) event.stopPropagation();
  }

  _press(event) {
    const key = keyOf(event);
    if (this.widget.key(key, event.shiftKey)) return true;
    if (key === "enter" && !this.widget.immediate) this._vote(this.widget.answer());
    else if (key === "u" || key === "backspace") !this.undo.disabled && this._act(() => this.acts.undo());
    else if (key === "s") this._act(() => this.acts.skip());
    else if (key === "h") this.acts.instructions();
    else if (key === " ") return this.pictures.flip();
    else if (key === "escape") return this.pictures.sideBySide();
    else return false;
    return true;
  }

  _isOurs(event) {
    const key = keyOf(event);
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
