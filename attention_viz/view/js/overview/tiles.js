/**
 * Tiles: small pictures of many heads on one bitmap, kept until the weights, the cut links or the colours change.
 *
 * @typedef {import("../core/store.js").Store} Store
 * @typedef {import("../core/theme.js").Theme} Theme
 * @typedef {import("../core/matrix.js").Cells} Cells
 * @typedef {[number, number]} Head
 * @typedef {{heads: Head[], tile: number, place: (head: Head) => {x: number, y: number}, width: number, height: number}} Plan
 *  which heads are drawn where, in CSS pixels
 * @typedef {{pixels: Uint32Array, width: number, height: number}} Bitmap
 */
import { cutCells } from "../core/cut-links.js";
import { TOPS } from "../core/drawing.js";
import { dotOver, hatched, hatching, markCell } from "../core/hatch.js";
import { filtersOf } from "../core/look.js";
import { shrink, shrinkHidden } from "../core/matrix.js";
import { colourTable } from "../core/palette.js";

export class Tiles {
  /** @param {Store} store */
  constructor(store) {
    this.store = store;
    this.name = "";
    this.canvas = document.createElement("canvas");
  }

  /** All tiles of a plan, drawn. @param {Plan} plan @param {Theme} theme @returns {HTMLCanvasElement} */
  image(plan, theme) {
    const { look, weights } = this.store;
    const { heads, tile, width, height } = plan;
    const ratio = window.devicePixelRatio;
    const weightsName = JSON.stringify([weights?.text, weights?.coarseVersion, filtersOf(look)]);
    const name = [weightsName, look.scale, look.threshold, JSON.stringify(look.cuts), theme.name, tile, width, height, ratio, heads.join(" ")].join();
    if (name !== this.name) this.paint(plan, theme, ratio);
    this.name = name;
    return this.canvas;
  }

  /** @param {Plan} plan @param {Theme} theme @param {number} ratio */
  paint({ heads, tile, place, width, height }, theme, ratio) {
    const { look } = this.store;
    const peak = look.scale === "peak" ? peakOf(this.store, heads) : 1;
    const tables = new Map(Object.values(TOPS).map((top) => [top, colourTable(theme.weights, top, peak, look.threshold)]));
    const image = new ImageData(Math.max(1, Math.round(width * ratio)), Math.max(1, Math.round(height * ratio)));
    const bitmap = { pixels: new Uint32Array(image.data.buffer), width: image.width, height: image.height };
    const size = Math.round(tile * ratio);
    const hatch = hatching(theme, ratio);
    for (const [layer, head] of heads) {
      const matrix = this.store.thumbnail(layer, head);
      if (matrix === undefined || matrix.columns === 0) continue;
      const { x, y } = place([layer, head]);
      const cells = shrink(matrix, size);
      const [left, top] = [Math.round(x * ratio), Math.round(y * ratio)];
      paintTile(bitmap, cells, tables.get(cells.top) ?? new Uint32Array(0), left, top, size);
      if (matrix.hidden === null) continue;
      const hidden = shrinkHidden(matrix.hidden, matrix.rows, matrix.columns, size);
      hatchTile(bitmap, { ...cells, hidden }, hatch, left, top, size);
    }
    this.canvas.width = image.width;
    this.canvas.height = image.height;
    const context = this.canvas.getContext("2d");
    if (context === null) return;
    context.putImageData(image, 0, 0);
    context.scale(ratio, ratio);
    if (look.cuts.length > 0) for (const head of heads) this.markCuts(context, head, place(head), tile, theme);
  }

  /** Mark the cells of a head that hold cut links. @param {CanvasRenderingContext2D} context @param {Head} head
   * @param {{x: number, y: number}} at @param {number} tile @param {Theme} theme */
  markCuts(context, head, at, tile, theme) {
    const matrix = this.store.thumbnail(...head);
    if (matrix === undefined) return;
    const [width, height] = [tile / matrix.columns, tile / matrix.rows];
    for (const { row, column, whole } of cutCells(this.store.timesCut(head), (query, key) => matrix.cellAt(query, key))) {
      markCell(context, theme, { x: at.x + column * width, y: at.y + row * height, width, height }, whole);
    }
  }
}

/** Cells as a square of pixels, each cell as large as any other to within a pixel.
 * @param {Bitmap} bitmap @param {Cells} cells @param {Uint32Array} table @param {number} x @param {number} y @param {number} size */
export function paintTile({ pixels, width, height }, { values, rows, columns }, table, x, y, size) {
  const column = Uint16Array.from({ length: Math.min(size, width - x) }, (_, i) => Math.floor((i * columns) / size));
  for (let i = 0; i < size && y + i < height; i++) {
    const from = Math.floor((i * rows) / size) * columns;
    const to = (y + i) * width + x;
    for (let j = 0; j < column.length; j++) pixels[to + j] = table[values[from + column[j]]];
  }
}

/** Lines over the cells that may not be read.
 * @param {Bitmap} bitmap @param {{rows: number, columns: number, hidden: Uint8Array}} cells @param {import("../core/hatch.js").Hatching} hatch
 * @param {number} x @param {number} y @param {number} size */
export function hatchTile({ pixels, width, height }, { rows, columns, hidden }, hatch, x, y, size) {
  for (let i = 0; i < size && y + i < height; i++) {
    const from = Math.floor((i * rows) / size) * columns;
    for (let j = 0; j < size && x + j < width; j++) {
      if (hidden[from + Math.floor((j * columns) / size)] === 1) pixels[(y + i) * width + x + j] = hatched(j, i, hatch);
    }
  }
}

/** The highest weight of several heads. @param {Store} store @param {Head[]} heads @returns {number} */
export function peakOf(store, heads) {
  return Math.max(0, ...heads.map(([layer, head]) => store.matrix(layer, head)?.peak() ?? 0));
}

/** The rank of a head in the corner of its tile, or over all of a smaller one, where a dot stands for the cut links that it covers.
 * @param {CanvasRenderingContext2D} context @param {Theme} theme @param {number} x @param {number} y @param {number} size @param {number} rank
 * @param {boolean} isCut whether the head has links that are cut */
export function drawRank(context, theme, x, y, size, rank, isCut) {
  const side = 15 * theme.zoom;
  const [left, top] = size > 1.5 * side ? [x + size - side, y] : [x + (size - side) / 2, y + (size - side) / 2];
  context.fillStyle = theme.accent;
  context.fillRect(left, top, side, side);
  context.fillStyle = theme.ground;
  context.font = `600 ${12 * theme.zoom}px ${theme.font}`;
  context.textAlign = "center";
  context.textBaseline = "middle";
  context.fillText(String(rank), left + side / 2, top + side / 2 + 1);
  if (isCut && size <= 1.5 * side) dotOver(context, theme, left + side, top + side, 2 * theme.zoom);
}

/** The frame round the head that was chosen, with a hairline of ground inside it.
 * @param {CanvasRenderingContext2D} context @param {Theme} theme @param {number} x @param {number} y @param {number} size */
export function frameTile(context, theme, x, y, size) {
  context.strokeStyle = theme.accent;
  context.lineWidth = 2;
  context.strokeRect(x - 2, y - 2, size + 4, size + 4);
}
