/**
 * Frame: what arrives from Python as bytes, see frame.py for their layout.
 *
 * @typedef {"ltr" | "rtl"} Direction
 *
 * @typedef {object} Labelled
 * @property {string[]} labels the tokens as they are shown
 * @property {boolean[]} special
 * @property {number[]} [segments]
 * @property {Direction[]} [directions] of each text
 *
 * @typedef {object} Tokens
 * @property {string[]} texts as the tokenizer spells them
 * @property {string[]} labels as they are shown: characters where it spells bytes
 * @property {string[]} surfaces the characters of the text they stand for
 * @property {boolean[]} special
 * @property {boolean[]} punctuation
 * @property {boolean[]} unknown
 * @property {number[]} segments 0 = first text, 1 = second text
 * @property {number[]} words
 * @property {[number, number][]} spans
 * @property {Direction[]} directions which way each text runs
 *
 * @typedef {object} Dimensions
 * @property {Tokens} queries
 * @property {Tokens} keys
 * @property {number[]} heads the number of heads of each layer
 * @property {import("./readable-keys.js").KeysByLayer} readable which keys the queries of each layer may read
 *
 * @typedef {"exact" | "max" | "mean" | "means"} Pool means = means over heads of the highest of groups, made here
 *
 * @typedef {object} Block
 * @property {[number, number][]} heads (layer, head) of each matrix
 * @property {[number, number]} rows first query token, and the one after the last
 * @property {[number, number]} columns first key token, and the one after the last
 * @property {[number, number, number]} shape head, row, column
 * @property {Pool} pool
 * @property {number} top the whole number that stands for a weight of 1
 * @property {Uint8Array | Uint16Array} values roots of the weights, times `top`
 * @property {import("./filters.js").Filters} filters what was left out before pooling
 *
 * @typedef {object} Frame
 * @property {string} view
 * @property {string} name
 * @property {string} text which text it is about
 * @property {Dimensions | null} tokens
 * @property {Block[]} blocks
 */

import { FRAME, TOPS } from "./drawing.js";

/** @param {Uint8Array} message @returns {{header: any, start: number}} the header, and where the payload begins */
export function readHeader(message) {
  const length = new DataView(message.buffer, message.byteOffset).getUint32(0, true);
  const written = new TextDecoder().decode(message.subarray(4, 4 + length));
  return { header: JSON.parse(written), start: 4 + length };
}

/** @param {Uint8Array} message @returns {Frame} */
export function readFrame(message) {
  const { header, start } = readHeader(message);
  if (header.version !== FRAME) throw new Error(`frame version ${header.version}`);
  return {
    view: header.view,
    name: header.name,
    text: header.text,
    tokens: header.tokens && readDimensions(header.tokens),
    blocks: header.blocks.map((/** @type {any} */ plain) => readBlock(plain, message, start)),
  };
}

/** @param {any} plain @returns {Dimensions} */
function readDimensions(plain) {
  return { ...plain, keys: plain.keys ?? plain.queries };
}

/** @param {any} plain @param {Uint8Array} message @param {number} start @returns {Block} */
function readBlock(plain, message, start) {
  const count = plain.shape[0] * plain.shape[1] * plain.shape[2];
  const wide = plain.encoding === "root16";
  const offset = message.byteOffset + start + plain.offset;
  const values = wide ? sixteen(message.buffer, offset, count) : new Uint8Array(message.buffer, offset, count);
  return { ...plain, top: wide ? TOPS.root16 : TOPS.root8, values };
}

/** The message may begin at an odd place of its buffer; two-byte numbers are then copied out.
 * @param {ArrayBufferLike} buffer @param {number} offset @param {number} count @returns {Uint16Array} */
function sixteen(buffer, offset, count) {
  if (offset % 2 === 0) return new Uint16Array(buffer, offset, count);
  return new Uint16Array(buffer.slice(offset, offset + 2 * count));
}
