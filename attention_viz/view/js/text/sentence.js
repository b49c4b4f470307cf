/**
 * Sentence: the text itself, each token a button, with an arc from the tokens that read to each that they read. Where the tokens
 * that read are others than those that are read, their text stands above it. A text of many lines has no arcs: what is read
 * is coloured instead.
 *
 * @typedef {import("../core/store.js").Store} Store
 * @typedef {import("../core/theme.js").Theme} Theme
 * @typedef {import("../core/labels.js").Labels} Labels
 * @typedef {import("../core/matrix.js").Matrix} Matrix
 * @typedef {import("../core/frame.js").Tokens} Tokens
 * @typedef {import("./arc-choice.js").Choice} Choice
 * @typedef {NonNullable<ReturnType<Store["reading"]>>} Reading
 */
import { Arcs } from "./arcs.js";
import { box, setText } from "../core/element.js";
import { chooseArcs, shareOf } from "./arc-choice.js";
import { hatchClosed, markCut, shade } from "./shading.js";
import { MOST_LINES, WordLayout } from "./word-layout.js";
import { number, say } from "../core/labels.js";
import { paragraphs, tokenUnder, withoutSpaceMarks, wordsOf } from "./words.js";
import { SpecialTokens } from "./special-tokens.js";
import { WordKeys } from "./word-keys.js";

const WIDTH = { least: 1, most: 6 };

export class Sentence {
  /** @param {Store} store */
  constructor(store) {
    this.store = store;
    this.arcs = new Arcs();
    this.passages = box("passages");
    this.sheet = box("sheet", this.passages);
    this.sheet.prepend(this.arcs.element);
    this.element = box("sentence", this.sheet);
    this.titles = [box("note"), box("note")];
    this.layout = new WordLayout(this.sheet);
    /** @type {HTMLElement[]} one per key token */ this.words = [];
    /** @type {HTMLElement[]} one per query token; the same where the text reads itself */ this.readers = [];
    /** @type {SpecialTokens | null} those that are read */ this.specials = null;
    this.written = "";
    /** @type {Matrix | undefined} the weights drawn last */ this.drawn = undefined;
    this.drawnOf = "";
    /** @type {boolean} whether what is read is coloured instead of joined by arcs */ this.coloured = false;
    /** @type {Choice} */ this.choice = { arcs: [], least: 0, cut: false };
    /** @type {import("../core/palette.js").ColourRange} */ this.colourRange = { scale: "unit", peak: 1 };
    this.keys = new WordKeys(store, this.element);
    // With Shift several tokens are pinned; the browser would mark the text between them.
    this.element.addEventListener("mousedown", (event) => event.shiftKey && event.preventDefault());
  }

  /** @param {Theme} theme @param {Labels} labels */
  draw(theme, labels) {
    const reading = this.store.reading();
    const { dimensions, text } = this.store;
    if (reading === null || dimensions === null || text === null) return;
    if (text !== this.written) this.write(dimensions);
    this.written = text;
    ["query_column", "key_column"].forEach((name, i) => setText(this.titles[i], say(labels, name)));
    const layout = this.layout.measure(text, this.readers, this.words, dimensions.keys.special, theme.zoom);
    const before = this.before(reading.matrix);
    this.drawArcs(reading, layout, theme, before);
    this.colour(reading, theme);
    this.mark(reading);
    this.drawShares(reading, before);
  }

  /** @param {import("../core/frame.js").Dimensions} dimensions */
  write({ queries, keys }) {
    if (keys.texts.length !== this.words.length || queries.texts.length !== this.readers.length) this.forget();
    const alone = queries === keys;
    this.words = withoutSpaceMarks(wordsOf(keys, "key"));
    this.readers = alone ? this.words : withoutSpaceMarks(wordsOf(queries, "query"));
    this.specials = new SpecialTokens(keys, this.words);
    const read = passage(keys, this.words, this.specials);
    const reads = alone ? [] : [this.titles[0], passage(queries, this.readers, new SpecialTokens(queries, this.readers)), this.titles[1]];
    this.passages.replaceChildren(...reads, read);
    this.keys.take(this.readers, queries.special);
  }

