/**
 * Heatmap: one head, query tokens down the side, key tokens across the top.
 *
 * @typedef {import("../core/store.js").Store} Store
 * @typedef {import("../core/theme.js").Theme} Theme
 * @typedef {import("../core/labels.js").Labels} Labels
 * @typedef {import("../core/matrix.js").Matrix} Matrix
 * @typedef {import("../core/surface.js").Viewport} Viewport
 * @typedef {{cell: number, left: number, top: number, width: number, height: number}} Geometry
 *  side of a slot, room for the labels at the left and the top, size of it all
 * @typedef {{queries: Axis, keys: Axis}} Axes
 * @typedef {{plane: Plane, geometry: Geometry, axes: Axes, pinned: Set<number>, linked: Set<number>, cut: (import("./plane.js").Box & {whole: boolean})[], pointed: {row: number, column: number}}} Scene
 *  what is drawn: pinned rows, pinned columns, the cells that hold links that are cut, and those under the pointer, -1 where there is none
 */
import { acrossHeight, acrossOverhang, Axis } from "./axis.js";
import { cutCells } from "../core/cut-links.js";
import { hatchUnder } from "../core/hatch.js";
import { drawMargins } from "./margins.js";
import { drawMarks, fade } from "./marks.js";
import { colourTable, inkOn, mix } from "../core/palette.js";
import { Plane } from "./plane.js";
import { bitmap, place } from "./raster.js";
import { crisp, inside, nearest, seen, Surface } from "../core/surface.js";
import { windowFor } from "./window.js";

const SMALLEST_CELL = 12;
const LARGEST_CELL = 48;
const ZOOM = { most: 96, step: 1.5 };
const CELL_WITH_NUMBER = 26;
/** How much of a cell's side is the height of a number in it. */
const NUMBER = { most: 12, part: 0.43 };

export class Heatmap {
  /** @param {Store} store */
  constructor(store) {
    this.store = store;
    this.surface = new Surface("heatmap");
    this.element = this.surface.element;
    /** @type {number | "fit" | null} the side of a slot that was asked for; null = as it suits the text, "fit" = all in sight */ this.zoom = null;
    /** Whether the numbers stood in the cells before the presentation, which then keeps them. */
    this.numbered = false;
    /** @type {Scene | null} */ this.scene = null;
    /** @type {Map<Matrix, HTMLCanvasElement>} */ this.images = new Map();
    this.imagesOf = "";
    /** @type {({name: string} & Axes) | null} */ this.axes = null;
  }

  /** @param {Theme} theme @param {Labels} labels */
  draw(theme, labels) {
    const matrix = this.store.shown();
    if (matrix === undefined) return;
    const plane = new Plane(matrix, this.store.tile());
    const axes = this.axesOf(plane);
    const geometry = this.measure(plane, axes, theme);
    const viewport = this.surface.open(geometry.width, geometry.height);
    if (viewport === null) return;
    const { pointed, look } = this.store;
    const scene = {
      plane,
      geometry,
      axes,
      pinned: new Set(look.queries.map((query) => plane.rowOf(query)).filter((row) => row >= 0)),
      linked: new Set(look.keys.map((key) => plane.columnOf(key)).filter((column) => column >= 0)),
      cut: cutCells(this.store.timesCut(), (query, key) => plane.cellAt(query, key)).map((held) => ({ ...plane.boxOf(held), whole: held.whole })),
      pointed: { row: plane.rowOf(pointed?.query ?? null), column: plane.columnOf(pointed?.key ?? null) },
    };
    this.scene = scene;
    this.drawCells(viewport, scene, theme);
    drawMarks(viewport, scene, theme);
    drawMargins(viewport, scene, theme, labels);
    if (plane.pooled) this.askFor(viewport, scene);
  }

  /** @param {Plane} plane @returns {Axes} */
  axesOf(plane) {
    const name = `${this.store.text} ${this.store.look.exclude} ${plane.rows} ${plane.columns}`;
    if (this.axes?.name !== name) {
      const { queries, keys } = /** @type {import("../core/frame.js").Dimensions} */ (this.store.dimensions);
      const rows = Array.from({ length: plane.rows }, (_, row) => plane.queries(row));
      const columns = Array.from({ length: plane.columns }, (_, column) => plane.keys(column));
      this.axes = { name, queries: new Axis(queries, rows), keys: new Axis(keys, columns) };
    }
    return this.axes;
  }

