/**
 * Heads: the sharpest that has arrived of every head of one text.
 *
 * @typedef {import("./frame.js").Frame} Frame
 * @typedef {import("./frame.js").Block} Block
 */
import { fromBlock, Matrix } from "./matrix.js";

/** Heads that come one by one are long ones; of those, and of their parts, only the latest are kept. */
const KEPT_SINGLES = 64;
const KEPT_TILES = 8;

export class Heads {
  constructor() {
    /** @type {Map<string, Matrix>} */ this.matrices = new Map();
    /** @type {Map<string, Matrix>} what came of all heads at once */ this.thumbnails = new Map();
    /** @type {Map<string, Matrix>} what keys of long texts receive on average: one row */ this.profiles = new Map();
    /** @type {Set<string>} heads that came one by one, the latest last */ this.singles = new Set();
  }

  /** @param {number} layer @param {number} head @returns {Matrix | undefined} */
  get(layer, head) {
    return this.matrices.get(nameOf(layer, head));
  }

  /** As it came with all others, so that all are of one shape. @param {number} layer @param {number} head @returns {Matrix | undefined} */
  coarse(layer, head) {
    return this.thumbnails.get(nameOf(layer, head));
  }

  /** What each key receives on average, where it came beside a pooled head. @param {number} layer @param {number} head @returns {Matrix | undefined} */
  profile(layer, head) {
    return this.profiles.get(nameOf(layer, head));
  }

  /** @param {Frame} frame */
  keep(frame) {
    for (const block of frame.blocks) {
      const matrices = fromBlock(block);
      const names = block.heads.map(([layer, head]) => nameOf(layer, head));
      if (isProfile(block)) {
        this.profiles.set(names[0], asExact(matrices[0]));
        continue;
      }
      names.forEach((name, place) => this.keepOne(name, matrices[place]));
      if (names.length === 1) this.remember(names[0]);
      else this.thumbnails = new Map(names.map((name, place) => [name, matrices[place]]));
    }
  }

  /** @param {string} name @param {Matrix} matrix */
  keepOne(name, matrix) {
    const known = this.matrices.get(name);
    if (known === undefined || sharper(matrix, known)) this.matrices.set(name, matrix);
  }

  /** @param {string} name */
  remember(name) {
    this.singles.delete(name);
    this.singles.add(name);
    for (const oldest of this.singles) {
      if (this.singles.size <= KEPT_SINGLES) return;
      this.singles.delete(oldest);
      this.profiles.delete(oldest);
      const thumbnail = this.thumbnails.get(oldest);
      if (thumbnail === undefined) this.matrices.delete(oldest);
      else this.matrices.set(oldest, thumbnail);
    }
  }
}

/** Parts of long texts, drawn sharper than the whole: of each head the latest. */
export class PartTiles {
  constructor() {
    /** @type {Map<string, Matrix>} the latest last */ this.tiles = new Map();
  }

  /** @param {number} layer @param {number} head @returns {Matrix | undefined} */
  get(layer, head) {
    return this.tiles.get(nameOf(layer, head));
  }

  /** @param {Frame} frame */
  keep(frame) {
    for (const block of frame.blocks) {
      const [name, [matrix]] = [nameOf(...block.heads[0]), fromBlock(block)];
      this.tiles.delete(name);
      this.tiles.set(name, matrix);
    }
    for (const oldest of this.tiles.keys()) {
      if (this.tiles.size <= KEPT_TILES) return;
      this.tiles.delete(oldest);
    }
  }
}

/** @param {number} layer @param {number} head @returns {string} */
function nameOf(layer, head) {
  return `${layer}.${head}`;
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
