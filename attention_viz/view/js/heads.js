/**
 * Heads: the sharpest that has arrived of every head of one text.
 *
 * @typedef {import("./frame.js").Frame} Frame
 */
import { fromBlock, Matrix } from "./matrix.js";

/** Heads that come one by one are long ones; of those, only the latest are kept. */
const KEPT_SINGLES = 64;

export class Heads {
  constructor() {
    /** @type {Map<string, Matrix>} */ this.matrices = new Map();
    /** @type {Set<string>} heads that came one by one, the latest last */ this.singles = new Set();
  }

  /** @param {number} layer @param {number} head @returns {Matrix | undefined} */
  get(layer, head) {
    return this.matrices.get(nameOf(layer, head));
  }

  /** @param {Frame} frame */
  keep(frame) {
    for (const block of frame.blocks) {
      const matrices = fromBlock(block);
      block.heads.forEach(([layer, head], place) => this.keepOne(nameOf(layer, head), matrices[place]));
      if (block.heads.length === 1) this.remember(nameOf(...block.heads[0]));
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
      this.matrices.delete(oldest);
    }
  }
}

/** @param {number} layer @param {number} head @returns {string} */
function nameOf(layer, head) {
  return `${layer}.${head}`;
}

/** @param {Matrix} one @param {Matrix} other @returns {boolean} */
function sharper(one, other) {
  const cells = one.rows * one.columns - other.rows * other.columns;
  return cells > 0 || (cells === 0 && one.top >= other.top);
}
