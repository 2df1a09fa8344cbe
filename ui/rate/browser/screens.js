// What stands on the page when no picture is judged: consent, viewing check, instructions, the end.

import { node } from "../site-files/elements.js";
import { paragraphs } from "./dom.js";

/** Gray levels of the square that can just be seen on black; harder ones come later. */
const PATCH_LEVELS = [18, 10];

const screen = (title, ...contents) =>
  node("section", { class: "rr-screen", "aria-label": title }, node("h1", {}, title), ...contents);

export const message = (title, text) => screen(title, ...paragraphs(text));

/** Consent with the viewing check; agree(viewing) once the rater says so. */
export function consentScreen(view, agree) {
  const answers = {};
  const agreeButton = node("button", { type: "button", class: "rr-main", onclick: begin }, "I agree, begin");
  const trouble = node("p", { class: "rr-trouble-line", role: "alert" });

  async function begin() {
    agreeButton.disabled = true;
    try {
      await agree({ ...screenFacts(), patches: answers });
    } catch (error) {
      trouble.textContent = error.sentence;
      agreeButton.disabled = false;
    }
  }

  return screen(
    view.study.title,
    ...paragraphs(view.study.consent),
    node("h2", {}, "Your screen"),
    node("p", {}, ratioSentence()),
    node("p", {}, "In each black field one square is a little lighter. Choose it. A guess is fine; nobody is turned away."),
    ...PATCH_LEVELS.map((level) => patchField(level, (right) => (answers[level] = right))),
    node("div", { class: "rr-row" }, agreeButton),
    trouble,
  );
}

function screenFacts() {
  return {
    ratio: devicePixelRatio,
    screen: [window.screen.width, window.screen.height],
    window: [innerWidth, innerHeight],
    colours: window.screen.colorDepth,
    gamut: ["rec2020", "p3", "srgb"].find((name) => matchMedia(`(color-gamut: ${name})`).matches) ?? "unknown",
    touch: matchMedia("(pointer: coarse)").matches,
  };
}

function ratioSentence() {
  const whole = Number.isInteger(devicePixelRatio);
  const how = `Your screen has ${devicePixelRatio} ${devicePixelRatio === 1 ? "pixel" : "pixels"} for each pixel of this page.`;
  return whole ? how : `${how} If you zoomed the page, set it back to 100 % (Ctrl and 0) for the largest pictures.`;
}

function patchField(level, tell) {
  const lighter = Math.floor(Math.random() * 4);
  const group = node("div", { class: "rr-patches", role: "group", "aria-label": "Which square is lighter?" });
  for (let square = 0; square < 4; square++) {
    const gray = square === lighter ? `rgb(${level},${level},${level})` : "rgb(0,0,0)";
    group.append(node("button", {
      type: "button", "aria-pressed": "false", "aria-label": `Square ${square + 1}`,
      onclick: ({ currentTarget }) => {
        for (const each of group.children) each.setAttribute("aria-pressed", each === currentTarget);
        tell(square === lighter);
      },
    }, node("i", { style: `background:${gray}` })));
  }
  return group;
}

/** What the arm says before the first trial and whenever asked. */
export function instructionContents(view) {
  const text = view.arm.instructions || view.arm.question;
  return [
    ...paragraphs(text),
    view.examples?.length
      ? node("div", { class: "rr-examples" }, ...view.examples.map((example) =>
          node("figure", {},
            node("img", { src: `pictures/${example.key}.png`, alt: "Example" }),
            node("figcaption", {}, example.says))))
      : null,
  ];
}

export function instructionScreen(view, begin) {
  const button = node("button", { type: "button", class: "rr-main", onclick: begin }, "Start");
  queueMicrotask(() => button.focus());
  return screen("What to do", ...instructionContents(view), node("div", { class: "rr-row" }, button));
}

/** Thanks, what happens with the data, and the way out of the study. */
export function endScreen(view, undo, withdraw) {
  const { done, total } = view.progress;
  return screen(
    "Finished",
    ...paragraphs(view.study.endText),
    node("p", {}, `You answered ${done} of ${total}. Your answers are kept under a random name, without your address, and are used for this study.`),
    node("div", { class: "rr-row" },
      view.canUndo ? node("button", { type: "button", onclick: undo }, "Undo the last answer") : null,
      node("button", { type: "button", onclick: withdraw }, "Withdraw and erase my answers")),
  );
}
