/**
 * Descriptions: what the pictures show, in words.
 *
 * @typedef {import("../core/store.js").Store} Store
 * @typedef {import("../core/store.js").Pointed} Pointed
 * @typedef {import("../core/matrix.js").Matrix} Matrix
 * @typedef {import("../core/labels.js").Labels} Labels
 */
import { cutCells, timesCut } from "../core/cut-links.js";
import { filtersOf } from "../core/look.js";
import { spellSpan } from "../core/token.js";
import { number, paragraph, say } from "../core/labels.js";

/** Views in which the text stands as it is read. */
const OF_TEXT = ["sentence", "text"];

export class Descriptions {
  /** @param {Store} store @param {Labels} labels */
  constructor(store, labels) {
    this.store = store;
    this.labels = labels;
  }

  /** @param {{layer: number, head: number}} place @returns {string} "Layer 5, head 9" */
  name({ layer, head }) {
    return say(this.labels, "layer_head", { layer: layer + 1, head: head + 1 });
  }

  /** @returns {string} which head a note is about, while all heads of its layer are shown; else nothing */
  owner() {
    return this.store.look.view === "layer" ? `${this.name(this.store.place)} · ` : "";
  }

  /** @returns {string} what stands above the picture */
  title() {
    const { look, place } = this.store;
    if (look.view === "layer") return say(this.labels, "layer_title", { layer: look.layer + 1 });
    if (look.average === "none") return this.name(place);
    const n = this.store.weights?.members(...this.store.subject()).length ?? 0;
    return say(this.labels, `mean_${look.average}`, { layer: place.layer + 1, head: place.head + 1, n });
  }

  /** @param {Matrix} matrix @param {number} row @param {number} column @returns {string} "it → animal  0.3127" */
  pairWeight(matrix, row, column) {
    const weight = number(matrix.weight(row, column), matrix.precise);
    return say(this.labels, "pair_weight", { query: this.query(matrix, row), key: this.key(matrix, column), weight });
  }

  /** @param {"closed" | "left_out"} why @param {Matrix} matrix @param {number} row @param {number} column @returns {string} that there is no weight */
  without(why, matrix, row, column) {
    return say(this.labels, why, { query: this.query(matrix, row), key: this.key(matrix, column) });
  }

  /** @param {Matrix} matrix @param {number} row @returns {string} */
  query(matrix, row) {
    return this.store.dimensions === null ? "" : spellSpan(this.store.dimensions.queries, matrix.queries[row]);
  }

  /** @param {Matrix} matrix @param {number} column @returns {string} */
  key(matrix, column) {
    return this.store.dimensions === null ? "" : spellSpan(this.store.dimensions.keys, matrix.keys[column]);
  }

  /** What is under the pointer: a headline and a detail; null where there is nothing to say.
   * @param {Pointed} pointed @returns {[string, string] | null} */
  explain({ layer, head, query, key }) {
    const name = this.name({ layer, head });
    const { view } = this.store.look;
    if (query === null && key === null) return [name, this.cutIn(layer, head)];
    if (query === null || key === null) return null;
    const subject = this.store.subject({ layer, head });
    const matrix = this.store.weights?.sharpest(subject[0], subject[1], query, key, filtersOf(this.store.look));
    if (matrix === undefined) return null;
    const [row, column] = [matrix.rowOf(query), matrix.columnOf(key)];
    if (row < 0 || column < 0) return null;
    const hidden = matrix.isHidden(row, column);
    const leftOut = !hidden && matrix.isLeftOut(row, column);
    const positions = { query: matrix.queries[row][0] + 1, key: matrix.keys[column][0] + 1 };
    const where = view === "layer" ? name : this.title();
    const details = [where, say(this.labels, "positions", positions), ...this.cutAt(matrix, subject, row, column), ...(hidden || leftOut ? [] : this.doubts(matrix))];
    const headline = hidden ? this.without("closed", matrix, row, column) : leftOut ? this.without("left_out", matrix, row, column) : this.pairWeight(matrix, row, column);
    return [headline, details.join(" · ")];
  }

  /** How many links are cut in a head. @param {number} layer @param {number} head @returns {string} nothing where none is */
  cutIn(layer, head) {
    const n = this.store.timesCut([layer, head]).links.length;
    return n > 0 ? say(this.labels, "cut_in_head", { n }) : "";
  }

  /** That the link of a cell is cut, or one of those that it stands for. @param {Matrix} matrix @param {[number, number]} subject
   * @param {number} row @param {number} column @returns {string[]} */
  cutAt(matrix, subject, row, column) {
    const cells = cutCells(this.store.timesCut(subject), (query, key) => matrix.cellAt(query, key));
    const found = cells.find((each) => each.row === row && each.column === column);
    return found === undefined ? [] : [say(this.labels, found.whole ? "is_cut" : "holds_cut")];
  }

