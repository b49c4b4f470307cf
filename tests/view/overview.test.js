import assert from "node:assert/strict";
import { test } from "node:test";
import { headsOf, layersOf, arranged, cellBeside } from "../../attention_viz/view/js/overview/overview.js";

const HEADS = [2, 3, 1];
const beside = (/** @type {ReturnType<typeof arranged>} */ cells, /** @type {number[]} */ [layer, head], /** @type {number} */ across, /** @type {number} */ down) => {
  const found = cellBeside(cells, layer, head, across, down);
  return [found.layer, found.head];
};

test("by layer and head, arrows move along the layer and from layer to layer, and stop at the edge", () => {
  const cells = arranged(headsOf(HEADS), HEADS, "place");
  assert.deepEqual(beside(cells, [1, 1], 1, 0), [1, 2]);
  assert.deepEqual(beside(cells, [1, 2], 1, 0), [1, 2]);
  assert.deepEqual(beside(cells, [0, 0], -1, 0), [0, 0]);
  assert.deepEqual(beside(cells, [0, 1], 0, 1), [1, 1]);
  assert.deepEqual(beside(cells, [0, 1], 0, -1), [0, 1]);
});

test("a layer with fewer heads is entered at its last one", () => {
  assert.deepEqual(beside(arranged(headsOf(HEADS), HEADS, "place"), [1, 2], 0, 1), [2, 0]);
});

test("in another order, arrows move as the small pictures stand", () => {
  const order = /** @type {[number, number][]} */ ([[1, 2], [0, 1], [2, 0], [0, 0], [1, 0], [1, 1]]);
  const cells = arranged(order, HEADS, "sharp");
  assert.deepEqual(beside(cells, [1, 2], 1, 0), [0, 1]);
  assert.deepEqual(beside(cells, [0, 1], 0, 1), [1, 0]);
  assert.deepEqual(beside(cells, [1, 1], 0, -1), [2, 0]);
});

test("a layer without heads has no row: arrows lead over it", () => {
  const heads = [0, 2, 0, 0, 3];
  assert.deepEqual(layersOf(heads), [1, 4]);
  const cells = arranged(headsOf(heads), heads, "place");
  assert.deepEqual(cells.map(({ row }) => row), [0, 0, 1, 1, 1]);
  assert.deepEqual(beside(cells, [1, 1], 0, 1), [4, 1]);
  assert.deepEqual(beside(cells, [4, 2], 0, -1), [1, 1]);
});
