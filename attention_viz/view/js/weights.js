/**
 * Weights: of one text, as far as they have arrived, through the filters that were chosen.
 *
 * Where layer or head is -1, the mean over all layers or heads is meant.
 *
 * @typedef {import("./frame.js").Frame} Frame
 * @typedef {import("./frame.js").TokenSheet} TokenSheet
 * @typedef {import("./lens.js").Filters} Filters
 */
import { Heads, PartTiles } from "./heads.js";
import { mean, removedShare, through } from "./lens.js";
import { Matrix } from "./matrix.js";
import { reachOf } from "./reach.js";

const KEPT_VEILS = 32;

export class Weights {
  /** @param {string} text names it @param {TokenSheet} sheet */
  constructor(text, sheet) {
    this.text = text;
    this.sheet = sheet;
    this.heads = new Heads();
    this.tiles = new PartTiles();
    /** @type {number} raised when weights arrive */ this.version = 0;
    /** @type {number} raised when small pictures change: not when only digits are added */ this.coarseVersion = 0;
    /** @type {Map<string, Matrix>} what the lens made */ this.seen = new Map();
    /** @type {Map<string, Uint8Array | null>} which cells may not be read, by shape and kind */ this.veils = new Map();
    /** @type {string} what that depends on */ this.seenWith = "";
  }

  /** @param {Frame} frame */
  keep(frame) {
    this.version += 1;
    if (frame.name === "first" || frame.blocks.some(isSmall)) this.coarseVersion += 1;
    if (frame.name === "tile") this.tiles.keep(frame);
    else this.heads.keep(frame);
  }

  /** A name for all that drawn weights depend on. @param {Filters} filters @returns {string} */
  name(filters) {
    return JSON.stringify([this.text, this.version, filters]);
  }

  /** @param {number} layer @param {number} head @param {Filters} filters @returns {Matrix | undefined} */
  matrix(layer, head, filters) {
    const name = this.name(filters);
    if (name !== this.seenWith) this.seen.clear();
    this.seenWith = name;
    const known = this.seen.get(`${layer}.${head}`);
    const whole = known ?? this.whole(layer, head);
    if (known !== undefined || whole === undefined) return known;
    const matrix = this.veiled(layer, through(whole, this.sheet, filters), filters);
    this.seen.set(`${layer}.${head}`, matrix);
    return matrix;
  }

  /** As it came with all others, for a small picture. @param {number} layer @param {number} head @param {Filters} filters @returns {Matrix | undefined} */
  thumbnail(layer, head, filters) {
    const whole = this.heads.coarse(layer, head) ?? this.heads.get(layer, head);
    return whole && this.veiled(layer, through(whole, this.sheet, filters), filters);
  }

  /** The sharpest part of a long text that has arrived of a head. @param {number} layer @param {number} head @returns {Matrix | undefined} */
  tile(layer, head) {
    const tile = this.tiles.get(layer, head);
    return tile && this.veiled(layer, tile, { exclude: [] });
  }

  /** A matrix that knows which of its cells may not be read; heads of one layer share that.
   * @param {number} layer @param {Matrix} matrix @param {{exclude: string[]}} filters @returns {Matrix} */
  veiled(layer, matrix, { exclude }) {
    const { layers } = this.sheet.reach;
    const ends = (/** @type {import("./matrix.js").Span[]} */ spans) => [spans.length, spans[0]?.[0], spans[spans.length - 1]?.[1]];
    const name = [layer < 0 ? "all" : layers[layer], ends(matrix.queries), ends(matrix.keys), exclude].join();
    const known = this.veils.get(name);
    matrix.hidden = known !== undefined ? known : reachOf(this.sheet.reach, layer)?.hidden(matrix.queries, matrix.keys) ?? null;
    if (known === undefined) this.remember(name, matrix.hidden);
    return matrix;
  }

  /** @param {string} name @param {Uint8Array | null} veil */
  remember(name, veil) {
    this.veils.set(name, veil);
    for (const oldest of this.veils.keys()) {
      if (this.veils.size <= KEPT_VEILS) return;
      this.veils.delete(oldest);
    }
  }

  /** The matrix that tells most of a pair of tokens: a part of a long text where it has arrived.
   * @param {number} layer @param {number} head @param {number} query @param {number} key @param {Filters} filters @returns {Matrix | undefined} */
  sharpest(layer, head, query, key, filters) {
    const whole = this.matrix(layer, head, filters);
    const tile = this.tile(layer, head);
    if (tile === undefined || whole?.pool === "exact") return whole;
    return tile.rowOf(query) >= 0 && tile.columnOf(key) >= 0 ? tile : whole;
  }

  /** Nothing left out. @param {number} layer @param {number} head @returns {Matrix | undefined} */
  whole(layer, head) {
    const known = this.heads.get(layer, head);
    if (known !== undefined || (layer >= 0 && head >= 0)) return known;
    const members = this.members(layer, head);
    const matrices = members.map(([l, h]) => this.heads.get(l, h));
    if (alike(matrices)) return mean(matrices);
    const coarse = members.map(([l, h]) => this.heads.coarse(l, h));
    return alike(coarse) ? mean(coarse) : undefined;
  }

  /** The heads that -1 stands for. @param {number} layer @param {number} head @returns {[number, number][]} */
  members(layer, head) {
    const all = this.sheet.heads.flatMap((n, l) => Array.from({ length: n }, (_, h) => /** @type {[number, number]} */ ([l, h])));
    return all.filter(([l, h]) => (layer < 0 || l === layer) && (head < 0 || h === head));
  }

  /** The share of the attention that goes to keys left out. @param {number} layer @param {number} head @param {Filters} filters @returns {number} */
  removedShare(layer, head, { exclude }) {
    const whole = this.whole(layer, head);
    return whole === undefined ? 0 : removedShare(whole, this.sheet.keys, exclude);
  }
}

/** @param {import("./frame.js").Block} block @returns {boolean} whether it holds small pictures of many heads */
function isSmall({ heads, pool }) {
  return heads.length > 1 && pool !== "exact";
}

/** @param {(Matrix | undefined)[]} matrices @returns {matrices is Matrix[]} whether all are there, and of one shape */
function alike(matrices) {
  const [first] = matrices;
  return first !== undefined && matrices.every((each) => each?.rows === first.rows && each.columns === first.columns);
}
