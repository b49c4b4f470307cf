/**
 * Shading: the words of a text coloured by the attention that they receive, and hatched where they may not be read.
 *
 * @typedef {import("../core/matrix.js").Matrix} Matrix
 * @typedef {import("../core/theme.js").Theme} Theme
 * @typedef {import("../core/look.js").Look} Look
 * @typedef {import("../core/palette.js").ColourRange} ColourRange
 */
import { ROUNDING } from "../core/drawing.js";
import { has } from "../core/cut-links.js";
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

/** Stripe the words whose links from all tokens that read are cut; with no such token, or where a row stands for several, none.
 * @param {HTMLElement[]} words one per key token @param {Matrix} matrix @param {number[]} rows that read
 * @param {import("../core/cut-links.js").Pair[]} cut */
export function stripeCut(words, matrix, rows, cut) {
  const named = rows.length > 0 && matrix.pool === "exact";
  words.forEach((word, position) => {
    word.classList.toggle("cut", named && rows.every((row) => has(cut, matrix.queries[row][0], position)));
  });
}

/** What several queries give together may be more than 1: then colours go up to the highest.
 * @param {"unit" | "peak"} scale @param {number} highest @returns {ColourRange} */
function colourRangeOf(scale, highest) {
  return scale === "peak" || highest > 1 + ROUNDING ? { scale: "peak", peak: highest || 1 } : { scale, peak: 1 };
}
