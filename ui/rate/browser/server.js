// The way to the server: an answer is kept in the browser until the server has stored it.

import { browser } from "../site-files/kept.js";
import { ask, sentence } from "../site-files/server.js";

const RETRY_MS = [500, 1000, 2000, 4000, 8000];
const PENDING = "rr-rate-pending:";

export const newId = () => {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
};

export class Server {
  /** trouble(text or "") is shown while something could not be stored yet. */
  constructor(invite, trouble) {
    this.invite = invite;
    this.trouble = trouble;
  }

  ask(path, body) {
    const options = { headers: { "x-rr-invite": this.invite }, cache: "no-store" };
    if (body) {
      options.method = "POST";
      options.body = JSON.stringify(body);
      options.headers["content-type"] = "application/json";
    }
    return ask(`api/${path}`, options);
  }

  state() {
    return this._patiently("state");
  }

  consent(viewing) {
    return this._patiently("consent", { viewing });
  }

  /** The answer that Undo would take back, as {trial}; null where there is none. */
  undoable() {
    return this._patiently("undo", {});
  }

  withdraw() {
    return this.ask("withdraw", {});
  }

  /** Send an event until it is stored or refused; path is "events" or "reviews". */
  async send(path, event) {
    const name = `${this._pending}${event.client_id}`;
    browser.keep(name, JSON.stringify([path, event]));
    try {
      return await this._patiently(path, event, "Your answer is kept here and sent again.");
    } finally {
      browser.forget(name);
    }
  }

  /** What a closed page had not been able to store; the server knows if it came through. */
  async sendPending() {
    const waiting = browser.names(this._pending).map((name) => JSON.parse(browser.kept(name)));
    waiting.sort(([, one], [, other]) => one.client_time.localeCompare(other.client_time));
    for (const [path, event] of waiting) await this.send(path, event).catch(() => null);
  }

  get _pending() {
    return `${PENDING}${this.invite}:`;
  }

  async _patiently(path, body, meanwhile = "It is asked again.") {
    for (let attempt = 0; ; attempt++) {
      try {
        const answer = await this.ask(path, body);
        this.trouble("");
        return answer;
      } catch (error) {
        const passes = error.lost || error.status >= 500 || error.status === 429;
        if (!passes) {
          this.trouble("");
          throw error;
        }
        this.trouble(`${sentence(error)} ${meanwhile}`);
        const pause = RETRY_MS[Math.min(attempt, RETRY_MS.length - 1)];
        await new Promise((wake) => setTimeout(wake, pause));
      }
    }
  }
}

/** The invitation in the address; an open link becomes an invitation of one's own first. */
export async function invitation() {
  const address = new URL(location.href);
  const join = address.searchParams.get("join");
  let invite = address.searchParams.get("invite");
  if (!invite && join) {
    const known = `rr-rate-joined:${join}`;
    invite = browser.kept(known);
    if (!invite) {
      const answer = await new Server("", () => {}).ask("join", { join });
      invite = answer.invite;
      browser.keep(known, invite);
    }
    address.searchParams.delete("join");
    address.searchParams.set("invite", invite);
    history.replaceState(null, "", address);
  }
  return invite;
}
