/**
 * Words: the tokens of a text as elements, in the order in which they are read.
 *
 * @typedef {import("../core/frame.js").Tokens} Tokens
 * @typedef {{token: number, side: "query" | "key" | "both"}} TokenOnSide a token, and whether it reads, is read, or both
 */
import { SPACE, spell } from "../core/token.js";

const JOINING = "[\\p{scx=Arab}\\p{scx=Syrc}\\p{scx=Nkoo}\\p{scx=Mand}\\p{scx=Mong}\\p{scx=Adlm}\\p{scx=Rohg}]";
const JOINING_AT_END = new RegExp(`(?=\\p{L})${JOINING}\\p{M}*$`, "u");
const JOINING_AT_START = new RegExp(`^(?=[\\p{L}\\p{M}])${JOINING}`, "u");

/** One paragraph per segment. @param {Tokens} tokens @param {HTMLElement[]} words
 * @param {(position: number) => boolean} stands whether a token stands in the text @returns {HTMLElement[]} */
export function paragraphs(tokens, words, stands = () => true) {
  return [...new Set(tokens.segments)].map((segment) => {
    const paragraph = document.createElement("p");
    paragraph.dir = tokens.directions[segment];
    tokens.segments.forEach((each, position) => {
      if (each !== segment || !stands(position)) return;
      const before = paragraph.lastElementChild;
      const unmarked = marked(spell(tokens, position).text) && !marked(words[position].textContent ?? "");
      if (before !== null && (unmarked || spaced(tokens, position))) paragraph.append(" ");
      else if (before !== null && join(before.textContent ?? "", words[position].textContent ?? "")) {
        before.classList.add("joins-next");
        words[position].classList.add("joins-last");
      }
      paragraph.append(words[position]);
    });
    return paragraph;
  });
}

/** @param {Tokens} tokens @param {"query" | "key"} side @returns {HTMLElement[]} */
export function wordsOf(tokens, side) {
  return tokens.texts.map((_, position) => {
    const word = wordOf(tokens, position);
    word.dataset.side = side;
    return word;
  });
}

/** Words without the mark of a space before them: they stand apart as it is. @param {HTMLElement[]} words @returns {HTMLElement[]} */
export function withoutSpaceMarks(words) {
  for (const word of words) if (marked(word.textContent ?? "")) word.textContent = (word.textContent ?? "").slice(SPACE.length);
  return words;
}

/** @param {string} text @returns {boolean} whether a word begins with the mark of a space, and has more */
function marked(text) {
  return text.startsWith(SPACE) && text.length > SPACE.length;
}

/** Whether letters of a script that joins them meet: no room may be between them. @param {string} before @param {string} after @returns {boolean} */
function join(before, after) {
  return JOINING_AT_END.test(before) && JOINING_AT_START.test(after);
}

/** The browser puts words and numbers of either direction in order, across tokens; a special one is no part of the text.
 * @param {Tokens} tokens @param {number} position @returns {HTMLElement} */
function wordOf(tokens, position) {
  const { text, special, piece } = spell(tokens, position);
  const word = document.createElement(special ? "bdi" : "span");
  word.className = "word";
  word.classList.toggle("special", special);
  word.classList.toggle("piece", piece);
  word.dataset.token = String(position);
  word.textContent = text;
  return word;
}

/** Whether the text has a space before a token. Tokens whose places are not known have one, but for pieces.
 * @param {Tokens} tokens @param {number} position @returns {boolean} */
export function spaced({ spans, special, texts }, position) {
  if (position === 0) return true;
  const [before, here] = [spans[position - 1], spans[position]];
  if (special[position] || special[position - 1]) return true;
  if (here[1] === 0) return !texts[position].startsWith("##");
  return here[0] > before[1];
}

/** The token under the pointer. @param {MouseEvent} event @param {boolean} alone whether the text reads itself @returns {TokenOnSide | null} */
export function tokenUnder(event, alone) {
  const word = event.target instanceof Element ? event.target.closest(".word") : null;
  if (!(word instanceof HTMLElement)) return null;
  const side = alone ? "both" : word.dataset.side === "query" ? "query" : "key";
  return { token: Number(word.dataset.token), side };
}
