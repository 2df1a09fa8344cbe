/* From the controls to the server: what a scan is, and the request to restore it.
   The values come from Gradio's components in the page's order (ui/restore/page.py). */

import { node } from "../site-files/elements.js";
import { refusal } from "../site-files/refusal.js";
import { post } from "../site-files/server.js";
import { dropCase, openCase } from "./result.js";

const find = (name) => document.querySelector(`[data-rr-${name}]`);

class Request {
  sample = "";
  asked = 0;
  begun = 0;

  _body(files, wishes) {
    const shown = new URLSearchParams(location.search).get("case") ?? "";
    return { files: (files ?? []).map((file) => file.path), sample: this.sample, wishes, shown };
  }

  /** Say what the scan is; an answer that a newer question has overtaken is dropped. */
  async describe(files, wishes) {
    const number = ++this.asked;
    let said;
    try {
      said = (await post("scans", this._body(files, wishes))).lines.map((line) => node("p", {}, line));
    } catch (error) {
      said = [refusal(error)];
    }
    if (number === this.asked) find("about-scan").replaceChildren(...said);
  }

  /** Restore the files, the sample, or what the page shows; the latest press is what is shown. */
  async begin(files, wishes) {
    const number = ++this.begun;
    const message = find("message");
    try {
      const { case: id } = await post("cases", this._body(files, wishes));
      if (number !== this.begun) return dropCase(id);
      message.replaceChildren();
      openCase(id);
    } catch (error) {
      if (number === this.begun) message.replaceChildren(refusal(error));
    }
  }

  /** Restore a sample in place of what was uploaded before. */
  take(sample, wishes) {
    this.sample = sample;
    this.describe([], wishes);
    this.begin([], wishes);
    return null;
  }

  forgetSample() {
    this.sample = "";
  }
}

window.rrRequest = new Request();
