/**
 * Grid: all heads of one layer side by side, each titled; the chosen one is framed.
 *
 * @typedef {import("../core/store.js").Store} Store
 * @typedef {import("../core/theme.js").Theme} Theme
 * @typedef {import("../core/labels.js").Labels} Labels
 * @typedef {{columns: number, tile: number, title: number, across: number, down: number}} Geometry
 *  tiles in a row, the side of a tile, the height of its title, from one tile to the next
 */
import { crisp, Surface } from "../core/surface.js";
import { Tiles, frameTile } from "./tiles.js";
import { say } from "../core/labels.js";

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
    const { dimensions, look } = this.store;
    const heads = dimensions?.heads[look.layer] ?? 0;
    const geometry = arrange(heads, this.surface.available, theme.zoom);
    const { columns, tile, across, down } = geometry;
    const rows = Math.ceil(heads / columns);
    const seen = this.surface.open(2 * MARGIN + columns * across - GAP, 2 * MARGIN + rows * down - GAP);
    if (seen === null) return;
    this.geometry = geometry;
    const plan = {
      heads: layerHeads(look.layer, heads),
      tile,
      place: (/** @type {[number, number]} */ [, head]) => corner(geometry, head),
      width: columns * across,
      height: rows * down,
    };
    seen.context.translate(-seen.left, -seen.top);
    seen.context.drawImage(this.tiles.image(plan, theme), 0, 0, plan.width, plan.height);
    for (let head = 0; head < heads; head++) this.drawTitle(seen.context, head, geometry, theme, labels);
  }

  /** @param {CanvasRenderingContext2D} context @param {number} head @param {Geometry} geometry @param {Theme} theme @param {Labels} labels */
  drawTitle(context, head, geometry, theme, labels) {
    const { look } = this.store;
    const { x, y } = corner(geometry, head);
    const chosen = head === look.head;
    context.font = `${chosen ? "600" : "400"} ${13 * theme.zoom}px ${theme.font}`;
    context.fillStyle = chosen ? theme.accent : theme.text;
    context.textAlign = "left";
    context.textBaseline = "alphabetic";
    context.fillText(say(labels, "head_name", { layer: look.layer + 1, head: head + 1 }), x, y - 7);
    if (chosen) frameTile(context, theme, x, y, geometry.tile);
  }

  /** The head and the tokens at a place of the picture. @param {{x: number, y: number}} at
   * @returns {{head: number, query: number | null, key: number | null} | null} */
  tokensAt({ x, y }) {
    const { dimensions, look } = this.store;
    if (this.geometry === null || dimensions === null) return null;
    const { columns, tile, title, across, down } = this.geometry;
    const [left, top] = [x + this.element.scrollLeft - MARGIN, y + this.element.scrollTop - MARGIN];
    const [column, row] = [Math.floor(left / across), Math.floor(top / down)];
    const head = row * columns + column;
    if (column < 0 || column >= columns || row < 0 || head >= dimensions.heads[look.layer]) return null;
    const [right, below] = [(left - column * across) / tile, (top - row * down - title) / tile];
    const matrix = this.store.matrix(look.layer, head);
    if (matrix === undefined || right >= 1 || below < 0 || below >= 1) return { head, query: null, key: null };
    const query = matrix.queries[Math.floor(below * matrix.rows)][0];
    const key = matrix.keys[Math.floor(right * matrix.columns)]?.[0] ?? null;
    return { head, query, key };
  }
}

/** @param {number} layer @param {number} heads @returns {[number, number][]} */
export function layerHeads(layer, heads) {
  return Array.from({ length: heads }, (_, head) => [layer, head]);
}

/** The number of columns that makes the tiles as large as the room allows.
 * @param {number} heads @param {{width: number, height: number}} room @param {number} zoom @returns {Geometry} */
export function arrange(heads, room, zoom) {
  const title = TITLE * zoom;
  let best = { columns: 1, tile: 0 };
  for (let columns = 1; columns <= heads; columns++) {
    const across = (room.width - 2 * MARGIN + GAP) / columns - GAP;
    const down = (room.height - 2 * MARGIN + GAP) / Math.ceil(heads / columns) - GAP - title;
    const tile = Math.min(across, Math.max(down, SMALLEST_TILE));
    if (tile >= best.tile) best = { columns, tile };
  }
  const tile = crisp(Math.floor(Math.min(LARGEST_TILE * zoom, best.tile)));
  return { columns: best.columns, tile, title, across: tile + GAP, down: tile + GAP + title };
}

/** @param {Geometry} geometry @param {number} head */
function corner({ columns, title, across, down }, head) {
  return { x: MARGIN + (head % columns) * across, y: MARGIN + title + Math.floor(head / columns) * down };
}
