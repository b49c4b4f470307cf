/**
 * Lens: a matrix with keys left out, with one direction of a pair, or as a mean over heads.
 *
 * @typedef {import("./frame.js").Tokens} Tokens
 * @typedef {import("./frame.js").TokenSheet} TokenSheet
 * @typedef {import("./matrix.js").Span} Span
 * @typedef {"special" | "punctuation"} Kind
 * @typedef {"all" | "AA" | "AB" | "BA" | "BB"} Pairs
 * @typedef {{exclude: Kind[], renormalise: boolean, pairs: Pairs}} Filters
 */
import { Matrix } from "./matrix.js";

const TOP = 65535;

/** What is left of a matrix when the filters have been applied; the matrix itself where they change nothing. A pooled
 * one stays as it is: its cells mix tokens that are left out with others.
 * @param {Matrix} matrix @param {TokenSheet} sheet @param {Filters} filters @returns {Matrix} */
export function through(matrix, sheet, filters) {
  if (matrix.pool !== "exact" || (filters.exclude.length === 0 && filters.pairs === "all")) return matrix;
  const columns = keptColumns(matrix, sheet.keys, filters.exclude);
  const direction = directionOf(matrix, sheet, filters.pairs);
  if (columns.length === matrix.columns && direction === null) return matrix;
  const values = new Uint16Array(matrix.rows * columns.length);
  for (let row = 0; row < matrix.rows; row++) {
    const scale = (TOP / matrix.top) * (filters.renormalise ? 1 / Math.sqrt(shareOf(matrix, row, columns) || 1) : 1);
    columns.forEach((column, i) => {
      if (direction !== null && !(direction.rows[row] && direction.columns[column])) return;
      values[row * columns.length + i] = Math.min(TOP, Math.round(matrix.values[row * matrix.columns + column] * scale));
    });
  }
  const sharpened = new Matrix(values, TOP, matrix.pool, matrix.queries, columns.map((column) => matrix.keys[column]));
  sharpened.rounded = !matrix.exact;
  sharpened.direction = direction && { rows: direction.rows, columns: columns.map((column) => direction.columns[column]) };
  return sharpened;
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

/** A word goes only when all of it does. @param {Matrix} matrix @param {Tokens} keys @param {Kind[]} exclude @returns {number[]} */
function keptColumns(matrix, keys, exclude) {
  const columns = Array.from({ length: matrix.columns }, (_, column) => column);
  if (exclude.length === 0) return columns;
  const out = (/** @type {number} */ key) => exclude.some((kind) => keys[kind][key]);
  return columns.filter((column) => !every(matrix.keys[column], out));
}

/** @param {Matrix} matrix @param {TokenSheet} sheet @param {Pairs} pairs @returns {import("./matrix.js").Direction | null} */
function directionOf(matrix, sheet, pairs) {
  if (pairs === "all") return null;
  const [from, to] = pairs === "AA" ? [0, 0] : pairs === "AB" ? [0, 1] : pairs === "BA" ? [1, 0] : [1, 1];
  const rows = matrix.queries.map(([query]) => sheet.queries.segments[query] === from);
  const columns = matrix.keys.map(([key]) => sheet.keys.segments[key] === to);
  return { rows, columns };
}

/** @param {Matrix} matrix @param {number} row @param {number[]} columns @returns {number} */
function shareOf(matrix, row, columns) {
  let share = 0;
  for (const column of columns) share += matrix.weight(row, column);
  return share;
}

/** @param {Span} span @param {(token: number) => boolean} holds @returns {boolean} */
function every([start, stop], holds) {
  for (let token = start; token < stop; token++) if (!holds(token)) return false;
  return true;
}
