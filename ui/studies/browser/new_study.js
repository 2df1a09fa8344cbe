// A new study: pictures, arms as cards, and what they will ask for, live.

import { button, node } from "../site-files/elements.js";
import { ask, attempt, field, plural, select, troubleLine } from "./page_parts.js";

const PREVIEW_MS = 400;
const LARGEST_MB = 8;

/** The form; done(id) when it was created, done(null) when it was left. */
export function newStudy(choices, done) {
  return new Form(choices, done).element;
}

class Form {
  constructor(choices, done) {
    this.choices = choices;
    this.done = done;
    this.stimuli = [];
    this.arms = [this.arm("everyone")];
    this.trouble = troubleLine();
    this.pictureTrouble = troubleLine();
    this.title = node("input", { type: "text", maxlength: 200, required: true, oninput: () => this.changed() });
    this.consent = node("textarea", { rows: 4, value: choices.consent });
    this.zoom = node("input", { type: "checkbox" });
    this.quota = node("input", { type: "number", min: 0, value: 0 });
    this.seed = node("input", { type: "number", value: Math.floor(Math.random() * 1e6), oninput: () => this.changed() });
    this.pictures = node("div", {});
    this.cards = node("div", { class: "rr-cards" });
    this.forecast = node("div", { "aria-live": "polite" });
    this.create = button("Create the study", () => this.send(), { class: "rr-button rr-primary" });
    this.yaml = node("textarea", { rows: 8, spellcheck: "false", placeholder: "title: …\narms:\n  - name: …\n    protocol: acr-5" });
    this.element = this.layOut();
    this.drawArms();
    this.drawPictures();
  }

  layOut() {
    const files = node("input", { type: "file", multiple: true, accept: "image/*,.tif,.tiff,.pdf", id: "study-pictures", "aria-label": "Pictures", onchange: () => this.upload(files.files) });
    return node("div", { class: "rr-new-study" },
      node("div", { class: "rr-studies-head" }, node("h1", { class: "rr-question" }, "New study"), button("Back", () => this.done(null))),
      field("Title, shown to raters", this.title),
      node("h2", {}, "Pictures"),
      node("p", { class: "rr-quiet" }, "Name files content__condition.png, for instance page3__swinir.png. All versions of one image share its content."),
      node("div", { class: "rr-inline" }, files, button("Use the sample scans", ({ currentTarget }) => this.samples(currentTarget))),
      this.pictureTrouble, this.pictures,
      node("h2", {}, "Arms"),
      node("p", { class: "rr-quiet" }, "An arm is one way to get answers. Several arms on the same pictures show which way is worth its money."),
      this.cards,
      button("Add an arm", () => { this.arms.push({ ...this.arms.at(-1), name: `arm ${this.arms.length + 1}` }); this.drawArms(); }),
      this.forecast,
      node("details", {}, node("summary", {}, "More settings"),
        field("Consent text", this.consent),
        node("label", { class: "rr-check" }, this.zoom, " Raters may zoom; it is logged"),
        field("People who may join by an open link", this.quota, "0: everybody is invited by a link of their own"),
        field("Seed of every random order", this.seed)),
      node("details", {}, node("summary", {}, "Paste a study file instead"),
        field("YAML; its arms and settings replace those above", this.yaml)),
      node("div", { class: "rr-inline" }, this.create), this.trouble);
  }

  arm(name) {
    return {
      name, protocol: "acr-5", stage: "minimal", instructions: "", qa: "none", provider: "", pay: 0,
      raters: 4, votes_per_item: 0, training: 0, gold_share: 0, repeat_share: 0, most_pairs: 0,
    };
  }

  drawArms() {
    this.cards.replaceChildren(...this.arms.map((arm, index) => this.card(arm, index)));
    this.changed();
  }

  card(arm, index) {
    const text = (label, name) => field(label, node("input", { type: "text", value: arm[name], oninput: (e) => { arm[name] = e.target.value; this.changed(); } }));
    const number = (label, name, rest = {}) => field(label, node("input", {
      type: "number", min: 0, step: "any", ...rest, value: arm[name],
      oninput: (e) => { arm[name] = Number(e.target.value); this.changed(); },
    }));
    const list = (label, name, options) => field(label, select(options, arm[name], (value) => { arm[name] = value; this.changed(); }));
    return node("section", { class: "rr-card", "aria-label": `Arm ${index + 1}` },
      text("Name", "name"),
      list("Protocol", "protocol", this.choices.protocols),
      list("Instructions", "stage", this.choices.stages),
      field("Text of the instructions", node("textarea", { rows: 3, value: arm.instructions, oninput: (e) => (arm.instructions = e.target.value) })),
      list("Quality assurance", "qa", this.choices.qualities),
      node("div", { class: "rr-pair" }, number("Raters", "raters", { min: 1, step: 1 }), number("Votes for each item (0: all)", "votes_per_item", { step: 1 })),
      node("div", { class: "rr-pair" }, number("Pay for a vote", "pay"), text("Provider", "provider")),
      node("details", {}, node("summary", {}, "Training, gold, repeats"),
        node("div", { class: "rr-pair" }, number("Training trials", "training", { step: 1 }), number("Gold share", "gold_share", { max: 1, step: 0.05 })),
        node("div", { class: "rr-pair" }, number("Repeat share", "repeat_share", { max: 1, step: 0.05 }), number("Most pairs of a content (0: all)", "most_pairs", { step: 1 }))),
      this.arms.length > 1 ? button("Remove this arm", () => { this.arms.splice(index, 1); this.drawArms(); }, { class: "rr-button rr-slim" }) : null);
  }

