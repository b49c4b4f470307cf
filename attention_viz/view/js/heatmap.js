/**
 * Heatmap: one head, query tokens down the side, key tokens across the top.
 *
 * @typedef {import("./store.js").Store} Store
 * @typedef {import("./theme.js").Theme} Theme
 * @typedef {import("./wording.js").Labels} Labels
 * @typedef {import("./matrix.js").Matrix} Matrix
 * @typedef {import("./surface.js").Sheet} Sheet
 * @typedef {import("./axis.js").Light} Light
 * @typedef {{cell: number, left: number, top: number, width: number, height: number}} Geometry
 *  side of a cell, room for the labels at the left and the top, size of it all
 * @typedef {{matrix: Matrix, geometry: Geometry, axes: {queries: Axis, keys: Axis}, pinned: Set<number>, pointed: {row: number, column: number}}} Scene
 *  what is drawn; rows and columns that are not there are -1
 */
import { acrossHeight, acrossOverhang, Axis } from "./axis.js";
import { colourTable, inkOn, mix } from "./palette.js";
import { bitmap, place } from "./raster.js";
import { crisp, Surface } from "./surface.js";
import { say } from "./wording.js";

const SMALLEST_CELL = 12;
const LARGEST_CELL = 48;
const ZOOM = { least: 1, most: 96, step: 1.5 };
const CELL_WITH_NUMBER = 34;
const FADED = 0.25;

export class Heatmap {
  /** @param {Store} store */
  constructor(store) {
    this.store = store;
    this.surface = new Surface("heatmap");
    this.element = this.surface.element;
    /** @type {number | "fit" | null} the side of a cell that was asked for; null = readable, "fit" = all in sight */ this.zoom = null;
    /** @type {Scene | null} */ this.scene = null;
    /** @type {{name: string, matrix: Matrix, image: HTMLCanvasElement} | null} */ this.drawn = null;
    /** @type {{name: string, queries: Axis, keys: Axis} | null} */ this.axes = null;
  }

