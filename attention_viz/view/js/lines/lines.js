/**
 * Lines: query tokens at the left, key tokens at the right, a line for each weight; of one head or of several.
 *
 * @typedef {import("../core/store.js").Store} Store
 * @typedef {import("../core/theme.js").Theme} Theme
 * @typedef {import("../core/labels.js").Labels} Labels
 * @typedef {import("../core/matrix.js").Matrix} Matrix
 * @typedef {import("../core/surface.js").Viewport} Viewport
 * @typedef {import("./strongest.js").Line} Line
 * @typedef {{pitch: number, left: number, right: number, top: number, width: number, height: number}} Geometry
 *  from one token to the next, where the lines begin and end, room for the titles, the size of it all
 */
import { Axis } from "../heatmap/axis.js";
import { cutCells } from "../core/cut-links.js";
import { headStyle } from "../core/head-colours.js";
import { drawDots, drawLines, laneOf } from "./line-drawing.js";
import { strongestLines } from "./strongest.js";
import { crisp, nearest, Surface } from "../core/surface.js";
import { say } from "../core/labels.js";

const PITCH = { smallest: 18, largest: 36 };
const WIDEST = 620;
const NARROWEST = 90;
const TITLE = 26;

export class Lines {
  /** @param {Store} store */
  constructor(store) {
    this.store = store;
    this.surface = new Surface("lines");
    this.element = this.surface.element;
    /** @type {{matrix: Matrix, geometry: Geometry} | null} */ this.scene = null;
    /** @type {{name: string, queries: Axis, keys: Axis} | null} */ this.axes = null;
    /** @type {number} the weight below which nothing is drawn */ this.least = 0;
    /** @type {boolean} whether no weight is high enough for a line */ this.empty = false;
    /** @type {boolean} whether all lines are thin, for there are too many strong ones */ this.crowded = false;
  }

  /** @param {Theme} theme @param {Labels} labels */
  draw(theme, labels) {
    const matrix = this.store.shown();
    if (matrix === undefined) return;
    const axes = this.axesOf(matrix);
    const geometry = this.measure(matrix, axes, theme, labels);
    const viewport = this.surface.open(geometry.width, geometry.height);
    if (viewport === null) return;
    this.scene = { matrix, geometry };
    const { lines, least, none, crowded } = this.strongest(viewport, geometry);
    this.least = least;
    this.empty = none;
    this.crowded = crowded;
    const thin = theme.zoom > 1 ? 2 : 1;
    const lane = laneOf(lines.length, geometry.pitch, theme);
    const heads = this.store.linedHeads();
    lines.forEach((each, i) => {
      const top = geometry.top + (i - (lines.length - 1) / 2) * lane;
      const wholeOf = this.cutLines(heads[i]);
      drawLines(viewport, each, { ...geometry, top }, { wholeOf, thin, thick: crowded ? thin : lane, ...headStyle(theme.palette, i) });
      drawDots(viewport, each.filter((line) => wholeOf(line) === false), { ...geometry, top }, theme);
    });
    if (lines.length > 1) this.drawNumbers(viewport, lines, geometry, theme);
    this.drawTokens(viewport, matrix, axes, geometry, theme);
    drawTitles(viewport, geometry, theme, labels);
  }

  /** Of a head, whether all links that a line stands for are cut; undefined where none is. @param {[number, number]} head
   * @returns {(line: Line) => boolean | undefined} */
  cutLines(head) {
    const matrix = this.store.matrix(...head);
    const cells = matrix === undefined ? [] : cutCells(this.store.timesCut(head), (query, key) => matrix.cellAt(query, key));
    return ({ row, column }) => cells.find((each) => each.row === row && each.column === column)?.whole;
  }

  /** The lines of each head that are strong enough to be seen. @param {Viewport} viewport @param {Geometry} geometry
   * @returns {ReturnType<typeof strongestLines>} */
  strongest({ top: scrolled, height }, { pitch, top }) {
    const matrices = this.store.linedHeads().flatMap(([layer, head]) => this.store.matrix(layer, head) ?? []);
    return strongestLines(matrices, this.store.pointedOrPinned(), this.store.look.threshold, [
      Math.floor(Math.max(0, scrolled - top) / pitch),
      Math.ceil((scrolled + height - top) / pitch),
    ]);
  }

  /** @param {Matrix} matrix @returns {{queries: Axis, keys: Axis}} */
  axesOf(matrix) {
    const name = `${this.store.text} ${this.store.look.exclude} ${matrix.rows} ${matrix.columns}`;
    if (this.axes?.name !== name) {
      const { queries, keys } = /** @type {import("../core/frame.js").Dimensions} */ (this.store.dimensions);
      this.axes = { name, queries: new Axis(queries, matrix.queries), keys: new Axis(keys, matrix.keys) };
    }
    return this.axes;
  }

  /** @param {Axis} axis @param {string} title @param {Theme} theme @param {number} pitch @returns {number} */
  roomFor(axis, title, theme, pitch) {
    const context = this.surface.pen();
    const longest = axis.measure(context, theme, pitch);
    setTitleFont(context, theme);
    return crisp(Math.max(longest, context.measureText(title).width) + 12);
  }

