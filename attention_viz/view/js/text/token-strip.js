/**
 * Token strip: the text, small, each token a button; one of them is the one that reads.
 *
 * @typedef {import("../core/frame.js").Tokens} Tokens
 */
import { box, setName } from "../core/element.js";
import { paragraphs, tokenUnder, withoutSpaceMarks, wordsOf } from "./words.js";
import { WordKeys } from "./word-keys.js";

export class TokenStrip {
  /** @param {(token: number) => void} choose */
  constructor(choose) {
    this.element = box("sentence-strip");
    this.element.setAttribute("role", "group");
    /** @type {HTMLElement[]} */ this.words = [];
    this.keys = new WordKeys({ point() {} }, this.element);
    this.text = "";
    this.element.addEventListener("click", (event) => {
      const at = tokenUnder(event, true);
      if (at !== null) choose(at.token);
    });
  }

  /** @param {Tokens} tokens @param {number | null} reader @param {(number | null)[]} pressed tokens that are pinned @param {string} name of the strip
   * @param {((token: number) => string) | null} nameOf a token, for a screen reader; null = as it is written */
  draw(tokens, reader, pressed, name, nameOf = null) {
    const text = JSON.stringify(tokens);
    if (text !== this.text) this.build(tokens);
    this.text = text;
    setName(this.element, name);
    this.words.forEach((word, token) => {
      if (nameOf !== null) setName(word, nameOf(token));
      word.setAttribute("aria-pressed", String(pressed.includes(token)));
      word.classList.toggle("reads", token === reader);
    });
  }

  /** @param {Tokens} tokens */
  build(tokens) {
    this.words = withoutSpaceMarks(wordsOf(tokens, "query"));
    this.keys.take(this.words, tokens.special);
    this.element.replaceChildren(...paragraphs(tokens, this.words));
  }
}
