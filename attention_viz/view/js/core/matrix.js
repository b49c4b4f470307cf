/**
 * Matrix: the weights of one head, or of a mean of heads, as far as they have arrived.
 *
 * A cell is a pair of tokens, or, where the text is pooled, a pair of neighbouring groups of tokens.
 *
 * @typedef {import("./frame.js").Block} Block
 * @typedef {import("./frame.js").Pool} Pool
 * @typedef {[number, number]} Span the first token, and the one after the last
 * @typedef {Uint8Array | Uint16Array} Roots roots of weights, times `top`
 * @typedef {{values: Roots, rows: number, columns: number, top: number}} Cells
 * @typedef {{row: number, column: number, weight: number}} WeightedCell
 * @typedef {{matrix: Matrix, row: number, column: number}} Cell
 * @typedef {{rows: boolean[], columns: boolean[]}} Scope what filters leave: the rows that read and the columns that are read
 */

export class Matrix {
  /** @param {Roots} values row by row @param {number} top @param {Pool} pool @param {Span[]} queries tokens of each row @param {Span[]} keys tokens of each column */
  constructor(values, top, pool, queries, keys) {
    this.values = values;
    this.top = top;
    this.pool = pool;
    this.queries = queries;
    this.keys = keys;
    this.rows = queries.length;
    this.columns = keys.length;
    /** @type {boolean} whether it was computed from weights of two digits */ this.rounded = top <= 255;
    /** @type {Uint8Array | null} 1 = no query of the row may read a key of the column */ this.hidden = null;
    /** @type {Scope | null} */ this.scope = null;
    /** @type {boolean} whether the chosen filters are not applied to it yet */ this.unfiltered = false;
    /** @type {WeightedCell | null} */ this.strongestOfAll = null;
  }

  /** Whether four digits are known, be it of single weights or of groups. */
  get precise() {
    return !this.rounded;
  }

  /** Whether every single weight is known to four digits. */
  get exact() {
    return this.pool === "exact" && !this.rounded;
  }

  /** @param {number} row @param {number} column @returns {number} the weight of a cell */
  weight(row, column) {
    return (this.values[row * this.columns + column] / this.top) ** 2;
  }

  /** @param {number} row @param {number} column @returns {boolean} whether the weight is 0 because it may not be read */
  isHidden(row, column) {
    return this.hidden !== null && this.hidden[row * this.columns + column] === 1;
  }

  /** @param {number[]} rows @param {number} column @returns {boolean} whether none of these rows, or of all, may read the column */
  isClosed(rows, column) {
    if (this.hidden === null) return false;
    const named = rows.length > 0 ? rows : Array.from({ length: this.rows }, (_, row) => row);
    return named.every((row) => this.isHidden(row, column));
  }

  /** @param {number} row @returns {boolean} whether it reads: of a pair of texts, perhaps only one does */
  reads(row) {
    return this.scope?.rows[row] ?? true;
  }

  /** @param {number} row @param {number} column @returns {boolean} whether filters leave nothing of a cell */
  isLeftOut(row, column) {
    return this.scope !== null && !(this.scope.rows[row] && this.scope.columns[column]);
  }

  /** @param {number[]} rows @param {number} column @returns {boolean} whether one of these rows, or of all, can read the column */
  isListed(rows, column) {
    if (this.scope?.columns[column] === false) return false;
    return (rows.length === 0 || rows.some((row) => this.reads(row))) && !this.isClosed(rows, column);
  }

  /** @returns {number} the highest weight */
  peak() {
    return this.strongest(null).weight;
  }

  /** @param {number | null} row @returns {WeightedCell} the strongest cell, of a row or of all */
  strongest(row) {
    if (row !== null) return this.strongestBetween(row, row + 1);
    this.strongestOfAll ??= this.strongestBetween(0, this.rows);
    return this.strongestOfAll;
  }

  /** @param {number} first row @param {number} stop row @returns {WeightedCell} */
  strongestBetween(first, stop) {
    const { values, columns } = this;
    let best = first * columns;
    for (let i = best; i < stop * columns; i++) if (values[i] > values[best]) best = i;
    const [row, column] = [Math.floor(best / columns), best % columns];
    return { row, column, weight: this.columns ? this.weight(row, column) : 0 };
  }

