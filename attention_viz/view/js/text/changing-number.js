/**
 * Changing number: a number on the screen that tells for a moment what it was before.
 */
import { setText } from "../core/element.js";

const MOMENT = 3000;

export class ChangingNumber {
  /** @param {HTMLElement | SVGTextElement} element where it stands */
  constructor(element) {
    this.element = element;
    this.shown = "";
    this.timer = 0;
  }

  /** @param {string} of what it is the number @param {string} now @param {string | null} before null = not known */
  show(of, now, before) {
    const name = `${of} ${now}`;
    if (name === this.shown) return;
    this.shown = name;
    clearTimeout(this.timer);
    const changed = before !== null && before !== now;
    setText(this.element, changed ? `${before} → ${now}` : now);
    if (changed) this.timer = window.setTimeout(() => setText(this.element, now), MOMENT);
  }
}
