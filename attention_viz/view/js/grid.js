/**
 * Grid: all heads of one layer side by side, each titled; the chosen one is framed.
 *
 * @typedef {import("./store.js").Store} Store
 * @typedef {import("./theme.js").Theme} Theme
 * @typedef {import("./wording.js").Labels} Labels
 * @typedef {{columns: number, tile: number, across: number, down: number}} Geometry
 *  tiles in a row, the side of a tile, from one tile to the next
 */
import { place } from "./raster.js";
import { crisp, Surface } from "./surface.js";
import { Tiles, frameTile } from "./tiles.js";
import { say } from "./wording.js";

const TITLE = 22;
const GAP = 14;
const MARGIN = 4;
const SMALLEST_TILE = 104;
const LARGEST_TILE = 320;

export class Grid {
  /** @param {Store} store */
  constructor(store) {
    this.store = store;
    this.tiles = new Tiles(store);
    this.surface = new Surface("grid");
    this.element = this.surface.element;
    /** @type {Geometry | null} */ this.geometry = null;
  }

  /** @param {Theme} theme @param {Labels} labels */
  draw(theme, labels) {
    const { sheet, look } = this.store;
    if (sheet === null) return;
    const heads = sheet.heads[look.layer];
    const geometry = arrange(heads, this.surface.room);
    const { columns, tile, across, down } = geometry;
    const rows = Math.ceil(heads / columns);
    const seen = this.surface.open(MARGIN * 2 + columns * across - GAP, MARGIN + rows * down - GAP + MARGIN);
    if (seen === null) return;
    this.geometry = geometry;
    const names = Array.from({ length: heads }, (_, head) => /** @type {[number, number]} */ ([look.layer, head]));
    this.tiles.prepare(names, Math.round(tile * window.devicePixelRatio), theme);
    seen.context.translate(-seen.left, -seen.top);
    for (const [, head] of names) this.drawTile(seen.context, head, geometry, theme, labels);
  }

  /** @param {CanvasRenderingContext2D} context @param {number} head @param {Geometry} geometry @param {Theme} theme @param {Labels} labels */
  drawTile(context, head, geometry, theme, labels) {
    const { look } = this.store;
    const { x, y } = corner(geometry, head);
    const chosen = head === look.head;
    context.font = `${chosen ? "600" : "400"} 13px ${theme.font}`;
    context.fillStyle = chosen ? theme.accent : theme.text;
    context.textAlign = "left";
    context.textBaseline = "alphabetic";
    context.fillText(say(labels, "head_name", { layer: look.layer + 1, head: head + 1 }), x, y - 7);
    const image = this.tiles.image(look.layer, head);
    if (image !== null) place(context, image, x, y, geometry.tile, geometry.tile);
    if (chosen) frameTile(context, theme, x, y, geometry.tile);
  }

  /** The head and the cell of it at a place of the sheet. @param {{x: number, y: number}} at
   * @returns {{head: number, row: number | null, column: number | null} | null} */
  cellAt({ x, y }) {
    const { sheet, look } = this.store;
    if (this.geometry === null || sheet === null) return null;
    const { columns, tile, across, down } = this.geometry;
    const [left, top] = [x + this.element.scrollLeft - MARGIN, y + this.element.scrollTop - MARGIN];
    const [column, row] = [Math.floor(left / across), Math.floor(top / down)];
    const head = row * columns + column;
    if (column < 0 || column >= columns || row < 0 || head >= sheet.heads[look.layer]) return null;
    const inside = { x: (left - column * across) / tile, y: (top - row * down - TITLE) / tile };
    const matrix = this.store.matrix(look.layer, head);
    if (matrix === undefined || inside.x >= 1 || inside.y < 0 || inside.y >= 1) return { head, row: null, column: null };
    return { head, row: Math.floor(inside.y * matrix.rows), column: Math.floor(inside.x * matrix.columns) };
  }
}

/** The number of columns that makes the tiles as large as the room allows.
 * @param {number} heads @param {{width: number, height: number}} room @returns {Geometry} */
export function arrange(heads, room) {
  let best = { columns: 1, tile: 0 };
  for (let columns = 1; columns <= heads; columns++) {
    const across = (room.width - 2 * MARGIN + GAP) / columns - GAP;
    const down = (room.height - 2 * MARGIN + GAP) / Math.ceil(heads / columns) - GAP - TITLE;
    const tile = Math.min(across, Math.max(down, Math.min(across, SMALLEST_TILE)));
    if (tile > best.tile) best = { columns, tile };
  }
  const tile = crisp(Math.floor(Math.min(LARGEST_TILE, best.tile)));
  return { columns: best.columns, tile, across: tile + GAP, down: tile + GAP + TITLE };
}

/** @param {Geometry} geometry @param {number} head */
function corner({ columns, across, down }, head) {
  return { x: MARGIN + (head % columns) * across, y: MARGIN + TITLE + Math.floor(head / columns) * down };
}
