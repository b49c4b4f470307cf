/**
 * Strongest: which weights are drawn as lines. All of them would cover each other, and be slow to draw.
 *
 * @typedef {import("../core/matrix.js").Matrix} Matrix
 * @typedef {import("../core/matrix.js").Span} Span
 * @typedef {{queries: number[], key: number | null}} Chosen tokens whose lines are drawn: all where none is chosen
 * @typedef {{row: number, column: number, strength: number}} Line
 *  strength = 0 to 1; the strongest of the selection has 1
 * @typedef {{row: number, from: number, to: number}} Run neighbouring cells of a row
 */

import { LINES, TOPS } from "../core/drawing.js";

const TOP = TOPS.root16;

/** @param {Matrix[]} matrices one per head @param {Chosen} chosen @param {number} threshold
 * @param {Span} [seen] the rows and columns in sight: a line is drawn where one of its ends is among them
 * @returns {{lines: Line[][], least: number, crowded: boolean, none: boolean}} of each head, weakest first; the weight below
 *  which none is drawn; whether so many are strong that thick lines would hide each other; whether no weight of all, in sight or
 *  not, is high enough */
export function strongestLines(matrices, chosen, threshold, seen = [0, Infinity]) {
  const all = matrices.map((matrix) => runsOf(matrix, chosen, [0, Infinity]));
  const highest = Math.max(0, ...matrices.map((matrix, i) => highestRoot(matrix, all[i])));
  if (highest === 0 || Math.sqrt(threshold) * TOP > highest) {
    return { lines: matrices.map(() => []), least: threshold, crowded: false, none: matrices.length > 0 };
  }
  const runs = matrices.map((matrix) => runsOf(matrix, chosen, seen));
  const visible = Math.max(Math.sqrt(threshold) * TOP, Math.sqrt(LINES.faintest) * highest, 1);
  const least = Math.min(mostDrawn(matrices, runs, visible), highest); // those that share the highest all, or the picture would be empty
  const lines = matrices.map((matrix, i) => strong(matrix, runs[i], least, highest));
  return { lines, least: (least / TOP) ** 2, crowded: thickOf(lines) > LINES.crowd, none: false };
}

/** @param {Line[][]} lines of each head @returns {number} how many of them would be thick */
function thickOf(lines) {
  return lines.reduce((sum, each) => sum + each.filter(({ strength }) => strength >= LINES.strong).length, 0);
}

/** @param {Matrix} matrix @param {Chosen} chosen @param {Span} seen @returns {Run[]} the cells whose lines may be drawn */
function runsOf(matrix, { queries, key }, [first, stop]) {
  const pinned = queries.map((query) => matrix.rowOf(query)).filter((row) => row >= 0);
  const rows = pinned.length > 0 ? pinned : Array.from({ length: matrix.rows }, (_, row) => row);
  const column = key === null ? -1 : matrix.columnOf(key);
  const [left, right] = column < 0 ? [0, matrix.columns] : [column, column + 1];
  return rows.map((row) => {
    const whole = row >= first && row < stop;
    return { row, from: whole ? left : Math.max(left, first), to: whole ? right : Math.min(right, stop) };
  });
}

/** @param {Matrix} matrix @param {Run[]} runs @returns {number} the highest root among the cells, out of TOP */
function highestRoot({ values, columns, top }, runs) {
  let highest = 0;
  for (const { row, from, to } of runs) {
    for (let i = row * columns + from; i < row * columns + to; i++) if (values[i] > highest) highest = values[i];
  }
  return Math.round((highest * TOP) / top);
}

/** @param {Matrix[]} matrices @param {Run[][]} runs @param {number} visible root
 * @returns {number} the root, not below the visible one, from which on at most LINES.most cells lie */
function mostDrawn(matrices, runs, visible) {
  const counts = new Uint32Array(TOP + 1);
  matrices.forEach(({ values, columns, top }, m) => {
    const scale = TOP / top;
    for (const { row, from, to } of runs[m]) {
      for (let i = row * columns + from; i < row * columns + to; i++) {
        const root = Math.round(values[i] * scale);
        if (root >= visible) counts[root] += 1;
      }
    }
  });
  for (let root = TOP, drawn = 0; root >= visible; root--) {
    drawn += counts[root];
    if (drawn > LINES.most) return root + 1;
  }
  return visible;
}

/** @param {Matrix} matrix @param {Run[]} runs @param {number} least root @param {number} highest root @returns {Line[]} weakest first */
function strong({ values, columns, top }, runs, least, highest) {
  const scale = TOP / top;
  /** @type {Line[]} */ const lines = [];
  for (const { row, from, to } of runs) {
    for (let column = from; column < to; column++) {
      const root = Math.round(values[row * columns + column] * scale);
      if (root >= least) lines.push({ row, column, strength: (root / highest) ** 2 });
    }
  }
  return lines.sort((one, other) => one.strength - other.strength);
}
