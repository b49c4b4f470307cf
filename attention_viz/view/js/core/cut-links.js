/**
 * Cut links: which links of a picture are cut, by the rule of cut_links.py.
 *
 * @typedef {import("./look.js").Look} Look
 * @typedef {[number | null, number | null]} Place (layer, head); null = every layer, or every head
 * @typedef {[number | null, number | null, number, number]} CutLink layer, head, query, key
 * @typedef {[number, number]} Pair query, key
 */
import { subjectOf } from "./look.js";

/** Links that are cut at most. */
export const MOST_CUT = 256;

/** Whether what is cut in one place is cut in all of another. @param {Place | CutLink} cut begins with the one place
 * @param {Place} place @returns {boolean} */
function covers([layer, head], place) {
  return (layer === null || layer === place[0]) && (head === null || head === place[1]);
}

/** The links that are cut in a head; in a mean, with null or -1 in its place, those that are cut in all heads that it is taken over.
 * @param {CutLink[]} cuts @param {Place} place @returns {Pair[]} */
export function cutIn(cuts, place) {
  return distinct(cuts.filter((link) => covers(link, place)).map(([, , query, key]) => [query, key]));
}

/** The links that are cut after these pairs were cut in a place too; where all of them are cut there already, without them.
 * @param {CutLink[]} cuts @param {Pair[]} pairs @param {Place} place @returns {CutLink[]} */
export function toggled(cuts, pairs, place) {
  const here = cutIn(cuts, place);
  const among = (/** @type {CutLink} */ [, , query, key]) => has(pairs, query, key);
  if (pairs.every(([query, key]) => has(here, query, key))) return cuts.filter((link) => !among(link) || !covers(link, place));
  const others = cuts.filter((link) => !among(link) || !covers(place, [link[0], link[1]]));
  const added = pairs.filter(([query, key]) => !has(here, query, key)).map(([query, key]) => /** @type {CutLink} */ ([...place, query, key]));
  return [...others, ...added];
}

/** Who reads whom in the pinned link. @param {Pick<Look, "queries" | "keys" | "direction">} look @returns {Pair[]} */
export function pinnedPairs({ queries, keys, direction }) {
  const forward = queries.flatMap((query) => keys.map((key) => /** @type {Pair} */ ([query, key])));
  const backward = forward.map(([query, key]) => /** @type {Pair} */ ([key, query]));
  return distinct({ forward, backward, both: [...forward, ...backward] }[direction]);
}

/** Where the next link is cut. @param {Pick<Look, "view" | "average" | "layer" | "head" | "cut_scope">} look @returns {Place} */
export function cutPlace(look) {
  const [layer, head] = subjectOf(/** @type {Look} */ (look), look.layer, look.head).map((each) => (each < 0 ? null : each));
  return { head: /** @type {Place} */ ([layer, head]), layer: /** @type {Place} */ ([layer, null]), all: /** @type {Place} */ ([null, null]) }[look.cut_scope];
}

/** @param {Pair[]} pairs @param {number} query @param {number} key @returns {boolean} whether a pair is among them */
export function has(pairs, query, key) {
  return pairs.some(([one, other]) => one === query && other === key);
}

/** @param {Pair[]} pairs @returns {Pair[]} each once */
function distinct(pairs) {
  return pairs.filter(([query, key], i) => !has(pairs.slice(0, i), query, key));
}
