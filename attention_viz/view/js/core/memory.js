/**
 * Memory: what an open page knows and a server can lose. It is in no storage of the browser: it ends with the page.
 *
 * It hangs on globalThis, so that parts of the page that were loaded as separate modules, and again by a server that was
 * started anew, share it.
 *
 * @typedef {{kept: string, boxes: Record<string, string>}} SessionState what Python holds, and the keys of the text areas that hold a text
 * @typedef {{session: SessionState | null, texts: Record<string, string>, choices: Record<string, unknown>, lost: boolean, restore: (() => void) | null, words: Record<string, string>, wordsWatch?: MutationObserver}} Memory
 *  session: as Python sent it last; texts: those that Python holds; choices: the last one in each view, whether Python received it or
 *  not; lost: whether the connection is; restore: sends all of it to Python; words: Streamlit's, and what is said instead;
 *  wordsWatch: what replaces them
 */

/** @returns {Memory} */
export function memory() {
  const place = /** @type {any} */ (globalThis);
  const name = Symbol.for("attention_viz memory");
  place[name] ??= { session: null, texts: {}, choices: {}, lost: false, restore: null, words: {} };
  return place[name];
}

/** What was chosen last in a view. @param {string} view @param {unknown} choice */
export function remember(view, choice) {
  memory().choices[view] = choice;
}
