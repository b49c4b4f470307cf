/**
 * Labels: sentences come from Python in the language of the page; numbers are put in here.
 *
 * @typedef {Record<string, string>} Labels
 */

const RIGHT_TO_LEFT = /[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufeff\u{10800}-\u{10fff}\u{1e800}-\u{1efff}]/u;

/** Puts values into a sentence. Those that run right to left are isolated, so that they do not reverse what is beside them.
 * @param {Labels} labels @param {string} name @param {Record<string, string | number>} [values] @returns {string} */
export function say(labels, name, values = {}) {
  return (labels[name] ?? name).replace(/\{(\w+)\}/g, (whole, key) => isolated(String(values[key] ?? whole)));
}

/** Sentences one after the other; behind a full stop of Chinese, which has its own room, without a space. @param {string[]} sentences @returns {string} */
export function paragraph(sentences) {
  return sentences.filter(Boolean).reduce((before, next) => (before === "" || /[。！？]$/.test(before) ? before + next : `${before} ${next}`), "");
}

/** @param {string} text @returns {string} in Unicode's isolates, where it is needed */
function isolated(text) {
  return RIGHT_TO_LEFT.test(text) ? `\u2068${text}\u2069` : text;
}

/** What rounds to 0 is written as less than the last digit: the weight may be masked, or very small.
 * @param {number} weight @param {boolean} exact whether four digits are known @returns {string} */
export function number(weight, exact) {
  const digits = exact ? 4 : 2;
  const least = 10 ** -digits;
  return weight < least / 2 ? `< ${least.toFixed(digits)}` : weight.toFixed(digits);
}
