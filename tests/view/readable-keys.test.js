import assert from "node:assert/strict";
import { test } from "node:test";
import { groups } from "../../attention_viz/view/js/core/matrix.js";
import { ReadableKeys, readableKeysOf } from "../../attention_viz/view/js/core/readable-keys.js";
import { Store } from "../../attention_viz/view/js/core/store.js";
import { topOf } from "../../attention_viz/view/js/live/table.js";
import { firstFrame } from "./texts.js";

/** @typedef {import("../../attention_viz/view/js/core/readable-keys.js").Stripe} Stripe */

const CAUSAL = /** @type {Stripe} */ ([0, 6, 0, 0, 1, 1]);
const each = groups(6, [0, 6]);
const grid = (/** @type {Uint8Array | null} */ cells, /** @type {number} */ columns) =>
  cells && Array.from({ length: cells.length / columns }, (_, row) => [...cells.subarray(row * columns, (row + 1) * columns)].join(""));

test("later tokens are hidden where a query reads up to itself", () => {
  assert.deepEqual(grid(new ReadableKeys([CAUSAL]).hidden(each, each), 6), ["011111", "001111", "000111", "000011", "000001", "000000"]);
});

test("a band and the first token stay open", () => {
  const readable = new ReadableKeys([[0, 6, 0, 0, 1, 0], [2, 6, 1, 1, 3, 1], [1, 2, 1, 0, 2, 0]]);
  assert.deepEqual(grid(readable.hidden(each, each), 6), ["011111", "001111", "000111", "010011", "011001", "011100"]);
});

test("a group is hidden only where all of it is", () => {
  assert.deepEqual(grid(new ReadableKeys([CAUSAL]).hidden(groups(2, [0, 6]), groups(3, [0, 6])), 3), ["001", "000"]);
  assert.equal(new ReadableKeys([CAUSAL]).hidden(groups(1, [0, 6]), each), null);
});

test("a part of a text has its own part of the mask", () => {
  assert.deepEqual(grid(new ReadableKeys([CAUSAL]).hidden(groups(2, [1, 3]), groups(3, [1, 4])), 3), ["011", "001"]);
});

test("a key left out has no column", () => {
  assert.deepEqual(grid(new ReadableKeys([CAUSAL]).hidden(each.slice(0, 3), [each[0], each[2]]), 2), ["01", "01", "00"]);
});

test("a query in no stripe may read nothing", () => {
  assert.deepEqual(grid(new ReadableKeys([[0, 1, 0, 0, 2, 0]]).hidden(groups(2, [0, 2]), groups(2, [0, 2])), 2), ["00", "11"]);
});

test("of all layers together, what one of them may read is open", () => {
  const near = /** @type {Stripe[]} */ ([[0, 6, 0, 1, 1, 1]]);
  const byLayer = { kinds: [near, [CAUSAL]], layers: [0, 1, 0] };
  assert.deepEqual(grid(/** @type {ReadableKeys} */ (readableKeysOf(byLayer, 2)).hidden(each, each), 6)?.[1], "101111");
  assert.deepEqual(grid(/** @type {ReadableKeys} */ (readableKeysOf(byLayer, -1)).hidden(each, each), 6)?.[1], "001111");
  assert.equal(readableKeysOf({ kinds: [near, null], layers: [0, 1] }, -1), null);
  assert.equal(readableKeysOf({ kinds: [near, null], layers: [0, 1] }, 1), null);
});

test("matrices know what may not be read, through filters and as small pictures too", () => {
  const store = new Store();
  const readable = { kinds: [null, /** @type {Stripe[]} */ ([[0, 3, 0, 0, 1, 1]])], layers: [0, 1] };
  const weights = [[1, 0, 0], [0.5, 0.5, 0], [0.25, 0.25, 0.5]];
  const first = firstFrame({ texts: ["[CLS]", "a", "[SEP]"], heads: [1, 1], weights, readable });
  store.read(new Map(Object.entries({ first, look: { serial: 1, text: "one", look: { layer: 1, head: 0 } } })));
  const shown = /** @type {import("../../attention_viz/view/js/core/matrix.js").Matrix} */ (store.shown());
  assert.deepEqual(grid(shown.hidden, 3), ["011", "001", "000"]);
  assert.deepEqual([shown.isHidden(0, 1), shown.isHidden(1, 1), shown.isClosed([0, 1], 2), shown.isClosed([], 2)], [true, false, true, false]);
  assert.equal(store.matrix(0, 0)?.hidden, null);
  store.choose({ exclude: ["special"] });
  assert.deepEqual(grid(store.shown()?.hidden ?? null, 1), ["1", "0", "0"]);
  store.choose({ exclude: [], average: "layers" });
  assert.equal(store.shown()?.hidden, null);
});

test("the list leaves out what may not be read, not what is merely weak", () => {
  assert.deepEqual(topOf(Float64Array.of(0.1, 0, 0.9, 0), 9, (place) => place === 3), [2, 0, 3]);
});
