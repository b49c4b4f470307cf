/**
 * Sentence strip: the text in one small line. The first token that is pressed is pinned as the one that reads, the second as the
 * one that is read, as in the sentence of the live view; the reader pressed again is let go.
 *
 * @typedef {import("../core/mounted.js").Call} Call
 * @typedef {[number | null, number | null]} Pinned query and key
 */
import { mounted } from "../core/mounted.js";
import { readTheme, applyTheme } from "../core/theme.js";
import { say } from "../core/labels.js";
import { TokenStrip } from "./token-strip.js";

class SentenceStrip {
  /** @param {HTMLElement} root */
  constructor(root) {
    this.root = root;
    /** @type {Call | null} */ this.call = null;
    this.strip = new TokenStrip((token) => this.press(token));
    this.strip.element.addEventListener("keydown", ({ key }) => key === "Escape" && this.pin([null, null]));
    root.append(this.strip.element);
  }

  /** @param {Call} call */
  update(call) {
    this.call = call;
    const { pinned, shown, palettes } = call.data;
    applyTheme(this.root, readTheme(this.root, palettes, 1, "blue"));
    this.mark(pinned, shown);
  }

  /** @param {Pinned} pinned @param {Pinned} shown what the page is about, pinned or not */
  mark(pinned, [reader, read]) {
    if (this.call === null) return;
    const { tokens, labels, both } = this.call.data;
    this.strip.draw(tokens, reader, pinned, say(labels, "sentence_strip"));
    this.strip.words.forEach((word, position) => word.classList.toggle("most", position === read && both));
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
