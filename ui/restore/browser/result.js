/* The result of a restoration: progress, the viewer, what was removed, scores, downloads.
   The server answers with JSON (ui/restore/views.py); every text is set as text, never as HTML. */

import { node } from "../site-files/elements.js";
import { tab } from "../site-files/kept.js";
import { refusal } from "../site-files/refusal.js";
import { ask, sentence } from "../site-files/server.js";
import { endDrawing, ratings } from "./rating.js";
import { removed, verdict } from "./removed.js";
import { scoreTable } from "./scores.js";

const POLL_MS = 400;

function size(bytes) {
  if (bytes == null) return "";
  return bytes < 1e6 ? ` · ${Math.ceil(bytes / 1e3)} kB` : ` · ${(bytes / 1e6).toFixed(1)} MB`;
}

function failures(view) {
  const failed = view.files.filter((file) => file.error);
  if (!failed.length) return [];
  return [node("div", { class: "rr-error", role: "alert" },
    node("p", {}, `${failed.length} of ${view.files.length} files could not be restored:`),
    node("ul", {}, ...failed.map((file) => node("li", {}, `${file.name}: ${sentence(file.error)}`))))];
}

class Result {
  constructor(root) {
    this.root = root;
    this.viewer = root.querySelector("[data-rr-viewer]");
    this.status = root.querySelector("[data-rr-status]");
    this.verdict = root.querySelector("[data-rr-verdict]");
    this.details = document.querySelector("[data-rr-details]");
    this.file = 0;
    this.page = 0;
    const asked = new URLSearchParams(location.search).get("case");
    this.open(asked || root.dataset.firstCase, { remember: false, sample: !asked });
  }

  open(id, { remember = true, sample = false } = {}) {
    if (!id) return;
    // Nobody can reach an earlier request of this page any more: it would only be in the way.
    if (this.id && !this.sample && this.root.dataset.state === "working") this.cancel(this.id);
    this.id = id;
    this.file = 0;
    this.page = 0;
    if (remember) {
      const address = new URL(location.href);
      address.searchParams.set("case", id);
      history.replaceState(null, "", address);
    }
    this.sample = sample;
    if (!sample) keepCase(id);
    this.root.dataset.state = "working";
    this.details.replaceChildren();
    clearTimeout(this.timer);
    this.poll(id);
  }

  async poll(id) {
    if (id !== this.id) return;
    let progress;
    try {
      progress = await ask(`cases/${id}`);
    } catch (error) {
      // The first sample is opened a moment after the app begins to answer.
      if (!error.lost && !this.sample) return this.fail(error);
      this.say(error.lost ? "The connection to the server was lost; trying again." : "Preparing a sample");
      this.timer = setTimeout(() => this.poll(id), 4 * POLL_MS);
      return;
    }
    if (id !== this.id) return;
    if (progress.state === "done") return this.show();
    if (progress.state === "failed") return this.fail(progress.error);
    if (progress.state === "cancelled") return this.say("Stopped. Nothing was written.");
    this.working(progress);
    this.timer = setTimeout(() => this.poll(id), POLL_MS);
  }

  working(progress) {
    const waits = progress.waitingBefore;
    const doing = progress.state === "queued"
      ? waits ? `Waiting: ${waits} ${waits === 1 ? "job" : "jobs"} first` : "Starting"
      : progress.doing;
    if (!this.bar?.isConnected) {
      this.bar = node("progress", { max: 1, value: 0, "aria-label": "Restoration" });
      this.doing = node("span", {});
      const cancel = node("button", {
        type: "button", class: "rr-button",
        onclick: () => this.cancel(this.id),
      }, "Cancel");
      this.status.replaceChildren(this.bar, this.doing, ...(this.sample ? [] : [cancel]));
    }
    this.bar.value = progress.done;
    this.doing.textContent = `${Math.round(100 * progress.done)} % · ${doing}`;
    this.root.dataset.state = "working";
  }

  cancel(id) {
    return fetch(`cases/${id}/cancel`, { method: "POST" });
  }

  say(text) {
    this.status.replaceChildren(node("span", {}, text));
    this.root.dataset.state = "idle";
  }

  /** Another picture, or none, and what is said under it. */
  exhibit(shown, ...said) {
    endDrawing();
    this.viewer.show(shown);
    this.verdict.replaceChildren(...said);
  }

  fail(error) {
    this.exhibit(null);
    this.status.replaceChildren(refusal(error, "span"));
    this.root.dataset.state = "failed";
  }

