/**
 * Store: what one view shows, put together from the letters in its mailbox and from what the person chooses.
 *
 * Who has the last word: a look from Python with a new serial number replaces what was chosen here; a look with the
 * serial number already seen is Python repeating itself and changes nothing.
 *
 * @typedef {import("./frame.js").TokenSheet} TokenSheet
 * @typedef {import("./frame.js").Frame} Frame
 * @typedef {import("./look.js").Look} Look
 * @typedef {import("./matrix.js").Matrix} Matrix
 * @typedef {{serial: number, text: string, look: Partial<Look>}} LookLetter
 * @typedef {{layer: number, head: number, query: number | null, key: number | null}} Pointed
 *  what is under the pointer: a head, and a token on either side or both
 */
import { readFrame } from "./frame.js";
import { Heads } from "./heads.js";
import { mean, removedShare, through } from "./lens.js";
import { averageOf, FIRST_LOOK, filtersOf, within } from "./look.js";

const FRAME_NAMES = ["first", "rest", "head"];

export class Store {
  constructor() {
    /** @type {TokenSheet | null} */ this.sheet = null;
    /** @type {string | null} which text is drawn */ this.text = null;
    /** @type {string | null} which text Python speaks of */ this.expected = null;
    /** @type {number | null} of the last look that was taken over */ this.serial = null;
    /** @type {Look} */ this.look = FIRST_LOOK;
    /** @type {Pointed | null} */ this.pointed = null;
    this.heads = new Heads();
    /** @type {number} raised when weights arrive */ this.version = 0;
    /** @type {Map<string, Uint8Array>} messages already read, by name */ this.messages = new Map();
    /** @type {Map<string, Frame>} frames that came before the first of their text */ this.early = new Map();
    /** @type {Map<string, Matrix>} what the lens made */ this.seen = new Map();
    /** @type {string} what the lens depends on */ this.seenWith = "";
    /** @type {Set<() => void>} */ this.watchers = new Set();
    /** @type {(look: Look, serial: number | null) => void} tells Python */ this.report = () => {};
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
    if (frame.tokens !== null && frame.text !== this.text) this.begin(frame.text, frame.tokens);
    if (frame.text === this.text) this.keep(frame);
    else this.early.set(name, frame);
  }

  /** A new text. What was pinned in another one is let go. @param {string} text @param {TokenSheet} sheet */
  begin(text, sheet) {
    const pinned = this.text !== null && this.look.queries.length > 0;
    this.sheet = sheet;
    this.text = text;
    this.heads = new Heads();
    this.pointed = null;
    this.look = within(pinned ? { ...this.look, queries: [] } : this.look, sheet);
    if (pinned) this.report(this.look, this.serial);
    for (const frame of this.early.values()) if (frame.text === text) this.keep(frame);
    this.early.clear();
  }

  /** @param {Frame} frame */
  keep(frame) {
    this.version += 1;
    this.heads.keep(frame);
  }

  /** @param {LookLetter} letter */
  readLook(letter) {
    this.expected = letter.text;
    if (letter.serial === this.serial) return;
    this.serial = letter.serial;
    this.look = within({ ...this.look, ...letter.look }, this.sheet);
  }

  /** What the person chooses: drawn at once, told to Python. @param {Partial<Look>} changes */
  choose(changes) {
    const look = within({ ...this.look, ...changes }, this.sheet);
    if (JSON.stringify(look) === JSON.stringify(this.look)) return;
    this.look = look;
    this.changed();
    this.report(look, this.serial);
  }

  /** The next head, or the one before, layer after layer. @param {number} step */
  step(step) {
    const all = this.members(-1, -1);
    const place = all.findIndex(([layer, head]) => layer === this.look.layer && head === this.look.head);
    const [layer, head] = all[(place + step + all.length) % all.length];
    this.choose({ layer, head });
  }

  /** Keep the lines of a head while others are looked at, or no longer. @param {number} layer @param {number} head */
  keepHead(layer, head) {
    const { kept } = this.look;
    const others = kept.filter(([l, h]) => l !== layer || h !== head);
    this.choose({ kept: others.length < kept.length ? others : [...kept, [layer, head]] });
  }

