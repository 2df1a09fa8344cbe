/* A label map that can be drawn on: class codes in memory, exact; the canvas only shows them. */

const MOST_STEPS = 60;

export class LabelCanvas {
  /** canvas: where it is shown. colours: one "#rrggbb" a class code. */
  constructor(canvas, colours) {
    this.canvas = canvas;
    this.context = canvas.getContext("2d", { willReadFrequently: true });
    this.palette = colours.map((colour) => [1, 3, 5].map((at) => parseInt(colour.slice(at, at + 2), 16)));
    /** Called after each edit. */
    this.changed = () => {};
    this.undone = [];
    this.done = [];
    this.resize(320, 256);
  }

  /** A new map of one class. */
  resize(width, height, code = 0) {
    this._take(new Uint8Array(width * height).fill(code), width, height);
  }

  /** Another map; codes: a Uint8Array of width x height class codes. */
  load(codes, width, height) {
    this._take(Uint8Array.from(codes), width, height);
  }

  _take(codes, width, height) {
    this.codes = codes;
    this.width = this.canvas.width = width;
    this.height = this.canvas.height = height;
    this.done.length = this.undone.length = 0;
    this.paint();
    this.changed();
  }

  /* ------------------------------------------------------------------- edits */

  /** Remember the map as it is, so that undo comes back to it. */
  begin() {
    this.done.push(this.codes.slice());
    if (this.done.length > MOST_STEPS) this.done.shift();
    this.undone.length = 0;
  }

  /** A round stroke from one point to another, in pixels of the map. */
  stroke(from, to, radius, code) {
    const steps = Math.max(1, Math.ceil(Math.hypot(to.x - from.x, to.y - from.y) / Math.max(1, radius / 2)));
    for (let step = 0; step <= steps; step += 1) {
      const share = step / steps;
      this._disc(from.x + share * (to.x - from.x), from.y + share * (to.y - from.y), radius, code);
    }
    this.paint();
  }

  _disc(x, y, radius, code) {
    const left = Math.max(0, Math.ceil(x - radius)), right = Math.min(this.width - 1, Math.floor(x + radius));
    const top = Math.max(0, Math.ceil(y - radius)), bottom = Math.min(this.height - 1, Math.floor(y + radius));
    for (let row = top; row <= bottom; row += 1) {
      for (let column = left; column <= right; column += 1) {
        if ((column - x) ** 2 + (row - y) ** 2 <= radius ** 2) this.codes[row * this.width + column] = code;
      }
    }
  }

  /** Fill a polygon by the even-odd rule; a pixel belongs to it when its middle lies inside. */
  polygon(corners, code) {
    if (corners.length < 3) return;
    for (let row = 0; row < this.height; row += 1) {
      const crossings = [];
      corners.forEach((a, at) => {
        const b = corners[(at + 1) % corners.length];
        const y = row + 0.5;
        if ((a.y <= y) !== (b.y <= y)) crossings.push(a.x + ((y - a.y) * (b.x - a.x)) / (b.y - a.y));
      });
      crossings.sort((a, b) => a - b);
      for (let pair = 0; pair + 1 < crossings.length; pair += 2) {
        const first = Math.max(0, Math.ceil(crossings[pair] - 0.5));
        const last = Math.min(this.width - 1, Math.ceil(crossings[pair + 1] - 0.5) - 1);
        if (last >= first) this.codes.fill(code, row * this.width + first, row * this.width + last + 1);
      }
    }
    this.paint();
  }

  fill(code) {
    this.begin();
    this.codes.fill(code);
    this.finish();
  }

  finish() {
    this.paint();
    this.changed();
  }

  undo() {
    this._step(this.done, this.undone);
  }

  redo() {
    this._step(this.undone, this.done);
  }

  _step(from, to) {
    if (!from.length) return;
    to.push(this.codes);
    this.codes = from.pop();
    this.finish();
  }

  /* ----------------------------------------------------------- in and out */

  paint() {
    const image = this.context.createImageData(this.width, this.height);
    this.codes.forEach((code, at) => {
      const [red, green, blue] = this.palette[code] ?? [0, 0, 0];
      image.data.set([red, green, blue, 255], 4 * at);
    });
    this.context.putImageData(image, 0, 0);
  }

  /** The codes as base64, a byte a pixel. */
  encoded() {
    let text = "";
    for (let at = 0; at < this.codes.length; at += 0x8000) {
      text += String.fromCharCode(...this.codes.subarray(at, at + 0x8000));
    }
    return btoa(text);
  }

  static decoded(text) {
    return Uint8Array.from(atob(text), (character) => character.charCodeAt(0));
  }
}
