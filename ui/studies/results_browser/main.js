/* Analyses on a page: rrOpenAnalysis(id, place, pictureOf) shows one in an element
   [data-rr-study-results]; pictureOf(item) is the address of a picture, where there are any. An
   element [data-rr-imported] becomes the choice of a file of votes, with the results below it. */

import { node } from "../site-files/elements.js";
import { ask, sentence } from "../site-files/server.js";

const EVERY_MS = 700;
const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

let plots = null;
function plotsLoaded() {
  plots ??= new Promise((resolve, reject) => {
    if (window.rrPlots) return resolve();
    const script = node("script", { src: "study-results/plots.js" });
    script.addEventListener("load", resolve);
    script.addEventListener("error", reject);
    document.head.append(script);
  });
  return plots;
}

function say(place, text, isError = false) {
  const said = node("p", { class: isError ? "rr-error" : "rr-doing" }, text);
  said.setAttribute("role", isError ? "alert" : "status");
  const head = place.querySelector(":scope > .rr-head") ?? node("div", { class: "rr-head" });
  if (!head.isConnected) place.prepend(head);
  head.replaceChildren(said);
}

/** New contents; what was open, chosen or had the focus stays so, and nothing jumps meanwhile. */
async function renewed(place, contents, show) {
  const controls = () => [...place.querySelectorAll("a, button, input, select, summary")];
  const named = (details) => details.querySelector("summary").textContent;
  const focused = controls().indexOf(document.activeElement);
  const open = new Set([...place.querySelectorAll("details[open]")].map(named));
  place.style.minHeight = `${place.offsetHeight}px`;
  place.replaceChildren(...contents);
  await show();
  place.querySelectorAll("details").forEach((each) => (each.open = open.has(named(each))));
  controls()[focused]?.focus({ preventScroll: true });
  place.style.minHeight = "";
}

async function draw(place, id, view, pictureOf) {
  await plotsLoaded();
  if (place.dataset.wanted !== id) return;
  const head = node("div", { class: "rr-head" }, node("h2", {}, view.title));
  if (view.warning) {
    head.append(node("p", { class: "rr-warning" }, view.warning));
  }
  if (!view.complete) {
    head.append(node("p", { class: "rr-doing" }, "Budgets and the mixed model are still being computed."));
  }
  const body = node("div");
  const leaveOut = async (raters) => {
    const asked = { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify({ raters }) };
    try {
      const said = await ask(`study-results/${id}/without`, asked);
      open(said.id, place, pictureOf);
    } catch (error) {
      say(place, sentence(error), true);
    }
  };
  place.rrChosen ??= {};
  const dataOf = (name) => `study-results/${id}/${name}.csv`;
  const options = { onExclude: leaveOut, pictureOf, chosen: place.rrChosen };
  await renewed(place, [head, body], () => window.rrStudyResults.show(body, view, dataOf, options));
  place.dataset.analysis = id;
  place.dataset.complete = view.complete ? "yes" : "no";
}

/** Show an analysis, what there is of it at once and the rest when it is done. */
async function open(id, place, pictureOf) {
  if (place.dataset.wanted === id) return;
  const isRenewal = place.dataset.analysis && pictureOf;
  place.dataset.wanted = id;
  let drawn = null;
  while (place.dataset.wanted === id && place.isConnected) {
    try {
      const view = await ask(`study-results/${id}`);
      if (view.doing) {
        // Where a vote came in, what is shown stays until there is something newer to show.
        if (!isRenewal) say(place, `Analysing the votes: ${view.doing}.`);
      } else if (drawn === null || view.complete !== drawn) {
        drawn = view.complete;
        await draw(place, id, view, pictureOf);
        if (view.complete) return;
      }
    } catch (error) {
      if (!error.lost || !isRenewal) say(place, sentence(error), true);
      if (!error.lost) {
        delete place.dataset.wanted;
        return;
      }
    }
    await pause(EVERY_MS);
  }
}

function chooser(place) {
  const file = node("input", { type: "file", accept: ".csv,.gz,text/csv" });
  const label = node("label", {}, file, "Choose a CSV file of votes");
  const sample = node("button", { type: "button" }, "Show the sample study");
  const results = node("div");
  results.dataset.rrStudyResults = "";

  async function begin(address, options, doing) {
    delete results.dataset.wanted;
    say(results, doing);
    try {
      const said = await ask(address, { method: "POST", ...options });
      const shown = new URL(location.href);
      shown.searchParams.set("analysis", said.id);
      history.replaceState(null, "", shown);
      open(said.id, results);
    } catch (error) {
      say(results, sentence(error), true);
    }
  }

  const showSample = () => begin("imported-votes/sample", {}, "Opening the sample study.");
  file.addEventListener("change", () => {
    const [chosen] = file.files;
    if (!chosen) return;
    const headers = { "x-file-name": encodeURIComponent(chosen.name) };
    begin("imported-votes", { body: chosen, headers }, `Reading ${chosen.name}.`);
    file.value = "";
  });
  sample.addEventListener("click", showSample);
  place.replaceChildren(node("div", { class: "rr-imported" },
    node("h2", {}, "What do votes say?"),
    node("p", {}, "One row for each vote: item, rater, and score or preference with other. Arm, stage, cost, seconds and more are used where they are there. The file is analysed by the computer that serves this page and sent nowhere else."),
    label, sample), results);
  const id = new URLSearchParams(location.search).get("analysis");
  if (id) open(id, results);
  else showSample();
}

function mount() {
  document.querySelectorAll("[data-rr-imported]:empty").forEach(chooser);
}

window.rrOpenAnalysis = open;
new MutationObserver(mount).observe(document.documentElement, { childList: true, subtree: true });
mount();
