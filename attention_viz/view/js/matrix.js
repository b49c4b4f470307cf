/**
 * Matrix: the weights of one head as far as they have arrived.
 *
 * A cell is a pair of tokens, or, where the text is pooled, a pair of neighbouring groups of tokens.
 */

/** @typedef {import("./frame.js").Block} Block */

export class Matrix {
  /** @param {Block} block @param {number} place which matrix of the block */
  constructor(block, place) {
    const [, rows, columns] = block.shape;
    /** @type {number} */ this.rows = rows;
    /** @type {number} */ this.columns = columns;
    this.queries = block.rows;
    this.keys = block.columns;
    this.top = block.top;
    this.pool = block.pool;
    this.values = block.values.subarray(place * rows * columns, (place + 1) * rows * columns);
    /** @type {number | null} */ this.highest = null;
  }

  /** Whether the weights are known to four digits. */
  get exact() {
    return this.pool === "exact" && this.top > 255;
  }

  /** @param {number} row @param {number} column @returns {number} the weight of a cell */
  weight(row, column) {
    return (this.values[row * this.columns + column] / this.top) ** 2;
  }

  /** @returns {number} the highest weight */
  peak() {
    this.highest ??= (highestOf(this.values) / this.top) ** 2;
    return this.highest;
  }

  /** @param {number | null} row @returns {{row: number, column: number, weight: number}} the strongest cell, of a row or of all */
  strongest(row) {
    const from = row === null ? 0 : row * this.columns;
    const to = row === null ? this.values.length : from + this.columns;
    let best = from;
    for (let i = from; i < to; i++) if (this.values[i] > this.values[best]) best = i;
    const [at, column] = [Math.floor(best / this.columns), best % this.columns];
    return { row: at, column, weight: this.weight(at, column) };
  }

  /** @param {number | null} row @returns {Float64Array} the weight on each column, from a row or as the mean of all */
  received(row) {
    const [first, last] = row === null ? [0, this.rows] : [row, row + 1];
    const sums = new Float64Array(this.columns);
    for (let r = first; r < last; r++) for (let c = 0; c < this.columns; c++) sums[c] += this.weight(r, c);
    return sums.map((sum) => sum / (last - first));
  }

  /** @param {number} row @returns {[number, number]} the query tokens of a row: the first, and the one after the last */
  queriesOf(row) {
    return groupOf(row, this.rows, this.queries);
  }

  /** @param {number} column @returns {[number, number]} the key tokens of a column */
  keysOf(column) {
    return groupOf(column, this.columns, this.keys);
  }
}

/** @param {ArrayLike<number>} values @returns {number} */
export function highestOf(values) {
  let highest = 0;
  for (let i = 0; i < values.length; i++) if (values[i] > highest) highest = values[i];
  return highest;
}

/** Where group i of n begins when `size` things are shared as evenly as whole things allow.
 * @param {number} i @param {number} n @param {number} size @returns {number} */
export function edge(i, n, size) {
  return Math.floor((i * size) / n);
}

/** @param {number} i @param {number} n @param {[number, number]} span @returns {[number, number]} */
function groupOf(i, n, [start, stop]) {
  return [start + edge(i, n, stop - start), start + edge(i + 1, n, stop - start)];
}

/** A smaller matrix in which each cell is the highest of its group.
 * @param {Matrix} matrix @param {number} size most rows and columns
 * @returns {{values: Uint8Array | Uint16Array, rows: number, columns: number, top: number}} */
export function shrink(matrix, size) {
  const { rows, columns, top, values } = matrix;
  if (rows <= size && columns <= size) return { values, rows, columns, top };
  const [fewerRows, fewerColumns] = [Math.min(rows, size), Math.min(columns, size)];
  const small = top > 255 ? new Uint16Array(fewerRows * fewerColumns) : new Uint8Array(fewerRows * fewerColumns);
  const into = Uint16Array.from({ length: columns }, (_, c) => Math.ceil(((c + 1) * fewerColumns) / columns) - 1);
  for (let r = 0; r < rows; r++) {
    const start = (Math.ceil(((r + 1) * fewerRows) / rows) - 1) * fewerColumns;
    const from = r * columns;
    for (let c = 0; c < columns; c++) {
      const at = start + into[c];
      if (values[from + c] > small[at]) small[at] = values[from + c];
    }
  }
  return { values: small, rows: fewerRows, columns: fewerColumns, top };
}
