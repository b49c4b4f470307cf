/**
 * Measure: one number per head, to sort the overview by.
 *
 * @typedef {import("./matrix.js").Matrix} Matrix
 * @typedef {import("./frame.js").Dimensions} Dimensions
 * @typedef {"place" | "sharp" | "far" | "special"} Order
 */

/** How strongly a head belongs at the front: higher is earlier.
 * @type {Record<Exclude<Order, "place">, (matrix: Matrix, dimensions: Dimensions) => number>} */
const MEASURES = {
  sharp: (matrix) => -entropy(matrix),
  far: (matrix) => distance(matrix),
  special: (matrix, dimensions) => shareOn(matrix, ([key]) => dimensions.keys.special[key]),
};

/** Heads in the order of a measure, highest first; of equal ones the earlier first.
 * @param {[number, number][]} heads @param {Order} order @param {Dimensions} dimensions
 * @param {(layer: number, head: number) => Matrix | undefined} matrixOf @returns {[number, number][]} */
export function sorted(heads, order, dimensions, matrixOf) {
  if (order === "place") return heads;
  const values = heads.map(([layer, head]) => {
    const matrix = matrixOf(layer, head);
    return matrix === undefined ? -Infinity : MEASURES[order](matrix, dimensions);
  });
  const places = heads.map((_, place) => place);
  return places.sort((one, other) => values[other] - values[one] || one - other).map((place) => heads[place]);
}

/** How widely a query spreads its attention, in nats, mean over queries; of a pooled matrix, of its cells.
 * @param {Matrix} matrix @returns {number} */
export function entropy({ values, top, rows }) {
  const terms = Float64Array.from({ length: top + 1 }, (_, root) => {
    const weight = (root / top) ** 2;
    return weight > 0 ? -weight * Math.log(weight) : 0;
  });
  let sum = 0;
  for (let i = 0; i < values.length; i++) sum += terms[values[i]];
  return sum / rows;
}

/** How many tokens away a query reads, mean over queries. @param {Matrix} matrix @returns {number} */
export function distance(matrix) {
  return mean(matrix, (row, column) => Math.abs(matrix.queries[row][0] - matrix.keys[column][0]));
}

/** The share of the attention that goes to some keys, mean over queries.
 * @param {Matrix} matrix @param {(key: [number, number]) => boolean} chosen @returns {number} */
export function shareOn(matrix, chosen) {
  const columns = matrix.keys.map((key) => (chosen(key) ? 1 : 0));
  return mean(matrix, (_, column) => columns[column]);
}

/** The mean over queries of a quantity, weighted by the attention.
 * @param {Matrix} matrix @param {(row: number, column: number) => number} quantity @returns {number} */
function mean({ values, top, rows, columns }, quantity) {
  let sum = 0;
  for (let row = 0, i = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++, i++) sum += (values[i] / top) ** 2 * quantity(row, column);
  }
  return sum / rows;
}
