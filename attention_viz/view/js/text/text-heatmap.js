/**
 * Text heatmap: the sentence itself, each token coloured by the attention it receives. Where the tokens that read are others
 * than those that are read, their text stands above it.
 *
 * @typedef {import("../core/store.js").Store} Store
 * @typedef {import("../core/theme.js").Theme} Theme
 * @typedef {import("../core/matrix.js").Matrix} Matrix
 * @typedef {import("../core/labels.js").Labels} Labels
 */
import { box, setText } from "../core/element.js";
import { hatchClosed, markCut, shade } from "./shading.js";
import { paragraphs, tokenUnder, wordsOf } from "./words.js";
import { say } from "../core/labels.js";

export class TextHeatmap {
  /** @param {Store} store */
  constructor(store) {
    this.store = store;
    this.element = document.createElement("div");
    this.element.className = "text-heatmap";
    /** @type {HTMLElement[]} one per key token */ this.words = [];
    /** @type {HTMLElement[]} one per query token; the same where the text reads itself */ this.readers = [];
    this.titles = [box("note"), box("note")];
    // With Shift several tokens are pinned; the browser would mark the text between them.
    this.element.addEventListener("mousedown", (event) => event.shiftKey && event.preventDefault());
    this.written = "";
    this.closed = false;
    /** @type {import("../core/palette.js").ColourRange} */ this.colourRange = { scale: "unit", peak: 1 };
  }

  /** @param {Theme} theme @param {Labels} labels */
  draw(theme, labels) {
    const reading = this.store.reading();
    const { dimensions, text } = this.store;
    if (reading === null || dimensions === null) return;
    if (text !== this.written) this.write(dimensions);
    this.written = text ?? "";
    ["query_column", "key_column"].forEach((name, i) => setText(this.titles[i], say(labels, name)));
    this.colourRange = shade(this.words, reading.matrix, reading.received, theme, this.store.look);
    this.close(reading.matrix, reading.rows);
    markCut(this.words, reading.matrix, reading.rows, this.store.timesCut());
    this.mark();
  }

  /** @param {import("../core/frame.js").Dimensions} dimensions */
  write({ queries, keys }) {
    this.words = wordsOf(keys, "key");
    this.readers = queries === keys ? this.words : wordsOf(queries, "query");
    const read = paragraphs(keys, this.words);
    if (queries === keys) this.element.replaceChildren(...read);
    else this.element.replaceChildren(this.titles[0], ...paragraphs(queries, this.readers), this.titles[1], ...read);
  }

  /** Hatch the tokens that may not be read. @param {Matrix} matrix @param {number[]} rows that read */
  close(matrix, rows) {
    if (matrix.hidden === null && !this.closed) return;
    this.closed = matrix.hidden !== null;
    hatchClosed(this.words, matrix, rows);
  }

  /** Frame the tokens that read. */
  mark() {
    const { queries, key } = this.store.pointedOrPinned();
    this.readers.forEach((word, position) => word.classList.toggle("reads", queries.includes(position)));
    this.words.forEach((word, position) => word.classList.toggle("lit", position === key));
  }

  /** Bring a query into sight. @param {number} query */
  reveal(query) {
    this.readers[query]?.scrollIntoView({ block: "nearest" });
  }

  /** The token under the pointer. @param {MouseEvent} event @returns {import("./words.js").TokenOnSide | null} */
  tokenAt(event) {
    return tokenUnder(event, this.readers === this.words);
  }
}
