/**
 * Links: which weights become lines. A picture of all of them would be a grey cloth, and slow.
 *
 * @typedef {import("./matrix.js").Matrix} Matrix
 * @typedef {{queries: number[], key: number | null}} Chosen tokens whose lines are drawn: all where none is chosen
 * @typedef {{row: number, column: number, strength: number}} Strand
 *  strength = 0 to 1; the strongest of the picture has 1
 */

const MOST = 2000;
const FAINTEST = 0.03;
const TOP = 65535;

/** @param {Matrix[]} matrices one per head @param {Chosen} chosen @param {number} threshold
 * @returns {{strands: Strand[][], least: number}} of each head, weakest first, and the weight below which none is drawn */
export function strands(matrices, chosen, threshold) {
  const counts = new Uint32Array(TOP + 1);
  for (const matrix of matrices) eachCell(matrix, chosen, (_row, _column, root) => (counts[root] += 1));
  const highest = lastUsed(counts);
  if (highest <= 0) return { strands: matrices.map(() => []), least: threshold };
  const least = Math.max(1, Math.sqrt(threshold) * TOP, Math.sqrt(FAINTEST) * highest, crowded(counts));
  const bundles = matrices.map((matrix) => strong(matrix, chosen, least, highest));
  return { strands: bundles, least: (least / TOP) ** 2 };
}

/** @param {Matrix} matrix @param {Chosen} chosen @param {number} least root @param {number} highest root @returns {Strand[]} */
function strong(matrix, chosen, least, highest) {
  /** @type {Strand[]} */ const links = [];
  eachCell(matrix, chosen, (row, column, root) => {
    if (root >= least) links.push({ row, column, strength: (root / highest) ** 2 });
  });
  return links.sort((one, other) => one.strength - other.strength);
}

/** @param {Matrix} matrix @param {Chosen} chosen @param {(row: number, column: number, root: number) => void} visit */
function eachCell(matrix, { queries, key }, visit) {
  const { values, columns, top } = matrix;
  const pinned = queries.map((query) => matrix.rowOf(query)).filter((row) => row >= 0);
  const rows = pinned.length > 0 ? pinned : Array.from({ length: matrix.rows }, (_, row) => row);
  const column = key === null ? -1 : matrix.columnOf(key);
  const [first, stop] = column < 0 ? [0, columns] : [column, column + 1];
  for (const row of rows) {
    for (let c = first; c < stop; c++) visit(row, c, Math.round((values[row * columns + c] * TOP) / top));
  }
}

/** @param {Uint32Array} counts @returns {number} the highest root that occurs; 0 where none does */
function lastUsed(counts) {
  let root = TOP;
  while (root > 0 && counts[root] === 0) root--;
  return root;
}

/** @param {Uint32Array} counts how often each root occurs @returns {number} the root above which at most MOST lie */
function crowded(counts) {
  let root = TOP;
  for (let drawn = 0; root > 0; root--) {
    drawn += counts[root];
    if (drawn > MOST) return root + 1;
  }
  return 0;
}
