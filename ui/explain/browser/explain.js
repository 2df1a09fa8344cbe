/* Brings an explanation to the page: progress, the article, and the choice of another crop. */

import { node } from "../site-files/elements.js";
import { refusal } from "../site-files/refusal.js";
import { ask, post, sentence } from "../site-files/server.js";

const POLL_MS = 400;

class Explanation {
  constructor(root) {
    this.root = root;
    this.status = root.querySelector("[data-status]");
    this.place = root.querySelector("[data-place]");
    this.story = root.querySelector("[data-story]");
    const asked = new URLSearchParams(location.search).get("explanation");
    if (asked) this.open(asked, false);
    else this.openFirst();
  }

  async openFirst() {
    try {
      const first = await ask("explanations/first");
      if (!this.id) this.open(first.id, false);
    } catch (error) {
      this.say(sentence(error));
    }
  }

  open(id, remember = true) {
    if (this.id && this.root.dataset.state === "working") this.cancel();
    this.id = id;
    if (remember) {
      const address = new URL(location.href);
      address.searchParams.set("explanation", id);
      history.replaceState(null, "", address);
    }
    this.root.dataset.state = "working";
    this.bar = null;
    this.poll(id);
  }

  async poll(id) {
    if (id !== this.id) return;
    let progress;
    try {
      progress = await ask(`explanations/${id}`);
    } catch (error) {
      if (!error.lost) return this.fail(error);
      this.say("The connection to the server was lost; trying again.");
      setTimeout(() => this.poll(id), 4 * POLL_MS);
      return;
    }
    if (id !== this.id) return;
    if (progress.state === "done") return this.show(progress);
    if (progress.state === "failed") return this.fail(progress.error);
    if (progress.state === "cancelled") return this.say("Stopped.");
    this.working(progress);
    setTimeout(() => this.poll(id), POLL_MS);
  }

  working(progress) {
    const waits = progress.waitingBefore;
    const doing = progress.state === "queued"
      ? waits ? `Waiting: ${waits} ${waits === 1 ? "job" : "jobs"} first` : "Starting"
      : progress.doing;
    if (!this.bar) {
      this.bar = node("progress", { max: 1, value: 0, "aria-label": "Explanation" });
      this.doing = node("span");
      const cancel = node("button", { type: "button", class: "rr-button", onclick: () => this.cancel() }, "Cancel");
      this.status.replaceChildren(this.bar, this.doing, ...(progress.sample ? [] : [cancel]));
    }
    this.bar.value = progress.done;
    this.doing.textContent = `Measuring ${progress.name}: ${doing}`;
  }

  cancel() {
    return fetch(`explanations/${this.id}/cancel`, { method: "POST" });
  }

  say(text) {
    this.status.replaceChildren(node("span", {}, text));
    this.root.dataset.state = "idle";
  }

  fail(error) {
    this.place.replaceChildren();
    this.story.replaceChildren();
    this.status.replaceChildren(refusal(error, "span"));
    this.root.dataset.state = "failed";
  }

  async remove() {
    const response = await fetch(`explanations/${this.id}`, { method: "DELETE" }).catch(() => null);
    if (!response?.ok) return this.say("It could not be deleted. Try again.");
    const address = new URL(location.href);
    address.searchParams.delete("explanation");
    history.replaceState(null, "", address);
    this.place.replaceChildren();
    this.story.replaceChildren();
    this.say("Deleted: this explanation is gone from the server, and your file unless you had it explained twice.");
  }

