/**
 * Token: how a token is spelled on the screen.
 *
 * @typedef {import("./frame.js").Labelled} Labelled
 * @typedef {import("./frame.js").Direction} Direction
 * @typedef {{text: string, special: boolean, piece: boolean, direction: Direction}} Spelling
 */

const LONGEST = 80;
/** The mark of a space. */
export const SPACE = "␣";
const MARKS = new Map([[" ", SPACE], ["\u00a0", SPACE], ["\u3000", SPACE], ["\t", "⇥"], ["\n", "↵"], ["\r", "↵"], ["\u2581", SPACE]]);
const HIDDEN = /[\u0000-\u001f\u007f-\u009f\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb\ud800-\udfff]/u;

/** @param {Labelled} tokens @param {number} position @returns {Spelling} */
export function spell(tokens, position) {
  const text = tokens.labels[position];
  const piece = text.startsWith("##") && text.length > 2;
  return { text: visible(piece ? text.slice(2) : text), special: tokens.special[position], piece, direction: directionOf(tokens, position) };
}

/** Which way the text of a token runs; that of a special one is no part of it. @param {Labelled} tokens @param {number} position @returns {Direction} */
function directionOf({ directions, segments, special }, position) {
  return special[position] ? "ltr" : directions?.[segments?.[position] ?? 0] ?? "ltr";
}

/** A token for tooltips and tables, its marks included: nothing hidden, nothing endless.
 * @param {Labelled} tokens @param {number} position @returns {string} */
export function spellOut(tokens, position) {
  return visible(tokens.labels[position]);
}

/** @param {Labelled} tokens @param {[number, number]} span tokens from the first to before the last @returns {string} */
export function spellSpan(tokens, [start, stop]) {
  if (stop - start === 1) return spellOut(tokens, start);
  return `${spellOut(tokens, start)} … ${spellOut(tokens, stop - 1)}`;
}

/** Spaces and control characters as visible marks; what is too long cut in the middle.
 * @param {string} text @returns {string} */
export function visible(text) {
  const characters = Array.from(cutMiddle(text, LONGEST));
  return characters.map((each) => MARKS.get(each) ?? (HIDDEN.test(each) ? codePoint(each) : each)).join("") || "␣";
}

/** @param {string} character @returns {string} */
function codePoint(character) {
  return `⟨U+${(character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, "0")}⟩`;
}

/** @param {string} text @param {number} longest @returns {string} at most `longest` characters, the middle left out */
export function cutMiddle(text, longest) {
  if (text.length <= longest) return text;
  if (longest < 3) return "…";
  const start = Array.from(text.slice(0, longest * 2));
  const end = Array.from(text.slice(-longest * 2));
  const half = Math.floor((longest - 1) / 2);
  return `${start.slice(0, longest - 1 - half).join("")}…${end.slice(-half).join("")}`;
}

/** @param {CanvasRenderingContext2D} context @param {string} text @param {number} width @returns {string} cut until it fits */
export function fit(context, text, width) {
  if (context.measureText(text).width <= width) return text;
  let [short, long] = [1, text.length];
  while (short < long) {
    const middle = Math.ceil((short + long) / 2);
    if (context.measureText(cutMiddle(text, middle)).width <= width) short = middle;
    else long = middle - 1;
  }
  return cutMiddle(text, short);
}
