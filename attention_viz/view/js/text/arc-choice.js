/**
 * Arc choice: which links of the tokens that read are drawn as arcs. Those to special tokens are not: their share is told
 * beside them.
 *
 * @typedef {import("../core/matrix.js").Matrix} Matrix
 * @typedef {{query: number, key: number, weight: number, strength: number}} Arc
 *  query, key = tokens; strength = 0 to 1, the strongest arc has 1
 * @typedef {{arcs: Arc[], least: number, cut: boolean}} Choice
 *  weakest first; the weight below which none is drawn; whether only the strongest are drawn because there are many
 */
import { LINES } from "../core/drawing.js";

/** Arcs of all tokens that read together, at most. */
export const MOST = 20;

/** Arcs of links that are not the pinned one, as a share of their strength without it. */
const BESIDE = 0.5;

/** The arc to a pinned key is always drawn, on top.
 * @param {Matrix} matrix @param {number[]} rows that read @param {boolean[]} special of the key tokens
 * @param {{threshold: number, keys: number[]}} look keys = those that are pinned @param {number} [most] @returns {Choice} */
export function chooseArcs(matrix, rows, special, { threshold, keys }, most = MOST) {
  const links = rows.flatMap((row) => linksOf(matrix, row, special)).sort((one, other) => other.weight - one.weight);
  const highest = links[0]?.weight ?? 0;
  const faintest = Math.max(threshold, LINES.faintest * highest);
  const pinned = links.filter(({ key }) => keys.includes(key));
  const strong = links.filter(({ key, weight }) => weight >= faintest && weight > 0 && !keys.includes(key));
  const others = strong.slice(0, Math.max(0, most - pinned.length));
  const beside = (pinned.length > 0 ? BESIDE : 1) / highest;
  const arcs = [...pinned.map((link) => ({ ...link, strength: 1 })), ...others.map((link) => ({ ...link, strength: link.weight * beside }))];
  const cut = others.length < strong.length;
  return { arcs: arcs.reverse(), least: cut ? others.at(-1)?.weight ?? faintest : faintest, cut };
}

/** @param {Matrix} matrix @param {number} row @param {boolean[]} special @returns {Omit<Arc, "strength">[]} */
function linksOf(matrix, row, special) {
  const [query] = matrix.queries[row];
  const links = matrix.keys.map(([key], column) => ({ query, key, weight: matrix.weight(row, column) }));
  return links.filter(({ key }) => !special[key]);
}

/** The share of the attention of these rows that goes to a key, mean over the rows; null where the key is left out.
 * @param {Matrix} matrix @param {number[]} rows @param {number} key @returns {number | null} */
export function shareOf(matrix, rows, key) {
  const column = matrix.columnOf(key);
  if (column < 0 || rows.length === 0) return null;
  return rows.reduce((sum, row) => sum + matrix.weight(row, column), 0) / rows.length;
}
