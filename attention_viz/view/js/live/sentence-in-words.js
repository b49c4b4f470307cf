/**
 * Sentence in words: what the chosen tokens of a sentence read, and what is not drawn.
 *
 * @typedef {import("./descriptions.js").Descriptions} Descriptions
 * @typedef {import("../core/labels.js").Labels} Labels
 * @typedef {import("../core/matrix.js").Matrix} Matrix
 * @typedef {import("../core/frame.js").Tokens} Tokens
 */
import { MOST_LINES } from "../text/word-layout.js";
import { number, paragraph, say } from "../core/labels.js";
import { percent } from "../text/special-tokens.js";
import { shareOf } from "../text/arc-choice.js";
import { spellOut } from "../core/token.js";

/** Tokens of which each has a sentence of its own. */
const MOST_TOLD = 3;

/** What each token that reads reads most, or how much of the pinned key, and the share of special tokens. @param {Descriptions} descriptions @returns {string} */
export function told(descriptions) {
  const { store } = descriptions;
  const matrix = store.shown();
  if (matrix === undefined || matrix.columns === 0 || store.dimensions === null) return descriptions.title();
  const rows = store.readingRows(matrix).filter((row) => matrix.reads(row));
  const { special } = store.dimensions.keys;
  const links = rows.slice(0, MOST_TOLD).map((row, i) => linkOf(descriptions, matrix, row, special, i === 0));
  const share = rows.length === 1 && matrix.pool === "exact" ? specialShare(descriptions.labels, matrix, rows, store.dimensions.keys) : "";
  return paragraph([...links, share]) || descriptions.title();
}

/** @param {Descriptions} descriptions @param {Matrix} matrix @param {number} row @param {boolean[]} special
 * @param {boolean} first the sentence that names the head @returns {string} */
function linkOf(descriptions, matrix, row, special, first) {
  const { look, place } = descriptions.store;
  const pinned = matrix.columnOf(look.keys[0] ?? -1);
  const column = pinned >= 0 ? pinned : strongestKey(matrix, row, special);
  const values = { query: descriptions.query(matrix, row), key: descriptions.key(matrix, column), weight: number(matrix.weight(row, column), false) };
  if (!first) return say(descriptions.labels, "token_reads", values);
  if (look.average !== "none") return say(descriptions.labels, "mean_reads", { title: descriptions.title(), ...values });
  return say(descriptions.labels, "head_reads", { layer: place.layer + 1, head: place.head + 1, ...values });
}

/** The key of the text itself that a row reads most; a special one where there is no other. @param {Matrix} matrix
 * @param {number} row @param {boolean[]} special @returns {number} */
function strongestKey(matrix, row, special) {
  const columns = [...matrix.keys.keys()];
  const own = columns.filter((column) => !special[matrix.keys[column][0]]);
  return (own.length > 0 ? own : columns).reduce((best, column) => (matrix.weight(row, column) > matrix.weight(row, best) ? column : best));
}

/** @param {Labels} labels @param {Matrix} matrix @param {number[]} rows @param {Tokens} keys @returns {string} */
function specialShare(labels, matrix, rows, keys) {
  const positions = [...keys.special.keys()].filter((position) => keys.special[position] && matrix.columnOf(position) >= 0);
  if (positions.length === 0) return "";
  const share = positions.reduce((sum, position) => sum + (shareOf(matrix, rows, position) ?? 0), 0);
  const names = [...new Set(positions.map((position) => spellOut(keys, position)))];
  return say(labels, "special_share", { share: percent(share), names: names.reduce((one, other) => say(labels, "both_tokens", { one, other })) });
}

/** Why a text has no arcs, or which are not drawn. @param {import("../text/sentence.js").Sentence} sentence @param {Labels} labels @returns {string} */
export function aboutArcs({ coloured, choice }, labels) {
  if (coloured) return say(labels, "arcs_coloured", { lines: MOST_LINES });
  if (choice.arcs.length === 0) return say(labels, "arcs_none");
  if (choice.cut) return say(labels, "arcs_most", { n: choice.arcs.length });
  return choice.least > 0 ? say(labels, "arcs_least", { weight: number(choice.least, true) }) : "";
}
