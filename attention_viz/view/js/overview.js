/**
 * Overview: every head of every layer as a small picture, one row per layer; the chosen one is framed.
 *
 * @typedef {import("./store.js").Store} Store
 * @typedef {import("./theme.js").Theme} Theme
 * @typedef {import("./wording.js").Labels} Labels
 * @typedef {import("./tiles.js").Head} Head
 * @typedef {{pitch: number, tile: number, gap: number, left: number, top: number}} Geometry
 *  from one tile to the next, the side of a tile, room for the numbers
 */
import { crisp, Surface } from "./surface.js";
import { Tiles, frameTile } from "./tiles.js";
import { say } from "./wording.js";

const SMALLEST_TILE = 8;
const LARGEST_TILE = 44;
const CROWDED = 16;
const MARGIN = 3;
const ROOM_OF_NUMBER = 19;

export class Overview {
  /** @param {Store} store */
  constructor(store) {
    this.store = store;
    this.tiles = new Tiles(store);
    this.surface = new Surface("overview");
    this.element = this.surface.element;
    /** @type {Geometry | null} */ this.geometry = null;
  }

  /** @param {Theme} theme @param {Labels} labels */
  draw(theme, labels) {
    const heads = this.store.sheet?.heads ?? [];
    const columns = Math.max(...heads);
    const geometry = this.measure(columns, theme);
    const { pitch, left, top } = geometry;
    const seen = this.surface.open(left + columns * pitch + MARGIN, top + heads.length * pitch + MARGIN);
    if (seen === null) return;
    this.geometry = geometry;
    seen.context.translate(-seen.left, -seen.top);
    this.drawTiles(seen.context, heads, geometry, theme);
    drawNumbers(seen.context, heads.length, this.store.look.layer, geometry, theme, true);
    drawNumbers(seen.context, columns, this.store.look.head, geometry, theme, false);
    drawTitles(seen.context, geometry, theme, labels);
  }

  /** @param {number} columns @param {Theme} theme @returns {Geometry} */
  measure(columns, { zoom }) {
    const gap = columns > CROWDED ? 2 : 4;
    const [left, top] = [28 * zoom, 40 * zoom];
    const fitting = (this.surface.room.width - left - MARGIN) / columns - gap;
    const least = parseFloat(getComputedStyle(this.element).getPropertyValue("--smallest-tile")) || SMALLEST_TILE;
    const tile = crisp(Math.floor(Math.min(LARGEST_TILE * zoom, Math.max(least, fitting))));
    return { pitch: tile + gap, tile, gap, left, top };
  }

  /** @param {CanvasRenderingContext2D} context @param {number[]} heads @param {Geometry} geometry @param {Theme} theme */
  drawTiles(context, heads, geometry, theme) {
    const { look } = this.store;
    const { left, top, tile, pitch } = geometry;
    const plan = {
      heads: headsOf(heads),
      tile,
      place: (/** @type {Head} */ [layer, head]) => ({ x: head * pitch, y: layer * pitch }),
      width: pitch * Math.max(...heads),
      height: pitch * heads.length,
    };
    context.drawImage(this.tiles.image(plan, theme), left, top, plan.width, plan.height);
    for (const [layer, head] of [[look.layer, look.head], ...look.also]) {
      const { x, y } = corner(geometry, layer, head);
      frameTile(context, theme, x, y, geometry.tile);
    }
  }

  /** The head at a place of the sheet. @param {{x: number, y: number}} at @returns {{layer: number, head: number} | null} */
  headAt({ x, y }) {
    const { sheet } = this.store;
    if (this.geometry === null || sheet === null) return null;
    const { pitch, gap, left, top } = this.geometry;
    const layer = Math.floor((y + this.element.scrollTop - top + gap / 2) / pitch);
    const head = Math.floor((x + this.element.scrollLeft - left + gap / 2) / pitch);
    return layer >= 0 && head >= 0 && head < (sheet.heads[layer] ?? 0) ? { layer, head } : null;
  }
}

/** @param {number[]} heads of each layer @returns {Head[]} (layer, head) of all */
export function headsOf(heads) {
  return heads.flatMap((n, layer) => Array.from({ length: n }, (_, head) => /** @type {Head} */ ([layer, head])));
}

/** @param {Geometry} geometry @param {number} layer @param {number} head */
function corner({ pitch, left, top }, layer, head) {
  return { x: left + head * pitch, y: top + layer * pitch };
}

/** Where there is no room for all numbers, every so many are written, and always the chosen one.
 * @param {CanvasRenderingContext2D} context @param {number} n @param {number} chosen @param {Geometry} geometry @param {Theme} theme @param {boolean} down */
function drawNumbers(context, n, chosen, { pitch, tile, left, top }, theme, down) {
  const step = Math.ceil((ROOM_OF_NUMBER * theme.zoom) / pitch);
  context.textBaseline = "middle";
  context.textAlign = down ? "right" : "center";
  for (let i = 0; i < n; i++) {
    if (i !== chosen && (i % step !== 0 || Math.abs(i - chosen) < step)) continue;
    context.font = `${i === chosen ? "600" : "400"} ${12 * theme.zoom}px ${theme.font}`;
    context.fillStyle = i === chosen ? theme.accent : theme.secondary;
    const middle = i * pitch + tile / 2;
    if (down) context.fillText(String(i + 1), left - 8, top + middle);
    else context.fillText(String(i + 1), left + middle, top - 11 * theme.zoom);
  }
}

/** @param {CanvasRenderingContext2D} context @param {Geometry} geometry @param {Theme} theme @param {Labels} labels */
function drawTitles(context, { top }, theme, labels) {
  context.font = `${12 * theme.zoom}px ${theme.font}`;
  context.fillStyle = theme.secondary;
  context.textBaseline = "alphabetic";
  context.textAlign = "left";
  context.fillText(`${say(labels, "layers_down")}   ${say(labels, "heads_across")}`, 0, top - 26 * theme.zoom);
}
