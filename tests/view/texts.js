/** Small texts and heads for the tests: weights that can be worked out by hand. */
import { NOTHING } from "../../attention_viz/view/js/core/filters.js";
import { Matrix } from "../../attention_viz/view/js/core/matrix.js";

/** @param {string[]} texts @param {Partial<import("../../attention_viz/view/js/core/frame.js").Tokens>} [more] */
export function tokens(texts, more = {}) {
  const special = texts.map((text) => ["[CLS]", "[SEP]"].includes(text));
  return {
    texts,
    labels: texts,
    surfaces: texts,
    special,
    punctuation: texts.map((text) => [".", ","].includes(text)),
    unknown: texts.map(() => false),
    segments: texts.map(() => 0),
    words: texts.map((_, position) => position),
    directions: /** @type {import("../../attention_viz/view/js/core/frame.js").Direction[]} */ (["ltr", "ltr"]),
    spans: texts.map(() => /** @type {[number, number]} */ ([0, 0])),
    ...more,
  };
}

/** @param {number[][]} weights @param {number} [top] @returns {Matrix} */
export function matrix(weights, top = 65535) {
  const spans = (/** @type {unknown[]} */ cells) => cells.map((_, i) => /** @type {[number, number]} */ ([i, i + 1]));
  const roots = weights.flat().map((weight) => Math.round(Math.sqrt(weight) * top));
  const values = top > 255 ? Uint16Array.from(roots) : Uint8Array.from(roots);
  return new Matrix(values, top, "exact", spans(weights), spans(weights[0]));
}

/** @param {number[]} heads @returns {import("../../attention_viz/view/js/core/readable-keys.js").KeysByLayer} every layer reads every key */
export function everywhere(heads) {
  return { kinds: [null], layers: heads.map(() => 0) };
}

/** @param {{texts: string[], heads?: number[], more?: object}} text */
export function dimensions({ texts, heads = [1], more = {} }) {
  const both = tokens(texts, more);
  return { queries: both, keys: both, heads, readable: everywhere(heads) };
}

/** A message as Python writes it. @param {object} header @param {Uint16Array} values @returns {Uint8Array} */
export function message(header, values) {
  const written = new TextEncoder().encode(JSON.stringify(header));
  const length = written.length + ((8 - ((written.length + 4) % 8)) % 8);
  const bytes = new Uint8Array(4 + length + values.byteLength).fill(32);
  new DataView(bytes.buffer).setUint32(0, length, true);
  bytes.set(written, 4);
  bytes.set(new Uint8Array(values.buffer), 4 + length);
  return bytes;
}

/** The first frame of a text: heads[layer] heads a layer, all with the same weights, or each `apart` with its own.
 * @param {{name?: string, text?: string, texts: string[], heads: number[], weights: number[][], apart?: number[][][], more?: object,
 *  readable?: import("../../attention_viz/view/js/core/readable-keys.js").KeysByLayer}} text @returns {Uint8Array} */
export function firstFrame({ name = "first", text = "one", texts, heads, weights, apart, more = {}, readable = everywhere(heads) }) {
  const all = heads.flatMap((n, layer) => Array.from({ length: n }, (_, head) => [layer, head]));
  const roots = all.flatMap((_, head) => (apart?.[head] ?? weights).flat().map((weight) => Math.round(Math.sqrt(weight) * 65535)));
  const block = {
    heads: all, rows: [0, texts.length], columns: [0, texts.length],
    shape: [all.length, texts.length, texts.length], pool: "exact", encoding: "root16", offset: 0, filters: NOTHING,
  };
  const plain = name === "first" ? { queries: tokens(texts, more), keys: null, heads, readable } : null;
  return message({ version: 3, view: "v", name, text, tokens: plain, blocks: [block] }, Uint16Array.from(roots));
}
