/**
 * Links: what is pinned on both sides, and which heads read it.
 *
 * The heads are ranked here where the weights of all of them have come whole, else by the server. All weights count,
 * also those that filters leave out of the pictures.
 *
 * @typedef {import("../core/store.js").Store} Store
 * @typedef {import("./rank-heads.js").HeadLink} HeadLink
 * @typedef {import("./rank-heads.js").Pair} Pair
 * @typedef {import("./rank-heads.js").Sides} Sides
 * @typedef {"none" | "half" | "waiting" | "missing" | "closed" | "ranked"} State none: nothing is pinned; half: only a query;
 *  waiting: the server ranks; missing: there is no server that could; closed: the mask keeps the tokens apart
 * @typedef {{text: string, queries: number[], keys: number[], direction: string, heads: [number, number, number, number | null][]}} Sent
 *  what the server ranked, see ranking.py
 */
import { NOTHING } from "../core/filters.js";
import { rankHeads } from "./rank-heads.js";
import { Words } from "./words.js";

export class Links {
  /** @param {Store} store */
  constructor(store) {
    this.store = store;
    /** @type {{dimensions: unknown, sides: Sides} | null} */ this.words = null;
    /** @type {{name: string, heads: HeadLink[] | null}} */ this.known = { name: "", heads: null };
  }

  /** How far one has come. @returns {State} */
  get state() {
    const { queries, keys } = this.store.look;
    if (queries.length === 0) return "none";
    if (keys.length === 0) return "half";
    const heads = this.heads();
    if (heads === null) return this.store.alone ? "missing" : "waiting";
    return heads.length === 0 ? "closed" : "ranked";
  }

  /** Every head, the strongest first; null as long as they are not ranked. @returns {HeadLink[] | null} */
  heads() {
    const { weights, look, ranking } = this.store;
    if (weights === null || look.queries.length === 0 || look.keys.length === 0) return null;
    const name = JSON.stringify([weights.text, weights.version, look.queries, look.keys, look.direction]);
    if (this.known.name !== name || this.known.heads === null) this.known = { name, heads: this.rankedHere() ?? this.sent(ranking) };
    return this.known.heads;
  }

  /** @returns {HeadLink[] | null} null where not every weight of every head is here */
  rankedHere() {
    const weights = /** @type {import("../core/weights.js").Weights} */ (this.store.weights);
    const all = [];
    for (const [layer, head] of weights.members(-1, -1)) {
      const matrix = weights.heads.get(layer, head, NOTHING);
      if (matrix?.pool !== "exact") return null;
      all.push({ layer, head, matrix });
    }
    return rankHeads(all, weights.dimensions, this.sides(), this.pairs());
  }

  /** What the server ranked, if it is about what is pinned. @param {Sent | null} ranking @returns {HeadLink[] | null} */
  sent(ranking) {
    const { look, text } = this.store;
    const asked = JSON.stringify([text, look.queries, look.keys, look.direction]);
    if (ranking === null || JSON.stringify([ranking.text, ranking.queries, ranking.keys, ranking.direction]) !== asked) return null;
    return ranking.heads.map(([layer, head, weight, atDistance]) => ({ layer, head, weight, atDistance }));
  }

  /** The words of the text, once for each text. @returns {Sides} */
  sides() {
    const dimensions = /** @type {import("../core/frame.js").Dimensions} */ (this.store.dimensions);
    if (this.words?.dimensions !== dimensions) {
      const queries = new Words(dimensions.queries);
      this.words = { dimensions, sides: { queries, keys: dimensions.keys === dimensions.queries ? queries : new Words(dimensions.keys) } };
    }
    return /** @type {{sides: Sides}} */ (this.words).sides;
  }

  /** Who reads whom: each pinned query and each pinned key, in the direction that was chosen. @returns {Pair[]} */
  pairs() {
    const { look } = this.store;
    const { queries, keys } = this.sides();
    const forward = look.queries.flatMap((query) => look.keys.map((key) => /** @type {Pair} */ ([queries.numbers[query], keys.numbers[key]])));
    const backward = forward.map(([query, key]) => /** @type {Pair} */ ([key, query]));
    return { forward, backward, both: [...forward, ...backward] }[look.direction];
  }

  /** How the tokens of a link are spelled. @param {Pair} pair @returns {{query: string, key: string}} */
  spelled([query, key]) {
    const { queries, keys } = this.sides();
    return { query: queries.spelled(query), key: keys.spelled(key) };
  }
}
