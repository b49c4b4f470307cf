/**
 * Lines: query tokens at the left, key tokens at the right, a line for each weight; of one head or of several.
 *
 * @typedef {import("./store.js").Store} Store
 * @typedef {import("./theme.js").Theme} Theme
 * @typedef {import("./wording.js").Labels} Labels
 * @typedef {import("./matrix.js").Matrix} Matrix
 * @typedef {import("./surface.js").Sheet} Sheet
 * @typedef {import("./links.js").Strand} Strand
 * @typedef {{pitch: number, left: number, right: number, top: number, height: number}} Geometry
 *  from one token to the next, where the lines begin and end, room for the titles, the height of it all
 */
import { Axis } from "./axis.js";
import { headStyle } from "./head-colours.js";
import { strands } from "./links.js";
import { crisp, Surface } from "./surface.js";
import { say } from "./wording.js";

const PITCH = { smallest: 18, largest: 36 };
const WIDEST = 620;
const TITLE = 26;
const SHADES = 12;
const THIN = 1;
const THICK = 6;

export class Lines {
  /** @param {Store} store */
  constructor(store) {
    this.store = store;
    this.surface = new Surface("lines");
    this.element = this.surface.element;
    /** @type {{matrix: Matrix, geometry: Geometry} | null} */ this.scene = null;
    /** @type {{name: string, queries: Axis, keys: Axis} | null} */ this.axes = null;
    /** @type {number} the weight below which nothing is drawn */ this.least = 0;
  }

  /** @param {Theme} theme @param {Labels} labels */
  draw(theme, labels) {
    const matrix = this.store.shown();
    if (matrix === undefined) return;
    const axes = this.axesOf(matrix);
    const geometry = this.measure(matrix, axes, theme);
    const sheet = this.surface.open(geometry.right + this.roomFor(axes.keys, theme, geometry.pitch), geometry.height);
    if (sheet === null) return;
    this.scene = { matrix, geometry };
    const bundles = this.bundles();
    this.least = bundles.least;
    bundles.strands.forEach((each, i) => drawStrands(sheet, each, geometry, theme, headStyle(theme.palette, i)));
    this.drawTokens(sheet, matrix, axes, geometry, theme);
    drawTitles(sheet, geometry, theme, labels);
  }

  /** The heads whose lines are drawn. @returns {[number, number][]} */
  heads() {
    const { look } = this.store;
    return [this.store.subject(), ...(look.average === "none" ? look.also : [])];
  }

  /** @returns {{strands: Strand[][], least: number}} of each head, as far as they are strong enough to be seen */
  bundles() {
    const matrices = this.heads().flatMap(([layer, head]) => this.store.matrix(layer, head) ?? []);
    return strands(matrices, this.store.pointedOrPinned(), this.store.look.threshold);
  }

  /** @param {Matrix} matrix @returns {{queries: Axis, keys: Axis}} */
  axesOf(matrix) {
    const name = `${this.store.text} ${this.store.look.exclude} ${matrix.rows} ${matrix.columns}`;
    if (this.axes?.name !== name) {
      const { queries, keys } = /** @type {import("./frame.js").TokenSheet} */ (this.store.sheet);
      this.axes = { name, queries: new Axis(queries, matrix.queries), keys: new Axis(keys, matrix.keys) };
    }
    return this.axes;
  }

  /** @param {Axis} axis @param {Theme} theme @param {number} pitch @returns {number} */
  roomFor(axis, theme, pitch) {
    return crisp(Math.max(76 * theme.zoom, axis.measure(this.surface.pen(), theme, pitch) + 12));
  }

  /** @param {Matrix} matrix @param {{queries: Axis, keys: Axis}} axes @param {Theme} theme @returns {Geometry} */
  measure(matrix, axes, theme) {
    const { width, height } = this.surface.room;
    const tokens = Math.max(matrix.rows, matrix.columns);
    const top = TITLE * theme.zoom;
    const fitting = (height - top - 4) / tokens;
    const pitch = crisp(Math.min(PITCH.largest, Math.max(PITCH.smallest, fitting)) * 1);
    const left = this.roomFor(axes.queries, theme, pitch);
    const right = Math.min(width, WIDEST * theme.zoom) - this.roomFor(axes.keys, theme, pitch);
    return { pitch, left, right: Math.max(right, left + 90), top, height: top + tokens * pitch + 2 };
  }

