/**
 * Heads: the sharpest matrix that has arrived of every head of one text, for each choice of filters.
 *
 * @typedef {import("./frame.js").Frame} Frame
 * @typedef {import("./frame.js").Block} Block
 * @typedef {import("./filters.js").Filters} Filters
 */
import { nameOf, NOTHING } from "./filters.js";
import { fromBlock, Matrix } from "./matrix.js";

/** Heads that come one by one are long ones; of those, and of their parts, only the latest are kept. */
const KEPT_SINGLES = 64;
const KEPT_TILES = 8;

export class Heads {
  constructor() {
    /** @type {Map<string, Map<string, Matrix>>} what came of all heads at once, by its filters */ this.sets = new Map();
    /** @type {Map<string, Matrix>} heads that came one by one, the latest last */ this.singles = new Map();
    /** @type {Map<string, Matrix>} what keys of long texts receive on average: one row */ this.profiles = new Map();
  }

  /** @param {number} layer @param {number} head @param {Filters} filters @returns {Matrix | undefined} */
  get(layer, head, filters) {
    const [single, coarse] = [this.singles.get(titleOf(layer, head, filters)), this.coarse(layer, head, filters)];
    return single !== undefined && (coarse === undefined || sharper(single, coarse)) ? single : coarse;
  }

  /** As it came with all others, so that all are of one shape.
   * @param {number} layer @param {number} head @param {Filters} filters @returns {Matrix | undefined} */
  coarse(layer, head, filters) {
    return this.sets.get(nameOf(filters))?.get(`${layer}.${head}`);
  }

  /** What each key receives on average, where it came beside a pooled head.
   * @param {number} layer @param {number} head @param {Filters} filters @returns {Matrix | undefined} */
  profile(layer, head, filters) {
    return this.profiles.get(titleOf(layer, head, filters));
  }

  /** @param {Frame} frame */
  keep(frame) {
    for (const block of frame.blocks) {
      const title = titleOf(...block.heads[0], block.filters);
      if (block.heads.length > 1) this.keepSet(block);
      else if (isProfile(block)) keepLatest(this.profiles, title, asExact(fromBlock(block)[0]), 2 * KEPT_SINGLES);
      else this.keepSingle(title, fromBlock(block)[0]);
    }
  }

  /** Keeps those without filters, and those with the latest filters. @param {Block} block */
  keepSet(block) {
    const matrices = fromBlock(block);
    const name = nameOf(block.filters);
    const [known] = this.sets.get(name)?.values() ?? [];
    if (known !== undefined && !sharper(matrices[0], known)) return;
    const whole = nameOf(NOTHING);
    if (name !== whole) for (const other of [...this.sets.keys()]) if (other !== whole) this.sets.delete(other);
    this.sets.set(name, new Map(block.heads.map(([layer, head], place) => [`${layer}.${head}`, matrices[place]])));
  }

  /** @param {string} title @param {Matrix} matrix */
  keepSingle(title, matrix) {
    const known = this.singles.get(title);
    keepLatest(this.singles, title, known === undefined || sharper(matrix, known) ? matrix : known, KEPT_SINGLES);
  }
}

/** Parts of long texts, drawn sharper than the whole: of each head the latest. */
export class PartTiles {
  constructor() {
    /** @type {Map<string, Matrix>} the latest last */ this.tiles = new Map();
  }

  /** @param {number} layer @param {number} head @param {Filters} filters @returns {Matrix | undefined} */
  get(layer, head, filters) {
    return this.tiles.get(titleOf(layer, head, filters));
  }

  /** @param {Frame} frame */
  keep(frame) {
    for (const block of frame.blocks) {
      keepLatest(this.tiles, titleOf(...block.heads[0], block.filters), fromBlock(block)[0], KEPT_TILES);
    }
  }
}

/** Put in as the latest; of too many the oldest go. @template Value @param {Map<string, Value>} map @param {string} name @param {Value} value @param {number} most */
export function keepLatest(map, name, value, most) {
  map.delete(name);
  map.set(name, value);
  for (const oldest of map.keys()) {
    if (map.size <= most) return;
    map.delete(oldest);
  }
}

/** @param {number} layer @param {number} head @param {Filters} filters @returns {string} */
function titleOf(layer, head, filters) {
  return `${layer}.${head} ${nameOf(filters)}`;
}

/** One row for all queries together. @param {Block} block @returns {boolean} */
function isProfile({ pool, shape }) {
  return pool === "mean" && shape[1] === 1;
}

/** The mean over all queries is what a row of all queries means: nothing is lost. @param {Matrix} matrix @returns {Matrix} */
function asExact({ values, top, queries, keys }) {
  return new Matrix(values, top, "exact", queries, keys);
}

/** @param {Matrix} one @param {Matrix} other @returns {boolean} */
function sharper(one, other) {
  const cells = one.rows * one.columns - other.rows * other.columns;
  return cells > 0 || (cells === 0 && one.top >= other.top);
}
