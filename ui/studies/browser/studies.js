// The Studies page: login, the list, a new study, and the head of the one that is open.

import { newStudy } from "./new_study.js";
import { button, node } from "../site-files/elements.js";
import { ask, attempt, field, goTo, plural, renew, shownStudy, troubleLine } from "./page_parts.js";
import { StudyTabs } from "./study.js";

const STATES = { open: "Open", paused: "Paused", closed: "Closed" };
const REFRESH_MS = 2000;

let page = null;

/** Becomes the choice of a file of votes and its results; the sample study is there at first. */
const votesFromElsewhere = () => node("section", { "data-rr-imported": true, "aria-label": "What do votes say?" });

export function mountStudies(root) {
  if (root && page?.root !== root) page = new StudiesPage(root);
}

export function mountTabs(places) {
  for (const place of places) page?.tabs.mount(place);
}

class StudiesPage {
  constructor(root) {
    this.root = root;
    this.tabs = new StudyTabs((study) => this.head(study));
    this.late = node("p", { class: "rr-quiet rr-trouble-line", role: "status" });
    addEventListener("rr-study", () => this.open());
    addEventListener("popstate", () => this.open());
    setInterval(() => this.refresh(), REFRESH_MS);
    this.begin();
  }

  async begin({ ended = false } = {}) {
    const trouble = troubleLine();
    this.root.replaceChildren(trouble, this.late);
    const session = await attempt(trouble, null, () => ask("session"));
    if (!session) return;
    this.choices = session.choices;
    this.account = session.account;
    if (session.account) await this.open();
    else this.login(session.accounts, ended);
  }

  login(anyAccount, ended) {
    this.showTabs(false);
    const trouble = troubleLine();
    const name = node("input", { type: "text", autocomplete: "username", value: "owner", required: true });
    const password = node("input", { type: "password", autocomplete: "current-password", required: true });
    const enter = node("button", { type: "submit", class: "rr-button rr-primary" }, "Log in");
    const form = node("form", {
      class: "rr-login",
      onsubmit: (event) => {
        event.preventDefault();
        attempt(trouble, enter, async () => {
          await ask("login", { method: "POST", body: { name: name.value, password: password.value } });
          await this.begin();
        });
      },
    }, field("Account", name), field("Password", password), enter, trouble);
    const how = anyAccount ? [] : [
      node("p", {}, "There is no account yet. Whoever runs this app makes the first one, either way:"),
      node("pre", {}, "python -m evaluation studies account owner\nRR_OWNER_PASSWORD=… python app.py"),
    ];
    this.root.replaceChildren(
      node("h1", { class: "rr-question" }, "Which model do people prefer, and which way of asking is worth its money?"),
      node("details", { class: "rr-login-box", open: ended || Boolean(shownStudy()) },
        node("summary", {}, "Log in to run studies"),
        node("p", { class: "rr-quiet" }, ended
          ? "Your login has ended. Log in again to go on."
          : "Raters need no account: they have their link."),
        ...how, form),
      votesFromElsewhere(),
    );
  }

  /** Show what the address names: one study, or the list. */
  async open() {
    if (!this.account) return;
    const id = shownStudy();
    this.showTabs(Boolean(id));
    this.listing = null;
    await this.follow(() => (id ? this.tabs.open(id) : this.list()));
  }

  async refresh() {
    if (this.refreshing || document.hidden || !this.account || !this.root.isConnected) return;
    const isStudy = Boolean(shownStudy());
    if (isStudy ? this.tabs.isInUse : !this.listing) return;
    this.refreshing = true;
    await this.follow(() => (isStudy ? this.tabs.refresh() : this.fillList()))
      .finally(() => (this.refreshing = false));
  }

  /** Ask for what is shown; where it cannot be had, say so until it can, and log in where that has ended. */
  async follow(work) {
    try {
      await work();
      this.late.textContent = "";
    } catch (error) {
      if (!error.problem) throw error;
      if (error.status !== 401) {
        this.late.textContent = `${error.problem}; trying again. Counts that are shown are of a moment ago.`;
      } else if (this.account) {
        this.account = null;
        await this.begin({ ended: true });
      }
    }
  }