  /** Forget what was drawn of a text with other tokens. */
  forget() {
    this.arcs.clear();
    this.drawn = undefined;
  }

  /** Where another head, or text of as many tokens, is drawn than last: the weights of that one. @param {Matrix} matrix
   * @returns {Matrix | undefined} */
  before(matrix) {
    const of = JSON.stringify([this.store.text, this.store.subject()]);
    const before = of === this.drawnOf ? undefined : this.drawn;
    this.drawn = matrix;
    this.drawnOf = of;
    return before;
  }

  /** @param {Reading} reading @param {import("./arcs.js").Layout} layout @param {Theme} theme @param {Matrix | undefined} before */
  drawArcs({ matrix, rows }, layout, theme, before) {
    const { look, dimensions } = this.store;
    this.coloured = this.layout.lines > MOST_LINES || matrix.pool !== "exact";
    const special = dimensions?.keys.special ?? [];
    this.choice = this.coloured ? { arcs: [], least: 0, cut: false } : chooseArcs(matrix, rows, special, look);
    const peak = look.scale === "peak" ? matrix.peak() || 1 : 1;
    const thick = (/** @type {number} */ weight) => WIDTH.least + (WIDTH.most - WIDTH.least) * Math.min(1, weight / peak);
    const { links, of } = this.store.timesCut();
    const wholes = new Map(links.map(([query, key, n]) => [`${query} ${key}`, n === of]));
    const wholeOf = (/** @type {import("./arcs.js").Arc} */ { query, key }) => wholes.get(`${query} ${key}`);
    this.arcs.draw(this.choice.arcs, layout, { thick, wholeOf, zoom: theme.zoom, colour: theme.palette.heads[0], accent: theme.accent }, ({ query, key, weight }) => {
      const old = before === undefined ? null : shareOf(before, [before.rowOf(query)].filter((row) => row >= 0), key);
      return [number(weight, false), old === null ? null : number(old, false)];
    });
  }

  /** @param {Reading} reading @param {Theme} theme */
  colour({ matrix, rows, received }, theme) {
    if (this.coloured) this.colourRange = shade(this.words, matrix, received, theme, this.store.look);
    else for (const word of this.words) if (word.style.background !== "") word.style.background = word.style.color = "";
    hatchClosed(this.words, matrix, rows);
    markCut(this.words, matrix, rows, this.store.timesCut());
  }

  /** Frame the tokens that read, underline those that are read most. @param {Reading} reading */
  mark({ matrix, rows }) {
    const { key } = this.store.pointedOrPinned();
    const { queries, keys } = this.store.look;
    const alone = this.readers === this.words;
    const reading = new Set(rows.map((row) => matrix.queries[row][0]));
    const most = new Set(strongestOfEach(this.choice));
    this.readers.forEach((word, position) => {
      word.classList.toggle("reads", reading.has(position));
      const pressed = String(queries.includes(position) || (alone && keys.includes(position)));
      if (word.ariaPressed !== pressed) word.ariaPressed = pressed;
    });
    this.words.forEach((word, position) => {
      word.classList.toggle("lit", key === null ? keys.includes(position) : position === key);
      word.classList.toggle("most", most.has(position));
      word.classList.toggle("left-out", matrix.columnOf(position) < 0);
    });
  }

  /** @param {Reading} reading @param {Matrix | undefined} before */
  drawShares({ matrix, rows }, before) {
    const old = before === undefined || before.rows !== matrix.rows ? [] : rows;
    const earlier = (/** @type {number} */ key) => (before === undefined ? null : shareOf(before, old, key));
    this.specials?.draw(rows.join(), (key) => (matrix.pool === "exact" ? shareOf(matrix, rows, key) : null), earlier);
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

/** The key that each reader reads most. @param {Choice} choice @returns {number[]} */
function strongestOfEach({ arcs }) {
  return [...new Map(arcs.map(({ query, key }) => [query, key])).values()];
}

/** A text with its special tokens at its left edge. @param {Tokens} tokens @param {HTMLElement[]} words @param {SpecialTokens} specials */
function passage(tokens, words, specials) {
  const text = box("text", ...paragraphs(tokens, words, (position) => !tokens.special[position]));
  return box("passage", specials.element, text);
}