  /** @param {Sheet} sheet @param {Matrix} matrix @param {{queries: Axis, keys: Axis}} axes @param {Geometry} geometry @param {Theme} theme */
  drawTokens({ context, top: scrolled }, matrix, axes, { pitch, left, right, top }, theme) {
    const start = top - scrolled;
    const chosen = this.store.pointedOrPinned();
    const query = matrix.rowOf(chosen.key === null ? (chosen.queries[0] ?? -1) : -1);
    const pinned = new Set(chosen.queries.map((each) => matrix.rowOf(each)));
    const key = matrix.columnOf(chosen.key ?? -1);
    const some = query >= 0 || key >= 0;
    const first = Math.max(0, Math.floor(scrolled / pitch) - 2);
    const stretch = { first, cell: pitch, start };
    axes.queries.drawDown(context, theme, left - 8, {
      ...stretch, last: matrix.rows, light: (i) => (pinned.has(i) ? "lit" : some && key < 0 ? "faded" : "plain"),
    });
    axes.keys.drawDown(context, theme, right + 8, {
      ...stretch, last: matrix.columns, light: (i) => (i === key ? "lit" : key >= 0 ? "faded" : "plain"),
    }, "left");
  }

  /** The token at a place of the sheet, and on which side it stands. @param {{x: number, y: number}} at
   * @returns {{query: number | null, key: number | null} | null} */
  tokensAt({ x, y }) {
    if (this.scene === null) return null;
    const { matrix, geometry } = this.scene;
    const i = Math.floor((y + this.element.scrollTop - geometry.top) / geometry.pitch);
    if (i < 0) return null;
    if (x < geometry.left && i < matrix.rows) return { query: matrix.queries[i][0], key: null };
    if (x > geometry.right && i < matrix.columns) return { query: null, key: matrix.keys[i][0] };
    return null;
  }
}

/** Lines of one head, weakest first; those of like weight are drawn in one stroke.
 * @param {Sheet} sheet @param {Strand[]} strands @param {Geometry} geometry @param {Theme} theme @param {{colour: string, dash: number[]}} style */
function drawStrands({ context, top: scrolled, height }, strands, { pitch, left, right, top }, theme, { colour, dash }) {
  const [from, to, bend] = [left, right, (right - left) * 0.4];
  const place = (/** @type {number} */ i) => top + (i + 0.5) * pitch - scrolled;
  context.strokeStyle = colour;
  context.setLineDash(dash);
  context.lineCap = "round";
  for (let shade = 0; shade <= SHADES; shade++) {
    const alike = strands.filter(({ strength }) => Math.round(strength * SHADES) === shade);
    context.globalAlpha = Math.max(0.08, Math.sqrt(shade / SHADES));
    context.lineWidth = (THIN + (THICK - THIN) * (shade / SHADES)) * theme.zoom;
    context.beginPath();
    for (const { row, column } of alike) {
      const [y1, y2] = [place(row), place(column)];
      if (Math.max(y1, y2) < 0 || Math.min(y1, y2) > height) continue;
      context.moveTo(from, y1);
      context.bezierCurveTo(from + bend, y1, to - bend, y2, to, y2);
    }
    context.stroke();
  }
  context.globalAlpha = 1;
  context.setLineDash([]);
}

/** @param {Sheet} sheet @param {Geometry} geometry @param {Theme} theme @param {Labels} labels */
function drawTitles({ context, width }, { left, right, top }, theme, labels) {
  context.clearRect(0, 0, width, top - 4);
  context.font = `${12 * theme.zoom}px ${theme.font}`;
  context.fontVariantCaps = "normal";
  context.fillStyle = theme.secondary;
  context.textBaseline = "middle";
  context.textAlign = "right";
  context.fillText(say(labels, "query_column"), left - 8, top / 2);
  context.textAlign = "left";
  context.fillText(say(labels, "key_column"), right + 8, top / 2);
}
