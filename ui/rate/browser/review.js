// A reviewer's desk: the pictures as the rater saw them, the answer, and three ways to judge it.

import { node } from "../site-files/elements.js";
import { dialog, keyButton } from "./dom.js";
import { isElsewhere, keyOf } from "./keys.js";
import { Pictures } from "./pictures.js";
import { widgetFor } from "./widgets.js";

export class ReviewDesk {
  /** judge(kind, {answer, reason}) stores a word on the answer shown. */
  constructor(view, judge) {
    this.judge = judge;
    this.busy = true;
    this.pictures = new Pictures(true);
    this.question = node("h1", {});
    this.progress = node("p", { class: "rr-progress", role: "status" });
    this.answers = node("div", { class: "rr-answers" });
    this.empty = node("p", { class: "rr-wait", hidden: true }, "Nothing waits for review. New answers appear when you reload the page.");
    this.accept = keyButton("Accept", "a", () => this._act("accept"), { class: "rr-main" });
    this.correct = keyButton("Correct", "c", () => this._act("correct", { answer: this.chosen }), { disabled: true });
    this.giveBack = keyButton("Return", "r", () => this._return());
    this.element = node("section", { class: "rr-trial", "aria-label": "Review" },
      node("header", {}, this.question, this.progress),
      node("p", { class: "rr-returned" }, "The rater's answer is marked. Accept it, choose another and correct it, or return it with a reason."),
      this.pictures.element, this.empty,
      node("footer", {}, this.answers, node("div", { class: "rr-row rr-verdict" }, this.accept, this.correct, this.giveBack)));
  }

  async show(view) {
    const { arm, trial, progress } = view;
    const nothing = !trial;
    this.element.dataset.trial = "";
    this.answers.replaceChildren();
    this._setBusy(true);
    this.arm = arm;
    this.progress.textContent = `${progress.done} of ${progress.total} reviewed`;
    this.question.textContent = nothing ? "Review" : arm.question;
    this.empty.hidden = !nothing;
    this.pictures.element.hidden = nothing;
    for (const button of [this.accept, this.correct, this.giveBack]) button.hidden = nothing;
    if (nothing) return;
    await this.pictures.show(arm, trial);
    this.chosen = trial.answer;
    this.widget = widgetFor(arm, trial, this.pictures, {
      give: (answer) => { this.widget.set(answer); this._choose(trial, answer); },
      changed: () => this.widget && this._choose(trial, this.widget.answer()),
    });
    this.answers.replaceChildren(this.widget.element);
    this.widget.start?.();
    this.widget.set(trial.answer);
    this._setBusy(false);
    this._choose(trial, trial.answer);
    this.element.dataset.trial = trial.id;
  }

  /** Nothing can be pressed while pictures are on their way or a word is being stored. */
  _setBusy(busy) {
    this.busy = busy;
    for (const control of this.element.querySelectorAll("footer :is(button, input, textarea)")) {
      control.disabled = busy;
    }
  }

  _choose(trial, answer) {
    this.chosen = answer;
    const same = !answer || JSON.stringify(answer) === JSON.stringify(trial.answer);
    this.correct.disabled = same;
  }

  async _act(kind, parts = {}) {
    if (this.busy) return;
    this._setBusy(true);
    await this.judge(kind, parts);
  }

  async _return() {
    if (this.busy) return;
    const reason = node("input", { type: "text", maxlength: 500, "aria-label": "Reason", placeholder: "What should the rater look at?" });
    const sure = await dialog("Return this answer", [reason], [["Return", true, true], ["Back", false]]);
    if (sure && reason.value.trim()) await this._act("return", { reason: reason.value.trim() });
  }

  key(event) {
    if (this.busy || isElsewhere(event)) return;
    const key = keyOf(event);
    const button = { a: this.accept, c: this.correct, r: this.giveBack }[key];
    // The letters of a set would be the reviewer's own keys.
    const isForWidget = !this.arm.shown.startsWith("set");
    if (button && !button.disabled) button.click();
    else if (!isForWidget || !this.widget.key(key, event.shiftKey)) return;
    event.preventDefault();
    event.stopPropagation();
  }
}
