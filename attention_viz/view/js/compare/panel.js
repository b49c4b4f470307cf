/**
 * Panel: one matrix of several that are drawn side by side.
 *
 * @typedef {import("../core/frame.js").Labelled} Labelled
 * @typedef {import("../core/theme.js").Theme} Theme
 * @typedef {import("../core/labels.js").Labels} Labels
 * @typedef {{title: string, kind: "weights" | "difference", queries: Labelled, keys: Labelled}} Plain
 * @typedef {import("../core/surface.js").Viewport} Viewport
 * @typedef {import("../heatmap/axis.js").Light} Light
 * @typedef {{row: number, column: number}} Place
 * @typedef {{left: number, top: number, overhang: number}} Margins
 * @typedef {Margins & {cell: number}} Geometry
 */
import { acrossHeight, acrossOverhang, Axis } from "../heatmap/axis.js";
import { hatchUnder } from "../core/hatch.js";
import { mix, pixel } from "../core/palette.js";
import { bitmap, place } from "../heatmap/raster.js";
import { crisp, inside, seen, Surface } from "../core/surface.js";
import { spellOut } from "../core/token.js";
import { number, say } from "../core/labels.js";

const LAST = 255;
/** What no pair of tokens is drawn with: nothing. */
const NONE = LAST + 1;

export class Panel {
  /** @param {Plain} plain @param {Float32Array} values row by row; NaN = no such pair of tokens */
  constructor(plain, values) {
    this.plain = plain;
    this.values = values;
    this.rows = plain.queries.labels.length;
    this.columns = plain.keys.labels.length;
    this.queries = new Axis(plain.queries, alone(this.rows));
    this.keys = new Axis(plain.keys, alone(this.columns));
    this.surface = new Surface("panel");
    this.element = document.createElement("figure");
    this.title = document.createElement("figcaption");
    this.title.textContent = plain.title;
    this.element.append(this.title, this.surface.element);
    this.image = { name: "", canvas: /** @type {HTMLCanvasElement | null} */ (null) };
    /** @type {Geometry} */ this.geometry = { left: 0, top: 0, overhang: 0, cell: 1 };
  }

  /** @param {Theme} theme @param {number} cell @returns {Margins} what the labels need */
  measure(theme, cell) {
    const context = this.surface.pen();
    const left = this.queries.measure(context, theme, cell) + 10;
    const longest = this.keys.measure(context, theme, cell);
    return { left, top: acrossHeight(longest, cell, theme), overhang: Math.max(2, acrossOverhang(longest, cell, theme) - cell / 2 + 6) };
  }

  /** @param {Theme} theme @param {Geometry} geometry @param {Place | null} pointed */
  draw(theme, geometry, pointed) {
    this.geometry = { ...geometry, left: crisp(geometry.left), top: crisp(geometry.top) };
    this.measure(theme, geometry.cell);
    const { cell, left, top, overhang } = this.geometry;
    const [width, height] = [cell * this.columns, cell * this.rows];
    const viewport = this.surface.open(left + width + overhang, top + height + 2);
    if (viewport === null) return;
    const [x, y] = [left - viewport.left, top - viewport.top];
    inside(viewport.context, left, top, viewport.width, viewport.height, () => {
      place(viewport.context, this.imageOf(theme), x, y, width, height);
      hatchUnder(viewport.context, theme, x, y, width, height);
    });
    this.drawAxes(viewport, theme, pointed);
    if (pointed !== null) this.drawPointer(viewport, theme, pointed);
  }

  /** @param {Viewport} viewport @param {Theme} theme @param {Place | null} pointed */
  drawAxes({ context, width, height, ...from }, theme, pointed) {
    const { cell, left, top } = this.geometry;
    const rows = { ...seen(from.top, height - top, cell, this.rows), cell, start: top - from.top, light: lightAt(pointed?.row) };
    const columns = { ...seen(from.left, width - left, cell, this.columns), cell, start: left - from.left, light: lightAt(pointed?.column) };
    inside(context, 0, top, left, height, () => this.queries.drawDown(context, theme, left - 6, rows));
    inside(context, left, 0, width, top, () => this.keys.drawAcross(context, theme, top - 8, columns));
  }

  /** @param {Viewport} viewport @param {Theme} theme @param {Place} pointed */
  drawPointer({ context, width, height, ...from }, theme, { row, column }) {
    const { cell, left, top } = this.geometry;
    context.strokeStyle = theme.accent;
    context.lineWidth = 2;
    inside(context, left - 2, top - 2, width, height, () => {
      context.strokeRect(left - from.left + column * cell - 1, top - from.top + row * cell - 1, cell + 2, cell + 2);
    });
  }

  /** @param {Theme} theme @returns {HTMLCanvasElement} one pixel per cell */
  imageOf(theme) {
    if (this.image.canvas === null || this.image.name !== theme.name) {
      const steps = this.plain.kind === "weights" ? theme.weights : theme.palette.differences;
      const table = Uint32Array.from({ length: NONE + 1 }, (_, i) => (i === NONE ? 0 : pixel(mix(steps, i / LAST))));
      const values = Uint16Array.from(this.values, (value) => (Number.isNaN(value) ? NONE : Math.round(LAST * shadeOf(value, this.plain.kind))));
      this.image = { name: theme.name, canvas: bitmap({ values, rows: this.rows, columns: this.columns, top: LAST }, table) };
    }
    return /** @type {HTMLCanvasElement} */ (this.image.canvas);
  }

  /** @param {MouseEvent} event @returns {Place | null} */
  placeAt(event) {
    const { x, y } = this.surface.at(event);
    const { cell, left, top } = this.geometry;
    const [row, column] = [Math.floor((y - top + this.surface.element.scrollTop) / cell), Math.floor((x - left + this.surface.element.scrollLeft) / cell)];
    if (y < top || x < left || row >= this.rows || column >= this.columns) return null;
    return { row, column };
  }

  /** What stands at a place. @param {Place} place @param {Labels} labels @returns {string} */
  explain({ row, column }, labels) {
    const value = this.values[row * this.columns + column];
    const [query, key] = [spellOut(this.plain.queries, row), spellOut(this.plain.keys, column)];
    if (Number.isNaN(value)) return say(labels, "no_pair");
    return say(labels, "pair_weight", { query, key, weight: this.plain.kind === "weights" ? number(value, true) : signed(value) });
  }
}

/** How far along its colours a value is, on a root scale: 0 to 1. @param {number} value @param {"weights" | "difference"} kind */
export function shadeOf(value, kind) {
  const root = Math.min(1, Math.sqrt(Math.abs(value)));
  return kind === "weights" ? root : (1 + Math.sign(value) * root) / 2;
}

/** What stands at a tick of the colours. @param {number} value @param {boolean} beyond whether the ends stand for values beyond them, too */
export function atTick(value, beyond) {
  const end = beyond && Math.abs(value) === 1 ? (value < 0 ? "≤\u00a0" : "≥\u00a0") : "";
  return `${end}${value < 0 ? `−${-value}` : value}`;
}

/** @param {number} value @returns {string} with its sign; what rounds to nothing has none */
export function signed(value) {
  const digits = Math.abs(value).toFixed(4);
  return Number(digits) === 0 ? digits : `${value > 0 ? "+" : "−"}${digits}`;
}

/** @param {number | undefined} lit @returns {(i: number) => Light} */
function lightAt(lit) {
  return (i) => (i === lit ? "lit" : "plain");
}

/** @param {number} n @returns {[number, number][]} a cell for each token */
function alone(n) {
  return Array.from({ length: n }, (_, i) => [i, i + 1]);
}
