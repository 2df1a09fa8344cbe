// The line between two pictures: dragged by mouse or finger, moved by keys, read by screen readers.

const STEP = 2;
const PAGE = 10;

export class Divider {
  /** element: [role=slider] inside the stage; onMove(share) with the left picture's 0-100 %. */
  constructor(element, onMove) {
    this.element = element;
    this.onMove = onMove;
    this.share = 50;
    element.addEventListener("keydown", (event) => this._key(event));
    element.addEventListener("pointerdown", (event) => this._grab(event));
    element.addEventListener("pointermove", (event) => this._drag(event));
  }

  moveTo(share) {
    this.share = Math.min(100, Math.max(0, share));
    this.element.style.left = `${this.share}%`;
    this.element.setAttribute("aria-valuenow", Math.round(this.share));
    this.onMove(this.share);
  }

  /** Say which pictures it lies between. */
  name(left, right) {
    this.element.setAttribute("aria-label", `Divider: ${left} on the left, ${right} on the right`);
    this.element.setAttribute("aria-valuetext", `${Math.round(this.share)} % ${left}`);
  }

  _key(event) {
    const targets = {
      ArrowLeft: this.share - STEP,
      ArrowDown: this.share - STEP,
      ArrowRight: this.share + STEP,
      ArrowUp: this.share + STEP,
      PageDown: this.share - PAGE,
      PageUp: this.share + PAGE,
      Home: 0,
      End: 100,
    };
    if (!(event.key in targets)) return;
    event.preventDefault();
    event.stopPropagation();
    this.moveTo(targets[event.key]);
  }

  _grab(event) {
    event.preventDefault();
    event.stopPropagation();
    this.element.focus({ preventScroll: true });
    this.element.setPointerCapture(event.pointerId);
    const line = this.element.getBoundingClientRect();
    this.grip = event.clientX - (line.left + line.width / 2);
  }

  _drag(event) {
    if (!this.element.hasPointerCapture(event.pointerId)) return;
    const stage = this.element.parentElement.getBoundingClientRect();
    this.moveTo((100 * (event.clientX - this.grip - stage.left)) / stage.width);
  }
}