  /** The weight on each column: summed over these rows, or the mean of all that read where none is named.
   * @param {number[]} rows @returns {Float64Array} */
  received(rows) {
    const named = rows.length > 0 ? rows : Array.from({ length: this.rows }, (_, row) => row).filter((row) => this.reads(row));
    const sums = new Float64Array(this.columns);
    for (const row of named) for (let c = 0; c < this.columns; c++) sums[c] += this.weight(row, c);
    return rows.length > 0 ? sums : sums.map((sum) => sum / Math.max(1, named.length));
  }

  /** @param {number} query a token @returns {number} the row it belongs to, or -1 */
  rowOf(query) {
    return indexOf(this.queries, query);
  }

  /** @param {number} key a token @returns {number} the column it belongs to, or -1 */
  columnOf(key) {
    return indexOf(this.keys, key);
  }

  /** @param {number} query @param {number} key @returns {Cell | null} the cell that a pair of tokens belongs to */
  cellAt(query, key) {
    const [row, column] = [this.rowOf(query), this.columnOf(key)];
    return row < 0 || column < 0 ? null : { matrix: this, row, column };
  }
}

/** The matrices of a block, in the order of its heads. @param {Block} block @returns {Matrix[]} */
export function fromBlock({ heads, shape, values, top, pool, rows, columns }) {
  const [, down, across] = shape;
  const [queries, keys] = [groups(down, rows), groups(across, columns)];
  const own = (/** @type {number} */ place) => values.subarray(place * down * across, (place + 1) * down * across);
  return heads.map((_, place) => new Matrix(own(place), top, pool, queries, keys));
}

/** The tokens of a span shared among n groups as evenly as whole tokens allow.
 * @param {number} n @param {Span} span @returns {Span[]} */
export function groups(n, [start, stop]) {
  const edge = (/** @type {number} */ i) => start + Math.floor((i * (stop - start)) / n);
  return Array.from({ length: n }, (_, i) => [edge(i), edge(i + 1)]);
}

/** Spans in ascending order: which one holds a token. @param {Span[]} spans @param {number} token @returns {number} */
function indexOf(spans, token) {
  let [low, high] = [0, spans.length - 1];
  while (low <= high) {
    const middle = (low + high) >> 1;
    if (token < spans[middle][0]) high = middle - 1;
    else if (token >= spans[middle][1]) low = middle + 1;
    else return middle;
  }
  return -1;
}

/** A smaller matrix in which each cell is the highest of its group.
 * @param {Cells} cells @param {number} size most rows and columns @returns {Cells} */
export function shrink(cells, size) {
  const { rows, columns, top, values } = cells;
  if (rows <= size && columns <= size) return cells;
  const [down, across] = [groups(Math.min(rows, size), [0, rows]), groups(Math.min(columns, size), [0, columns])];
  const small = new Uint16Array(down.length * across.length);
  const highest = new Uint16Array(columns);
  down.forEach(([first, stop], i) => {
    highest.fill(0);
    for (let row = first; row < stop; row++) raise(highest, values, row * columns);
    across.forEach(([left, right], j) => {
      for (let c = left; c < right; c++) {
        if (highest[c] > small[i * across.length + j]) small[i * across.length + j] = highest[c];
      }
    });
  });
  return { values: small, rows: down.length, columns: across.length, top };
}

/** The same for what is hidden: a group is, where all of it is. Kept, since all heads of a layer share it.
 * @param {Uint8Array} hidden @param {number} rows @param {number} columns @param {number} size @returns {Uint8Array} */
export function shrinkHidden(hidden, rows, columns, size) {
  if (rows <= size && columns <= size) return hidden;
  const sizes = shrunk.get(hidden) ?? new Map();
  shrunk.set(hidden, sizes);
  const known = sizes.get(size);
  if (known !== undefined) return known;
  const shown = Uint8Array.from(hidden, (each) => 1 - each);
  const { values } = shrink({ values: shown, rows, columns, top: 1 }, size);
  const small = Uint8Array.from(values, (each) => 1 - each);
  sizes.set(size, small);
  return small;
}

/** @type {WeakMap<Uint8Array, Map<number, Uint8Array>>} */
const shrunk = new WeakMap();

/** @param {Uint16Array} highest so far of each column @param {Roots} values @param {number} from where the row begins */
function raise(highest, values, from) {
  for (let c = 0; c < highest.length; c++) {
    const value = values[from + c];
    if (value > highest[c]) highest[c] = value;
  }
}
