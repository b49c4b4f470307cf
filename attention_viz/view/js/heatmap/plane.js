/**
 * Plane: what a heatmap is laid out on. A slot is a token, and the picture of a pooled text is stretched over the slots
 * of the tokens that it stands for, so that a sharper tile fits on it.
 *
 * @typedef {import("../core/matrix.js").Matrix} Matrix
 * @typedef {import("../core/matrix.js").Span} Span
 * @typedef {{matrix: Matrix, row: number, column: number, rows: number, columns: number}} Patch
 *  a matrix, the slot where it begins, and how many slots it covers
 * @typedef {import("../core/matrix.js").Cell} Cell
 * @typedef {{row: number, column: number, rows: number, columns: number}} Box where something begins and how far it reaches, in slots
 */

export class Plane {
  /** @param {Matrix} matrix of the whole text @param {Matrix | undefined} tile a sharper one of a part of it */
  constructor(matrix, tile) {
    this.matrix = matrix;
    this.pooled = matrix.pool !== "exact";
    this.rows = this.pooled ? lengthOf(matrix.queries) : matrix.rows;
    this.columns = this.pooled ? lengthOf(matrix.keys) : matrix.columns;
    /** @type {Patch[]} the last lies on top */
    this.patches = [{ matrix, row: 0, column: 0, rows: this.rows, columns: this.columns }];
    if (this.pooled && tile !== undefined) this.patches.push(patchOf(tile));
  }

  /** The tokens of a slot. @param {number} row @returns {Span} */
  queries(row) {
    return this.pooled ? [row, row + 1] : this.matrix.queries[row];
  }

  /** @param {number} column @returns {Span} */
  keys(column) {
    return this.pooled ? [column, column + 1] : this.matrix.keys[column];
  }

  /** @param {number | null} query a token @returns {number} its slot, or -1 */
  rowOf(query) {
    if (query === null) return -1;
    return this.pooled ? query : this.matrix.rowOf(query);
  }

  /** @param {number | null} key a token @returns {number} its slot, or -1 */
  columnOf(key) {
    if (key === null) return -1;
    return this.pooled ? key : this.matrix.columnOf(key);
  }

  /** The sharpest that is known of a slot. @param {number} row @param {number} column @returns {Cell | null} */
  cell(row, column) {
    const [query, key] = [this.queries(row)[0], this.keys(column)[0]];
    for (const { matrix } of [...this.patches].reverse()) {
      const cell = { matrix, row: matrix.rowOf(query), column: matrix.columnOf(key) };
      if (cell.row >= 0 && cell.column >= 0) return cell;
    }
    return null;
  }

  /** The sharpest that is known of a pair of tokens. @param {number} query @param {number} key @returns {Cell | null} */
  cellAt(query, key) {
    const [row, column] = [this.rowOf(query), this.columnOf(key)];
    return row < 0 || column < 0 ? null : this.cell(row, column);
  }

  /** @param {Cell} cell @returns {Box} where it is drawn */
  boxOf({ matrix, row, column }) {
    const patch = this.patches.find((each) => each.matrix === matrix) ?? this.patches[0];
    const [rows, columns] = [patch.rows / matrix.rows, patch.columns / matrix.columns];
    return { row: patch.row + row * rows, column: patch.column + column * columns, rows, columns };
  }

  /** How many tokens a cell of the whole text stands for. @returns {number} */
  get grain() {
    return Math.max(this.rows / this.matrix.rows, this.columns / Math.max(1, this.matrix.columns));
  }
}

/** @param {Span[]} spans @returns {number} how many tokens they cover */
function lengthOf(spans) {
  return spans.length === 0 ? 0 : spans[spans.length - 1][1] - spans[0][0];
}

/** @param {Matrix} tile @returns {Patch} */
function patchOf(tile) {
  const [row, column] = [tile.queries[0][0], tile.keys[0][0]];
  return { matrix: tile, row, column, rows: lengthOf(tile.queries), columns: lengthOf(tile.keys) };
}
