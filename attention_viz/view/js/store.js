/**
 * Store: what one view shows, put together from the letters in its mailbox and from what the person chooses.
 *
 * Who has the last word: a look from Python with a new serial number replaces what was chosen here; a look with the
 * serial number already seen is Python repeating itself and changes nothing.
 *
 * @typedef {import("./frame.js").TokenSheet} TokenSheet
 * @typedef {import("./frame.js").Frame} Frame
 * @typedef {{layer: number, head: number, view: string, query: number | null}} Look
 * @typedef {{scale: "unit" | "peak", k: number}} Settings
 * @typedef {{serial: number, text: string, look: Look, settings: Settings}} LookLetter
 * @typedef {{layer: number, head: number, row: number | null, column: number | null}} Pointed
 *  a head, and a cell, row or column of it
 */
import { readFrame } from "./frame.js";
import { Matrix } from "./matrix.js";

const FRAME_NAMES = ["first", "rest", "head"];
const KEPT_HEADS = 64;

export class Store {
  constructor() {
    /** @type {TokenSheet | null} */ this.sheet = null;
    /** @type {string | null} which text is drawn */ this.text = null;
    /** @type {string | null} which text Python is about to send */ this.expected = null;
    /** @type {number | null} */ this.serial = null;
    /** @type {Look} */ this.look = { layer: 0, head: 0, view: "head", query: null };
    /** @type {Settings} */ this.settings = { scale: "unit", k: 10 };
    /** @type {Pointed | null} what is under the pointer */ this.pointed = null;
    /** @type {Map<string, Matrix>} the best that is known of each head, the one used last at the end */ this.heads = new Map();
    /** @type {Map<string, Uint8Array>} messages already read, by name */ this.messages = new Map();
    /** @type {Set<string>} heads that came one by one, the latest last */ this.single = new Set();
    /** @type {Map<string, Frame>} frames whose text has not arrived */ this.early = new Map();
    /** @type {Set<() => void>} */ this.watchers = new Set();
    /** @type {(look: Look, serial: number | null) => void} */ this.report = () => {};
    /** @type {number} counts what changes all bitmaps */ this.version = 0;
  }

  /** Whether something can be drawn. */
  get ready() {
    return this.sheet !== null && this.serial !== null;
  }

  /** Whether what is drawn is not the text that Python speaks of. */
  get stale() {
    return this.expected !== this.text;
  }

  /** @param {ReadonlyMap<string, unknown>} letters */
  read(letters) {
    for (const name of FRAME_NAMES) {
      const message = /** @type {Uint8Array | undefined} */ (letters.get(name));
      if (message === undefined) this.messages.delete(name);
      else if (this.messages.get(name) !== message) this.readMessage(name, message);
    }
    const letter = /** @type {LookLetter | undefined} */ (letters.get("look"));
    if (letter !== undefined) this.readLook(letter);
    this.changed();
  }

  /** @param {string} name @param {Uint8Array} message */
  readMessage(name, message) {
    this.messages.set(name, message);
    const frame = readFrame(message);
    if (frame.tokens !== null && frame.text !== this.text) this.begin(frame, frame.tokens);
    if (frame.text === this.text) this.keep(frame);
    else this.early.set(name, frame);
  }

  /** A new text. @param {Frame} frame @param {TokenSheet} sheet */
  begin(frame, sheet) {
    this.sheet = sheet;
    this.text = frame.text;
    this.heads.clear();
    this.single.clear();
    this.pointed = null;
    this.look = { ...this.look, query: null };
    for (const early of this.early.values()) if (early.text === frame.text) this.keep(early);
    this.early.clear();
    this.clamp();
  }

  /** @param {Frame} frame */
  keep(frame) {
    this.version += 1;
    for (const block of frame.blocks) {
      block.heads.forEach(([layer, head], place) => {
        const [name, matrix] = [headName(layer, head), new Matrix(block, place)];
        const known = this.heads.get(name);
        if (known === undefined || sharper(matrix, known)) this.heads.set(name, matrix);
        if (block.heads.length === 1) this.remember(name);
      });
    }
  }

  /** Of heads that came one by one, only the latest are kept. @param {string} name */
  remember(name) {
    this.single.delete(name);
    this.single.add(name);
    for (const oldest of this.single) {
      if (this.single.size <= KEPT_HEADS) return;
      this.single.delete(oldest);
      this.heads.delete(oldest);
    }
  }

  /** @param {LookLetter} letter */
  readLook(letter) {
    this.expected = letter.text;
    if (letter.settings.scale !== this.settings.scale) this.version += 1;
    this.settings = letter.settings;
    if (letter.serial === this.serial) return;
    this.serial = letter.serial;
    this.look = letter.look;
    this.clamp();
  }

  /** What the person chooses: drawn at once, told to Python. @param {Partial<Look>} changes */
  choose(changes) {
    const before = JSON.stringify(this.look);
    this.look = { ...this.look, ...changes };
    this.clamp();
    if (JSON.stringify(this.look) === before) return;
    this.changed();
    this.report(this.look, this.serial);
  }

  /** @param {Pointed | null} pointed */
  point(pointed) {
    if (JSON.stringify(pointed) === JSON.stringify(this.pointed)) return;
    this.pointed = pointed;
    this.changed();
  }

  /** Keep layer, head and query inside what there is. */
  clamp() {
    if (this.sheet === null) return;
    const { heads, queries } = this.sheet;
    const layer = Math.min(Math.max(this.look.layer, 0), heads.length - 1);
    const head = Math.min(Math.max(this.look.head, 0), heads[layer] - 1);
    const query = this.look.query !== null && this.look.query < queries.texts.length ? this.look.query : null;
    this.look = { ...this.look, layer, head, query };
  }

  /** @param {number} layer @param {number} head @returns {Matrix | undefined} */
  matrix(layer, head) {
    return this.heads.get(headName(layer, head));
  }

  /** The head to draw: the one pointed at, else the one that was chosen. @returns {{layer: number, head: number}} */
  get place() {
    return this.pointed ?? this.look;
  }

  /** The weights of the chosen head. @returns {Matrix | undefined} */
  current() {
    return this.matrix(this.look.layer, this.look.head);
  }

  /** The weights of the head to draw. @returns {Matrix | undefined} */
  shown() {
    return this.matrix(this.place.layer, this.place.head);
  }

  /** The row of a matrix that holds the pinned query. @param {Matrix} matrix @returns {number | null} */
  pinnedRow(matrix) {
    const { query } = this.look;
    if (query === null) return null;
    for (let row = 0; row < matrix.rows; row++) if (matrix.queriesOf(row)[1] > query) return row;
    return null;
  }

  /** @param {() => void} watcher @returns {() => void} stop watching */
  watch(watcher) {
    this.watchers.add(watcher);
    return () => this.watchers.delete(watcher);
  }

  changed() {
    for (const watcher of this.watchers) watcher();
  }
}

/** @param {number} layer @param {number} head @returns {string} */
function headName(layer, head) {
  return `${layer}.${head}`;
}

/** @param {Matrix} one @param {Matrix} other @returns {boolean} */
function sharper(one, other) {
  const cells = one.rows * one.columns - other.rows * other.columns;
  return cells > 0 || (cells === 0 && one.top >= other.top);
}
