/**
 * Head order: the rows of all heads sorted by their place, their pattern, their group or a measure.
 *
 * @typedef {import("./head-summary.js").Facts} Facts
 * @typedef {{by: string, down: boolean}} Order by = "place", "pattern", "group" or a measure; down = highest first
 */

/** The rows in this order; a head without a number comes last, equal ones stay by layer and head.
 * @param {Facts} facts @param {Order} order @returns {number[]} */
export function sortedRows(facts, { by, down }) {
  const rows = facts.layers.map((_, row) => row);
  const values = valuesOf(facts, by);
  const sign = down ? -1 : 1;
  return rows.sort((one, other) => {
    const [a, b] = [values[one], values[other]];
    if (a === null || b === null) return a === b ? one - other : a === null ? 1 : -1;
    return sign * (a - b) || one - other;
  });
}

/** @param {Facts} facts @param {string} by @returns {(number | null)[]} */
function valuesOf(facts, by) {
  if (by === "place") return facts.layers.map((_, row) => row);
  if (by === "pattern") return facts.patterns;
  if (by === "group") return facts.map?.groups ?? [];
  return facts.columns[by];
}
