// Time on task, without the time in which the page was hidden or nobody did anything.

const IDLE_AFTER_MS = 30_000;
const TICK_MS = 250;

export class Clock {
  constructor() {
    this.reset();
    this.total = 0;
    this.touched = performance.now();
    for (const sign of ["pointermove", "pointerdown", "keydown", "wheel"]) {
      addEventListener(sign, () => (this.touched = performance.now()), { passive: true });
    }
    let before = performance.now();
    setInterval(() => {
      const now = performance.now();
      const away = document.hidden || now - this.touched > IDLE_AFTER_MS;
      // A laptop that slept ticks once, late: that is no time on task.
      const passed = now - before;
      if (away || passed > 8 * TICK_MS) this.idle += passed;
      else {
        this.active += passed;
        this.total += passed;
      }
      before = now;
    }, TICK_MS);
  }

  reset() {
    this.active = 0;
    this.idle = 0;
  }
}
