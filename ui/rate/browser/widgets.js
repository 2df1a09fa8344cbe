// How an answer is given. A widget has an element, answer() (null while incomplete), key(event)
// which says whether the key was its, and set(answer) which shows an answer that is there.

import { keyButton, node } from "./dom.js";
import { marksWidget } from "./marks.js";

const LETTERS = "ABCDEFGHIJKL";

/** give(answer) is called by widgets in which one touch is the answer; changed() by the others. */
export function widgetFor(arm, trial, pictures, { give, changed }) {
  const make = {
    choice, sliders, order, text, "best and worst": extremes, marks: marksWidget,
  }[arm.widget];
  return make({ arm, trial, pictures, give, changed });
}

function choice({ arm, give }) {
  const graded = arm.scale && arm.choices.every((each) => each.value === each.key);
  const buttons = arm.choices.map((each) =>
    keyButton(each.label, each.key, () => give({ choice: each.value }), {
      "data-value": each.value,
      "aria-label": graded ? `${each.value} ${each.label}`.trim() : each.label,
    }),
  );
  const element = node("div", { class: "rr-choices", role: "group", "aria-label": arm.question }, ...buttons);
  return {
    element,
    immediate: true,
    answer: () => null,
    key(event) {
      const chosen = arm.choices.find((each) => each.key === event.key.toLowerCase());
      if (chosen) give({ choice: chosen.value });
      return Boolean(chosen);
    },
    set(answer) {
      for (const button of buttons) button.setAttribute("aria-pressed", button.dataset.value === answer.choice);
    },
  };
}

const namesOf = (arm, trial) =>
  arm.aspects.length ? arm.aspects : trial.pictures.map((_, n) => (arm.shown === "pair" ? ["Left", "Right"][n] : LETTERS[n]));

function sliders({ arm, trial, changed }) {
  const [low, high] = arm.scale;
  const rows = namesOf(arm, trial).map((name) => {
    const value = node("output", {}, "–");
    const input = node("input", {
      type: "range", min: low, max: high, step: 1, value: (low + high) / 2, "aria-label": name, "data-untouched": true,
      oninput: () => { input.removeAttribute("data-untouched"); value.textContent = input.value; changed(); },
      // A press that leaves the handle where it is chooses that value, too.
      onpointerup: () => input.dispatchEvent(new Event("input")),
    });
    return { input, value, row: node("label", { class: "rr-slider" }, node("span", {}, name), node("i", {}, "Bad"), input, node("i", {}, "Excellent"), value) };
  });
  return {
    element: node("div", { class: "rr-sliders" }, ...rows.map(({ row }) => row)),
    first: rows[0].input,
    answer: () =>
      rows.some(({ input }) => input.hasAttribute("data-untouched")) ? null : { scores: rows.map(({ input }) => Number(input.value)) },
    key: () => false,
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
  const show = () => { press(element, (item, value) => ranks[item] === Number(value)); changed(); };
  const element = table(names, names.map((_, n) => [String(n + 1), n + 1]), (item, value) => {
    // One place holds one picture: who had it before loses it.
    ranks = ranks.map((rank, other) => (other === item ? value : rank === value ? null : rank));
    show();
  });
  return {
    element, key: () => false,
    answer: () => (ranks.includes(null) ? null : { ranks }),
    set: (answer) => { ranks = [...answer.ranks]; show(); },
  };
}

function extremes({ arm, trial, changed }) {
  const chosen = { best: null, worst: null };
  const show = () => { press(element, (item, value) => chosen[value] === item); changed(); };
  const element = table(namesOf(arm, trial), [["Best", "best"], ["Worst", "worst"]], (item, value) => {
    const other = value === "best" ? "worst" : "best";
    chosen[value] = item;
    if (chosen[other] === item) chosen[other] = null;
    show();
  });
  return {
    element, key: () => false,
    answer: () => (chosen.best === null || chosen.worst === null ? null : { ...chosen }),
    set: (answer) => { Object.assign(chosen, answer); show(); },
  };
}

function text({ arm, changed }) {
  const area = node("textarea", { rows: 3, maxlength: 4000, "aria-label": arm.question, oninput: changed });
  return {
    element: node("div", { class: "rr-text" }, area),
    first: area,
    answer: () => (area.value.trim() ? { text: area.value.trim() } : null),
    key: () => false,
    set: (answer) => { area.value = answer.text; changed(); },
  };
}
