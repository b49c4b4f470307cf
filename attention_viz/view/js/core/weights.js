/**
 * Weights: those of one text that have arrived, with the chosen filters applied.
 *
 * Where layer or head is -1, the mean over all layers or heads is meant.
 *
 * @typedef {import("./frame.js").Frame} Frame
 * @typedef {import("./frame.js").Dimensions} Dimensions
 * @typedef {import("./filters.js").Filters} Filters
 */
import { Heads, keepLatest, PartTiles } from "./heads.js";
import { mean, nameOf, NOTHING, removedShare, scoped, filtered, unfiltered } from "./filters.js";
import { Matrix } from "./matrix.js";
import { readableKeysOf } from "./readable-keys.js";

const KEPT_HIDDEN = 32;

export class Weights {
  /** @param {string} text names it @param {Dimensions} dimensions */
  constructor(text, dimensions) {
    this.text = text;
    this.dimensions = dimensions;
    this.heads = new Heads();
    this.tiles = new PartTiles();
    /** @type {number} raised when weights arrive */ this.version = 0;
    /** @type {number} raised when small pictures change: not when only digits are added */ this.coarseVersion = 0;
    /** @type {Map<string, Matrix>} matrices after the filters */ this.known = new Map();
    /** @type {Map<string, Uint8Array | null>} which cells may not be read, by shape and kind */ this.hiddenCells = new Map();
    /** @type {string} the name of what they depend on */ this.knownFor = "";
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
    return JSON.stringify([this.text, this.version, nameOf(filters)]);
  }

  /** @param {number} layer @param {number} head @param {Filters} filters @returns {Matrix | undefined} */
  matrix(layer, head, filters) {
    const name = this.name(filters);
    if (name !== this.knownFor) this.known.clear();
    this.knownFor = name;
    const known = this.known.get(`${layer}.${head}`);
    const left = known ?? this.left(filters, (each) => this.whole(layer, head, each));
    if (known !== undefined || left === undefined) return known;
    const matrix = this.withHidden(layer, left, filters);
    this.known.set(`${layer}.${head}`, matrix);
    return matrix;
  }

  /** What filters leave. Of an exact matrix it is computed here; a pooled one mixes tokens that are left out with others, and
   * comes filtered from Python: until then it is unfiltered, and marked so.
   * @param {Filters} filters @param {(filters: Filters) => Matrix | undefined} arrived what arrived with filters applied @returns {Matrix | undefined} */
  left(filters, arrived) {
    const whole = arrived(NOTHING);
    if (whole?.pool === "exact") return filtered(whole, this.dimensions, filters);
    const left = arrived(filters);
    if (left !== undefined) return scoped(left, this.dimensions, filters);
    return whole && unfiltered(whole);
  }

  /** Whether the matrices that came of all heads at once are pooled. */
  get grouped() {
    const [one] = this.heads.sets.get(nameOf(NOTHING))?.values() ?? [];
    return one !== undefined && one.pool !== "exact";
  }

  /** As it came with all other heads, for a small picture. @param {number} layer @param {number} head @param {Filters} filters @returns {Matrix | undefined} */
  thumbnail(layer, head, filters) {
    const left = this.left(filters, (each) => this.heads.coarse(layer, head, each) ?? this.heads.get(layer, head, each));
    return left && this.withHidden(layer, left, filters);
  }

  /** The sharpest part of a long text that has arrived of a head, once the whole is filtered as it is.
   * @param {number} layer @param {number} head @param {Filters} filters @returns {Matrix | undefined} */
  tile(layer, head, filters) {
    const tile = this.tiles.get(layer, head, filters);
    if (tile === undefined || this.matrix(layer, head, filters)?.unfiltered) return undefined;
    return this.withHidden(layer, scoped(tile, this.dimensions, filters), NOTHING);
  }

  /** What each key of a pooled head receives on average, token by token: filtered as the head is.
   * @param {number} layer @param {number} head @param {Filters} filters @returns {Matrix | undefined} */
  profile(layer, head, filters) {
    const as = this.matrix(layer, head, filters)?.unfiltered ? NOTHING : filters;
    const profile = this.heads.profile(layer, head, as);
    return profile && filtered(profile, this.dimensions, { ...as, renormalise: false }); // what is left was scaled in Python
  }

  /** A matrix that knows which of its cells may not be read; heads of one layer share that.
   * @param {number} layer @param {Matrix} matrix @param {{exclude: string[]}} filters @returns {Matrix} */
  withHidden(layer, matrix, { exclude }) {
    const { layers } = this.dimensions.readable;
    const ends = (/** @type {import("./matrix.js").Span[]} */ spans) => [spans.length, spans[0]?.[0], spans[spans.length - 1]?.[1]];
    const name = [layer < 0 ? "all" : layers[layer], ends(matrix.queries), ends(matrix.keys), exclude].join();
    const known = this.hiddenCells.get(name);
    matrix.hidden = known !== undefined ? known : readableKeysOf(this.dimensions.readable, layer)?.hidden(matrix.queries, matrix.keys) ?? null;
    if (known === undefined) keepLatest(this.hiddenCells, name, matrix.hidden, KEPT_HIDDEN);
    return matrix;
  }

  /** The sharpest matrix that holds a pair of tokens: a part of a long text where it has arrived.
   * @param {number} layer @param {number} head @param {number} query @param {number} key @param {Filters} filters @returns {Matrix | undefined} */
  sharpest(layer, head, query, key, filters) {
    const whole = this.matrix(layer, head, filters);
    const tile = this.tile(layer, head, filters);
    if (tile === undefined || whole?.pool === "exact") return whole;
    return tile.rowOf(query) >= 0 && tile.columnOf(key) >= 0 ? tile : whole;
  }

  /** As it came with filters applied. @param {number} layer @param {number} head @param {Filters} filters @returns {Matrix | undefined} */
  whole(layer, head, filters) {
    const known = this.heads.get(layer, head, filters);
    if (known !== undefined || (layer >= 0 && head >= 0)) return known;
    const members = this.members(layer, head);
    const matrices = members.map(([l, h]) => this.heads.get(l, h, filters));
    if (alike(matrices)) return mean(matrices);
    const coarse = members.map(([l, h]) => this.heads.coarse(l, h, filters));
    return alike(coarse) ? mean(coarse) : undefined;
  }

  /** The heads that -1 stands for. @param {number} layer @param {number} head @returns {[number, number][]} */
  members(layer, head) {
    const all = this.dimensions.heads.flatMap((n, l) => Array.from({ length: n }, (_, h) => /** @type {[number, number]} */ ([l, h])));
    return all.filter(([l, h]) => (layer < 0 || l === layer) && (head < 0 || h === head));
  }

  /** The share of the attention that goes to keys left out; null while single keys are not known.
   * @param {number} layer @param {number} head @param {Filters} filters @returns {number | null} */
  removedShare(layer, head, { exclude }) {
    const whole = this.whole(layer, head, NOTHING);
    const known = whole?.pool === "exact" ? whole : this.heads.profile(layer, head, NOTHING);
    return known === undefined ? null : removedShare(known, this.dimensions.keys, exclude);
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