  /** The heads whose lines are drawn; those that are kept come first, so that their colours stay.
   * @returns {[number, number][]} */
  linedHeads() {
    const { average, kept, layer, head } = this.look;
    if (average !== "none") return [this.subject()];
    return kept.some(([l, h]) => l === layer && h === head) ? kept : [...kept, [layer, head]];
  }

  /** @param {Pointed | null} pointed */
  point(pointed) {
    if (JSON.stringify(pointed) === JSON.stringify(this.pointed)) return;
    this.pointed = pointed;
    this.changed();
  }

  /** The head to draw: the one pointed at, else the one that was chosen. @returns {{layer: number, head: number}} */
  get place() {
    return this.pointed ?? this.look;
  }

  /** A name for all that the drawn weights depend on. @returns {string} */
  lens() {
    return JSON.stringify([this.text, this.version, filtersOf(this.look)]);
  }

  /** The weights to draw of a head, through the filters that were chosen. Where layer or head is -1: the mean over all.
   * @param {number} layer @param {number} head @returns {Matrix | undefined} */
  matrix(layer, head) {
    const lens = this.lens();
    if (lens !== this.seenWith) this.seen.clear();
    this.seenWith = lens;
    const name = `${layer}.${head}`;
    const known = this.seen.get(name);
    const whole = known ?? this.whole(layer, head);
    if (known !== undefined || whole === undefined || this.sheet === null) return known;
    const matrix = through(whole, this.sheet, filtersOf(this.look));
    this.seen.set(name, matrix);
    return matrix;
  }

  /** The weights as they are, nothing left out. @param {number} layer @param {number} head @returns {Matrix | undefined} */
  whole(layer, head) {
    const known = this.heads.get(layer, head);
    if (known !== undefined || (layer >= 0 && head >= 0)) return known;
    const matrices = this.members(layer, head).map(([l, h]) => this.heads.get(l, h));
    return alike(matrices) ? mean(matrices) : undefined;
  }

  /** The heads that -1 stands for. @param {number} layer @param {number} head @returns {[number, number][]} */
  members(layer, head) {
    const heads = this.sheet?.heads ?? [];
    const all = heads.flatMap((n, l) => Array.from({ length: n }, (_, h) => /** @type {[number, number]} */ ([l, h])));
    return all.filter(([l, h]) => (layer < 0 || l === layer) && (head < 0 || h === head));
  }

  /** What the large picture shows: a head, or with -1 the mean that was chosen instead.
   * @param {{layer: number, head: number}} [place] @returns {[number, number]} (layer, head) */
  subject({ layer, head } = this.place) {
    return averageOf(this.look.average, layer, head);
  }

  /** The weights of the large picture. @returns {Matrix | undefined} */
  shown() {
    return this.matrix(...this.subject());
  }

  /** The share of the attention of what is shown that goes to keys left out. @returns {number} */
  removedShare() {
    const whole = this.whole(...this.subject());
    return whole === undefined || this.sheet === null ? 0 : removedShare(whole, this.sheet.keys, this.look.exclude);
  }

  /** The rows of a matrix that hold the pinned queries. @param {Matrix} matrix @returns {number[]} */
  pinnedRows(matrix) {
    return [...new Set(this.look.queries.map((query) => matrix.rowOf(query)).filter((row) => row >= 0))];
  }

  /** The rows whose reading is listed: the pinned ones, else the one under the pointer. @param {Matrix} matrix @returns {number[]} */
  readingRows(matrix) {
    const pinned = this.pinnedRows(matrix);
    if (pinned.length > 0 || this.pointed === null || this.pointed.query === null) return pinned;
    const row = matrix.rowOf(this.pointed.query);
    return row < 0 ? [] : [row];
  }

  /** The tokens whose links stand out: those under the pointer, else the pinned ones.
   * @returns {{queries: number[], key: number | null}} */
  pointedOrPinned() {
    const { queries } = this.look;
    if (this.pointed === null) return { queries, key: null };
    if (this.pointed.query !== null) return { queries: [this.pointed.query], key: this.pointed.key };
    return { queries: this.pointed.key === null ? queries : [], key: this.pointed.key };
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

/** @param {(Matrix | undefined)[]} matrices @returns {matrices is Matrix[]} whether all are there, and of one shape */
function alike(matrices) {
  const [first] = matrices;
  return first !== undefined && matrices.every((each) => each?.rows === first.rows && each.columns === first.columns);
}
