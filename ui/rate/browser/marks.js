// Boxes drawn on the rated picture, each with its kind; by pointer or by keys.

import { node } from "../site-files/elements.js";
import { keyButton } from "./dom.js";

const SMALLEST = 4;
const STEP = 8;
const NEW_SIDE = 48;

export function marksWidget({ arm, pictures, changed }) {
  const marks = [];
  let kind = arm.choices[0].value;
  let current = -1;
  let origin = null;

  const pane = () => pictures.rated;
  const toImage = (event) => {
    const box = pane().picture.getBoundingClientRect();
    const look = pane().look();
    return {
      x: look.x + (event.clientX - box.left - pane().width / 2) / look.zoom,
      y: look.y + (event.clientY - box.top - pane().height / 2) / look.zoom,
    };
  };
  const clamp = (value, low, high) => Math.max(low, Math.min(high, value));
  const boxOf = (a, b) => {
    const { width, height } = pane().size;
    const [left, right] = [a.x, b.x].map((x) => clamp(x, 0, width)).sort((p, q) => p - q);
    const [top, bottom] = [a.y, b.y].map((y) => clamp(y, 0, height)).sort((p, q) => p - q);
    return { x: Math.round(left), y: Math.round(top), w: Math.round(right - left), h: Math.round(bottom - top) };
  };

  function draw() {
    pane().outline(marks);
    for (const outline of pane().element.querySelectorAll(".rr-outline")) {
      const index = Number(outline.dataset.number) - 1;
      outline.dataset.kind = marks[index].kind;
      outline.classList.toggle("rr-current", index === current);
    }
    list.replaceChildren(...marks.map((mark, index) => item(mark, index)));
    for (const button of kinds) button.setAttribute("aria-pressed", button.dataset.value === kind);
    changed();
  }

  function item(mark, index) {
    const label = arm.choices.find((each) => each.value === mark.kind).label;
    return node("li", { "aria-current": index === current ? "true" : null },
      node("button", { type: "button", onclick: () => { current = index; draw(); } }, `${index + 1} ${label}`),
      node("button", { type: "button", "aria-label": `Remove mark ${index + 1}`, onclick: () => remove(index) }, "×"));
  }

  function remove(index) {
    if (index < 0) return;
    marks.splice(index, 1);
    current = Math.min(current, marks.length - 1);
    draw();
  }

  function add(box) {
    marks.push({ ...box, kind });
    current = marks.length - 1;
    draw();
  }

  function choose(value) {
    kind = value;
    if (marks[current]) marks[current].kind = value;
    draw();
  }

  function move(dx, dy, resize) {
    const mark = marks[current];
    if (!mark) return false;
    const { width, height } = pane().size;
    if (resize) {
      mark.w = clamp(mark.w + dx, SMALLEST, width - mark.x);
      mark.h = clamp(mark.h + dy, SMALLEST, height - mark.y);
    } else {
      mark.x = clamp(mark.x + dx, 0, width - mark.w);
      mark.y = clamp(mark.y + dy, 0, height - mark.h);
    }
    draw();
    return true;
  }

  const kinds = arm.choices.map((each) =>
    keyButton(each.label, each.key, () => choose(each.value), { "data-value": each.value }));
  const list = node("ol", { class: "rr-marks", "aria-label": "Marks" });
  const element = node("div", { class: "rr-marking" },
    node("div", { class: "rr-choices" }, ...kinds, keyButton("New box", "m", () => addInView())), list);

  function addInView() {
    const look = pane().look();
    const half = NEW_SIDE / 2;
    add(boxOf({ x: look.x - half, y: look.y - half }, { x: look.x + half, y: look.y + half }));
  }

  function start() {
    const surface = pane().picture;
    surface.classList.add("rr-drawing");
    // Before the viewer, which would move the picture.
    surface.addEventListener("pointerdown", (event) => {
      if (event.button !== 0) return;
      event.stopPropagation();
      event.preventDefault();
      surface.setPointerCapture(event.pointerId);
      origin = toImage(event);
    }, true);
    surface.addEventListener("pointermove", (event) => {
      if (!origin) return;
      event.stopPropagation();
      pane().outline([...marks, boxOf(origin, toImage(event))]);
    }, true);
    surface.addEventListener("pointerup", (event) => {
      if (!origin) return;
      event.stopPropagation();
      const box = boxOf(origin, toImage(event));
      origin = null;
      if (Math.min(box.w, box.h) >= SMALLEST) add(box);
      else draw();
    }, true);
    draw();
  }

  const arrows = { arrowleft: [-STEP, 0], arrowright: [STEP, 0], arrowup: [0, -STEP], arrowdown: [0, STEP] };
  return {
    element,
    start,
    answer: () => ({ marks: marks.map((mark) => ({ ...mark })) }),
    key(key, shift) {
      const chosen = arm.choices.find((each) => each.key === key);
      if (chosen) choose(chosen.value);
      else if (key === "m") addInView();
      else if (key === "delete") remove(current);
      else if (arrows[key]) return move(...arrows[key], shift);
      else return false;
      return true;
    },
    set: (answer) => { marks.splice(0, marks.length, ...answer.marks); draw(); },
  };
}
