/**
 * Wording: sentences come from Python in the language of the page; numbers are put in here.
 *
 * @typedef {Record<string, string>} Labels
 */

/** @param {Labels} labels @param {string} name @param {Record<string, string | number>} [values] @returns {string} */
export function say(labels, name, values = {}) {
  return (labels[name] ?? name).replace(/\{(\w+)\}/g, (whole, key) => String(values[key] ?? whole));
}

/** What rounds to nothing is said to be less than the last digit: it may be a masked link, or a very weak one.
 * @param {number} weight @param {boolean} exact whether four digits are known @returns {string} */
export function number(weight, exact) {
  const digits = exact ? 4 : 2;
  const least = 10 ** -digits;
  return weight < least / 2 ? `< ${least.toFixed(digits)}` : weight.toFixed(digits);
}
