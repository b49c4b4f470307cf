/**
 * Overview: every head of every layer as a small picture, one row per layer; the chosen one is framed.
 *
 * @typedef {import("./store.js").Store} Store
 * @typedef {import("./theme.js").Theme} Theme
 * @typedef {import("./wording.js").Labels} Labels
 * @typedef {{pitch: number, tile: number, left: number, top: number}} Geometry
 *  from one tile to the next, the side of a tile, room for the numbers
 */
import { place } from "./raster.js";
import { crisp, Surface } from "./surface.js";
import { Tiles, frameTile } from "./tiles.js";
import { say } from "./wording.js";

const GAP = 4;
const SMALLEST_TILE = 16;
const LARGEST_TILE = 44;
const MARGIN = 3;

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
    const { sheet } = this.store;
    if (sheet === null) return;
    const columns = Math.max(...sheet.heads);
    const geometry = this.measure(columns);
    const { pitch, tile, left, top } = geometry;
    const size = { width: left + columns * pitch + MARGIN, height: top + sheet.heads.length * pitch + MARGIN };
    const seen = this.surface.open(size.width, size.height);
    if (seen === null) return;
    this.geometry = geometry;
    this.tiles.prepare(headsOf(sheet.heads), Math.round(tile * window.devicePixelRatio), theme);
    seen.context.translate(-seen.left, -seen.top);
    this.drawTiles(seen.context, sheet.heads, geometry, theme);
    this.drawNumbers(seen.context, sheet.heads.length, columns, geometry, theme);
    drawTitles(seen.context, geometry, theme, labels);
  }

  /** @param {number} columns @returns {Geometry} */
  measure(columns) {
    const [left, top] = [28, 40];
    const fitting = (this.surface.room.width - left - MARGIN) / columns - GAP;
    const least = parseFloat(getComputedStyle(this.element).getPropertyValue("--smallest-tile")) || SMALLEST_TILE;
    const tile = crisp(Math.floor(Math.min(LARGEST_TILE, Math.max(least, fitting))));
    return { pitch: tile + GAP, tile, left, top };
  }

  /** @param {CanvasRenderingContext2D} context @param {number[]} heads @param {Geometry} geometry @param {Theme} theme */
  drawTiles(context, heads, geometry, theme) {
    for (const [layer, head] of headsOf(heads)) {
      const { x, y } = corner(geometry, layer, head);
      const image = this.tiles.image(layer, head);
      if (image !== null) place(context, image, x, y, geometry.tile, geometry.tile);
    }
    const { layer, head } = this.store.look;
    const { x, y } = corner(geometry, layer, head);
    frameTile(context, theme, x, y, geometry.tile);
  }

  /** @param {CanvasRenderingContext2D} context @param {number} rows @param {number} columns @param {Geometry} geometry @param {Theme} theme */
  drawNumbers(context, rows, columns, { pitch, tile, left, top }, theme) {
    const { look } = this.store;
    const step = pitch < 20 ? 2 : 1;
    context.textBaseline = "middle";
    context.textAlign = "right";
    for (let layer = 0; layer < rows; layer++) {
      if (!setNumber(context, theme, layer, look.layer, step)) continue;
      context.fillText(String(layer + 1), left - 8, top + layer * pitch + tile / 2);
    }
    context.textAlign = "center";
    for (let head = 0; head < columns; head++) {
      if (!setNumber(context, theme, head, look.head, step)) continue;
      context.fillText(String(head + 1), left + head * pitch + tile / 2, top - 11);
    }
  }

  /** The head at a place of the sheet. @param {{x: number, y: number}} at @returns {{layer: number, head: number} | null} */
  headAt({ x, y }) {
    const { sheet } = this.store;
    if (this.geometry === null || sheet === null) return null;
    const { pitch, left, top } = this.geometry;
    const layer = Math.floor((y + this.element.scrollTop - top + GAP / 2) / pitch);
    const head = Math.floor((x + this.element.scrollLeft - left + GAP / 2) / pitch);
    return layer >= 0 && head >= 0 && head < (sheet.heads[layer] ?? 0) ? { layer, head } : null;
  }
}

/** @param {number[]} heads @returns {[number, number][]} (layer, head) of all */
export function headsOf(heads) {
  return heads.flatMap((n, layer) => Array.from({ length: n }, (_, head) => /** @type {[number, number]} */ ([layer, head])));
}

/** @param {Geometry} geometry @param {number} layer @param {number} head */
function corner({ pitch, left, top }, layer, head) {
  return { x: left + head * pitch, y: top + layer * pitch };
}

/** @param {CanvasRenderingContext2D} context @param {Theme} theme @param {number} i @param {number} chosen @param {number} step
 * @returns {boolean} whether this number is written */
function setNumber(context, theme, i, chosen, step) {
  context.font = `${i === chosen ? "600" : "400"} 12px ${theme.font}`;
  context.fillStyle = i === chosen ? theme.accent : theme.secondary;
  return i === chosen || (i % step === 0 && Math.abs(i - chosen) >= step);
}

/** @param {CanvasRenderingContext2D} context @param {Geometry} geometry @param {Theme} theme @param {Labels} labels */
function drawTitles(context, { top }, theme, labels) {
  context.font = `12px ${theme.font}`;
  context.fillStyle = theme.secondary;
  context.textBaseline = "alphabetic";
  context.textAlign = "left";
  context.fillText(`${say(labels, "layers_down")}   ${say(labels, "heads_across")}`, 2, top - 26);
}