  async show(progress) {
    const response = await fetch(`explanations/${progress.id}/story`);
    if (progress.id !== this.id) return;
    if (!response.ok) return this.fail({ problem: "This explanation is not on the server any more", remedy: "Make it again" });
    const article = new DOMParser().parseFromString(await response.text(), "text/html").body.firstElementChild;
    this.story.replaceChildren(article);
    // The site may be without that page, and the article also stands alone.
    if (document.querySelector('nav a[href="synthesize"]')) {
      const link = node("a", { href: "synthesize" }, "To the Synthesize page");
      article.querySelector('[data-part="help"]')?.append(node("p", { class: "rr-story-note" }, link));
    }
    this.place.replaceChildren(...this.map(progress));
    const about = progress.sample ? "A sample, measured just now. Drop your own scan to ask about it." : progress.name;
    const remove = node("button", { type: "button", class: "rr-button", onclick: () => this.remove() }, "Delete it from the server now");
    this.status.replaceChildren(node("span", { class: "rr-quiet" }, about), ...(progress.sample ? [] : [remove]));
    this.root.dataset.state = "done";
  }

  /* The whole page with the crop framed; a click or the keyboard takes another. */
  map(progress) {
    const crop = progress.crop;
    if (crop.cropWidth === crop.width && crop.cropHeight === crop.height) return [];
    const frame = node("i");
    const at = { x: crop.x, y: crop.y };
    const draw = () => {
      for (const [name, value, of] of [["left", at.x, crop.width], ["top", at.y, crop.height], ["width", crop.cropWidth, crop.width], ["height", crop.cropHeight, crop.height]])
        frame.style[name] = `${(100 * value) / of}%`;
    };
    const within = (value, most) => Math.round(Math.min(Math.max(value, 0), most));
    const move = (x, y) => {
      at.x = within(x, crop.width - crop.cropWidth);
      at.y = within(y, crop.height - crop.cropHeight);
      draw();
    };
    const take = () => this.again(progress.id, at);
    const box = node("div", {
      tabindex: 0,
      role: "button",
      "aria-label": "The page: click where to look, or move the frame with the arrow keys and press Enter",
      onclick: (event) => {
        const area = box.getBoundingClientRect();
        move(
          ((event.clientX - area.left) / area.width) * crop.width - crop.cropWidth / 2,
          ((event.clientY - area.top) / area.height) * crop.height - crop.cropHeight / 2,
        );
        take();
      },
      onkeydown: (event) => {
        const by = { ArrowLeft: [-32, 0], ArrowRight: [32, 0], ArrowUp: [0, -32], ArrowDown: [0, 32] }[event.key];
        if (by) move(at.x + by[0], at.y + by[1]);
        else if (event.key === "Enter") take();
        else return;
        event.preventDefault();
      },
    }, node("img", { src: progress.overview, alt: "" }), frame);
    draw();
    return [node("div", { class: "rr-page-map" }, box,
      node("p", { class: "rr-quiet" }, "The framed crop is explained. Click elsewhere on the page to look there."))];
  }

  async again(id, at) {
    try {
      this.open((await ask(`explanations/${id}/again?x=${at.x}&y=${at.y}`, { method: "POST" })).id);
    } catch (error) {
      this.say(sentence(error));
    }
  }
}

/* From the controls to the server; values come from Gradio's components (ui/explain/page.py). */
class Request {
  sample = "";

  async begin(file, model, page) {
    const message = document.querySelector("[data-rr-explain-message]");
    const shown = new URLSearchParams(location.search).get("explanation") ?? "";
    try {
      const asked = { file: file?.path ?? "", sample: this.sample, model, page: Math.round(page ?? 1), shown };
      const { id } = await post("explanations", asked);
      message.replaceChildren();
      explanation.open(id);
    } catch (error) {
      message.replaceChildren(refusal(error));
    }
  }

  take(sample, model) {
    this.sample = sample;
    this.begin(null, model, 1);
    return null;
  }

  forgetSample() {
    this.sample = "";
  }
}

let explanation = null;
window.rrExplain = new Request();

function mount() {
  const root = document.querySelector("[data-rr-explain]");
  if (!root || root === explanation?.root) return;
  explanation = new Explanation(root);
  // Gradio hides what its container overflows, which would make that what the controls stick to.
  root.closest(".gradio-container")?.style.setProperty("overflow", "clip", "important");
}
new MutationObserver(mount).observe(document.documentElement, { childList: true, subtree: true });
mount();