  /** Why a number is not the model's own to four digits: rounded, pooled or unfiltered. @param {Matrix} matrix @returns {string[]} */
  doubts(matrix) {
    const unfiltered = matrix.unfiltered ? [say(this.labels, "unfiltered")] : [];
    if (matrix.pool !== "exact") return [say(this.labels, `pooled_${matrix.pool}`), ...unfiltered];
    return matrix.exact ? [] : [say(this.labels, this.store.alone ? "rounded_alone" : "rounded")];
  }

  /** @returns {string} the highest weight, for a screen reader; while all heads of a layer are shown, that of the head which the list is about */
  strongest() {
    const title = this.store.look.view === "layer" ? this.name(this.store.place) : this.title();
    return this.strongestOf(this.store.subject(), title);
  }

  /** @param {[number, number]} subject @param {string} title what it is called @returns {string} */
  strongestOf(subject, title) {
    const matrix = this.store.matrix(...subject);
    const cell = this.strongestCell(matrix);
    if (matrix === undefined || cell === undefined) return title;
    return say(this.labels, "strongest", { title, link: this.pairWeight(matrix, cell.row, cell.column) });
  }

  /** The highest weight of the pinned tokens, else of all. @param {Matrix | undefined} matrix @returns {import("../core/matrix.js").WeightedCell | undefined} */
  strongestCell(matrix) {
    if (matrix === undefined || matrix.columns === 0) return undefined;
    const rows = this.store.pinnedRows(matrix);
    if (rows.length === 0) return matrix.strongest(null);
    const cells = rows.filter((row) => matrix.reads(row)).map((row) => matrix.strongest(row));
    return cells.sort((one, other) => other.weight - one.weight)[0];
  }

  /** @returns {string} what must be known about the numbers behind the picture */
  note() {
    const { dimensions, look, alone } = this.store;
    const matrix = this.store.pictured();
    if (matrix === undefined || dimensions === null) return "";
    const notes = [];
    if (matrix.pool !== "exact") {
      notes.push(say(this.labels, `note_${matrix.pool}`, { rows: matrix.rows, tokens: dimensions.queries.texts.length }));
    }
    if (matrix.hidden !== null && look.view !== "lines") notes.push(say(this.labels, "note_closed"));
    if (!OF_TEXT.includes(look.view) && look.view !== "lines" && dimensions.keys.directions.includes("rtl")) notes.push(say(this.labels, "note_rtl"));
    if (matrix.unfiltered) notes.push(say(this.labels, alone ? "note_unfiltered_alone" : "note_unfiltered"));
    else notes.push(...this.filtered());
    if (look.threshold > 0 && look.view !== "lines") {
      notes.push(say(this.labels, look.view === "text" ? "note_faint" : "note_threshold", { threshold: look.threshold }));
    }
    return paragraph([...notes, ...this.cut()]);
  }

  /** @returns {string[]} that links are cut: in what is shown, and elsewhere */
  cut() {
    const { cuts } = this.store.look;
    if (cuts.length === 0) return [];
    const heads = this.drawn().flatMap(([layer, head]) => this.store.weights?.members(layer, head) ?? []);
    const n = cuts.filter((link) => timesCut([link], heads).links.length === 0).length;
    const here = n < cuts.length ? [say(this.labels, "note_cut")] : [];
    return n > 0 ? [...here, say(this.labels, "note_cut_elsewhere", { n })] : here;
  }

  /** @returns {[number, number][]} the heads that the picture shows; with -1 a mean */
  drawn() {
    const { view, layer } = this.store.look;
    if (view === "lines") return this.store.linedHeads();
    return view === "layer" ? this.store.weights?.members(layer, -1) ?? [] : [this.store.subject()];
  }

  /** @returns {string[]} what the filters took away */
  filtered() {
    const { exclude, pairs } = this.store.look;
    const one = pairs === "all" ? [] : [say(this.labels, `note_pairs_${pairs}`)];
    return exclude.length > 0 ? [this.removed(), ...one] : one;
  }

  /** @returns {string} that tokens are left out, and where it is known, their share of the attention */
  removed() {
    const { renormalise } = this.store.look;
    const share = this.store.weights?.removedShare(...this.store.subject(), filtersOf(this.store.look)) ?? null;
    if (share === null) return say(this.labels, renormalise ? "note_left_out_renormalised" : "note_left_out");
    const sentence = say(this.labels, renormalise ? "removed_renormalised" : "removed", { share: `${(100 * share).toFixed(1)} %` });
    return this.owner() + sentence;
  }
}
