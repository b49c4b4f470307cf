/**
 * Heatmap: one head, query tokens down the side, key tokens across the top.
 *
 * @typedef {import("./store.js").Store} Store
 * @typedef {import("./theme.js").Theme} Theme
 * @typedef {import("./wording.js").Labels} Labels
 * @typedef {import("./matrix.js").Matrix} Matrix
 * @typedef {import("./surface.js").Sheet} Sheet
 * @typedef {{cell: number, left: number, top: number, width: number, height: number}} Geometry
 *  side of a cell, room for the labels at the left and the top, size of it all
 */
import { acrossHeight, acrossOverhang, Axis } from "./axis.js";
import { colourTable, luminance, mix } from "./palette.js";
import { bitmap, place } from "./raster.js";
import { crisp, Surface } from "./surface.js";
import { say } from "./wording.js";

const SMALLEST_CELL = 12;
const LARGEST_CELL = 48;
const CELL_WITH_NUMBER = 34;
const FADED = 0.25;

export class Heatmap {
  /** @param {Store} store */
  constructor(store) {
    this.store = store;
    this.surface = new Surface("heatmap");
    this.element = this.surface.element;
    /** @type {number | null} the side of a cell that was asked for; null = as large as fits */ this.zoom = null;
    /** @type {Geometry | null} */ this.geometry = null;
    /** @type {{matrix: Matrix, version: number, dark: boolean, image: HTMLCanvasElement} | null} */ this.drawn = null;
    /** @type {{text: string, queries: Axis, keys: Axis} | null} */ this.axes = null;
  }

  /** @param {Theme} theme @param {Labels} labels */
  draw(theme, labels) {
    const { store } = this;
    const matrix = store.shown();
    if (matrix === undefined || store.sheet === null) return;
    const axes = this.axesOf(matrix);
    const geometry = this.measure(matrix, axes, theme);
    const sheet = this.surface.open(geometry.width, geometry.height);
    if (sheet === null) return;
    this.geometry = geometry;
    this.drawCells(sheet, matrix, geometry, theme);
    this.drawMarks(sheet, matrix, geometry, theme);
    this.drawAxes(sheet, matrix, axes, geometry, theme);
    drawCorner(sheet.context, geometry, theme, labels);
  }

  /** @param {Matrix} matrix */
  axesOf(matrix) {
    const { sheet, text } = this.store;
    const name = `${text} ${matrix.rows} ${matrix.columns}`;
    if (this.axes?.text !== name && sheet !== null) {
      const queries = new Axis(sheet.queries, matrix.rows, (row) => matrix.queriesOf(row));
      const keys = new Axis(sheet.keys, matrix.columns, (column) => matrix.keysOf(column));
      this.axes = { text: name, queries, keys };
    }
    return /** @type {{queries: Axis, keys: Axis}} */ (this.axes);
  }

  /** @param {Matrix} matrix @param {{queries: Axis, keys: Axis}} axes @param {Theme} theme @returns {Geometry} */
  measure(matrix, axes, theme) {
    const room = this.surface.room;
    let geometry = this.geometryFor(LARGEST_CELL, matrix, axes, theme);
    const across = (room.width - (geometry.width - geometry.cell * matrix.columns)) / matrix.columns;
    const down = (room.height - geometry.top - 2) / matrix.rows;
    const cell = this.zoom ?? Math.max(SMALLEST_CELL, Math.min(LARGEST_CELL, across, down));
    return this.geometryFor(cell, matrix, axes, theme);
  }

  /** @param {number} wished @param {Matrix} matrix @param {{queries: Axis, keys: Axis}} axes @param {Theme} theme @returns {Geometry} */
  geometryFor(wished, matrix, axes, theme) {
    const context = /** @type {CanvasRenderingContext2D} */ (this.surface.canvas.getContext("2d"));
    const ratio = window.devicePixelRatio;
    const cell = Math.max(1, Math.floor(wished * ratio)) / ratio;
    const left = crisp(Math.max(76, axes.queries.measure(context, theme, cell) + 12));
    const longest = axes.keys.measure(context, theme, cell);
    const top = crisp(Math.max(40, acrossHeight(longest, cell)));
    const width = left + cell * matrix.columns + Math.max(2, acrossOverhang(longest, cell) - cell / 2 + 8);
    return { cell, left, top, width, height: top + cell * matrix.rows + 2 };
  }

  /** @param {Sheet} sheet @param {Matrix} matrix @param {Geometry} geometry @param {Theme} theme */
  drawCells(sheet, matrix, { cell, left, top }, theme) {
    const { context } = sheet;
    const image = this.imageOf(matrix, theme);
    const pinned = this.store.pinnedRow(matrix);
    const [x, y] = [left - sheet.left, top - sheet.top];
    context.save();
    clip(context, left, top, sheet);
    context.globalAlpha = pinned === null ? 1 : FADED;
    place(context, image, x, y, matrix.columns * cell, matrix.rows * cell);
    context.globalAlpha = 1;
    if (pinned !== null) {
      context.drawImage(image, 0, pinned, matrix.columns, 1, x, y + pinned * cell, matrix.columns * cell, cell);
    }
    if (cell >= CELL_WITH_NUMBER) this.writeNumbers(sheet, matrix, { cell, x, y }, theme);
    context.restore();
  }

  /** @param {Matrix} matrix @param {Theme} theme @returns {HTMLCanvasElement} */
  imageOf(matrix, theme) {
    const { version, settings } = this.store;
    const { drawn } = this;
    if (drawn !== null && drawn.matrix === matrix && drawn.version === version && drawn.dark === theme.dark) return drawn.image;
    const peak = settings.scale === "peak" ? matrix.peak() : 1;
    const image = bitmap(matrix, colourTable(theme.palette.weights, matrix.top, peak));
    this.drawn = { matrix, version, dark: theme.dark, image };
    return image;
  }

