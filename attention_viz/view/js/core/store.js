/**
 * Store: what one view shows, put together from the messages that Python sent it and from what the person chooses.
 *
 * A look from Python with a new serial number replaces what was chosen here; one with a serial number already received is a
 * repetition and changes nothing.
 *
 * @typedef {import("./frame.js").Dimensions} Dimensions
 * @typedef {import("./frame.js").Frame} Frame
 * @typedef {import("./look.js").Look} Look
 * @typedef {import("./matrix.js").Matrix} Matrix
 * @typedef {import("./matrix.js").Span} Span
 * @typedef {{serial: number, text: string, look: Partial<Look>}} LookMessage
 * @typedef {{text: string, layer: number, head: number, rows: Span, columns: Span}} Window part of a head of a text
 * @typedef {{layer: number, head: number, query: number | null, key: number | null}} Pointed
 *  what is under the pointer: a head, and a token on either side or both
 */
import { strongestContentLink } from "./content.js";
import { timesCut } from "./cut-links.js";
import { readFrame } from "./frame.js";
import { FIRST_LOOK, filtersOf, stillPinned, subjectOf, within } from "./look.js";
import { Weights } from "./weights.js";

const FRAME_NAMES = ["first", "rest", "small", "head", "tile"];

export class Store {
  constructor() {
    /** @type {Weights | null} of the text that is drawn */ this.weights = null;
    /** @type {string | null} which text Python sends messages about */ this.expected = null;
    /** @type {number | null} of the last look that was taken over */ this.serial = null;
    /** @type {string | null} the text that the look was chosen for */ this.chosenFor = null;
    /** @type {Look} */ this.look = FIRST_LOOK;
    /** @type {Pointed | null} */ this.pointed = null;
    /** @type {Map<string, Uint8Array>} messages already read, by name */ this.messages = new Map();
    /** @type {any} the heads for the pinned link, as the server ranked them */ this.ranking = null;
    /** @type {Map<string, Frame>} frames that came before the first of their text */ this.early = new Map();
    /** @type {string} the window asked for last */ this.asked = "";
    /** @type {boolean} whether there is no server that could send more */ this.alone = false;
    /** @type {Set<() => void>} */ this.watchers = new Set();
    /** @type {(look: Look, serial: number | null) => void} tells Python */ this.report = () => {};
    /** @type {(window: Window) => void} asks Python for a sharper picture */ this.ask = () => {};
  }

  /** Whether something can be drawn. */
  get ready() {
    return this.weights !== null && this.serial !== null;
  }

  /** Whether what is drawn is not the text that Python sends messages about. */
  get stale() {
    return this.expected !== this.text;
  }

  /** Tokens, heads and readable keys of the text that is drawn. @returns {Dimensions | null} */
  get dimensions() {
    return this.weights?.dimensions ?? null;
  }

  /** Which text is drawn. @returns {string | null} */
  get text() {
    return this.weights?.text ?? null;
  }

  /** @param {ReadonlyMap<string, unknown>} arrived messages by name */
  read(arrived) {
    for (const name of FRAME_NAMES) {
      const message = /** @type {Uint8Array | undefined} */ (arrived.get(name));
      if (message === undefined) this.messages.delete(name);
      else if (this.messages.get(name) !== message) this.readMessage(name, message);
    }
    this.ranking = arrived.get("ranking") ?? null;
    const message = /** @type {LookMessage | undefined} */ (arrived.get("look"));
    if (message !== undefined) this.readLook(message);
    this.changed();
  }

  /** @param {string} name @param {Uint8Array} message */
  readMessage(name, message) {
    this.messages.set(name, message);
    const frame = readFrame(message);
    if (frame.tokens !== null && frame.text !== this.text) this.begin(frame.text, frame.tokens);
    if (frame.text === this.text) this.weights?.keep(frame);
    else this.early.set(name, frame);
  }

  /** A new text. What was pinned in another one stays where the same token stands at its place. @param {string} text
   * @param {Dimensions} dimensions */
  begin(text, dimensions) {
    const before = this.look;
    const pinned = this.chosenFor === text ? before : stillPinned(before, this.dimensions, dimensions);
    this.weights = new Weights(text, dimensions);
    this.pointed = null;
    this.look = within(pinned, dimensions);
    this.chosenFor = text;
    if (pinned !== before) this.report(this.look, this.serial);
    for (const frame of this.early.values()) if (frame.text === text) this.weights.keep(frame);
    this.early.clear();
  }

