// How an answer is given. A widget has an element, answer() (null while incomplete), key(name,
// shift) which says whether the key was its, and set(answer) which shows an answer that is there.

import { node } from "../site-files/elements.js";
import { keyButton } from "./dom.js";
import { marksWidget } from "./marks.js";
import { pictureName } from "./names.js";

/** give(answer) is called by widgets in which one touch is the answer; changed() by the others. */
export function widgetFor(arm, trial, pictures, { give, changed }) {
  const make = {
    choice, sliders, order, text, "best and worst": extremes, marks: marksWidget,
  }[arm.widget];
  return make({ arm, trial, pictures, give, changed });
}

function choice({ arm, give }) {
  const graded = arm.scale && arm.choices.every((each) => each.value === each.key);
  const set = ({ choice: value }) => {
    for (const button of buttons) button.setAttribute("aria-pressed", button.dataset.value === value);
  };
  const choose = (answer) => {
    set(answer);
    give(answer);
  };
  const buttons = arm.choices.map((each) =>
    keyButton(each.label, each.key, () => choose({ choice: each.value }), {
      "data-value": each.value,
      "aria-label": graded ? `${each.value} ${each.label}`.trim() : each.label,
    }),
  );
  const element = node("div", { class: "rr-choices", role: "group", "aria-label": arm.question }, ...buttons);
  return {
    element,
    immediate: true,
    answer: () => null,
    key(key) {
      const chosen = arm.choices.find((each) => each.key === key);
      if (chosen) choose({ choice: chosen.value });
      return Boolean(chosen);
    },
    set,
  };
}

const namesOf = (arm, trial) =>
  arm.aspects.length ? arm.aspects : trial.pictures.map((_, index) => pictureName(arm, index));

/** The picture that a letter names; -1 for any other key. */
const lettered = (names, key) => names.findIndex((name) => name.toLowerCase() === key);

const hint = (...parts) => node("p", { class: "rr-keys-hint" }, ...parts);
const kbd = (key) => node("kbd", {}, key);

function sliders({ arm, trial, changed }) {
  const [low, high] = arm.scale;
  const names = namesOf(arm, trial);
  const rows = names.map((name) => {
    const value = node("output", {}, "–");
    const input = node("input", {
      type: "range", min: low, max: high, step: 1, value: (low + high) / 2, "aria-label": name, "data-untouched": true,
      oninput: () => { input.removeAttribute("data-untouched"); value.textContent = input.value; changed(); },
      // A press that leaves the handle where it is chooses that value, too.
      onpointerup: () => input.dispatchEvent(new Event("input")),
    });
    return { input, value, row: node("label", { class: "rr-slider" }, node("span", {}, name), node("i", {}, "Bad"), input, node("i", {}, "Excellent"), value) };
  });
  const ends = node("div", { class: "rr-slider rr-ends", "aria-hidden": "true" }, node("i", {}, "Bad"), node("i", {}, "Excellent"));
  const isLettered = arm.shown.startsWith("set");
  return {
    element: node("div", { class: "rr-parts" },
      rows.length > 1 ? hint(`Move every slider${isLettered ? "; its letter brings you to it" : ""}.`) : null,
      node("div", { class: `rr-sliders${rows.length > 3 ? " rr-many" : ""}` }, ends, ...rows.map(({ row }) => row))),
    first: rows[0].input,
    answer: () =>
      rows.some(({ input }) => input.hasAttribute("data-untouched")) ? null : { scores: rows.map(({ input }) => Number(input.value)) },
    key(key) {
      const index = lettered(names, key);
      rows[index]?.input.focus();
      return index >= 0;
    },
    set: (answer) => answer.scores.forEach((score, n) => { rows[n].input.value = score; rows[n].input.dispatchEvent(new Event("input")); }),
  };
}

function table(names, columns, pick) {
  return node("div", { class: "rr-picks" }, ...names.map((name, item) =>
    node("div", { class: "rr-row", role: "group", "aria-label": `Picture ${name}` }, node("b", {}, name),
      ...columns.map(([label, value]) => node("button", {
        type: "button", "data-item": item, "data-value": value, "aria-label": `${name}: ${label}`, "aria-pressed": "false",
        onclick: () => pick(item, value),
      }, label)))));
}

const press = (element, isOn) => {
  for (const button of element.querySelectorAll("button")) {
    button.setAttribute("aria-pressed", isOn(Number(button.dataset.item), button.dataset.value));
  }
};

function order({ arm, trial, changed }) {
  const names = namesOf(arm, trial);
  let ranks = names.map(() => null);
  const places = names.map((_, n) => n + 1);
  const show = () => { press(picks, (item, value) => ranks[item] === Number(value)); changed(); };
  const put = (item, value) => {
    // One place holds one picture: who had it before loses it.
    ranks = ranks.map((rank, other) => (other === item ? value : rank === value ? null : rank));
    show();
  };
  const picks = table(names, places.map((place) => [String(place), place]), put);
  return {
    element: node("div", { class: "rr-parts" }, hint("Or press the letters from best to worst; a letter again takes it back."), picks),
    /** The next free place for a picture that has none; none for one that has. */
    key(key) {
      const item = lettered(names, key);
      if (item >= 0) put(item, ranks[item] ? null : places.find((place) => !ranks.includes(place)));
      return item >= 0;
    },
    answer: () => (ranks.includes(null) ? null : { ranks }),
    set: (answer) => { ranks = [...answer.ranks]; show(); },
  };
}

function extremes({ arm, trial, changed }) {
  const names = namesOf(arm, trial);
  const chosen = { best: null, worst: null };
  const show = () => { press(picks, (item, value) => chosen[value] === item); changed(); };
  const put = (item, value) => {
    const other = value === "best" ? "worst" : "best";
    chosen[value] = item;
    if (chosen[other] === item) chosen[other] = null;
    show();
  };
  const picks = table(names, [["Best", "best"], ["Worst", "worst"]], put);
  return {
    element: node("div", { class: "rr-parts" }, hint("Or press the letter of the best, and ", kbd("Shift"), " with that of the worst."), picks),
    key(key, shift) {
      const item = lettered(names, key);
      if (item >= 0) put(item, shift ? "worst" : "best");
      return item >= 0;
    },
    answer: () => (chosen.best === null || chosen.worst === null ? null : { ...chosen }),
    set: (answer) => { Object.assign(chosen, answer); show(); },
  };
}

function text({ arm, changed }) {
  const area = node("textarea", { rows: 3, maxlength: 4000, "aria-label": arm.question, oninput: changed });
  return {
    element: node("div", { class: "rr-text" }, area, hint(kbd("Shift"), " and ", kbd("Enter"), " begin a new line.")),
    first: area,
    answer: () => (area.value.trim() ? { text: area.value.trim() } : null),
    key: () => false,
    set: (answer) => { area.value = answer.text; changed(); },
  };
}
