/**
 * Overview: every head of every layer as a small picture, one row per layer with attention; the chosen one is framed.
 *
 * @typedef {import("../core/store.js").Store} Store
 * @typedef {import("../links/links.js").Links} Links
 * @typedef {import("../core/theme.js").Theme} Theme
 * @typedef {import("../core/labels.js").Labels} Labels
 * @typedef {import("./tiles.js").Head} Head
 * @typedef {{head: Head, row: number, column: number}} Cell
 * @typedef {{pitch: number, tile: number, gap: number, left: number, top: number}} Geometry
 *  from one tile to the next, the side of a tile, room for the numbers
 */
import { sorted } from "../core/measure.js";
import { crisp, Surface } from "../core/surface.js";
import { FIRST } from "../links/ranking.js";
import { drawRank, frameTile, Tiles } from "./tiles.js";
import { say } from "../core/labels.js";

const SMALLEST_TILE = 8;
const LARGEST_TILE = 44;
const CROWDED = 16;
const MARGIN = 3;
const ROOM_OF_NUMBER = 19;

export class Overview {
  /** @param {Store} store @param {Links} links */
  constructor(store, links) {
    this.store = store;
    this.links = links;
    this.tiles = new Tiles(store);
    this.surface = new Surface("overview");
    this.element = this.surface.element;
    /** @type {Geometry | null} */ this.geometry = null;
    /** @type {{name: string, cells: Cell[]}} */ this.placed = { name: "", cells: [] };
  }

  /** @param {Theme} theme @param {Labels} labels */
  draw(theme, labels) {
    const heads = this.store.dimensions?.heads ?? [];
    const columns = Math.max(...heads);
    const cells = this.cells(heads);
    const geometry = this.measure(columns, theme);
    const { pitch, left, top } = geometry;
    const seen = this.surface.open(left + columns * pitch + MARGIN, top + layersOf(heads).length * pitch + MARGIN);
    if (seen === null) return;
    this.geometry = geometry;
    seen.context.translate(-seen.left, -seen.top);
    this.drawTiles(seen.context, cells, geometry, theme);
    this.drawEdges(seen.context, heads, geometry, theme, labels);
  }

  /** Numbers and titles: of layers and heads, or of the order that was chosen.
   * @param {CanvasRenderingContext2D} context @param {number[]} heads @param {Geometry} geometry @param {Theme} theme @param {Labels} labels */
  drawEdges(context, heads, geometry, theme, labels) {
    const { sort, layer, head } = this.store.look;
    if (sort === "place") {
      drawNumbers(context, layersOf(heads), layer, geometry, theme, true);
      drawNumbers(context, [...Array(Math.max(...heads)).keys()], head, geometry, theme, false);
      drawTitle(context, `${say(labels, "layers_down")}   ${say(labels, "heads_across")}`, geometry, theme);
    } else {
      drawTitle(context, say(labels, `sorted_${sort}`), geometry, theme);
    }
  }

  /** The cell of each head. @param {number[]} heads @returns {Cell[]} */
  cells(heads) {
    const { look } = this.store;
    const name = `${this.store.weightsName()} ${look.sort}`;
    if (this.placed.name !== name) this.placed = { name, cells: arranged(this.order(heads), heads, look.sort) };
    return this.placed.cells;
  }

  /** @param {number[]} heads @returns {Head[]} */
  order(heads) {
    const { store } = this;
    const { dimensions, look } = store;
    if (dimensions === null) return [];
    return sorted(headsOf(heads), look.sort, dimensions, (layer, head) => store.matrix(layer, head));
  }

  /** @param {number} columns @param {Theme} theme @returns {Geometry} */
  measure(columns, { zoom }) {
    const gap = columns > CROWDED ? 2 : 4;
    const [left, top] = [28 * zoom, 40 * zoom];
    const fitting = (this.surface.available.width - left - MARGIN) / columns - gap;
    const least = parseFloat(getComputedStyle(this.element).getPropertyValue("--smallest-tile")) || SMALLEST_TILE;
    const tile = crisp(Math.floor(Math.min(LARGEST_TILE * zoom, Math.max(least, fitting))));
    return { pitch: tile + gap, tile, gap, left, top };
  }

  /** @param {CanvasRenderingContext2D} context @param {Cell[]} cells @param {Geometry} geometry @param {Theme} theme */
  drawTiles(context, cells, geometry, theme) {
    const { layer, head, kept, view } = this.store.look;
    const { left, top, tile, pitch } = geometry;
    const at = new Map(cells.map((each) => [String(each.head), { x: each.column * pitch, y: each.row * pitch }]));
    const plan = {
      heads: cells.map((each) => each.head),
      tile,
      place: (/** @type {Head} */ head) => at.get(String(head)) ?? { x: 0, y: 0 },
      width: pitch * (1 + Math.max(...cells.map(({ column }) => column))),
      height: pitch * (1 + Math.max(...cells.map(({ row }) => row))),
    };
    context.drawImage(this.tiles.image(plan, theme), left, top, plan.width, plan.height);
    for (const framed of [[layer, head], ...(view === "lines" ? kept : [])]) {
      const { x, y } = plan.place(/** @type {Head} */ (framed));
      frameTile(context, theme, left + x, top + y, tile);
    }
    this.links.heads()?.slice(0, FIRST).forEach((each, i) => {
      const { x, y } = plan.place([each.layer, each.head]);
      const isCut = this.store.timesCut([each.layer, each.head]).links.length > 0;
      drawRank(context, theme, left + x, top + y, tile, i + 1, isCut);
    });
  }

