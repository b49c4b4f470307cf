/**
 * Rank heads: which heads read a key from a query, as measures/links.py has it.
 *
 * @typedef {import("../core/matrix.js").Matrix} Matrix
 * @typedef {import("../core/frame.js").Dimensions} Dimensions
 * @typedef {import("./words.js").Words} Words
 * @typedef {[number, number]} Pair a query and a key, as words
 * @typedef {{layer: number, head: number, weight: number, atDistance: number | null}} HeadLink atDistance: what the head gives
 *  to a word as far away on average, null where there is no other
 * @typedef {{queries: Words, keys: Words}} Sides
 * @typedef {{layer: number, head: number, matrix: Matrix}} HeadWeights
 * @typedef {{places: number[], shares: number[]}} Cells of a matrix, row by row, and how much each counts in a mean
 */
import { readableKeysOf } from "../core/readable-keys.js";

/** Every head, the one that gives most first; of equal ones the earlier first. Empty where nothing of the links can be read.
 * @param {HeadWeights[]} heads all, with every weight @param {Dimensions} dimensions @param {Sides} sides @param {Pair[]} links
 * @returns {HeadLink[]} */
export function rankHeads(heads, dimensions, sides, links) {
  const open = dimensions.heads.map((n, layer) => (n > 0 ? readableIn(dimensions, sides, layer) : () => false));
  const asked = links.filter((link) => open.some((can) => can(link)));
  if (asked.length === 0) return [];
  const own = cellsOf(sides, [asked]);
  const far = asked.map((link) => asFar(sides, link));
  const others = open.map((can) => cellsOf(sides, far.map((pairs) => pairs.filter(can))));
  const ranked = heads.map(({ layer, head, matrix }) => {
    return { layer, head, weight: meanOf(matrix, own) ?? 0, atDistance: meanOf(matrix, others[layer]) };
  });
  return ranked.sort((one, other) => other.weight - one.weight); // which keeps the order of equal ones
}

/** @param {Matrix} matrix @param {Cells} cells @returns {number | null} null of none */
function meanOf({ values, top }, { places, shares }) {
  let sum = 0;
  for (let i = 0; i < places.length; i++) sum += (values[places[i]] / top) ** 2 * shares[i];
  return places.length === 0 ? null : sum;
}

/** The cells whose sum is the mean over the groups that have pairs, of the mean over their pairs, of the mean over the
 * query's pieces of the sum over the key's. @param {Sides} sides @param {Pair[][]} groups @returns {Cells} */
function cellsOf({ queries, keys }, groups) {
  const filled = groups.filter((pairs) => pairs.length > 0);
  const columns = keys.numbers.length;
  /** @type {Cells} */ const cells = { places: [], shares: [] };
  for (const pairs of filled) {
    for (const [query, key] of pairs) {
      const [first, stop] = [queries.edges[query], queries.edges[query + 1]];
      const share = 1 / ((stop - first) * pairs.length * filled.length);
      for (let q = first; q < stop; q++) {
        for (let k = keys.edges[key]; k < keys.edges[key + 1]; k++) {
          cells.places.push(q * columns + k);
          cells.shares.push(share);
        }
      }
    }
  }
  return cells;
}

/** The pairs of other words as far apart, special tokens on neither side; none between two texts.
 * @param {Sides} sides @param {Pair} link @returns {Pair[]} */
function asFar({ queries, keys }, [query, key]) {
  if (queries !== keys) return [];
  const ordinary = (/** @type {number} */ word) => word >= 0 && word < queries.length && !queries.isSpecial(word);
  const pairs = Array.from({ length: queries.length }, (_, word) => /** @type {Pair} */ ([word, word + key - query]));
  return pairs.filter(([one, other]) => one !== query && ordinary(one) && ordinary(other));
}

/** Whether a word can read another in a layer: where any of its pieces can.
 * @param {Dimensions} dimensions @param {Sides} sides @param {number} layer @returns {(pair: Pair) => boolean} */
function readableIn(dimensions, { queries, keys }, layer) {
  const readable = readableKeysOf(dimensions.readable, layer);
  if (readable === null) return () => true;
  return ([query, key]) => {
    for (let q = queries.edges[query]; q < queries.edges[query + 1]; q++) {
      if (readable.runs(q).some(([from, to]) => from < keys.edges[key + 1] && to > keys.edges[key])) return true;
    }
    return false;
  };
}
