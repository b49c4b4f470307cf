/**
 * Tiles: small pictures of heads, kept until the weights or the colours change.
 *
 * @typedef {import("./store.js").Store} Store
 * @typedef {import("./theme.js").Theme} Theme
 * @typedef {[number, number]} Head
 */
import { shrink } from "./matrix.js";
import { colourTable } from "./palette.js";
import { bitmap } from "./raster.js";

export class Tiles {
  /** @param {Store} store */
  constructor(store) {
    this.store = store;
    this.name = "";
    /** @type {Map<string, HTMLCanvasElement>} */ this.images = new Map();
    /** @type {Map<number, Uint32Array>} colours by the whole number that stands for 1 */ this.tables = new Map();
    this.size = 0;
  }

  /** Make ready to draw these heads, each at most `size` device pixels wide.
   * @param {Head[]} heads @param {number} size @param {Theme} theme */
  prepare(heads, size, theme) {
    const { store } = this;
    const name = `${store.text} ${store.version} ${size} ${theme.dark} ${store.settings.scale} ${heads.join(" ")}`;
    if (name === this.name) return;
    this.name = name;
    this.size = size;
    this.images.clear();
    this.tables.clear();
    const peak = store.settings.scale === "peak" ? this.peak(heads) : 1;
    for (const top of [255, 65535]) this.tables.set(top, colourTable(theme.palette.weights, top, peak));
  }

  /** @param {Head[]} heads @returns {number} */
  peak(heads) {
    return Math.max(...heads.map(([layer, head]) => this.store.matrix(layer, head)?.peak() ?? 0));
  }

  /** @param {number} layer @param {number} head @returns {HTMLCanvasElement | null} */
  image(layer, head) {
    const name = `${layer}.${head}`;
    const known = this.images.get(name);
    const matrix = this.store.matrix(layer, head);
    if (known !== undefined || matrix === undefined) return known ?? null;
    const small = shrink(matrix, this.size);
    const image = bitmap(small, /** @type {Uint32Array} */ (this.tables.get(small.top)));
    this.images.set(name, image);
    return image;
  }
}

/** The frame round the head that was chosen, with a hairline of ground inside it.
 * @param {CanvasRenderingContext2D} context @param {Theme} theme @param {number} x @param {number} y @param {number} size */
export function frameTile(context, theme, x, y, size) {
  context.strokeStyle = theme.accent;
  context.lineWidth = 2;
  context.strokeRect(x - 2, y - 2, size + 4, size + 4);
}
