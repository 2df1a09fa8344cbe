// The values under the pointer, of every picture shown: what a model did, in numbers.

const scratch = Object.assign(document.createElement("canvas"), { width: 1, height: 1 });
const pixel = scratch.getContext("2d", { willReadFrequently: true });

/** "131" for gray, "131 128 90" for colour, read from the canvas at a place in screen pixels. */
function valueAt(canvas, x, y) {
  pixel.drawImage(canvas, x, y, 1, 1, 0, 0, 1, 1);
  const [red, green, blue] = pixel.getImageData(0, 0, 1, 1).data;
  return red === green && green === blue ? String(red) : `${red} ${green} ${blue}`;
}

export class Probe {
  /** stage: element that holds the panes; panes() gives those shown; say(words or "") tells. */
  constructor(stage, panes, say) {
    this.panes = panes;
    this.say = say;
    stage.addEventListener("pointermove", (event) => {
      if (event.pointerType === "touch") return;
      this.pointer = [event.clientX, event.clientY];
      this.refresh();
    });
    stage.addEventListener("pointerleave", () => {
      this.pointer = null;
      this.say("");
    });
  }

  /** Read again, at most once per frame. */
  refresh() {
    if (!this.pointer || this.waiting) return;
    this.waiting = requestAnimationFrame(() => {
      this.waiting = null;
      this.say(this.pointer ? this._words() : "");
    });
  }

  _words() {
    const panes = this.panes().filter((pane) => pane.isOpen);
    for (const pane of panes) {
      const box = pane.picture.getBoundingClientRect();
      const [left, top] = [this.pointer[0] - box.left, this.pointer[1] - box.top];
      if (left >= 0 && top >= 0 && left < pane.width && top < pane.height) {
        return this._describe(panes, pane, left, top);
      }
    }
    return "";
  }

  _describe(panes, pane, left, top) {
    const look = pane.look();
    const x = Math.floor(look.x + (left - pane.width / 2) / look.zoom);
    const y = Math.floor(look.y + (top - pane.height / 2) / look.zoom);
    if (x < 0 || y < 0 || x >= pane.size.width || y >= pane.size.height) return "";
    const words = [`x ${x}, y ${y}`];
    // Below 100 % the canvas holds means of several pixels, which are nobody's values.
    const isExact = look.zoom > 1 - 1e-6 || Math.abs(look.zoom * devicePixelRatio - 1) < 1e-6;
    if (!isExact) return words[0];
    for (const each of panes) {
      const canvas = each.osd.drawer.canvas;
      const [column, row] = [left, top].map((part) => Math.floor(part * devicePixelRatio));
      words.push(`${each.panel.label} ${valueAt(canvas, column, row)}`);
    }
    return words.join("  ·  ");
  }
}
