/**
 * Legend: which colour stands for which weight.
 *
 * @typedef {import("./store.js").Store} Store
 * @typedef {import("./theme.js").Theme} Theme
 * @typedef {import("./wording.js").Labels} Labels
 */
import { number, say } from "./wording.js";

const SHARES = [0, 0.01, 0.1, 0.25, 0.5, 1];

export class Legend {
  constructor() {
    this.element = document.createElement("div");
    this.element.className = "legend";
    this.bar = document.createElement("div");
    this.bar.className = "ramp";
    this.ticks = document.createElement("div");
    this.ticks.className = "ticks";
    this.note = document.createElement("div");
    this.note.className = "note";
    this.element.append(this.bar, this.ticks, this.note);
  }

  /** @param {number} peak the weight that has the last colour @param {"unit" | "peak"} scale @param {Theme} theme @param {Labels} labels */
  draw(peak, scale, theme, labels) {
    this.bar.style.background = `linear-gradient(to right, ${theme.palette.weights.join(", ")})`;
    this.ticks.replaceChildren(...SHARES.map((share) => tick(share, peak)));
    this.note.textContent = say(labels, scale === "unit" ? "scale_unit" : "scale_peak", { peak: number(peak, false) });
  }
}

/** @param {number} share of the highest weight @param {number} peak @returns {HTMLElement} */
function tick(share, peak) {
  const mark = document.createElement("span");
  mark.style.left = `${Math.sqrt(share) * 100}%`;
  const weight = share * peak;
  mark.textContent = weight === 0 || weight === 1 ? String(weight) : weight.toPrecision(2).replace(/^0/, "").replace(/(\.\d*?)0+$/, "$1");
  return mark;
}
