/**
 * Content: tokens of the text itself, neither special nor punctuation, and the strongest link between two of them.
 *
 * @typedef {import("./frame.js").Dimensions} Dimensions
 * @typedef {import("./frame.js").Tokens} Tokens
 * @typedef {import("./matrix.js").Matrix} Matrix
 * @typedef {import("./matrix.js").Span} Span
 * @typedef {import("./matrix.js").WeightedCell} WeightedCell
 */

/** @type {WeakMap<Matrix, WeightedCell>} */
const known = new WeakMap();

/** The strongest link between two different content tokens; of all tokens where there is none.
 * @param {Matrix} matrix of one text's tokens @param {Dimensions} dimensions @returns {WeightedCell} */
export function strongestContentLink(matrix, dimensions) {
  const found = known.get(matrix) ?? search(matrix, dimensions);
  known.set(matrix, found);
  return found;
}

/** @param {Matrix} matrix @param {Dimensions} dimensions @returns {WeightedCell} */
function search(matrix, { queries, keys }) {
  const same = queries === keys;
  const [rows, columns] = [contentOf(matrix.queries, queries), contentOf(matrix.keys, keys)];
  let best = { row: -1, column: -1, weight: 0 };
  for (const row of rows) {
    for (const column of columns) {
      if (same && matrix.queries[row][0] === matrix.keys[column][0]) continue;
      const weight = matrix.weight(row, column);
      if (weight > best.weight) best = { row, column, weight };
    }
  }
  return best.row < 0 ? matrix.strongest(null) : best;
}

/** @param {Span[]} spans @param {Tokens} tokens @returns {number[]} the places of spans that hold a content token */
function contentOf(spans, tokens) {
  return [...spans.keys()].filter((place) => holdsContent(spans[place], tokens));
}

/** @param {Span} span @param {Tokens} tokens @returns {boolean} */
function holdsContent([start, stop], { special, punctuation }) {
  for (let token = start; token < stop; token++) if (!special[token] && !punctuation[token]) return true;
  return false;
}
