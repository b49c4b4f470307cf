/**
 * Look: everything that is chosen about one picture. Layers, heads and tokens count from 0.
 *
 * @typedef {import("./frame.js").Dimensions} Dimensions
 * @typedef {import("./filters.js").Kind} Kind
 * @typedef {import("./filters.js").Pairs} Pairs
 * @typedef {import("./filters.js").Filters} Filters
 */
import table from "./options.json" with { type: "json" };

/**
 * The types of the defaults in the table, and the closer ones of those options of which a program says more.
 *
 * @typedef {{[Name in keyof typeof table]: (typeof table)[Name]["usual"]}} Usual
 * @typedef {object} Closer
 * @property {number[]} queries
 * @property {number[]} keys
 * @property {"forward" | "backward" | "both"} direction
 * @property {"unit" | "peak"} scale
 * @property {"blue" | "grey"} palette
 * @property {Kind[]} exclude
 * @property {Pairs} pairs
 * @property {[number, number][]} kept
 * @property {import("./cut-links.js").CutLink[]} cuts
 * @property {"renormalise" | "zero"} cut_way
 * @property {"head" | "layer" | "all"} cut_scope
 * @property {"none" | "heads" | "layers" | "all"} average
 * @property {import("./measure.js").Order} sort
 * @typedef {Omit<Usual, keyof Closer> & Closer} Look
 */

/** The options of a view, as selection.py has them. @type {Record<keyof Look, {usual: any, choices: string[]}>} */
export const OPTIONS = table;

/** The look before anything is chosen. */
export const FIRST_LOOK = /** @type {Look} */ (Object.fromEntries(Object.entries(OPTIONS).map(([name, { usual }]) => [name, usual])));

/** Whether each of two texts reads, and is read. @param {Dimensions} dimensions @returns {boolean} */
export function isPair({ queries, keys }) {
  return [queries, keys].every(({ segments }) => segments.includes(0) && segments.includes(1));
}

/** A look kept inside what there is. @param {Look} look @param {Dimensions | null} dimensions @returns {Look} */
export function within(look, dimensions) {
  if (dimensions === null) return look;
  const layer = nearest(dimensions.heads, look.layer);
  const head = clamp(look.head, dimensions.heads[layer]);
  const queries = look.queries.filter((query) => query >= 0 && query < dimensions.queries.texts.length);
  const keys = look.keys.filter((key) => key >= 0 && key < dimensions.keys.texts.length);
  const direction = dimensions.keys === dimensions.queries ? look.direction : "forward";
  const kept = look.kept.filter(([l, h]) => h < (dimensions.heads[l] ?? 0));
  const pairs = isPair(dimensions) ? look.pairs : "all";
  const cuts = look.cuts.filter((link) => isThere(link, dimensions));
  return { ...look, layer, head, queries, keys, direction, kept, pairs, cuts };
}

/** Whether there is the layer, the head and the tokens of a link. @param {Look["cuts"][number]} link @param {Dimensions} dimensions @returns {boolean} */
function isThere([layer, head, query, key], { heads, queries, keys }) {
  if (query >= queries.texts.length || key >= keys.texts.length || (layer !== null && layer >= heads.length)) return false;
  return head === null || head < (layer === null ? Math.max(...heads) : heads[layer]);
}

/** The look at another text: a pinned token, and a cut link, stays where the token at its place is the same. @param {Look} look
 * @param {Dimensions | null} before @param {Dimensions} after @returns {Look} the same object where nothing is unpinned */
export function stillPinned(look, before, after) {
  /** @param {"queries" | "keys"} side @param {number} at */
  const isSame = (side, at) => before?.[side].texts[at] !== undefined && before[side].texts[at] === after[side].texts[at];
  const queries = look.queries.filter((at) => isSame("queries", at));
  const keys = queries.length > 0 ? look.keys.filter((at) => isSame("keys", at)) : [];
  const cuts = look.cuts.filter(([, , query, key]) => isSame("queries", query) && isSame("keys", key));
  const all = queries.length === look.queries.length && keys.length === look.keys.length && cuts.length === look.cuts.length;
  return all ? look : { ...look, queries, keys, cuts };
}

/** What is shown: where the heads of a layer stand side by side, one of them also while a mean is chosen for the other pictures.
 * @param {Look} look @param {number} layer @param {number} head
 * @returns {[number, number]} (layer, head), -1 where the mean is taken over all */
export function subjectOf({ view, average }, layer, head) {
  if (view === "layer") return [layer, head];
  return [average === "layers" || average === "all" ? -1 : layer, average === "heads" || average === "all" ? -1 : head];
}

/** @param {Look} look @returns {Filters} */
export function filtersOf({ exclude, renormalise, pairs }) {
  return { exclude, renormalise, pairs };
}

/** The layer itself where it has attention weights, else the next one that has, else the last, as in sources.py.
 * @param {number[]} heads of each layer @param {number} layer @returns {number} */
export function nearest(heads, layer) {
  const next = heads.findIndex((n, i) => n > 0 && i >= layer);
  return next >= 0 ? next : heads.reduce((last, n, i) => (n > 0 ? i : last), 0);
}

/** @param {number} i @param {number} n @returns {number} */
function clamp(i, n) {
  return Math.min(Math.max(i, 0), n - 1);
}
