/**
 * Keys: what the keyboard does in the view.
 *
 * @typedef {import("./app.js").App} App
 */
import { cutPlace, MOST_CUT, pinnedPairs, toggled } from "../core/cut-links.js";
import { FIRST } from "../links/ranking.js";

/** What the list of keys shows, by the name of what they do.
 * @type {Record<string, string>} */
export const KEYS = {
  head: "← →",
  layer: "↑ ↓  ⇧← ⇧→",
  next: "␣",
  query: "[ ]",
  several: "{ }",
  token: "⇥  ← ↑ → ↓  ⏎",
  link: ", .",
  cut: "x",
  ranked: "1 … 5",
  keep: "k",
  zoom: "− +",
  fit: "0",
  present: "p",
  free: "Esc",
  list: "?",
};

/** @param {App} app @param {KeyboardEvent} event @returns {boolean} whether the key means something here */
export function press(app, { key, shiftKey }) {
  const { store } = app;
  const { overview } = app.parts;
  const { layer, head } = store.look;
  /** @type {Record<string, () => void>} */
  const actions = {
    ArrowLeft: () => store.choose(shiftKey ? { layer: layer - 1 } : overview.beside(-1, 0)),
    ArrowRight: () => store.choose(shiftKey ? { layer: layer + 1 } : overview.beside(1, 0)),
    ArrowUp: () => store.choose(overview.beside(0, -1)),
    ArrowDown: () => store.choose(overview.beside(0, 1)),
    " ": () => store.choose(overview.following(shiftKey ? -1 : 1)),
    "[": () => app.pinNext(-1, false),
    "]": () => app.pinNext(1, false),
    "{": () => app.pinNext(-1, true),
    "}": () => app.pinNext(1, true),
    ",": () => app.linkNext(-1),
    ".": () => app.linkNext(1),
    x: () => toggleCut(store),
    k: () => store.keepHead(layer, head),
    "+": () => app.zoomBy(1),
    "=": () => app.zoomBy(1),
    "-": () => app.zoomBy(-1),
    0: () => app.fit(),
    p: () => app.fullscreen.toggle(),
    "?": () => app.parts.tools.toggleKeys(),
    Escape: () => app.unpin(),
  };
  for (let place = 0; place < FIRST; place++) actions[place + 1] = () => app.parts.ranking.choose(place);
  if (actions[key] === undefined || !store.ready || app.parts.tools.dialog.open) return false;
  store.point(null);
  actions[key]();
  return true;
}

/** Cut the pinned link, or restore it. What a cut changes is worked out by the server: without one there is none.
 * @param {import("../core/store.js").Store} store */
function toggleCut(store) {
  const pairs = pinnedPairs(store.look);
  if (store.alone || pairs.length === 0) return;
  const cuts = toggled(store.look.cuts, pairs, cutPlace(store.look));
  if (cuts.length <= MOST_CUT) store.choose({ cuts });
}
