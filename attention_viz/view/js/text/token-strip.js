/**
 * Token strip: the text, small, each token a button; one of them is chosen.
 *
 * @typedef {import("../core/frame.js").Tokens} Tokens
 */
import { box, setName } from "../core/element.js";
import { paragraphs, withoutSpaceMarks, wordsOf } from "./words.js";
import { WordKeys } from "./word-keys.js";

export class TokenStrip {
  /** @param {(token: number) => void} choose */
  constructor(choose) {
    this.element = box("strip");
    this.element.setAttribute("role", "group");
    /** @type {HTMLElement[]} */ this.words = [];
    this.keys = new WordKeys({ point() {} }, this.element);
    this.text = "";
    this.element.addEventListener("click", ({ target }) => {
      const word = target instanceof Element ? target.closest(".word") : null;
      if (word instanceof HTMLElement) choose(Number(word.dataset.token));
    });
  }

  /** @param {Tokens} tokens @param {number} chosen @param {string} name of the strip @param {(token: number) => string} nameOf a token */
  draw(tokens, chosen, name, nameOf) {
    const text = JSON.stringify(tokens);
    if (text !== this.text) this.build(tokens);
    this.text = text;
    setName(this.element, name);
    this.words.forEach((word, token) => {
      setName(word, nameOf(token));
      word.setAttribute("aria-pressed", String(token === chosen));
      word.classList.toggle("reads", token === chosen);
    });
  }

  /** @param {Tokens} tokens */
  build(tokens) {
    this.words = withoutSpaceMarks(wordsOf(tokens, "query"));
    this.keys.take(this.words, tokens.special);
    this.element.replaceChildren(...paragraphs(tokens, this.words));
  }
}
