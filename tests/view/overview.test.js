import assert from "node:assert/strict";
import { test } from "node:test";
import { drawRank } from "../../attention_viz/view/js/overview/tiles.js";
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

test("the rank of a head hides no dot: over a small picture whose links are cut it has one of its own", () => {
  const theme = /** @type {import("../../attention_viz/view/js/core/theme.js").Theme} */ ({ zoom: 1, ground: "white", accent: "red", font: "sans" });
  const dots = (/** @type {number} */ size, /** @type {boolean} */ isCut) => {
    let arcs = 0;
    const nothing = () => {};
    const context = /** @type {CanvasRenderingContext2D} */ (/** @type {unknown} */ ({ fillRect: nothing, fillText: nothing, beginPath: nothing, fill: nothing, arc: () => (arcs += 1) }));
    drawRank(context, theme, 0, 0, size, 1, isCut);
    return arcs;
  };
  assert.equal(dots(12, false), 0);
  assert.ok(dots(12, true) > 0);
  assert.equal(dots(40, true), 0);
});