  async show() {
    const id = this.id;
    let view;
    try {
      view = await ask(`cases/${id}/page?file=${this.file}&page=${this.page}`);
    } catch (error) {
      return this.fail(error);
    }
    if (id !== this.id) return;
    const good = view.files.findIndex((file) => !file.error);
    if (view.error && this.file === 0 && good > 0) {
      this.file = good;
      return this.show();
    }
    this.status.replaceChildren(...this.navigation(view));
    if (view.error) {
      this.exhibit(null, refusal(view.error));
      this.details.replaceChildren(...failures(view));
    } else {
      this.exhibit(view.viewer, ...view.models.map(verdict), ratings(id, view, this.viewer));
      this.details.replaceChildren(...this.contents(view));
    }
    this.root.dataset.state = "done";
  }

  navigation(view) {
    const parts = [];
    if (view.files.length > 1) {
      const select = node("select", {
        "aria-label": "File",
        onchange: (event) => { this.file = Number(event.target.value); this.page = 0; this.show(); },
      }, ...view.files.map((file, index) =>
        node("option", { value: index, selected: index === view.file },
          file.error ? `${file.name} (not restored)` : file.name)));
      parts.push(select);
    } else if (!this.sample) {
      parts.push(node("span", {}, view.files[0].name));
    }
    if (view.pages > 1) {
      const turn = (step) => () => { this.page = view.page + step; this.show(); };
      parts.push(
        node("button", { type: "button", class: "rr-button", disabled: view.page === 0, onclick: turn(-1), "aria-label": "Previous page" }, "◂"),
        node("span", {}, `Page ${view.page + 1} of ${view.pages}`),
        node("button", { type: "button", class: "rr-button", disabled: view.page + 1 >= view.pages, onclick: turn(1), "aria-label": "Next page" }, "▸"),
      );
    }
    if (this.sample) parts.push(node("span", { class: "rr-quiet" }, "A sample, restored just now. Drop your own scan to begin."));
    return parts;
  }

  contents(view) {
    return [
      ...failures(view),
      node("p", { class: "rr-quiet" }, `Measured on the page: ${view.found}`),
      ...(view.notices.length ? [node("div", { class: "rr-notices" },
        node("h2", {}, "Good to know"),
        node("ul", {}, ...view.notices.map((text) => node("li", {}, text))))] : []),
      scoreTable(view),
      removed(view),
      this.downloads(view),
    ];
  }

  downloads(view) {
    const links = view.downloads.map((file) =>
      node("li", {}, node("a", { href: file.address, download: file.name }, `${file.label}: ${file.name}`),
        node("span", { class: "rr-quiet" }, size(file.bytes))));
    const remove = node("button", { type: "button", class: "rr-button", onclick: () => this.remove() },
      "Delete it from the server now");
    return node("section", { class: "rr-block rr-downloads", "aria-label": "Download" },
      node("h2", {}, "Download"), node("ul", {}, ...links), this.sample ? null : remove);
  }

  async remove() {
    const also = new URLSearchParams(casesOfTab().map((id) => ["also", id]));
    const response = await fetch(`cases/${this.id}?${also}`, { method: "DELETE" });
    if (!response.ok) return this.say("It could not be deleted now. Try again.");
    const address = new URL(location.href);
    address.searchParams.delete("case");
    history.replaceState(null, "", address);
    this.exhibit(null);
    this.details.replaceChildren();
    this.say("Deleted: your file and everything made from it in this tab are gone from the server.");
  }
}

/** Ids of the cases that this tab has opened. */
const casesOfTab = () => JSON.parse(tab.kept("rr-cases") ?? "[]");

const keepCase = (id) => tab.keep("rr-cases", JSON.stringify([...new Set([...casesOfTab(), id])]));

let result = null;
/** Show the case that a request has opened. */
export const openCase = (id) => result?.open(id);

/** Stop a case that a later request has overtaken; it is deleted with the others of this tab. */
export function dropCase(id) {
  keepCase(id);
  result?.cancel(id);
}

function mount() {
  const root = document.querySelector("[data-rr-result]");
  const ready = root?.querySelector("[data-rr-viewer]")?.show && document.querySelector("[data-rr-details]");
  if (!ready || root === result?.root) return;
  result = new Result(root);
}
new MutationObserver(mount).observe(document.documentElement, { childList: true, subtree: true });
mount();
