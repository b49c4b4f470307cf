/**
 * Keys: the view without a mouse.
 *
 * @typedef {import("./store.js").Store} Store
 */

/** @param {Store} store @param {string} key @returns {boolean} whether the key means something here */
export function press(store, key) {
  const { sheet, look } = store;
  if (sheet === null) return false;
  /** @type {Record<string, () => void>} */
  const actions = {
    ArrowLeft: () => store.choose({ head: look.head - 1 }),
    ArrowRight: () => store.choose({ head: look.head + 1 }),
    ArrowUp: () => store.choose({ layer: look.layer - 1 }),
    ArrowDown: () => store.choose({ layer: look.layer + 1 }),
    Escape: () => store.choose({ query: null }),
    "[": () => pinNext(store, -1),
    "]": () => pinNext(store, 1),
  };
  if (actions[key] === undefined) return false;
  store.point(null);
  actions[key]();
  return true;
}

/** Pin the query before or after the pinned one; at the first press, the one where the strongest link begins.
 * @param {Store} store @param {number} step */
function pinNext(store, step) {
  const matrix = store.shown();
  if (matrix === undefined) return;
  const pinned = store.pinnedRow(matrix);
  const row = pinned === null ? matrix.strongest(null).row : Math.min(Math.max(pinned + step, 0), matrix.rows - 1);
  store.choose({ query: matrix.queriesOf(row)[0] });
}
