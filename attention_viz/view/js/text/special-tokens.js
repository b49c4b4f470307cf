/**
 * Special tokens: [CLS], [SEP] and their like, apart from the text, each with the share of the attention that it receives.
 *
 * @typedef {import("../core/frame.js").Tokens} Tokens
 */
import { box } from "../core/element.js";
import { ChangingNumber } from "./changing-number.js";

export class SpecialTokens {
  /** @param {Tokens} tokens @param {HTMLElement[]} words one per token */
  constructor(tokens, words) {
    this.positions = [...words.keys()].filter((position) => tokens.special[position]);
    /** @type {ChangingNumber[]} */ this.shares = this.positions.map(() => new ChangingNumber(box("share")));
    this.element = box("specials", ...this.positions.map((position, i) => row(words[position], this.shares[i])));
    this.element.hidden = this.positions.length === 0;
  }

  /** @param {string} reader what reads @param {(position: number) => number | null} shareOf now
   * @param {(position: number) => number | null} shareBefore null = not known, or left out */
  draw(reader, shareOf, shareBefore) {
    this.positions.forEach((position, i) => {
      const [now, before] = [shareOf(position), shareBefore(position)];
      this.shares[i].show(reader, now === null ? "" : percent(now), before === null ? null : percent(before));
    });
  }
}

/** @param {number} share @returns {string} */
export function percent(share) {
  return share > 0 && share < 0.005 ? "< 1 %" : `${(100 * share).toFixed(0)} %`;
}

/** @param {HTMLElement} word @param {ChangingNumber} share @returns {HTMLElement} */
function row(word, share) {
  const element = box("special-row", word);
  element.append(share.element);
  return element;
}
