/**
 * Motion: from old numbers to new ones in a short time; at once for those who prefer less motion.
 *
 * It is drawn every 33 ms: each step costs the page a layout, and the eye sees no difference at 200 ms.
 */

const DURATION = 200;
const STEP = 33;

export class Motion {
  /** @param {(share: number) => void} draw the share of the way, 0 to 1 */
  constructor(draw) {
    this.draw = draw;
    this.begun = 0;
    this.timer = 0;
    this.reduced = matchMedia("(prefers-reduced-motion: reduce)");
  }

  /** @param {boolean} moving whether there is something to move from */
  start(moving) {
    clearTimeout(this.timer);
    this.begun = performance.now();
    if (moving && !this.reduced.matches) this.timer = window.setTimeout(() => this.step(), STEP);
    else this.draw(1);
  }

  step() {
    const share = Math.min(1, (performance.now() - this.begun) / DURATION);
    this.draw(share);
    if (share < 1) this.timer = window.setTimeout(() => this.step(), STEP);
  }
}

/** @param {number[]} from @param {number[]} to @param {number} share @returns {number[]} */
export function between(from, to, share) {
  return to.map((value, i) => from[i] + (value - from[i]) * share);
}
