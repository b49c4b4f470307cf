/**
 * Legend: which colour stands for which weight.
 *
 * @typedef {import("../core/theme.js").Theme} Theme
 * @typedef {import("../core/labels.js").Labels} Labels
 * @typedef {import("../core/palette.js").ColourRange} ColourRange
 */
import { TICKS } from "../core/drawing.js";
import { box, setText } from "../core/element.js";
import { number, say } from "../core/labels.js";


export class Legend {
  constructor() {
    this.ramp = box("ramp");
    this.ticks = TICKS.map(tick);
    this.note = box("note");
    this.element = box("legend", this.ramp, box("ticks", ...this.ticks), this.note);
    this.drawn = "";
  }

  /** @param {ColourRange} range @param {Theme} theme @param {Labels} labels */
  draw({ scale, peak }, theme, labels) {
    const colours = theme.weights.join(", ");
    if (colours !== this.drawn) this.ramp.style.background = `linear-gradient(to right, ${colours})`;
    this.drawn = colours;
    this.ticks.forEach((mark, i) => setText(mark, short(TICKS[i] * peak)));
    setText(this.note, say(labels, `scale_note_${scale}`, { peak: number(peak, false) }));
  }
}

/** @param {number} share of the highest weight @returns {HTMLElement} */
function tick(share) {
  const mark = document.createElement("span");
  mark.style.left = `${Math.sqrt(share) * 100}%`;
  return mark;
}

/** @param {number} weight @returns {string} two digits and no more zeros than needed */
function short(weight) {
  if (weight === 0 || weight === 1) return String(weight);
  return weight.toPrecision(2).replace(/^0/, "").replace(/(\.\d*?)0+$/, "$1");
}
