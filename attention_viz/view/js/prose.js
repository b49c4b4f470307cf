/**
 * Prose: the sentence itself, each token coloured by the attention it receives.
 *
 * @typedef {import("./store.js").Store} Store
 * @typedef {import("./theme.js").Theme} Theme
 * @typedef {import("./frame.js").Tokens} Tokens
 * @typedef {import("./matrix.js").Matrix} Matrix
 */
import { highestOf } from "./raster.js";
import { inkOn, mix } from "./palette.js";
import { spell } from "./token.js";

export class Prose {
  /** @param {Store} store */
  constructor(store) {
    this.store = store;
    this.element = document.createElement("div");
    this.element.className = "prose";
    /** @type {HTMLElement[]} one per token */ this.words = [];
    this.written = "";
  }

  /** @param {Theme} theme */
  draw(theme) {
    const reading = this.store.reading();
    const { sheet, text } = this.store;
    if (reading === null || sheet === null) return;
    if (text !== this.written) this.write(sheet.keys);
    this.written = text ?? "";
    this.colour(reading.matrix, reading.received, theme);
    this.mark();
  }

  /** One paragraph per segment. @param {Tokens} tokens */
  write(tokens) {
    this.words = tokens.texts.map((_, position) => wordOf(tokens, position));
    const paragraphs = [...new Set(tokens.segments)].map((segment) => {
      const paragraph = document.createElement("p");
      tokens.segments.forEach((each, position) => {
        if (each !== segment) return;
        if (position > 0 && spaced(tokens, position)) paragraph.append(" ");
        paragraph.append(this.words[position]);
      });
      return paragraph;
    });
    this.element.replaceChildren(...paragraphs);
  }

  /** @param {Matrix} matrix @param {Float64Array} received by each column @param {Theme} theme */
  colour(matrix, received, theme) {
    const highest = this.store.look.scale === "peak" ? highestOf(received) || 1 : Math.max(1, highestOf(received));
    this.words.forEach((word, position) => {
      const column = matrix.columnOf(position);
      const share = column < 0 ? 0 : Math.sqrt(received[column] / highest);
      const colour = mix(theme.weights, share);
      word.style.background = column < 0 ? "none" : `rgb(${colour.join(" ")})`;
      word.style.color = column < 0 ? theme.secondary : inkOn(colour);
    });
  }

  /** Frame the tokens that read. */
  mark() {
    const { queries, key } = this.store.pointedOrPinned();
    this.words.forEach((word, position) => {
      word.classList.toggle("reads", queries.includes(position));
      word.classList.toggle("lit", position === key);
    });
  }

  /** The token under the pointer. @param {MouseEvent} event @returns {number | null} */
  tokenAt(event) {
    const word = event.target instanceof Element ? event.target.closest(".word") : null;
    return word instanceof HTMLElement ? Number(word.dataset.token) : null;
  }
}

/** @param {Tokens} tokens @param {number} position @returns {HTMLElement} */
function wordOf(tokens, position) {
  const { text, special, piece } = spell(tokens, position);
  const word = document.createElement("bdi");
  word.className = "word";
  word.classList.toggle("special", special);
  word.classList.toggle("piece", piece);
  word.dataset.token = String(position);
  word.textContent = text;
  return word;
}

/** Whether the text has a space before a token. Tokens whose places are not known have one, but for pieces.
 * @param {Tokens} tokens @param {number} position @returns {boolean} */
function spaced({ spans, special, texts }, position) {
  const [before, here] = [spans[position - 1], spans[position]];
  if (special[position] || special[position - 1]) return true;
  if (here[1] === 0) return !texts[position].startsWith("##");
  return here[0] > before[1];
}
