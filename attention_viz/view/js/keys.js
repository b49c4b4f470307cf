/**
 * Keys: the view without a mouse.
 *
 * @typedef {import("./app.js").App} App
 * @typedef {import("./store.js").Store} Store
 */

/** @param {App} app @param {string} key @returns {boolean} whether the key means something here */
export function press(app, key) {
  const { store } = app;
  const { heatmap } = app.parts;
  const { layer, head } = store.look;
  /** @type {Record<string, () => void>} */
  const actions = {
    ArrowLeft: () => store.choose({ head: head - 1 }),
    ArrowRight: () => store.choose({ head: head + 1 }),
    ArrowUp: () => store.choose({ layer: layer - 1 }),
    ArrowDown: () => store.choose({ layer: layer + 1 }),
    Escape: () => store.choose({ queries: [], also: [] }),
    "[": () => pinNext(app, -1),
    "]": () => pinNext(app, 1),
    "+": () => heatmap.zoomBy(1, () => app.draw()),
    "-": () => heatmap.zoomBy(-1, () => app.draw()),
    0: () => app.fit(),
  };
  if (actions[key] === undefined || !store.ready) return false;
  store.point(null);
  actions[key]();
  return true;
}

/** Pin the query before or after the pinned one; at the first press, the one where the strongest link begins.
 * @param {App} app @param {number} step */
function pinNext({ store, parts }, step) {
  const matrix = store.shown();
  if (matrix === undefined) return;
  const [pinned] = store.pinnedRows(matrix);
  const next = pinned === undefined ? matrix.strongest(null).row : pinned + step;
  const row = Math.min(Math.max(next, 0), matrix.rows - 1);
  store.choose({ queries: [matrix.queries[row][0]] });
  parts.heatmap.reveal(row);
}