  /** A text that is pooled is seen as a whole at first, a shorter one so that its labels can be read.
   * @param {Plane} plane @param {Axes} axes @param {Theme} theme @returns {Geometry} */
  measure(plane, axes, theme) {
    const { width, height } = this.surface.available;
    const roomy = this.geometryFor(LARGEST_CELL, plane, axes, theme);
    const across = (width - (roomy.width - roomy.cell * plane.columns)) / Math.max(1, plane.columns);
    const down = (height - roomy.top - 2) / plane.rows;
    const fitting = Math.min(LARGEST_CELL * theme.zoom, across, down);
    const least = this.numbered && theme.zoom > 1 ? CELL_WITH_NUMBER : SMALLEST_CELL * theme.zoom;
    const usual = plane.pooled ? fitting : Math.max(least, fitting);
    const wished = this.zoom === "fit" ? fitting : Math.max(this.zoom ?? usual, Math.min(fitting, 1));
    const geometry = this.geometryFor(wished, plane, axes, theme);
    if (theme.zoom === 1) this.numbered = geometry.cell >= CELL_WITH_NUMBER;
    return geometry;
  }

  /** @param {number} wished @param {Plane} plane @param {Axes} axes @param {Theme} theme @returns {Geometry} */
  geometryFor(wished, plane, axes, theme) {
    const context = this.surface.pen();
    const ratio = window.devicePixelRatio;
    const cell = wished * ratio < 1 ? wished : Math.floor(wished * ratio) / ratio;
    const left = crisp(Math.max(76 * theme.zoom, axes.queries.measure(context, theme, cell) + 12));
    const longest = axes.keys.measure(context, theme, cell);
    const top = crisp(Math.max(40 * theme.zoom, acrossHeight(longest, cell, theme)));
    const overhang = Math.max(2, acrossOverhang(longest, cell, theme) - cell / 2 + 8);
    return { cell, left, top, width: left + cell * plane.columns + overhang, height: top + cell * plane.rows + 2 };
  }

  /** @param {Viewport} viewport @param {Scene} scene @param {Theme} theme */
  drawCells(viewport, { plane, geometry, pinned }, theme) {
    const { context } = viewport;
    const { cell, left, top } = geometry;
    const [x, y] = [left - viewport.left, top - viewport.top];
    if (plane.columns === 0) return;
    inside(context, left, top, viewport.width, viewport.height, () => {
      for (const patch of plane.patches) {
        const image = this.imageOf(patch.matrix, plane.matrix, theme);
        const [from, down] = [x + patch.column * cell, y + patch.row * cell];
        const [width, height] = [patch.columns * cell, patch.rows * cell];
        context.clearRect(from, down, width, height);
        place(context, image, from, down, width, height);
        if (pinned.size > 0) fade(context, theme, from, down, width, height);
        for (const slot of pinned) {
          const row = patch.matrix.rowOf(plane.queries(slot)[0]);
          if (row < 0) continue;
          context.drawImage(image, 0, row, image.width, 1, from, y + slot * cell, width, Math.max(cell, 1));
        }
      }
      const open = plane.patches.some(({ matrix }) => matrix.hidden !== null);
      if (open) hatchUnder(context, theme, left, top, Math.min(viewport.width, x + plane.columns * cell) - left, Math.min(viewport.height, y + plane.rows * cell) - top);
      if (cell >= CELL_WITH_NUMBER) this.writeNumbers(viewport, { plane, cell, x, y, pinned }, theme);
    });
  }

  /** @param {Matrix} matrix @param {Matrix} whole its peak is that of the picture @param {Theme} theme @returns {HTMLCanvasElement} */
  imageOf(matrix, whole, theme) {
    const { scale, threshold } = this.store.look;
    const name = `${this.store.weightsName()} ${this.store.subject()} ${scale} ${threshold} ${theme.name}`;
    if (name !== this.imagesOf) this.images.clear();
    this.imagesOf = name;
    const known = this.images.get(matrix);
    if (known !== undefined) return known;
    const image = bitmap(matrix, colourTable(theme.weights, matrix.top, this.peakOf(whole), threshold));
    this.images.set(matrix, image);
    return image;
  }

