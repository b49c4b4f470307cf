/**
 * Memory: what an open page knows and a server can lose. It is in no storage: it goes with the page.
 *
 * It hangs on globalThis, so that parts of the page that were loaded as separate modules, and again by a server that was
 * started anew, share it.
 *
 * @typedef {{kept: string, boxes: Record<string, string>}} Letter what Python holds, and the keys of the boxes that hold a text
 * @typedef {{letter: Letter | null, texts: Record<string, string>, said: Record<string, unknown>, lost: boolean, tell: (() => void) | null}} Memory
 *  letter: the last one; texts: those that Python holds; said: what was chosen last in each view, heard by Python or not; lost: whether the connection is
 */

/** @returns {Memory} */
export function memory() {
  const place = /** @type {any} */ (globalThis);
  const name = Symbol.for("attention_viz memory");
  place[name] ??= { letter: null, texts: {}, said: {}, lost: false, tell: null };
  return place[name];
}

/** What was chosen last in a view. @param {string} view @param {unknown} said */
export function remember(view, said) {
  memory().said[view] = said;
}