  /** @param {Sheet} sheet @param {Matrix} matrix @param {{cell: number, x: number, y: number}} origin @param {Theme} theme */
  writeNumbers({ context }, matrix, { cell, x, y }, theme) {
    const peak = this.store.settings.scale === "peak" ? matrix.peak() : 1;
    const pinned = this.store.pinnedRow(matrix);
    context.font = `12px ${theme.font}`;
    context.textAlign = "center";
    context.textBaseline = "middle";
    for (let row = 0; row < matrix.rows; row++) {
      if (pinned !== null && row !== pinned) continue;
      for (let column = 0; column < matrix.columns; column++) {
        const weight = matrix.weight(row, column);
        if (weight < 0.005) continue;
        context.fillStyle = inkOn(theme, Math.sqrt(weight / peak));
        context.fillText(weight.toFixed(2).replace(/^0/, ""), x + (column + 0.5) * cell, y + (row + 0.5) * cell);
      }
    }
  }

  /** Outlines of the pinned row and of the cell under the pointer.
   * @param {Sheet} sheet @param {Matrix} matrix @param {Geometry} geometry @param {Theme} theme */
  drawMarks(sheet, matrix, { cell, left, top }, theme) {
    const { context } = sheet;
    const [x, y] = [left - sheet.left, top - sheet.top];
    const pinned = this.store.pinnedRow(matrix);
    const pointed = this.store.pointed;
    context.save();
    clip(context, left - 2, top - 2, sheet);
    context.strokeStyle = theme.accent;
    context.lineWidth = 2;
    if (pinned !== null) context.strokeRect(x - 1, y + pinned * cell - 1, matrix.columns * cell + 2, cell + 2);
    if (pointed?.row != null && pointed.column != null) {
      context.strokeRect(x + pointed.column * cell - 1, y + pointed.row * cell - 1, cell + 2, cell + 2);
    }
    context.restore();
  }

  /** @param {Sheet} sheet @param {Matrix} matrix @param {{queries: Axis, keys: Axis}} axes @param {Geometry} geometry @param {Theme} theme */
  drawAxes(sheet, matrix, axes, geometry, theme) {
    const { context } = sheet;
    const { cell, left, top } = geometry;
    const pinned = this.store.pinnedRow(matrix);
    const pointed = this.store.pointed;
    const rows = visible(sheet.top, sheet.height - top, cell, matrix.rows);
    const columns = visible(sheet.left, sheet.width - left, cell, matrix.columns);
    context.save();
    context.beginPath();
    context.rect(0, top, left, sheet.height - top);
    context.clip();
    axes.queries.drawDown(context, theme, left - 6, {
      ...rows, cell, start: top - sheet.top, light: (i) => lightOf(i, pointed?.row ?? null, pinned),
    });
    context.restore();
    context.save();
    context.beginPath();
    context.rect(left, 0, sheet.width - left, top);
    context.clip();
    axes.keys.drawAcross(context, theme, top - 8, {
      ...columns, cell, start: left - sheet.left, light: (i) => lightOf(i, pointed?.column ?? null, null),
    });
    context.restore();
  }

  /** The cell, row or column at a place of the sheet. @param {{x: number, y: number}} at
   * @returns {{row: number | null, column: number | null} | null} */
  cellAt({ x, y }) {
    const matrix = this.store.shown();
    if (this.geometry === null || matrix === undefined) return null;
    const { cell, left, top } = this.geometry;
    const row = Math.floor((y - top + this.element.scrollTop) / cell);
    const column = Math.floor((x - left + this.element.scrollLeft) / cell);
    if (row >= matrix.rows || column >= matrix.columns) return null;
    return { row: y < top ? null : row, column: x < left ? null : column };
  }

  /** @param {number} factor */
  zoomBy(factor) {
    this.zoom = Math.min(96, Math.max(2, (this.geometry?.cell ?? SMALLEST_CELL) * factor));
  }
}

/** @param {CanvasRenderingContext2D} context @param {number} left @param {number} top @param {{width: number, height: number}} sheet */
function clip(context, left, top, sheet) {
  context.beginPath();
  context.rect(left, top, sheet.width - left, sheet.height - top);
  context.clip();
}

/** @param {number} from @param {number} length @param {number} cell @param {number} cells */
function visible(from, length, cell, cells) {
  return { first: Math.max(0, Math.floor(from / cell)), last: Math.min(cells, Math.ceil((from + length) / cell)) };
}

/** @param {number} i @param {number | null} pointed @param {number | null} pinned @returns {import("./axis.js").Light} */
function lightOf(i, pointed, pinned) {
  if (i === pointed || i === pinned) return "lit";
  return pinned === null ? "plain" : "faded";
}

/** @param {CanvasRenderingContext2D} context @param {Geometry} geometry @param {Theme} theme @param {Labels} labels */
function drawCorner(context, { left, top }, theme, labels) {
  context.font = `12px ${theme.font}`;
  context.fontVariantCaps = "normal";
  context.fillStyle = theme.secondary;
  context.textAlign = "right";
  context.textBaseline = "alphabetic";
  context.fillText(say(labels, "key_axis"), left - 6, top - 22);
  context.fillText(say(labels, "query_axis"), left - 6, top - 6);
}

/** @param {Theme} theme @param {number} share where the cell's colour lies in the palette @returns {string} */
function inkOn(theme, share) {
  return luminance(mix(theme.palette.weights, share)) > 0.25 ? "#14171c" : "#ffffff";
}
