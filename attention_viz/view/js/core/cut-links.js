/**
 * Cut links: which links of a picture are cut, by the rule of cut_links.py.
 *
 * @typedef {import("./look.js").Look} Look
 * @typedef {[number | null, number | null]} Place (layer, head); null = every layer, or every head
 * @typedef {[number | null, number | null, number, number]} CutLink layer, head, query, key
 * @typedef {[number, number]} Pair query, key
 * @typedef {{links: [number, number, number][], of: number}} TimesCut
 *  query, key and in how many of so many heads they are cut: the one that is drawn, or all that the picture is the mean of
 * @typedef {import("./matrix.js").Cell} Cell
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

/** In how many of some heads each link is cut: those that are cut in one at least. @param {CutLink[]} cuts
 * @param {[number, number][]} heads @returns {TimesCut} */
export function timesCut(cuts, heads) {
  /** @type {Map<string, CutLink[]>} */ const places = new Map();
  for (const link of cuts) places.set(nameOf(link), [...(places.get(nameOf(link)) ?? []), link]);
  const links = [...places.values()].map((alike) => {
    const [, , query, key] = alike[0];
    return /** @type {[number, number, number]} */ ([query, key, heads.filter((head) => alike.some((link) => covers(link, head))).length]);
  });
  return { links: links.filter(([, , n]) => n > 0), of: heads.length };
}

/** The cells that hold cut links, and whether all links that each stands for are cut. @param {TimesCut} times
 * @param {(query: number, key: number) => Cell | null} cellAt @returns {(Cell & {whole: boolean})[]} */
export function cutCells({ links, of }, cellAt) {
  /** @type {{cell: Cell, n: number}[]} */ const found = [];
  for (const [query, key, n] of links) {
    const cell = cellAt(query, key);
    if (cell === null) continue;
    const known = found.find((each) => each.cell.matrix === cell.matrix && each.cell.row === cell.row && each.cell.column === cell.column);
    if (known === undefined) found.push({ cell, n });
    else known.n += n;
  }
  return found.map(({ cell, n }) => ({ ...cell, whole: n === of * linksOf(cell) }));
}

/** @param {Cell} cell @returns {number} the links of one head that it stands for */
function linksOf({ matrix, row, column }) {
  const [[query, below], [key, behind]] = [matrix.queries[row], matrix.keys[column]];
  return (below - query) * (behind - key);
}

/** @param {CutLink} link @returns {string} who reads whom */
function nameOf([, , query, key]) {
  return `${query} ${key}`;
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
