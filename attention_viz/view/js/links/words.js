/**
 * Words: which tokens are pieces of one word, as words.py has it.
 *
 * @typedef {import("../core/frame.js").Tokens} Tokens
 */
import { spellOut } from "../core/token.js";

export class Words {
  /** @param {Tokens} tokens */
  constructor(tokens) {
    this.tokens = tokens;
    /** @type {number[]} the first token of each word, and the number of tokens at the end */
    this.edges = [...tokens.texts.keys(), tokens.texts.length].filter((position) => begins(tokens, position));
    /** @type {number[]} the word of each token */ this.numbers = [];
    this.edges.slice(0, -1).forEach((start, word) => this.numbers.push(...Array(this.edges[word + 1] - start).fill(word)));
    this.length = this.edges.length - 1;
  }

  /** @param {number} word @returns {boolean} */
  isSpecial(word) {
    return this.tokens.special[this.edges[word]];
  }

  /** A word of one token as the token is spelled, another as the text has it. @param {number} word @returns {string} */
  spelled(word) {
    const [start, stop] = [this.edges[word], this.edges[word + 1]];
    if (stop - start === 1) return spellOut(this.tokens, start);
    return this.tokens.surfaces.slice(start, stop).map((_, i) => written(this.tokens, start + i)).join("");
  }
}

/** @param {Tokens} tokens @param {number} position @returns {boolean} whether a word begins there; at the end too */
function begins({ segments, words, special }, position) {
  const before = position - 1;
  if (position === 0 || special[position] || special[before]) return true;
  return segments[position] !== segments[before] || words[position] !== words[before];
}

/** What a piece adds to its word: nothing where it shares its characters with the one before.
 * @param {Tokens} tokens @param {number} position @returns {string} */
function written({ spans, surfaces }, position) {
  const shared = position > 0 && spans[position][1] > 0 && spans[position][0] < spans[position - 1][1];
  return shared ? "" : surfaces[position];
}