  /** @param {Matrix} matrix @returns {number} the weight that has the last colour */
  peakOf(matrix) {
    return this.store.look.scale === "peak" ? matrix.peak() : 1;
  }

  /** @param {Viewport} viewport @param {{plane: Plane, cell: number, x: number, y: number, pinned: Set<number>}} place @param {Theme} theme */
  writeNumbers({ context, width, height }, { plane, cell, x, y, pinned }, theme) {
    const peak = this.peakOf(plane.matrix);
    context.font = `${Math.min(NUMBER.most * theme.zoom, NUMBER.part * cell)}px ${theme.font}`;
    context.textAlign = "center";
    context.textBaseline = "middle";
    const rows = seen(-y, height, cell, plane.rows);
    const columns = seen(-x, width, cell, plane.columns);
    for (let row = rows.first; row < rows.last; row++) {
      if (pinned.size > 0 && !pinned.has(row)) continue;
      for (let column = columns.first; column < columns.last; column++) {
        const found = plane.cell(row, column);
        const weight = found?.matrix.pool === "exact" ? found.matrix.weight(found.row, found.column) : 0;
        if (weight < Math.max(0.005, this.store.look.threshold)) continue;
        context.fillStyle = inkOn(mix(theme.weights, Math.sqrt(weight / peak)));
        context.fillText(weight.toFixed(2).replace(/^0/, ""), x + (column + 0.5) * cell, y + (row + 0.5) * cell);
      }
    }
  }

  /** Ask Python for a sharper picture of what is seen. @param {Viewport} viewport @param {Scene} scene */
  askFor(viewport, { plane, geometry }) {
    const { cell, left, top } = geometry;
    const rows = seen(viewport.top, viewport.height - top, cell, plane.rows);
    const columns = seen(viewport.left, viewport.width - left, cell, plane.columns);
    const visible = { rows: spanOf(rows), columns: spanOf(columns) };
    const window = windowFor(visible, plane.rows, plane.columns, plane.grain, this.store.tile());
    if (window !== null) this.store.askFor(window);
  }

  /** The tokens at a place of the picture. @param {{x: number, y: number}} at @returns {{query: number | null, key: number | null} | null} */
  tokensAt({ x, y }) {
    if (this.scene === null) return null;
    const { plane, geometry } = this.scene;
    const { cell, left, top } = geometry;
    const row = Math.floor((y - top + this.element.scrollTop) / cell);
    const column = Math.floor((x - left + this.element.scrollLeft) / cell);
    if (row >= plane.rows || column >= plane.columns || (x < left && y < top)) return null;
    return { query: y < top ? null : plane.queries(row)[0], key: x < left ? null : plane.keys(column)[0] };
  }

  /** Larger or smaller cells, around the middle of what is seen. @param {number} direction 1 or -1 @param {() => void} redraw */
  zoomBy(direction, redraw) {
    const cell = this.scene?.geometry.cell ?? SMALLEST_CELL;
    const { scrollLeft, scrollTop, clientWidth, clientHeight } = this.element;
    const next = cell * ZOOM.step ** direction;
    this.zoom = Math.min(ZOOM.most, direction > 0 && cell >= 1 ? Math.max(next, cell + 1) : next);
    redraw();
    const factor = (this.scene?.geometry.cell ?? cell) / cell;
    this.element.scrollLeft = (scrollLeft + clientWidth / 2) * factor - clientWidth / 2;
    this.element.scrollTop = (scrollTop + clientHeight / 2) * factor - clientHeight / 2;
  }

  /** Bring a query, and the key it reads most, into sight. @param {number} query @param {number} key */
  reveal(query, key) {
    if (this.scene === null) return;
    const { plane, geometry } = this.scene;
    const { cell, left, top } = geometry;
    const [row, column] = [plane.rowOf(query), plane.columnOf(key)];
    const { scrollTop, scrollLeft, clientHeight, clientWidth } = this.element;
    this.element.scrollTop = nearest(scrollTop, row * cell, (row + 1) * cell + top - clientHeight);
    this.element.scrollLeft = nearest(scrollLeft, column * cell, (column + 1) * cell + left - clientWidth);
  }
}

/** @param {{first: number, last: number}} stretch @returns {import("../core/matrix.js").Span} */
function spanOf({ first, last }) {
  return [first, last];
}
