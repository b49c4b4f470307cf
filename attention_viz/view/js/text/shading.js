/**
 * Shading: the words of a text coloured by the attention that they receive, and hatched where they may not be read.
 *
 * @typedef {import("../core/matrix.js").Matrix} Matrix
 * @typedef {import("../core/theme.js").Theme} Theme
 * @typedef {import("../core/look.js").Look} Look
 * @typedef {import("../core/palette.js").ColourRange} ColourRange
 */
import { ROUNDING } from "../core/drawing.js";
import { highestOf } from "../heatmap/raster.js";
import { inkOn, mix } from "../core/palette.js";

/** @param {HTMLElement[]} words one per key token @param {Matrix} matrix @param {Float64Array} received by each column
 * @param {Theme} theme @param {Look} look @returns {ColourRange} which weights the colours stand for */
export function shade(words, matrix, received, theme, { scale, threshold }) {
  const range = colourRangeOf(scale, highestOf(received));
  words.forEach((word, position) => {
    const column = matrix.columnOf(position);
    const share = column < 0 || received[column] < threshold ? 0 : Math.sqrt(Math.min(1, received[column] / range.peak));
    const colour = mix(theme.weights, share);
    word.style.background = column < 0 ? "none" : `rgb(${colour.join(" ")})`;
    word.style.color = column < 0 ? theme.secondary : inkOn(colour);
  });
  return range;
}

/** Hatch the words that may not be read. @param {HTMLElement[]} words @param {Matrix} matrix @param {number[]} rows that read */
export function hatchClosed(words, matrix, rows) {
  words.forEach((word, position) => {
    const column = matrix.columnOf(position);
    const closed = column >= 0 && matrix.isClosed(rows, column);
    word.classList.toggle("closed", closed);
    if (closed) word.style.background = word.style.color = "";
  });
}

/** Stripe the words whose links from all tokens that read are cut; a dot on those whose links from some are.
 * @param {HTMLElement[]} words one per key token @param {Matrix} matrix @param {number[]} rows that read; where none is named, all
 * @param {import("../core/cut-links.js").TimesCut} times */
export function markCut(words, matrix, rows, times) {
  const wholes = cutWords(matrix, rows, times);
  words.forEach((word, position) => {
    word.classList.toggle("cut", wholes.get(position) === true);
    word.classList.toggle("holds-cut", wholes.get(position) === false);
  });
}

/** The keys that hold cut links from the tokens that read, and whether all links from them are cut. @param {Matrix} matrix
 * @param {number[]} rows that read @param {import("../core/cut-links.js").TimesCut} times @returns {Map<number, boolean>} */
export function cutWords(matrix, rows, { links, of }) {
  const named = new Set(rows.length > 0 ? rows : matrix.queries.keys());
  const readers = [...named].filter((row) => matrix.reads(row)).reduce((sum, row) => sum + matrix.queries[row][1] - matrix.queries[row][0], 0);
  /** @type {Map<number, number>} */ const cut = new Map();
  for (const [query, key, n] of links) {
    const row = matrix.rowOf(query);
    if (named.has(row) && matrix.reads(row)) cut.set(key, (cut.get(key) ?? 0) + n);
  }
  return new Map([...cut].map(([key, n]) => [key, n === of * readers]));
}

/** What several queries give together may be more than 1: then colours go up to the highest.
 * @param {"unit" | "peak"} scale @param {number} highest @returns {ColourRange} */
function colourRangeOf(scale, highest) {
  return scale === "peak" || highest > 1 + ROUNDING ? { scale: "peak", peak: highest || 1 } : { scale, peak: 1 };
}
