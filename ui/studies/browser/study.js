// The tabs of one study: its design, its raters, its data.

import { button, node } from "../site-files/elements.js";
import { sentence } from "../site-files/server.js";
import { ask, attempt, field, plural, renew, select, shownStudy, troubleLine, whole } from "./page_parts.js";

const percent = (share) => (share == null ? "–" : `${Math.round(100 * share)} %`);
const when = (time) => (time ? time.slice(0, 16).replace("T", " ") : "–");

function table(label, heads, rows) {
  return node("div", { class: "rr-scroll", tabindex: 0, role: "region", "aria-label": label },
    node("table", { class: "rr-table" },
      node("thead", {}, node("tr", {}, ...heads.map((head) => node("th", { scope: "col" }, head)))),
      node("tbody", {}, ...rows)));
}

export class StudyTabs {
  /** head(study) draws what stands above the tabs. */
  constructor(head) {
    this.head = head;
    this.places = new Map();
    this.drawers = { design, raters, data };
    this.analysed = null;
    addEventListener("click", (event) => {
      if (event.target.closest?.("#study-tabs [role=tab]")) requestAnimationFrame(() => this.drawResults());
    });
  }

  /** A place that Gradio has made; it may make it anew at any time. */
  mount(place) {
    const name = place.dataset.rrStudyTab;
    if (this.places.get(name) === place) return;
    this.places.set(name, place);
    if (this.study) this.draw(name);
  }

  /** Throws what keeps the study from being had now; one that is not there is said in its head. */
  async open(id) {
    if (id !== shownStudy()) return;
    if (this.study?.id !== id) {
      this.study = null;
      for (const place of this.places.values()) place.replaceChildren();
    }
    this.id = id;
    this.shown = null;
    try {
      this.show(await ask(`studies/${id}`));
    } catch (error) {
      if (error.class !== "UnknownStudy") throw error;
      if (id !== shownStudy()) return;
      this.study = this.id = null;
      this.head({ title: error.problem, state: "closed", done: 0, planned: 0, lastHour: 0 });
    }
  }

  /**
   * Whether somebody is typing or choosing: what they do must not vanish under their hands.
   * Results hold nothing that is typed, and keep what was chosen.
   */
  get isInUse() {
    return Boolean(document.activeElement?.closest?.("[data-rr-study-tab]:not([data-rr-study-tab=results])"));
  }

  async refresh() {
    if (this.id) this.show(await ask(`studies/${this.id}`));
  }

  show(study) {
    // Whoever has left the study meanwhile is looking at something else in its place.
    if (study.id !== shownStudy()) return;
    const text = JSON.stringify(study);
    if (text === this.shown) return;
    this.shown = text;
    this.study = study;
    this.head(study);
    for (const name of this.places.keys()) this.draw(name);
  }

  draw(name) {
    if (name === "results") {
      this.drawResults();
      return;
    }
    const { id } = this.study;
    renew(this.places.get(name), ...this.drawers[name](this.study, () => this.open(id)));
  }

  /** What the votes say, once somebody looks; every vote that comes in makes it anew. */
  async drawResults() {
    const place = this.places.get("results");
    if (!this.study || !place?.offsetParent) return;
    const { id, events } = this.study;
    const votes = `${id} ${events}`;
    if (this.analysed === votes && place.firstChild) return;
    this.analysed = votes;
    if (place.firstChild?.dataset?.study !== this.study.id) {
      place.replaceChildren(node("div", { "data-rr-study-results": true, "data-study": this.study.id }));
    }
    const results = place.firstChild;
    try {
      const { analysis } = await ask(`studies/${id}/results`);
      // Another vote may have come in, and its answer first.
      if (this.analysed !== votes) return;
      window.rrOpenAnalysis(analysis, results, (item) => `studies/api/studies/${id}/pictures/${item}`);
    } catch (error) {
      if (!error.problem) throw error;
      // A server out of reach is asked again at the next look; a refusal holds until the next vote.
      if (error.lost) {
        this.shown = this.analysed = null;
        return;
      }
      delete results.dataset.wanted;
      results.replaceChildren(node("p", { class: "rr-quiet" }, sentence(error)));
    }
  }
}

