// Two pictures in one place, one covering the other: flipped by hand or slowly by itself.

/** Each picture stays 0.8 s: far from the three flashes a second that can harm. */
const BLINK_MS = 800;

export class Blink {
  /** flipped(): the other picture is to be shown now. */
  constructor(flipped) {
    this.flipped = flipped;
    this.reset();
  }

  get isRunning() {
    return this.timer !== null;
  }

  /** Stop, with the first picture shown. */
  reset() {
    clearInterval(this.timer ?? undefined);
    this.timer = null;
    /** Which of the two is covered. */
    this.covered = 1;
    this.autoButton?.setAttribute("aria-pressed", "false");
  }

  flip() {
    this.covered = 1 - this.covered;
    this.flipped();
  }

  toggleAuto() {
    if (this.isRunning) {
      clearInterval(this.timer);
      this.timer = null;
    } else {
      this.timer = setInterval(() => this.flip(), BLINK_MS);
    }
    this.autoButton?.setAttribute("aria-pressed", this.isRunning);
  }

  /** Add the buttons "Flip" and "Auto"; the style hides Auto where motion is unwanted. */
  addButtons(element) {
    const group = element.appendChild(document.createElement("div"));
    group.className = "rr-group";
    group.innerHTML = `
      <button type="button" title="Space, or click the picture">Flip</button>
      <button type="button" class="rr-auto" title="Flip every 0.8 seconds">Auto</button>`;
    const [flipButton, autoButton] = group.children;
    flipButton.addEventListener("click", () => this.flip());
    autoButton.addEventListener("click", () => this.toggleAuto());
    autoButton.setAttribute("aria-pressed", this.isRunning);
    this.autoButton = autoButton;
  }
}
