/* From the controls to the server: what a scan is, and the request to restore it.
   The values come from Gradio's components in the page's order (ui/restore/page.py). */
(() => {
  "use strict";

  const find = (name) => document.querySelector(`[data-rr-${name}]`);

  function paragraph(text, attributes = {}) {
    const made = document.createElement("p");
    for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
    made.textContent = text;
    return made;
  }

  const refusal = (error) => paragraph(window.rrSentence(error), { class: "rr-error", role: "alert" });

  async function post(address, body) {
    const response = await fetch(address, {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify(body),
    });
    const answer = response.ok ? await response.json() : { refused: {} };
    if (answer.refused) throw answer.refused;
    return answer;
  }

  class Request {
    sample = "";
    asked = 0;

    _body(files, wishes) {
      const shown = new URLSearchParams(location.search).get("case") ?? "";
      return { files: (files ?? []).map((file) => file.path), sample: this.sample, wishes, shown };
    }

    /** Say what the scan is; an answer that a newer question has overtaken is dropped. */
    async describe(files, wishes) {
      const number = ++this.asked;
      let said;
      try {
        said = (await post("scans", this._body(files, wishes))).lines.map((line) => paragraph(line));
      } catch (error) {
        said = [refusal(error)];
      }
      if (number === this.asked) find("about-scan").replaceChildren(...said);
    }

    /** Restore the files, the sample, or what the page shows. */
    async begin(files, wishes) {
      const message = find("message");
      try {
        const { case: id } = await post("cases", this._body(files, wishes));
        message.replaceChildren();
        window.rrOpenCase(id);
      } catch (error) {
        message.replaceChildren(refusal(error));
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
})();
