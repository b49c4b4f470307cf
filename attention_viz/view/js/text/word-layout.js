/**
 * Word layout: where the words of a text stand, and how much room there is for arcs above each line; measured again only
 * where something moved.
 *
 * @typedef {import("./arc-path.js").Box} Box
 * @typedef {import("./arcs.js").Layout} Layout
 */
import { linesOf } from "./arc-path.js";

/** A text on more lines has no arcs: they would cross too much. */
export const MOST_LINES = 12;
/** Room above each line, in CSS pixels: of one line, of two, of a few, of many. */
const ROOMS = [[1, 116], [2, 68], [4, 56], [MOST_LINES, 42]];
const LABEL = 22;
/** Tokens up to which a text is set in a size, in em. */
const SIZES = [[24, 1.625], [64, 1.375], [Infinity, 1.125]];
/** A short text is set smaller where it then takes one line, but by no more than this factor. */
const SMALLER = 1.3;

export class WordLayout {
  /** @param {HTMLElement} sheet what the words stand on, and from whose corner is measured */
  constructor(sheet) {
    this.sheet = sheet;
    this.name = "";
    this.lines = 0;
    /** @type {Layout} */ this.layout = { readers: [], words: [], room: 0, width: 0 };
  }

  /** @param {string} text its name @param {HTMLElement[]} readers @param {HTMLElement[]} words the same where the text reads itself
   * @param {boolean[]} apart which key tokens stand apart from the text @param {number} zoom @returns {Layout} */
  measure(text, readers, words, apart, zoom) {
    const name = this.nameOf(text, readers, words, zoom);
    if (name === this.name) return this.layout;
    this.setSize(words.length);
    this.lines = linesOf(words.map(boxOf).filter((_, position) => !apart[position]));
    const gap = zoom * (ROOMS.find(([lines]) => this.lines <= lines)?.[1] ?? 0);
    this.sheet.style.setProperty("--gap", `${gap}px`);
    const boxes = words.map(boxOf);
    this.layout = {
      readers: readers === words ? boxes : readers.map(boxOf),
      words: boxes,
      room: gap - LABEL * zoom,
      width: this.sheet.clientWidth,
    };
    this.name = this.nameOf(text, readers, words, zoom);
    return this.layout;
  }

  /** @param {number} tokens of the text */
  setSize(tokens) {
    const size = SIZES.find(([most]) => tokens <= most)?.[1] ?? 1;
    this.sheet.style.setProperty("--size", `${size}em`);
    if (tokens > SIZES[0][0]) return;
    const times = this.lengthInLines();
    if (times > 1 && times <= SMALLER) this.sheet.style.setProperty("--size", `${(0.99 * size) / times}em`);
  }

  /** @returns {number} how many lines long the longest paragraph is, if it did not wrap */
  lengthInLines() {
    this.sheet.classList.add("one-line");
    const all = [...this.sheet.querySelectorAll("p")].map(({ scrollWidth, clientWidth }) => scrollWidth / Math.max(1, clientWidth));
    this.sheet.classList.remove("one-line");
    return Math.max(0, ...all);
  }

  /** A name for all that places depend on. A font that arrives late moves the last word.
   * @param {string} text @param {HTMLElement[]} readers @param {HTMLElement[]} words @param {number} zoom @returns {string} */
  nameOf(text, readers, words, zoom) {
    const last = [readers.at(-1), words.at(-1)].map((word) => word && Object.values(boxOf(word)));
    return JSON.stringify([text, zoom, this.sheet.clientWidth, this.sheet.clientHeight, last]);
  }
}

/** @param {HTMLElement} word @returns {Box} */
function boxOf({ offsetLeft, offsetTop, offsetWidth, offsetHeight }) {
  return { left: offsetLeft, top: offsetTop, width: offsetWidth, height: offsetHeight };
}