  /** @param {Matrix} matrix @param {{queries: Axis, keys: Axis}} axes @param {Theme} theme @param {Labels} labels @returns {Geometry} */
  measure(matrix, axes, theme, labels) {
    const { width, height } = this.surface.available;
    const tokens = Math.max(matrix.rows, matrix.columns);
    const top = TITLE * theme.zoom;
    const fitting = (height - top - 4) / tokens;
    const { smallest, largest } = PITCH;
    const pitch = crisp(Math.min(largest * theme.zoom, Math.max(smallest * theme.zoom, fitting)));
    const left = this.roomFor(axes.queries, say(labels, "query_column"), theme, pitch);
    const beyond = this.roomFor(axes.keys, say(labels, "key_column"), theme, pitch);
    const right = Math.max(Math.min(width, WIDEST * theme.zoom) - beyond, left + NARROWEST);
    return { pitch, left, right, top, width: right + beyond, height: top + tokens * pitch + 2 };
  }

  /** The number of each head at the end of its strongest line, side by side where several end at one token.
   * @param {Viewport} viewport @param {Line[][]} lines @param {Geometry} geometry @param {Theme} theme */
  drawNumbers({ context, top: scrolled }, lines, { pitch, right, top }, theme) {
    /** @type {Map<number, number>} how far the numbers at a token extend already */ const extents = new Map();
    const above = 3 + (laneOf(lines.length, pitch, theme) * lines.length) / 2;
    setLabelFont(context, theme);
    const highest = top + 12 * theme.zoom;
    this.store.linedHeads().forEach(([layer, head], i) => {
      const strongest = lines[i]?.at(-1);
      if (strongest === undefined) return;
      const text = `${layer + 1}-${head + 1}`;
      const extent = extents.get(strongest.column) ?? 8;
      extents.set(strongest.column, extent + context.measureText(text).width + 8);
      const x = right - extent;
      const y = Math.max(top + (strongest.column + 0.5) * pitch - above, highest) - scrolled;
      context.strokeText(text, x, y);
      context.fillStyle = headStyle(theme.palette, i).colour;
      context.fillText(text, x, y);
    });
  }

  /** @param {Viewport} viewport @param {Matrix} matrix @param {{queries: Axis, keys: Axis}} axes @param {Geometry} geometry @param {Theme} theme */
  drawTokens({ context, top: scrolled }, matrix, axes, { pitch, left, right, top }, theme) {
    const start = top - scrolled;
    const chosen = this.store.pointedOrPinned();
    const query = matrix.rowOf(chosen.key === null ? (chosen.queries[0] ?? -1) : -1);
    const pinned = new Set(chosen.queries.map((each) => matrix.rowOf(each)));
    const key = matrix.columnOf(chosen.key ?? -1);
    const linked = new Set(this.store.look.keys.map((each) => matrix.columnOf(each)));
    const some = query >= 0 || key >= 0;
    const first = Math.max(0, Math.floor(scrolled / pitch) - 2);
    const stretch = { first, cell: pitch, start };
    axes.queries.drawDown(context, theme, left - 8, {
      ...stretch, last: matrix.rows, light: (i) => (pinned.has(i) ? "lit" : some && key < 0 ? "faded" : "plain"),
    });
    axes.keys.drawDown(context, theme, right + 8, {
      ...stretch, last: matrix.columns, light: (i) => (i === key || linked.has(i) ? "lit" : key >= 0 ? "faded" : "plain"),
    }, "left");
  }

  /** Bring a query into sight. @param {number} query */
  reveal(query) {
    if (this.scene === null) return;
    const { matrix, geometry } = this.scene;
    const { pitch, top } = geometry;
    const row = matrix.rowOf(query);
    const { scrollTop, clientHeight } = this.element;
    this.element.scrollTop = nearest(scrollTop, row * pitch, (row + 1) * pitch + top - clientHeight);
  }

  /** The token at a place of the picture, and on which side it stands. @param {{x: number, y: number}} at
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

/** @param {Viewport} viewport @param {Geometry} geometry @param {Theme} theme @param {Labels} labels */
function drawTitles({ context, width }, { left, right, top }, theme, labels) {
  context.clearRect(0, 0, width, top - 2);
  setTitleFont(context, theme);
  context.fillStyle = theme.secondary;
  context.textBaseline = "middle";
  context.textAlign = "right";
  context.fillText(say(labels, "query_column"), left - 8, top / 2);
  context.textAlign = "left";
  context.fillText(say(labels, "key_column"), right + 8, top / 2);
}

/** @param {CanvasRenderingContext2D} context @param {Theme} theme */
function setTitleFont(context, theme) {
  context.font = `${12 * theme.zoom}px ${theme.font}`;
  context.fontVariantCaps = "normal";
}

/** Bold, on a rim of ground, so that it is read across lines. @param {CanvasRenderingContext2D} context @param {Theme} theme */
function setLabelFont(context, theme) {
  context.font = `600 ${12 * theme.zoom}px ${theme.font}`;
  context.fontVariantCaps = "normal";
  context.textAlign = "right";
  context.textBaseline = "bottom";
  context.lineWidth = 3;
  context.strokeStyle = theme.ground;
}