  /** @param {Theme} theme @param {Labels} labels */
  draw(theme, labels) {
    const matrix = this.store.shown();
    if (matrix === undefined) return;
    const axes = this.axesOf(matrix);
    const geometry = this.measure(matrix, axes, theme);
    const sheet = this.surface.open(geometry.width, geometry.height);
    if (sheet === null) return;
    const { pointed } = this.store;
    const scene = {
      matrix,
      geometry,
      axes,
      pinned: new Set(this.store.pinnedRows(matrix)),
      pointed: { row: matrix.rowOf(pointed?.query ?? -1), column: matrix.columnOf(pointed?.key ?? -1) },
    };
    this.scene = scene;
    this.drawCells(sheet, scene, theme);
    drawMarks(sheet, scene, theme);
    drawAxes(sheet, scene, theme);
    drawCorner(sheet.context, geometry, theme, labels);
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

  /** @param {Matrix} matrix @param {{queries: Axis, keys: Axis}} axes @param {Theme} theme @returns {Geometry} */
  measure(matrix, axes, theme) {
    const { width, height } = this.surface.room;
    const roomy = this.geometryFor(LARGEST_CELL, matrix, axes, theme);
    const across = (width - (roomy.width - roomy.cell * matrix.columns)) / Math.max(1, matrix.columns);
    const down = (height - roomy.top - 2) / matrix.rows;
    const fitting = Math.min(LARGEST_CELL * theme.zoom, across, down);
    if (this.zoom === "fit") return this.geometryFor(fitting, matrix, axes, theme);
    return this.geometryFor(this.zoom ?? Math.max(SMALLEST_CELL * theme.zoom, fitting), matrix, axes, theme);
  }

  /** @param {number} wished @param {Matrix} matrix @param {{queries: Axis, keys: Axis}} axes @param {Theme} theme @returns {Geometry} */
  geometryFor(wished, matrix, axes, theme) {
    const context = this.surface.pen();
    const ratio = window.devicePixelRatio;
    const cell = Math.max(1, Math.floor(wished * ratio)) / ratio;
    const left = crisp(Math.max(76 * theme.zoom, axes.queries.measure(context, theme, cell) + 12));
    const longest = axes.keys.measure(context, theme, cell);
    const top = crisp(Math.max(40 * theme.zoom, acrossHeight(longest, cell, theme)));
    const overhang = Math.max(2, acrossOverhang(longest, cell, theme) - cell / 2 + 8);
    return { cell, left, top, width: left + cell * matrix.columns + overhang, height: top + cell * matrix.rows + 2 };
  }

  /** @param {Sheet} sheet @param {Scene} scene @param {Theme} theme */
  drawCells(sheet, { matrix, geometry, pinned }, theme) {
    const { context } = sheet;
    const { cell, left, top } = geometry;
    const [x, y] = [left - sheet.left, top - sheet.top];
    if (matrix.columns === 0) return;
    const image = this.imageOf(matrix, theme);
    inside(context, left, top, sheet.width, sheet.height, () => {
      context.globalAlpha = pinned.size === 0 ? 1 : FADED;
      place(context, image, x, y, matrix.columns * cell, matrix.rows * cell);
      context.globalAlpha = 1;
      for (const row of pinned) {
        context.drawImage(image, 0, row, matrix.columns, 1, x, y + row * cell, matrix.columns * cell, cell);
      }
      if (cell >= CELL_WITH_NUMBER) this.writeNumbers(sheet, { matrix, cell, x, y, pinned }, theme);
    });
  }

  /** @param {Matrix} matrix @param {Theme} theme @returns {HTMLCanvasElement} */
  imageOf(matrix, theme) {
    const { scale, threshold } = this.store.look;
    const name = `${scale} ${threshold} ${theme.dark}`;
    if (this.drawn?.name === name && this.drawn.matrix === matrix) return this.drawn.image;
    const image = bitmap(matrix, colourTable(theme.palette.weights, matrix.top, this.peakOf(matrix), this.store.look.threshold));
    this.drawn = { name, matrix, image };
    return image;
  }

  /** @param {Matrix} matrix @returns {number} the weight that has the last colour */
  peakOf(matrix) {
    return this.store.look.scale === "peak" ? matrix.peak() : 1;
  }

  /** @param {Sheet} sheet @param {{matrix: Matrix, cell: number, x: number, y: number, pinned: Set<number>}} place @param {Theme} theme */
  writeNumbers({ context, width, height }, { matrix, cell, x, y, pinned }, theme) {
    const peak = this.peakOf(matrix);
    context.font = `${12 * theme.zoom}px ${theme.font}`;
    context.textAlign = "center";
    context.textBaseline = "middle";
    const rows = seen(-y, height, cell, matrix.rows);
    const columns = seen(-x, width, cell, matrix.columns);
    for (let row = rows.first; row < rows.last; row++) {
      if (pinned.size > 0 && !pinned.has(row)) continue;
      for (let column = columns.first; column < columns.last; column++) {
        const weight = matrix.weight(row, column);
        if (weight < 0.005) continue;
        context.fillStyle = inkOn(mix(theme.palette.weights, Math.sqrt(weight / peak)));
        context.fillText(weight.toFixed(2).replace(/^0/, ""), x + (column + 0.5) * cell, y + (row + 0.5) * cell);
      }
    }
  }

  /** The tokens at a place of the sheet. @param {{x: number, y: number}} at @returns {{query: number | null, key: number | null} | null} */
  tokensAt({ x, y }) {
    if (this.scene === null) return null;
    const { matrix, geometry } = this.scene;
    const { cell, left, top } = geometry;
    const row = Math.floor((y - top + this.element.scrollTop) / cell);
    const column = Math.floor((x - left + this.element.scrollLeft) / cell);
    if (row >= matrix.rows || column >= matrix.columns || (x < left && y < top)) return null;
    return { query: y < top ? null : matrix.queries[row][0], key: x < left ? null : matrix.keys[column][0] };
  }

  /** Larger or smaller cells, around the middle of what is seen. @param {number} direction 1 or -1 @param {() => void} redraw */
  zoomBy(direction, redraw) {
    const cell = this.scene?.geometry.cell ?? SMALLEST_CELL;
    const next = Math.min(ZOOM.most, Math.max(ZOOM.least, cell * ZOOM.step ** direction));
    const { scrollLeft, scrollTop, clientWidth, clientHeight } = this.element;
    this.zoom = next;
    redraw();
    this.element.scrollLeft = ((scrollLeft + clientWidth / 2) * next) / cell - clientWidth / 2;
    this.element.scrollTop = ((scrollTop + clientHeight / 2) * next) / cell - clientHeight / 2;
  }

  /** Bring a row into sight. @param {number} row */
  reveal(row) {
    if (this.scene === null || row < 0) return;
    const { cell, top } = this.scene.geometry;
    const { scrollTop, clientHeight } = this.element;
    const [above, below] = [row * cell, (row + 1) * cell + top - clientHeight];
    if (scrollTop > above || scrollTop < below) this.element.scrollTop = scrollTop > above ? above : below;
  }
}

/** Draw inside a rectangle. @param {CanvasRenderingContext2D} context @param {number} left @param {number} top @param {number} right @param {number} bottom @param {() => void} draw */
function inside(context, left, top, right, bottom, draw) {
  context.save();
  context.beginPath();
  context.rect(left, top, Math.max(0, right - left), Math.max(0, bottom - top));
  context.clip();
  draw();
  context.restore();
}

/** The cells between two places. @param {number} from @param {number} length @param {number} cell @param {number} cells */
function seen(from, length, cell, cells) {
  return { first: Math.max(0, Math.floor(from / cell)), last: Math.min(cells, Math.ceil((from + length) / cell)) };
}

/** Outlines of the pinned rows and of the cell under the pointer. @param {Sheet} sheet @param {Scene} scene @param {Theme} theme */
function drawMarks(sheet, { matrix, geometry, pinned, pointed }, theme) {
  const { context } = sheet;
  const { cell, left, top } = geometry;
  const [x, y] = [left - sheet.left, top - sheet.top];
  inside(context, left - 2, top - 2, sheet.width, sheet.height, () => {
    context.strokeStyle = theme.accent;
    context.lineWidth = 2;
    for (const row of pinned) context.strokeRect(x - 1, y + row * cell - 1, matrix.columns * cell + 2, cell + 2);
    if (pointed.row < 0 || pointed.column < 0) return;
    context.strokeRect(x + pointed.column * cell - 1, y + pointed.row * cell - 1, cell + 2, cell + 2);
  });
}

/** @param {Sheet} sheet @param {Scene} scene @param {Theme} theme */
function drawAxes(sheet, { matrix, axes, geometry, pinned, pointed }, theme) {
  const { context } = sheet;
  const { cell, left, top } = geometry;
  const rows = seen(sheet.top, sheet.height - top, cell, matrix.rows);
  const columns = seen(sheet.left, sheet.width - left, cell, matrix.columns);
  const lightOfRow = (/** @type {number} */ row) => light(row === pointed.row || pinned.has(row), pinned.size > 0);
  const lightOfColumn = (/** @type {number} */ column) => light(column === pointed.column, false);
  inside(context, 0, top, left, sheet.height, () => {
    axes.queries.drawDown(context, theme, left - 6, { ...rows, cell, start: top - sheet.top, light: lightOfRow });
  });
  inside(context, left, 0, sheet.width, top, () => {
    axes.keys.drawAcross(context, theme, top - 8, { ...columns, cell, start: left - sheet.left, light: lightOfColumn });
  });
}

/** @param {boolean} lit @param {boolean} others whether others are lit @returns {Light} */
function light(lit, others) {
  return lit ? "lit" : others ? "faded" : "plain";
}

/** @param {CanvasRenderingContext2D} context @param {Geometry} geometry @param {Theme} theme @param {Labels} labels */
function drawCorner(context, { left, top }, theme, labels) {
  context.font = `${12 * theme.zoom}px ${theme.font}`;
  context.fontVariantCaps = "normal";
  context.fillStyle = theme.secondary;
  context.textAlign = "right";
  context.textBaseline = "alphabetic";
  context.fillText(say(labels, "key_axis"), left - 6, top - 22 * theme.zoom);
  context.fillText(say(labels, "query_axis"), left - 6, top - 6 * theme.zoom);
}