  /** @param {LookMessage} message */
  readLook({ serial, text, look }) {
    this.expected = text;
    if (serial === this.serial) return;
    this.serial = serial;
    this.chosenFor = text;
    // Tokens are counted in the text that the look is about, which may still be on its way.
    this.look = within({ ...this.look, ...look }, text === this.text ? this.dimensions : null);
  }

  /** What the person chooses: drawn at once, sent to Python. @param {Partial<Look>} changes */
  choose(changes) {
    const look = within({ ...this.look, ...changes }, this.dimensions);
    if (JSON.stringify(look) === JSON.stringify(this.look)) return;
    this.look = look;
    this.changed();
    this.report(look, this.serial);
  }

  /** Keep the lines of a head while others are chosen, or no longer. @param {number} layer @param {number} head */
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

  /** The links that are cut in what is shown, or in one head. @param {[number, number]} [subject] @returns {import("./cut-links.js").TimesCut} */
  timesCut([layer, head] = this.subject()) {
    return timesCut(this.look.cuts, this.weights?.members(layer, head) ?? []);
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

  /** What the large picture shows: a head, or with -1 the mean that was chosen instead.
   * @param {{layer: number, head: number}} [place] @returns {[number, number]} (layer, head) */
  subject({ layer, head } = this.place) {
    return subjectOf(this.look, layer, head);
  }

  /** A name for all that drawn weights depend on. @returns {string} */
  weightsName() {
    return this.weights?.name(filtersOf(this.look)) ?? "";
  }

  /** The weights to draw of a head. @param {number} layer @param {number} head @returns {Matrix | undefined} */
  matrix(layer, head) {
    return this.weights?.matrix(layer, head, filtersOf(this.look));
  }

  /** The weights of the large picture. @returns {Matrix | undefined} */
  shown() {
    return this.matrix(...this.subject());
  }

  /** A head as it stands among all others. @param {number} layer @param {number} head @returns {Matrix | undefined} */
  thumbnail(layer, head) {
    return this.weights?.thumbnail(layer, head, filtersOf(this.look));
  }

  /** The chosen head as it stands among all others, where those are pooled. @returns {Matrix | undefined} */
  group() {
    return this.weights?.grouped ? this.thumbnail(this.look.layer, this.look.head) : undefined;
  }

  /** What the picture that was chosen shows, or of all heads the chosen one. @returns {Matrix | undefined} */
  pictured() {
    return (this.look.view === "layer" ? this.group() : undefined) ?? this.shown();
  }

  /** The sharpest part of a long text that has arrived of what is shown. @returns {Matrix | undefined} */
  tile() {
    return this.weights?.tile(...this.subject(), filtersOf(this.look));
  }

  /** Ask for a sharper picture of a part, once. @param {{rows: Span, columns: Span}} part */
  askFor(part) {
    const [layer, head] = this.subject();
    if (this.pointed !== null || this.text === null) return;
    const window = { text: this.text, layer, head, ...part };
    if (JSON.stringify(window) === this.asked) return;
    this.asked = JSON.stringify(window);
    this.ask(window);
  }

  /** The rows of a matrix that hold the pinned queries. @param {Matrix} matrix @returns {number[]} */
  pinnedRows(matrix) {
    return [...new Set(this.look.queries.map((query) => matrix.rowOf(query)).filter((row) => row >= 0))];
  }

  /** The rows whose reading is listed: the pinned ones, else the one under the pointer, else in a sentence that of its
   * strongest link. @param {Matrix} matrix @returns {number[]} */
  readingRows(matrix) {
    const pinned = this.pinnedRows(matrix);
    if (pinned.length > 0) return pinned;
    const query = this.pointed?.query ?? null;
    if (query !== null) return [matrix.rowOf(query)].filter((row) => row >= 0);
    if (this.look.view !== "sentence" || this.dimensions === null || matrix.columns === 0) return [];
    return [strongestContentLink(matrix, this.dimensions).row];
  }

  /** What the table lists and the text shows: which rows read, and what each key receives from them.
   * @returns {{matrix: Matrix, rows: number[], received: Float64Array} | null} */
  reading() {
    const shown = this.shown();
    if (shown === undefined) return null;
    const rows = this.readingRows(shown);
    const profile = shown.pool === "exact" ? undefined : this.weights?.profile(...this.subject(), filtersOf(this.look));
    const matrix = rows.length === 0 ? profile ?? shown : shown;
    return { matrix, rows, received: matrix.received(rows) };
  }

  /** The tokens whose weights are highlighted: those under the pointer, else the pinned ones.
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
