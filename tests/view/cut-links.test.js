/** The cut links of a look: kept inside what there is, gone with their tokens, and cut or restored by a key. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { press } from "../../attention_viz/view/js/live/keys.js";
import { Store } from "../../attention_viz/view/js/core/store.js";
import { firstFrame } from "./texts.js";

const TEXT = { texts: ["[CLS]", "sun", "shone"], heads: [2, 3], weights: [[0.5, 0.3, 0.2], [0.1, 0.1, 0.8], [0.6, 0.2, 0.2]] };

/** @param {object} look @param {object} [text] */
function reading(look, text = {}) {
  const store = new Store();
  store.read(new Map(Object.entries({ first: firstFrame({ ...TEXT, ...text }), look: { serial: 1, text: "one", look } })));
  return store;
}

/** @param {Store} store */
function pressX(store) {
  const app = /** @type {any} */ ({ store, parts: { overview: {}, tools: { dialog: { open: false } } } });
  assert.equal(press(app, /** @type {any} */ ({ key: "x", shiftKey: false })), true);
}

test("a cut link stays inside what there is", () => {
  const cuts = [[1, 2, 1, 2], [0, 2, 1, 2], [2, 0, 1, 2], [null, 2, 1, 2], [null, null, 1, 3], [null, null, 3, 1]];
  assert.deepEqual(reading({ cuts }).look.cuts, [[1, 2, 1, 2], [null, 2, 1, 2]]);
});

test("a cut link goes with its text unless both tokens stand where they stood", () => {
  const store = reading({ cuts: [[null, null, 1, 0], [1, 2, 2, 1]] });
  store.read(new Map(Object.entries({ first: firstFrame({ ...TEXT, texts: ["[CLS]", "sun", "rose"], text: "two" }) })));
  assert.deepEqual(store.look.cuts, [[null, null, 1, 0]]);
});

test("the key x cuts the pinned link where it was chosen, and restores it; without a server it does nothing", () => {
  const store = reading({ layer: 1, head: 2, queries: [2], keys: [1], cut_scope: "layer" });
  pressX(store);
  assert.deepEqual(store.look.cuts, [[1, null, 2, 1]]);
  assert.deepEqual([store.cutPairs([1, 0]), store.cutPairs([0, 0]), store.cutPairs([-1, 0])], [[[2, 1]], [], []]);
  pressX(store);
  assert.deepEqual(store.look.cuts, []);
  store.alone = true;
  pressX(store);
  assert.deepEqual(store.look.cuts, []);
});