  /** The head so many cells to the right and below of the chosen one; at the edge, the chosen one.
   * @param {number} across @param {number} down @returns {{layer: number, head: number}} */
  beside(across, down) {
    const { look, dimensions } = this.store;
    const { layer, head } = look;
    return cellBeside(this.cells(dimensions?.heads ?? []), layer, head, across, down);
  }

  /** The head after the chosen one in the order of the overview; after the last comes the first. @param {number} step @returns {{layer: number, head: number}} */
  following(step) {
    const { look, dimensions } = this.store;
    const cells = this.cells(dimensions?.heads ?? []);
    const place = cells.findIndex(({ head }) => head[0] === look.layer && head[1] === look.head);
    const [layer, head] = cells[(place + step + cells.length) % cells.length].head;
    return { layer, head };
  }

  /** The head at a place of the picture. @param {{x: number, y: number}} at @returns {{layer: number, head: number} | null} */
  headAt({ x, y }) {
    if (this.geometry === null) return null;
    const { pitch, gap, left, top } = this.geometry;
    const row = Math.floor((y + this.element.scrollTop - top + gap / 2) / pitch);
    const column = Math.floor((x + this.element.scrollLeft - left + gap / 2) / pitch);
    const found = this.placed.cells.find((each) => each.row === row && each.column === column);
    return found ? { layer: found.head[0], head: found.head[1] } : null;
  }
}

/** @param {number[]} heads of each layer @returns {Head[]} (layer, head) of all */
export function headsOf(heads) {
  return heads.flatMap((n, layer) => Array.from({ length: n }, (_, head) => /** @type {Head} */ ([layer, head])));
}

/** @param {number[]} heads of each layer @returns {number[]} the layers that have attention weights */
export function layersOf(heads) {
  return [...heads.keys()].filter((layer) => heads[layer] > 0);
}

/** A row per layer with attention; or, in another order, row by row, as many in each as the widest layer has.
 * @param {Head[]} order @param {number[]} heads @param {import("../core/measure.js").Order} sort @returns {Cell[]} */
export function arranged(order, heads, sort) {
  const columns = Math.max(...heads);
  const layers = layersOf(heads);
  if (sort === "place") return order.map(([layer, head]) => ({ head: [layer, head], row: layers.indexOf(layer), column: head }));
  return order.map((head, i) => ({ head, row: Math.floor(i / columns), column: i % columns }));
}

/** Where layers differ in their heads, a shorter one is entered at its last head.
 * @param {Cell[]} cells @param {number} layer @param {number} head @param {number} across @param {number} down
 * @returns {{layer: number, head: number}} */
export function cellBeside(cells, layer, head, across, down) {
  const here = cells.find((each) => each.head[0] === layer && each.head[1] === head);
  if (here === undefined) return { layer, head };
  const row = cells.filter((each) => each.row === here.row + down);
  const found = row.find((each) => each.column === here.column + across) ?? (down === 0 ? here : row[row.length - 1] ?? here);
  return { layer: found.head[0], head: found.head[1] };
}

/** Where there is no room for all numbers, every so many are written, and always the chosen one.
 * @param {CanvasRenderingContext2D} context @param {number[]} indices of the rows or columns, from 0 @param {number} chosen @param {Geometry} geometry @param {Theme} theme @param {boolean} down */
function drawNumbers(context, indices, chosen, { pitch, tile, left, top }, theme, down) {
  const step = Math.ceil((ROOM_OF_NUMBER * theme.zoom) / pitch);
  context.textBaseline = "middle";
  context.textAlign = down ? "right" : "center";
  const marked = indices.indexOf(chosen);
  indices.forEach((index, i) => {
    if (i !== marked && (i % step !== 0 || Math.abs(i - marked) < step)) return;
    context.font = `${i === marked ? "600" : "400"} ${12 * theme.zoom}px ${theme.font}`;
    context.fillStyle = i === marked ? theme.accent : theme.secondary;
    const middle = i * pitch + tile / 2;
    if (down) context.fillText(String(index + 1), left - 8, top + middle);
    else context.fillText(String(index + 1), left + middle, top - 11 * theme.zoom);
  });
}

/** @param {CanvasRenderingContext2D} context @param {string} text @param {Geometry} geometry @param {Theme} theme */
function drawTitle(context, text, { top }, theme) {
  context.font = `${12 * theme.zoom}px ${theme.font}`;
  context.fillStyle = theme.secondary;
  context.textBaseline = "alphabetic";
  context.textAlign = "left";
  context.fillText(text, 0, top - 26 * theme.zoom);
}
