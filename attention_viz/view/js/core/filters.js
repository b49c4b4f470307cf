/**
 * Filters: a matrix with keys left out, with one direction of a pair, or as a mean over heads.
 *
 * @typedef {import("./frame.js").Tokens} Tokens
 * @typedef {import("./frame.js").Dimensions} Dimensions
 * @typedef {import("./matrix.js").Span} Span
 * @typedef {"special" | "punctuation"} Kind
 * @typedef {"all" | "AA" | "AB" | "BA" | "BB"} Pairs
 * @typedef {{exclude: Kind[], renormalise: boolean, pairs: Pairs}} Filters
 */
import { TOPS } from "./drawing.js";
import { Matrix } from "./matrix.js";

const TOP = TOPS.root16;
/** @type {Record<Pairs, [number, number] | [null, null]>} the segment that reads, and the one that is read */
const SIDES = { all: [null, null], AA: [0, 0], AB: [0, 1], BA: [1, 0], BB: [1, 1] };

/** @type {Filters} */
export const NOTHING = { exclude: [], renormalise: false, pairs: "all" };

/** A name for what filters leave out. @param {Filters} filters @returns {string} */
export function nameOf({ exclude, renormalise, pairs }) {
  return JSON.stringify([[...exclude].sort(), renormalise && exclude.length > 0, pairs]);
}

/** What is left of an exact matrix when the filters have been applied; the matrix itself where they change nothing.
 * @param {Matrix} matrix @param {Dimensions} dimensions @param {Filters} filters @returns {Matrix} */
export function filtered(matrix, dimensions, filters) {
  if (filters.exclude.length === 0 && filters.pairs === "all") return matrix;
  const columns = keptColumns(matrix, dimensions.keys, filters.exclude);
  const scope = scopeOf(matrix.queries, columns.map((column) => matrix.keys[column]), dimensions, filters);
  const less = columns.length < matrix.columns;
  if (!less && scope === null) return matrix;
  const values = new Uint16Array(matrix.rows * columns.length);
  for (let row = 0; row < matrix.rows; row++) {
    const scale = (TOP / matrix.top) * (filters.renormalise && less ? 1 / Math.sqrt(shareOf(matrix, row, columns) || 1) : 1);
    columns.forEach((column, i) => {
      if (scope !== null && !(scope.rows[row] && scope.columns[i])) return;
      values[row * columns.length + i] = Math.min(TOP, Math.round(matrix.values[row * matrix.columns + column] * scale));
    });
  }
  const left = new Matrix(values, TOP, matrix.pool, matrix.queries, columns.map((column) => matrix.keys[column]));
  left.rounded = !matrix.exact;
  left.scope = scope;
  return left;
}

/** A pooled matrix that was filtered before: its numbers stay as they are, and it knows which cells have none left.
 * @param {Matrix} matrix @param {Dimensions} dimensions @param {Filters} filters @returns {Matrix} */
export function scoped(matrix, dimensions, filters) {
  const scope = scopeOf(matrix.queries, matrix.keys, dimensions, filters);
  if (scope === null) return matrix;
  const copy = copyOf(matrix);
  copy.scope = scope;
  return copy;
}

/** A pooled matrix while what the filters leave of it is not here. @param {Matrix} matrix @returns {Matrix} */
export function unfiltered(matrix) {
  const copy = copyOf(matrix);
  copy.unfiltered = true;
  return copy;
}

/** The share of the attention that goes to what is left out, mean over queries.
 * @param {Matrix} matrix @param {Tokens} keys @param {Kind[]} exclude @returns {number} */
export function removedShare(matrix, keys, exclude) {
  const columns = keptColumns(matrix, keys, exclude);
  const all = Array.from({ length: matrix.columns }, (_, column) => column);
  let removed = 0;
  for (let row = 0; row < matrix.rows; row++) removed += shareOf(matrix, row, all) - shareOf(matrix, row, columns);
  return removed / matrix.rows;
}

/** The mean of matrices of one shape. @param {Matrix[]} matrices at least one @returns {Matrix} */
export function mean(matrices) {
  const [first] = matrices;
  const sums = new Float32Array(first.values.length);
  for (const { values, top } of matrices) {
    for (let i = 0; i < sums.length; i++) sums[i] += (values[i] / top) ** 2;
  }
  const values = Uint16Array.from(sums, (sum) => Math.round(Math.sqrt(sum / matrices.length) * TOP));
  const pool = first.pool === "max" ? "means" : first.pool;
  const result = new Matrix(values, TOP, pool, first.queries, first.keys);
  result.rounded = matrices.some((each) => !each.exact);
  return result;
}

/** @param {Matrix} matrix @param {Tokens} keys @param {Kind[]} exclude @returns {number[]} */
function keptColumns(matrix, keys, exclude) {
  const columns = Array.from({ length: matrix.columns }, (_, column) => column);
  if (exclude.length === 0) return columns;
  const isLeft = (/** @type {number} */ key) => !exclude.some((kind) => keys[kind][key]);
  return columns.filter((column) => some(matrix.keys[column], isLeft));
}

/** Which rows read and which columns are read: those where a token does; null = all.
 * @param {Span[]} queries @param {Span[]} keys @param {Dimensions} dimensions @param {Filters} filters @returns {import("./matrix.js").Scope | null} */
function scopeOf(queries, keys, dimensions, { exclude, pairs }) {
  const [from, to] = SIDES[pairs];
  const [reading, read] = [dimensions.queries.segments, dimensions.keys.segments];
  const reads = (/** @type {number} */ query) => from === null || reading[query] === from;
  const isLeft = (/** @type {number} */ key) => (to === null || read[key] === to) && !exclude.some((kind) => dimensions.keys[kind][key]);
  const scope = { rows: queries.map((span) => some(span, reads)), columns: keys.map((span) => some(span, isLeft)) };
  return scope.rows.every(Boolean) && scope.columns.every(Boolean) ? null : scope;
}

/** @param {Matrix} matrix @param {number} row @param {number[]} columns @returns {number} */
function shareOf(matrix, row, columns) {
  let share = 0;
  for (const column of columns) share += matrix.weight(row, column);
  return share;
}

/** @param {Span} span @param {(token: number) => boolean} holds @returns {boolean} */
function some([start, stop], holds) {
  for (let token = start; token < stop; token++) if (holds(token)) return true;
  return false;
}

/** @param {Matrix} matrix @returns {Matrix} */
function copyOf({ values, top, pool, queries, keys, rounded }) {
  const copy = new Matrix(values, top, pool, queries, keys);
  copy.rounded = rounded;
  return copy;
}
