// The Evaluate page: one run at a time, named in the address; its progress, then its comparison.

import { button, node } from "../site-files/elements.js";
import { browser } from "../site-files/kept.js";
import { refusal } from "../site-files/refusal.js";
import { ask } from "../site-files/server.js";
import { Comparison } from "./comparison.js";
import { Look } from "./look.js";

const POLL_MS = 700;
const RECENT = "rr-recent-runs";
const MOST_RECENT = 12;
const KEPT = ["metric", "first", "second"];

class Room {
  constructor(root) {
    this.root = root;
    this.status = root.querySelector("[data-rr-status]");
    this.look = new Look();
    root.append(this.look.element);
    this.comparison = new Comparison(root.querySelector("[data-rr-comparison]"), {
      look: (base, row, beside) => this.look.open(base, row, beside),
      asked: (wanted) => this.remember(this.id, wanted),
    });
    const address = new URLSearchParams(location.search);
    this.listRecent();
    this.open(address.get("run") || root.dataset.firstRun, {
      wanted: { ...Object.fromEntries(KEPT.map((name) => [name, address.get(name) ?? ""])), on: address.getAll("on") },
      remember: false,
    });
  }

  open(id, { wanted = { metric: "", on: [], first: "", second: "" }, remember = true } = {}) {
    this.id = id;
    this.wanted = wanted;
    this.comparison.leave();
    if (remember) this.remember(id, wanted);
    clearTimeout(this.timer);
    this.poll(id);
  }

  remember(id, wanted) {
    const address = new URL(location.href);
    address.search = "";
    if (id !== this.root.dataset.firstRun) address.searchParams.set("run", id);
    for (const name of KEPT) if (wanted[name]) address.searchParams.set(name, wanted[name]);
    for (const each of wanted.on) address.searchParams.append("on", each);
    history.replaceState(null, "", address);
  }

  async poll(id) {
    let run;
    try {
      run = await ask(`runs/${id}`);
    } catch (error) {
      if (id !== this.id) return;
      if (error.lost) {
        this.status.replaceChildren(node("span", {}, "The connection to the server was lost; trying again."));
        this.timer = setTimeout(() => this.poll(id), 4 * POLL_MS);
        return;
      }
      this.comparison.place.replaceChildren();
      return this.fail(error);
    }
    if (id !== this.id) return;
    this.note(run);
    if (["queued", "running"].includes(run.state)) {
      this.working(run);
      this.timer = setTimeout(() => this.poll(id), POLL_MS);
      return;
    }
    if (run.state === "failed") this.fail(run.error, run);
    else this.tell(run);
    if (run.state === "failed" && !run.done) return;
    this.root.dataset.state = "loading";
    await this.comparison.show(id, this.wanted);
    if (id === this.id) this.root.dataset.state = run.state;
  }

  working(run) {
    const doing = run.state === "queued"
      ? run.waitingBefore ? `Waiting: ${run.waitingBefore} ${run.waitingBefore === 1 ? "run" : "runs"} first` : "Starting"
      : run.doing;
    if (!this.bar?.isConnected) {
      this.bar = node("progress", { max: 1, value: 0, "aria-label": "Comparison" });
      this.doing = node("span", {});
      this.status.replaceChildren(this.bar, this.doing, button("Stop", () => this.post("cancel")));
      this.comparison.place.replaceChildren(node("p", { class: "rr-quiet" },
        "This page can be closed. The run goes on, and its address opens it again."));
    }
    this.bar.value = run.done;
    this.doing.textContent = `${Math.round(100 * run.done)} % · ${doing}`;
    this.root.dataset.state = "working";
  }

  tell(run) {
    const parts = [node("span", {}, node("strong", {}, run.title))];
    if (run.measured) parts.push(node("span", { class: "rr-quiet" }, run.measured));
    if (run.command) parts.push(node("code", { title: "The command that made this run" }, run.command));
    if (run.state === "stopped") {
      parts.push(node("span", {}, "Stopped; what is finished is kept."), button("Go on", () => this.resume()));
    }
    if (!run.shared) parts.push(button("Delete this run", () => this.remove()));
    this.status.replaceChildren(...parts);
  }

  fail(error, run) {
    const again = run?.resumable ? [button("Try again", () => this.resume())] : [];
    this.status.replaceChildren(refusal(error), ...again);
    this.root.dataset.state = "failed";
  }

  async post(verb) {
    try {
      await ask(`runs/${this.id}/${verb}`, { method: "POST" });
    } catch (error) {
      this.fail(error);
    }
  }

  async resume() {
    await this.post("resume");
    this.open(this.id, { wanted: this.wanted });
  }

  async remove() {
    const gone = this.id;
    try {
      await ask(`runs/${gone}`, { method: "DELETE" });
    } catch (error) {
      return this.fail(error);
    }
    this.keepRecent(this.recent().filter((each) => each.id !== gone));
    this.open(this.root.dataset.firstRun);
  }

  /* ------------------------------------------------- runs of this browser */

  recent() {
    return JSON.parse(browser.kept(RECENT) ?? "[]");
  }

  keepRecent(runs) {
    browser.keep(RECENT, JSON.stringify(runs.slice(0, MOST_RECENT)));
    this.listRecent();
  }

  note(run) {
    if (run.shared) return this.listRecent();
    const others = this.recent().filter((each) => each.id !== run.id);
    this.keepRecent([{ id: run.id, title: run.title }, ...others]);
  }

  listRecent() {
    const place = document.querySelector("[data-rr-recent]");
    if (!place) return;
    const first = { id: this.root.dataset.firstRun, title: "Sample run" };
    const runs = [...this.recent(), first];
    const key = JSON.stringify([runs, this.id]);
    if (place.dataset.shown === key) return;
    place.dataset.shown = key;
    place.replaceChildren(node("p", { class: "rr-quiet" }, "Opened in this browser:"),
      node("ul", {}, runs.map((run) => node("li", {}, node("button", {
        type: "button", class: "rr-link", "aria-current": run.id === this.id ? "true" : null,
        onclick: () => this.open(run.id),
      }, run.title)))));
  }
}

let room = null;
window.rrOpenRun = (id) => room?.open(id);

/** Begin once the page is there; Gradio renders its elements in the browser, and anew on return. */
export function mount() {
  const root = document.querySelector("[data-rr-evaluate]");
  if (root && root !== room?.root) room = new Room(root);
  else if (room?.root.isConnected) room.listRecent();
}
