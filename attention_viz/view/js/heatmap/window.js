/**
 * Window: the visible part of a long text, for which a sharper picture is asked.
 *
 * @typedef {import("../core/matrix.js").Matrix} Matrix
 * @typedef {import("../core/matrix.js").Span} Span
 * @typedef {{rows: Span, columns: Span}} Window tokens down and across
 */

import { PICTURE } from "../core/drawing.js";

const STEP = 64;
const ENOUGH = 1.5;

/** The window to ask for, with a margin to scroll in; null where what is there is sharp enough.
 * @param {Window} seen @param {number} tokensDown @param {number} tokensAcross @param {number} grain tokens per cell of the whole text
 * @param {Matrix | undefined} tile @returns {Window | null} */
export function windowFor(seen, tokensDown, tokensAcross, grain, tile) {
  const asked = { rows: around(seen.rows, tokensDown), columns: around(seen.columns, tokensAcross) };
  const sharpest = Math.max(1, Math.ceil(longest(asked) / PICTURE));
  if (grain < sharpest * ENOUGH) return null;
  if (tile !== undefined && covers(tile, seen) && grainOf(tile) < sharpest * ENOUGH) return null;
  return asked;
}

/** At least as much as fits into one picture token by token, and half as much again on both sides.
 * @param {Span} span @param {number} tokens @returns {Span} */
function around([start, stop], tokens) {
  const length = Math.min(tokens, Math.max(PICTURE, Math.ceil((2 * (stop - start)) / STEP) * STEP));
  const middle = Math.round((start + stop) / 2 / STEP) * STEP;
  const first = Math.min(Math.max(0, middle - Math.floor(length / 2)), tokens - length);
  return [first, first + length];
}

/** @param {Window} window @returns {number} */
function longest({ rows, columns }) {
  return Math.max(rows[1] - rows[0], columns[1] - columns[0]);
}

/** @param {Matrix} tile @param {Window} seen @returns {boolean} */
function covers({ queries, keys }, { rows, columns }) {
  return includes(queries, rows) && includes(keys, columns);
}

/** @param {Span[]} spans @param {Span} span @returns {boolean} */
function includes(spans, [start, stop]) {
  return spans[0][0] <= start && stop <= spans[spans.length - 1][1];
}

/** @param {Matrix} tile @returns {number} tokens per cell */
function grainOf({ queries, keys }) {
  const grain = (/** @type {Span[]} */ spans) => (spans[spans.length - 1][1] - spans[0][0]) / spans.length;
  return Math.max(grain(queries), grain(keys));
}
