/**
 * Text heatmap: the sentence itself, each token coloured by the attention it receives. Where the tokens that read are others
 * than those that are read, their text stands above it.
 *
 * @typedef {import("../core/store.js").Store} Store
 * @typedef {import("../core/theme.js").Theme} Theme
 * @typedef {import("../core/frame.js").Tokens} Tokens
 * @typedef {import("../core/matrix.js").Matrix} Matrix
 * @typedef {import("../core/labels.js").Labels} Labels
 */
import { ROUNDING } from "../core/drawing.js";
import { box, setText } from "../core/element.js";
import { highestOf } from "../heatmap/raster.js";
import { inkOn, mix } from "../core/palette.js";
import { spell } from "../core/token.js";
import { say } from "../core/labels.js";


const JOINING = "[\\p{scx=Arab}\\p{scx=Syrc}\\p{scx=Nkoo}\\p{scx=Mand}\\p{scx=Mong}\\p{scx=Adlm}\\p{scx=Rohg}]";
const JOINING_AT_END = new RegExp(`(?=\\p{L})${JOINING}\\p{M}*$`, "u");
const JOINING_AT_START = new RegExp(`^(?=[\\p{L}\\p{M}])${JOINING}`, "u");

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
    this.colour(reading.matrix, reading.received, theme);
    this.close(reading.matrix, reading.rows);
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

  /** @param {Matrix} matrix @param {Float64Array} received by each column @param {Theme} theme */
  colour(matrix, received, theme) {
    const { threshold } = this.store.look;
    this.colourRange = colourRangeOf(this.store.look.scale, highestOf(received));
    const { peak } = this.colourRange;
    this.words.forEach((word, position) => {
      const column = matrix.columnOf(position);
      const share = column < 0 || received[column] < threshold ? 0 : Math.sqrt(Math.min(1, received[column] / peak));
      const colour = mix(theme.weights, share);
      word.style.background = column < 0 ? "none" : `rgb(${colour.join(" ")})`;
      word.style.color = column < 0 ? theme.secondary : inkOn(colour);
    });
  }

  /** Hatch the tokens that may not be read. @param {Matrix} matrix @param {number[]} rows that read */
  close(matrix, rows) {
    if (matrix.hidden === null && !this.closed) return;
    this.closed = matrix.hidden !== null;
    this.words.forEach((word, position) => {
      const column = matrix.columnOf(position);
      const closed = column >= 0 && matrix.isClosed(rows, column);
      word.classList.toggle("closed", closed);
      if (closed) word.style.background = word.style.color = "";
    });
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

  /** The token under the pointer, and whether it reads, is read, or both. @param {MouseEvent} event
   * @returns {{token: number, side: "query" | "key" | "both"} | null} */
  tokenAt(event) {
    const word = event.target instanceof Element ? event.target.closest(".word") : null;
    if (!(word instanceof HTMLElement)) return null;
    const side = this.readers === this.words ? "both" : word.dataset.side === "query" ? "query" : "key";
    return { token: Number(word.dataset.token), side };
  }
}

/** What several queries give together may be more than 1: then colours go up to the highest.
 * @param {"unit" | "peak"} scale @param {number} highest @returns {import("../core/palette.js").ColourRange} */
function colourRangeOf(scale, highest) {
  return scale === "peak" || highest > 1 + ROUNDING ? { scale: "peak", peak: highest || 1 } : { scale, peak: 1 };
}

/** One paragraph per segment. @param {Tokens} tokens @param {HTMLElement[]} words @returns {HTMLElement[]} */
function paragraphs(tokens, words) {
  return [...new Set(tokens.segments)].map((segment) => {
    const paragraph = document.createElement("p");
    paragraph.dir = tokens.directions[segment];
    tokens.segments.forEach((each, position) => {
      if (each !== segment) return;
      const before = paragraph.lastElementChild;
      if (before !== null && spaced(tokens, position)) paragraph.append(" ");
      else if (before !== null && join(before.textContent ?? "", words[position].textContent ?? "")) {
        before.classList.add("joins-next");
        words[position].classList.add("joins-last");
      }
      paragraph.append(words[position]);
    });
    return paragraph;
  });
}

/** @param {Tokens} tokens @param {"query" | "key"} side @returns {HTMLElement[]} */
function wordsOf(tokens, side) {
  return tokens.texts.map((_, position) => {
    const word = wordOf(tokens, position);
    word.dataset.side = side;
    return word;
  });
}

/** Whether letters of a script that joins them meet: no room may be between them. @param {string} before @param {string} after @returns {boolean} */
function join(before, after) {
  return JOINING_AT_END.test(before) && JOINING_AT_START.test(after);
}

/** The browser puts words and numbers of either direction in order, across tokens; a special one is no part of the text.
 * @param {Tokens} tokens @param {number} position @returns {HTMLElement} */
function wordOf(tokens, position) {
  const { text, special, piece } = spell(tokens, position);
  const word = document.createElement(special ? "bdi" : "span");
  word.className = "word";
  word.classList.toggle("special", special);
  word.classList.toggle("piece", piece);
  word.dataset.token = String(position);
  word.textContent = text;
  return word;
}

/** Whether the text has a space before a token. Tokens whose places are not known have one, but for pieces.
 * @param {Tokens} tokens @param {number} position @returns {boolean} */
export function spaced({ spans, special, texts }, position) {
  if (position === 0) return true;
  const [before, here] = [spans[position - 1], spans[position]];
  if (special[position] || special[position - 1]) return true;
  if (here[1] === 0) return !texts[position].startsWith("##");
  return here[0] > before[1];
}
