// One person's session: consent, instructions, trials, the end. The server says what is next.

import { sentence } from "../site-files/server.js";
import { Clock } from "./clock.js";
import { node } from "../site-files/elements.js";
import { dialog } from "./dom.js";
import { Pictures } from "./pictures.js";
import { ReviewDesk } from "./review.js";
import { consentScreen, endScreen, instructionContents, instructionScreen, message } from "./screens.js";
import { invitation, newId, Server } from "./server.js";
import { TrialDesk } from "./trial.js";

const root = document.querySelector("#rate");
const troubleBar = node("p", { class: "rr-sending", role: "alert", hidden: true });

class Session {
  constructor(invite) {
    this.invite = invite;
    this.clock = new Clock();
    this.server = new Server(invite, (text) => {
      troubleBar.textContent = text;
      troubleBar.hidden = !text;
    });
    this.instructed = false;
    this.breaks = 1;
  }

  async begin() {
    await this.server.sendPending();
    await this.go(await this.server.state());
  }

  /** Show what the server's view asks for. */
  async go(view) {
    this.view = { ...this.view, ...view };
    const stage = this.view.stage;
    root.dataset.stage = stage;
    if (stage === "trial") return this._trial();
    if (stage === "review") return this._review();
    this.desk = null;
    if (stage === "consent") return this._consent();
    if (stage === "done") {
      return this._show(endScreen(this.view, () => this.undo(), () => this.withdraw()));
    }
    const texts = {
      paused: "The study is paused. Your answers are stored; come back later by the same link.",
      closed: "The study is closed. Your answers are stored. Thank you.",
    };
    return this._show(message(this.view.study.title, texts[stage]));
  }

  _show(...elements) {
    root.replaceChildren(...elements);
    document.title = `${this.view.study.title} · Rate`;
  }

  _consent() {
    this._show(consentScreen(this.view, async (viewing) => {
      try {
        await this.go(await this.server.consent(viewing));
      } catch (error) {
        throw { sentence: sentence(error) };
      }
    }));
  }

  async _trial() {
    if (!this.instructed) {
      this.desk = null;
      this._show(instructionScreen(this.view, () => { this.instructed = true; this._trial(); }));
      return;
    }
    await this._rest();
    if (!this.desk) {
      this.desk = new TrialDesk(this.view, new Pictures(this.view.study.allowZoom), {
        vote: (answer) => this._send("events", "vote", { answer }),
        undo: () => this.undo(),
        skip: () => this.skip(),
        instructions: () => this.instructions(),
      });
      this._show(this.desk.element);
    }
    await this.desk.show(this.view);
    this.clock.reset();
    Pictures.prefetch(this.view.ahead);
  }

  _review() {
    if (!(this.desk instanceof ReviewDesk)) {
      this.desk = new ReviewDesk(this.view, (kind, parts) => this._send("reviews", kind, parts));
      this._show(this.desk.element);
    }
    return this.desk.show(this.view);
  }

  async _rest() {
    const minutes = this.view.study.breakMinutes;
    if (this.clock.total < this.breaks * minutes * 60_000) return;
    this.breaks += 1;
    const text = `You have been rating for about ${Math.round(this.clock.total / 60_000)} minutes. Look away from the screen for a moment; everything is stored.`;
    await dialog("Time for a break", [node("p", {}, text)], [["Go on", true, true]]);
  }

  async _send(path, kind, parts = {}) {
    const trial = parts.trial ?? this.view.trial;
    const event = {
      client_id: newId(),
      trial: trial.id,
      revision: trial.revision,
      kind,
      answer: parts.answer ?? null,
      reason: parts.reason ?? "",
      seconds: Math.round(this.clock.active) / 1000,
      idle_seconds: Math.round(this.clock.idle) / 1000,
      viewing: this.desk?.pictures?.look ? this.desk.pictures.viewing() : {},
      client_time: new Date().toISOString(),
    };
    try {
      const answer = await this.server.send(path, event);
      if (answer.feedback) await this._feedback(answer.feedback);
      await this.go(answer.state);
    } catch (error) {
      await this._refused(error);
    }
  }

  async _feedback({ right, given, note }) {
    const agrees = right === given;
    const says = [
      node("p", {}, agrees ? `Yes: ${right}.` : right ? `Most people would say: ${right}.` : "Thank you."),
      !agrees && right && given ? node("p", {}, `You said: ${given}.`) : null,
      note ? node("p", {}, note) : null,
    ].filter(Boolean);
    await dialog("Practice", says, [["Continue", true, true]]);
  }

  /** What the server did not take: somebody answered elsewhere, or the page must tell why. */
  async _refused(error) {
    if (!["Superseded", "NotOpen"].includes(error.class)) {
      await dialog("This was not stored", [node("p", {}, sentence(error))], [["Close", true, true]]);
    }
    await this.go(await this.server.state());
  }

  async undo() {
    try {
      const { trial } = await this.server.undoable();
      if (trial) return await this._send("events", "undo", { trial });
      await this.go(await this.server.state());
    } catch (error) {
      await this._refused(error);
    }
  }

  async skip() {
    const reason = node("input", { type: "text", maxlength: 500, "aria-label": "Reason", placeholder: "Why?" });
    const chosen = await dialog("Skip this one", [reason], [["Skip", true, true], ["Back", false]]);
    if (!chosen) return;
    await this._send("events", "skip", { reason: reason.value.trim() || "no reason given" });
  }

  instructions() {
    return dialog("What to do", instructionContents(this.view), [["Back to the pictures", true, true]]);
  }

  async withdraw() {
    const sure = await dialog("Withdraw from the study?",
      [node("p", {}, "Your answers are erased and your link stops working. This cannot be undone.")],
      [["Keep my answers", false, true], ["Erase my answers", true]]);
    if (!sure) return;
    try {
      const { erased } = await this.server.withdraw();
      this._show(message("You have withdrawn", `${erased} answers were erased. Thank you for your time.`));
    } catch (error) {
      await dialog("Nothing was erased", [node("p", {}, sentence(error))], [["Close", true, true]]);
    }
  }
}

async function main() {
  document.body.append(troubleBar);
  try {
    const invite = await invitation();
    if (!invite) {
      root.replaceChildren(message("No invitation", "Open the link that the owner of a study sent you."));
      return;
    }
    const session = new Session(invite);
    document.addEventListener("keydown", (event) => session.desk?.key(event), true);
    await session.begin();
  } catch (error) {
    if (!error.problem) throw error;
    root.replaceChildren(message("This link cannot be used", sentence(error)));
  }
}

main();
