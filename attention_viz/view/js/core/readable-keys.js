/**
 * Readable keys: which keys each query may read, see readable_keys.py. A cell of groups is hidden where none of its queries may
 * read any of its keys.
 *
 * @typedef {import("./matrix.js").Span} Span
 * @typedef {[number, number, number, number, number, number]} Stripe first and stop of the queries, then from and to of
 *  their keys, each with its step from query to query
 * @typedef {{kinds: (Stripe[] | null)[], layers: number[]}} KeysByLayer null = every key; layers: which kind each layer is
 */

export class ReadableKeys {
  /** @param {Stripe[]} stripes what one of them allows is allowed */
  constructor(stripes) {
    /** @type {Stripe[][]} those of each query */ this.stripes = [];
    for (const stripe of stripes) {
      for (let query = stripe[0]; query < stripe[1]; query++) (this.stripes[query] ??= []).push(stripe);
    }
  }

  /** The keys that a query may read. @param {number} query @returns {Span[]} */
  runs(query) {
    return (this.stripes[query] ?? []).map(([first, , from, fromStep, to, toStep]) => {
      const step = query - first;
      return [from + fromStep * step, to + toStep * step];
    });
  }

  /** Which cells are hidden: 1, row by row; null where none is.
   * @param {Span[]} queries tokens of each row @param {Span[]} keys tokens of each column @returns {Uint8Array | null} */
  hidden(queries, keys) {
    const cells = new Uint8Array(queries.length * keys.length).fill(1);
    queries.forEach(([start, stop], row) => {
      const own = cells.subarray(row * keys.length, (row + 1) * keys.length);
      for (let query = start; query < stop; query++) {
        for (const [from, to] of this.runs(query)) own.fill(0, firstEndingAfter(keys, from), firstBeginningAt(keys, to));
      }
    });
    return cells.includes(1) ? cells : null;
  }
}

/** Of a layer, or of all layers together: what one of them may read is not hidden. @param {KeysByLayer} byLayer @param {number} layer -1 = all
 * @returns {ReadableKeys | null} null = every query may read every key */
export function readableKeysOf({ kinds, layers }, layer) {
  const chosen = layer < 0 ? kinds : [kinds[layers[layer]]];
  const stripes = chosen.flatMap((kind) => kind ?? []);
  return chosen.some((kind) => kind === null) ? null : new ReadableKeys(stripes);
}

/** @param {Span[]} spans ascending @param {number} token @returns {number} the first span that ends after it */
function firstEndingAfter(spans, token) {
  return search(spans.length, (i) => spans[i][1] > token);
}

/** @param {Span[]} spans ascending @param {number} token @returns {number} the first span that begins there or later */
function firstBeginningAt(spans, token) {
  return search(spans.length, (i) => spans[i][0] >= token);
}

/** @param {number} n @param {(i: number) => boolean} holds for all from some place on @returns {number} that place, or n */
function search(n, holds) {
  let [low, high] = [0, n];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (holds(middle)) high = middle;
    else low = middle + 1;
  }
  return low;
}
