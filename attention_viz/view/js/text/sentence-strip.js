/**
 * Sentence strip: the text in one small line. The first token that is pressed is pinned as the one that reads, the second as the
 * one that is read, as in the sentence of the live view; the reader pressed again is let go.
 *
 * @typedef {import("../core/mounted.js").Call} Call
 * @typedef {import("../core/frame.js").Tokens} Tokens
 * @typedef {[number | null, number | null]} Pinned query and key
 */
import { box, setName } from "../core/element.js";
import { mounted } from "../core/mounted.js";
import { paragraphs, tokenUnder, withoutSpaceMarks, wordsOf } from "./words.js";
import { readTheme, applyTheme } from "../core/theme.js";
import { say } from "../core/labels.js";
import { WordKeys } from "./word-keys.js";

class SentenceStrip {
  /** @param {HTMLElement} root */
  constructor(root) {
    this.root = root;
    /** @type {Call | null} */ this.call = null;
    /** @type {HTMLElement[]} */ this.words = [];
    this.written = "";
    this.element = box("sentence-strip");
    this.element.setAttribute("role", "group");
    this.keys = new WordKeys({ point: () => {} }, this.element);
    this.element.addEventListener("click", (event) => {
      const at = tokenUnder(event, true);
      if (at !== null) this.press(at.token);
    });
    this.element.addEventListener("keydown", ({ key }) => key === "Escape" && this.pin([null, null]));
    root.append(this.element);
  }

  /** @param {Call} call */
  update(call) {
    this.call = call;
    const { tokens, pinned, shown, labels, palettes } = call.data;
    applyTheme(this.root, readTheme(this.root, palettes, 1, "blue"));
    const written = JSON.stringify(tokens);
    if (written !== this.written) this.write(tokens);
    this.written = written;
    setName(this.element, say(labels, "sentence_strip"));
    this.mark(pinned, shown);
  }

  /** @param {Tokens} tokens */
  write(tokens) {
    this.words = withoutSpaceMarks(wordsOf(tokens, "query"));
    this.element.replaceChildren(...paragraphs(tokens, this.words));
    this.keys.take(this.words, tokens.special);
  }

  /** @param {Pinned} pinned @param {Pinned} shown what the page is about, pinned or not */
  mark(pinned, [reader, read]) {
    this.words.forEach((word, position) => {
      word.classList.toggle("reads", position === reader);
      word.classList.toggle("most", position === read && this.call?.data.both);
      word.setAttribute("aria-pressed", String(pinned.includes(position)));
    });
  }

  /** @param {number} token */
  press(token) {
    const { pinned, both } = this.call?.data ?? { pinned: [null, null], both: true };
    const [query, key] = pinned;
    if (query === token) this.pin([null, null]);
    else if (!both) this.pin([token, key]);
    else if (query === null) this.pin([token, null]);
    else this.pin([query, key === token ? null : token]);
  }

  /** @param {Pinned} pinned */
  pin(pinned) {
    if (this.call === null) return;
    const [query, key] = pinned;
    const [reader, read] = this.call.data.shown;
    this.call.data.pinned = pinned;
    this.mark(pinned, [query ?? reader, key ?? read]);
    this.call.setTriggerValue("pinned", pinned);
  }
}

const mount = mounted((root) => new SentenceStrip(root));

/** @param {Call} call @returns {() => void} */
export default function sentenceStrip(call) {
  return mount(call);
}