  async upload(files) {
    for (const file of files) {
      this.pictureTrouble.textContent = "";
      const stored = await attempt(this.pictureTrouble, null, async () => {
        if (file.size > LARGEST_MB * 2 ** 20) {
          throw { problem: `${file.name} is too large`, actual: `${(file.size / 2 ** 20).toFixed(1)} MB`, expected: `at most ${LARGEST_MB} MB`, remedy: "Use the command line for larger pictures" };
        }
        return ask("stimuli", { method: "POST", raw: file, name: file.name });
      });
      if (!stored) break;
      const role = /^(original|reference|clean)$/.test(stored.condition) ? "reference" : "rated";
      this.stimuli.push({ stimulus: stored.stimulus, content: stored.content, condition: stored.condition, role, truth: "", feedback: "", characteristics: [], metrics: {} });
    }
    this.drawPictures();
  }

  async samples(pressed) {
    pressed.textContent = "Restoring the samples…";
    const made = await attempt(this.pictureTrouble, pressed, () => ask("samples", { method: "POST", body: {} }));
    pressed.textContent = "Use the sample scans";
    if (!made) return;
    this.stimuli = made;
    this.title.value ||= "Which filter would you keep?";
    this.drawPictures();
  }

  drawPictures() {
    const cell = (stimulus, name, label) => node("td", {}, node("input", {
      type: "text", value: stimulus[name], "aria-label": label, oninput: (e) => { stimulus[name] = e.target.value; this.changed(); },
    }));
    const roles = this.choices.roles.map((role) => ({ value: role, label: role }));
    this.pictures.replaceChildren(this.stimuli.length
      ? node("div", { class: "rr-scroll rr-pictures-table", tabindex: 0, role: "region", "aria-label": "Pictures" },
          node("table", { class: "rr-table" },
            node("thead", {}, node("tr", {}, ...["Content", "Condition", "Role", "Right answer", ""].map((name) => node("th", { scope: "col" }, name)))),
            node("tbody", {}, ...this.stimuli.map((stimulus, index) => {
              const role = select(roles, stimulus.role, (value) => { stimulus.role = value; this.changed(); });
              role.setAttribute("aria-label", "Role");
              return node("tr", {}, cell(stimulus, "content", "Content"), cell(stimulus, "condition", "Condition"), node("td", {}, role),
                cell(stimulus, "truth", "Right answer"),
                node("td", {}, button("Remove", () => { this.stimuli.splice(index, 1); this.drawPictures(); }, { class: "rr-button rr-slim" })));
            }))))
      : node("p", { class: "rr-quiet" }, "No pictures yet."));
    this.changed();
  }

  changed() {
    this.trouble.textContent = "";
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.preview(), PREVIEW_MS);
  }

  asked() {
    const design = {
      title: this.title.value.trim(), arms: this.arms, seed: Number(this.seed.value), consent: this.consent.value,
      allow_zoom: this.zoom.checked, open_quota: Number(this.quota.value),
    };
    return { design, yaml: this.yaml.value, stimuli: this.stimuli };
  }

  async preview() {
    if (!this.stimuli.length || !this.element.isConnected) return this.forecast.replaceChildren();
    const asked = this.asked();
    asked.design.title ||= "untitled";
    const trouble = troubleLine();
    const arms = await attempt(trouble, null, () => ask("preview", { method: "POST", body: asked }));
    if (!arms) return this.forecast.replaceChildren(trouble);
    const rows = arms.map((arm) => node("tr", {}, node("th", { scope: "row" }, arm.name), node("td", {}, String(arm.trials_per_rater)),
      node("td", {}, String(arm.votes)), node("td", {}, arm.cost.toFixed(2)),
      node("td", {}, arm.half_width == null ? "–" : `± ${arm.half_width.toFixed(2)}`)));
    this.forecast.replaceChildren(node("div", { class: "rr-scroll", tabindex: 0, role: "region", "aria-label": "What it will take" },
      node("table", { class: "rr-table" },
        node("thead", {}, node("tr", {}, ...["Arm", "Trials per rater", "Votes", "Cost", "95 % interval of an item"].map((name) => node("th", { scope: "col" }, name)))),
        node("tbody", {}, ...rows))),
      node("p", { class: "rr-quiet" }, `${plural(this.stimuli.length, "picture")}. The interval is in points of the arm's scale and holds if votes spread as usual, by a fifth of it.`));
  }

  send() {
    return attempt(this.trouble, this.create, async () => {
      const { id } = await ask("studies", { method: "POST", body: this.asked() });
      this.done(id);
    });
  }
}