  showTabs(shown) {
    document.querySelector("#study-tabs")?.classList.toggle("rr-shown", shown);
  }

  async list() {
    const start = button("New study", () => this.create(), { class: "rr-button rr-primary" });
    this.listing = node("div", {});
    this.root.replaceChildren(
      node("div", { class: "rr-studies-head" }, node("h1", { class: "rr-question" }, "Studies"), start, this.logout()),
      this.late, this.listing, votesFromElsewhere());
    await this.fillList();
  }

  logout() {
    return button("Log out", async () => {
      await ask("logout", { method: "POST", body: {} });
      this.account = null;
      goTo(null);
      await this.begin();
    });
  }

  async fillList() {
    const place = this.listing;
    const studies = await ask("studies");
    const text = JSON.stringify(studies);
    if (place !== this.listing || place.shown === text) return;
    place.shown = text;
    const rows = studies.map((study) => node("tr", {},
      node("th", { scope: "row" }, node("a", {
        href: `?study=${study.id}`,
        onclick: (event) => { event.preventDefault(); goTo(study.id); },
      }, study.title)),
      node("td", { "data-column": "State" }, STATES[study.state]),
      node("td", { "data-column": "Votes" }, study.builtin ? String(study.done) : `${study.done} of ${study.planned}`),
      node("td", { "data-column": "Last hour" }, String(study.lastHour)),
      node("td", { "data-column": "Made", class: "rr-wide" }, study.created.slice(0, 10))));
    renew(place, rows.length
      ? node("div", { class: "rr-scroll", tabindex: 0, role: "region", "aria-label": "Studies" },
          node("table", { class: "rr-table" },
            node("thead", {}, node("tr", {}, ...["Study", "State", "Votes", "Last hour", "Made"].map((name) =>
              node("th", { scope: "col", class: name === "Made" ? "rr-wide" : null }, name)))),
            node("tbody", {}, ...rows)))
      : node("p", { class: "rr-quiet" }, "No study yet. A first one with the sample scans takes a minute."));
  }

  create() {
    this.listing = null;
    this.root.replaceChildren(newStudy(this.choices, (id) => (id ? goTo(id) : this.open())));
  }

  /** The head above the tabs of a study. */
  head(study) {
    const trouble = troubleLine();
    const change = (state, label, question) => button(label, ({ currentTarget }) => {
      if (question && !confirm(question)) return;
      attempt(trouble, currentTarget, async () => {
        this.tabs.show(await ask(`studies/${study.id}/state`, { method: "POST", body: { state } }));
      });
    });
    const closing = "Close this study for good? It takes no more votes; then it can be frozen as an archive.";
    renew(this.root,
      node("div", { class: "rr-studies-head" },
        node("a", { href: "studies", class: "rr-back", onclick: (event) => { event.preventDefault(); goTo(null); } }, "All studies"),
        node("h1", { class: "rr-question" }, study.title),
        node("span", { class: "rr-state", "data-state": study.state }, STATES[study.state]),
        study.state === "open" ? change("paused", "Pause") : null,
        study.state === "paused" ? change("open", "Open again") : null,
        study.state !== "closed" && !study.builtin ? change("closed", "Close", closing) : null),
      node("p", { class: "rr-lead" }, this.sentence(study)), this.late, trouble);
  }

  sentence(study) {
    const parts = [study.builtin ? plural(study.done, "vote") : `${study.done} of ${plural(study.planned, "vote")}`, `${study.lastHour} in the last hour`];
    if (study.cost) parts.push(`${study.cost.toFixed(2)} ${study.currency} so far`);
    if (study.stuck) parts.push(`${plural(study.stuck, "rater")} silent for a day`);
    return parts.join(" · ");
  }
}