function design(study) {
  const arms = study.byArm.map((arm) => node("section", { class: "rr-card", "aria-label": `Arm ${arm.name}` },
    node("h3", {}, arm.name),
    node("progress", { max: Math.max(arm.planned, 1), value: arm.done, "aria-label": `Votes of arm ${arm.name}` }),
    node("p", { class: "rr-quiet" }, study.builtin ? plural(arm.done, "vote") : `${arm.done} of ${plural(arm.planned, "vote")}`),
    facts([
      ["Protocol", arm.protocol],
      ["Instructions", arm.stage],
      ["Quality assurance", arm.qa],
      ["Provider", arm.provider || "not stated"],
      ["Places", arm.places],
      ["Training, gold, repeats", `${arm.training}, ${percent(arm.gold)}, ${percent(arm.repeats)}`],
      ["Pay for a vote", `${arm.pay} ${study.currency}`],
      ["Cost so far", `${arm.cost.toFixed(2)} ${study.currency}`],
      ["Raters agree", arm.agreement == null ? "no item has two votes yet" : `${percent(arm.agreement)} of pairs within a quarter of the scale`],
      ["Left and right", arm.sides ? sides(arm.sides) : "one picture is judged at a time"],
    ]),
    arm.instructions ? node("details", {}, node("summary", {}, "Text of the instructions"), node("p", {}, arm.instructions)) : null));
  return [
    node("p", { class: "rr-quiet" },
      `${plural(study.pictures, "picture")} of ${plural(study.contents, "content")}; conditions: ${study.conditions.join(", ") || "none yet"}. ` +
      `Seed ${study.seed}. ${study.allowZoom ? "Raters may zoom; it is logged." : "Pictures are shown at 100 %; votes on scaled ones are refused."}`),
    node("div", { class: "rr-cards" }, ...arms),
    node("details", {}, node("summary", {}, "Consent text"), node("p", {}, study.consent)),
  ];
}

const facts = (pairs) => node("dl", { class: "rr-facts" },
  ...pairs.flatMap(([name, value]) => [node("dt", {}, name), node("dd", {}, String(value))]));

function sides({ showings, worst_of_a_rater: rater, worst_of_a_pair: pair }) {
  const planned = `${plural(showings, "showing")} planned`;
  if (!rater && !pair) return `${planned}, left and right equal for every rater and every pair`;
  return `${planned}, no rater off balance by more than ${rater}, no pair by more than ${pair}`;
}

function raters(study, reload) {
  const rows = study.raters.map((rater) => node("tr", {},
    node("th", { scope: "row" }, rater.label || rater.id.slice(0, 8)),
    node("td", {}, rater.arm || "–"),
    node("td", {}, rater.state),
    node("td", {}, !rater.total ? "–" : `${rater.done} of ${rater.total}`),
    node("td", {}, rater.medianSeconds == null ? "–" : `${rater.medianSeconds.toFixed(1)} s`),
    node("td", {}, when(rater.seen)),
    node("td", {}, rater.flags.join(" ") || "none"),
    node("td", {}, rater.link ? copyLink(rater.link) : "–")));
  return [
    study.openLink ? node("p", {}, "Open link, for ", plural(study.openQuota, "person", "people"), ": ", copyLink(study.openLink)) : null,
    study.state === "closed" || study.builtin ? null : inviting(study, reload),
    rows.length
      ? table("Raters", ["Rater", "Arm", "State", "Answers", "Median time", "Last seen (UTC)", "Flags", "Link"], rows)
      : node("p", { class: "rr-quiet" }, "Nobody has been invited and nobody has joined yet."),
    node("p", { class: "rr-quiet" }, "Flags are signs, not verdicts: nothing is removed because of them."),
  ].filter(Boolean);
}

function copyLink(path) {
  const address = whole(path);
  const copy = button("Copy link", async () => {
    await navigator.clipboard.writeText(address).catch(() => prompt("The link:", address));
    copy.textContent = "Copied";
  }, { class: "rr-button rr-slim" });
  return node("span", { class: "rr-link" }, node("a", { href: address, target: "_blank", rel: "noreferrer" }, "Open"), " ", copy);
}

function inviting(study, reload) {
  const trouble = troubleLine();
  const label = node("input", { type: "text", maxlength: 80, placeholder: "seat 4" });
  let arm = study.byArm[0].id;
  const choices = [...study.byArm.map((each) => ({ value: each.id, label: `Rater, arm ${each.name}` })), { value: "", label: "Reviewer" }];
  const send = button("Invite", () => attempt(trouble, send, async () => {
    await ask(`studies/${study.id}/invitations`, { method: "POST", body: { arm: arm || null, label: label.value } });
    document.activeElement?.blur();
    await reload();
  }));
  return node("div", { class: "rr-inline" }, field("Who", select(choices, arm, (value) => (arm = value))), field("Note for yourself", label), send, trouble);
}

function data(study) {
  const file = (name, title, says) => node("li", {},
    node("a", { href: `studies/api/studies/${study.id}/files/${name}`, download: "" }, title), node("span", { class: "rr-quiet" }, ` ${says}`));
  const closed = study.state === "closed";
  return [
    node("ul", { class: "rr-files" },
      file("votes.csv", "Votes, CSV", "one row for each judgement that stands; safe to open in a spreadsheet"),
      file("votes.parquet", "Votes, Parquet", "the same, with types"),
      file("events.jsonl", "Events, JSON lines", "every vote, skip, undo and review as it was stored, with marks and texts"),
      file("datasheet.md", "Datasheet", "what ITU-T P.910 asks to be reported, written from what is stored"),
      closed ? file("study.zip", "Frozen archive", "pictures, events, votes and datasheet with checksums; imports again bit for bit") : null),
    closed ? null : node("p", { class: "rr-quiet" }, study.builtin
      ? "The built-in study stays open, so it has no archive."
      : "Close the study to freeze it as an archive."),
  ].filter(Boolean);
}
