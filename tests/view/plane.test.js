import assert from "node:assert/strict";
import { test } from "node:test";
import { groups, Matrix } from "../../attention_viz/view/js/core/matrix.js";
import { Plane } from "../../attention_viz/view/js/heatmap/plane.js";
import { windowFor } from "../../attention_viz/view/js/heatmap/window.js";

/** @param {number} cells @param {number} tokens @param {number} [start] */
const pooled = (cells, tokens, start = 0) => {
  const spans = groups(cells, [start, start + tokens]);
  return new Matrix(new Uint16Array(cells * cells), 65535, cells === tokens ? "exact" : "max", spans, spans);
};

test("the slots of a short text are its rows and columns, without those left out", () => {
  const plane = new Plane(new Matrix(new Uint16Array(2), 65535, "exact", [[0, 1]], [[1, 2], [3, 4]]), undefined);
  assert.deepEqual([plane.rows, plane.columns], [1, 2]);
  assert.deepEqual(plane.keys(1), [3, 4]);
  assert.deepEqual([plane.columnOf(3), plane.columnOf(2), plane.columnOf(null)], [1, -1, -1]);
});

test("the slots of a pooled text are its tokens", () => {
  const plane = new Plane(pooled(4, 10), undefined);
  assert.deepEqual([plane.rows, plane.columns, plane.grain], [10, 10, 2.5]);
  assert.deepEqual(plane.queries(7), [7, 8]);
  assert.deepEqual(plane.cell(7, 0)?.row, 3);
});

test("a tile lies where its tokens are, over the whole", () => {
  const [whole, tile] = [pooled(4, 40), pooled(6, 6, 20)];
  const plane = new Plane(whole, tile);
  assert.deepEqual(plane.patches.map(({ row, rows }) => [row, rows]), [[0, 40], [20, 6]]);
  assert.equal(plane.cell(22, 25)?.matrix, tile);
  assert.equal(plane.cell(22, 26)?.matrix, whole);
});

test("a short text needs no tile", () => assert.equal(new Plane(pooled(8, 8), pooled(2, 2)).patches.length, 1));

const seen = (/** @type {number} */ start, /** @type {number} */ stop) => ({
  rows: /** @type {[number, number]} */ ([start, stop]),
  columns: /** @type {[number, number]} */ ([start, stop]),
});

test("nothing is asked for while the whole is as sharp as a picture of what is seen", () => {
  assert.equal(windowFor(seen(0, 8192), 8192, 8192, 16, undefined), null);
  assert.equal(windowFor(seen(0, 700), 700, 700, 1.37, undefined), null);
});

test("what is asked for covers what is seen, with a margin, inside the text", () => {
  for (const [start, stop] of [[0, 50], [4000, 4050], [8100, 8192], [1000, 2600]]) {
    const window = windowFor(seen(start, stop), 8192, 8192, 16, undefined);
    assert.ok(window !== null);
    for (const [first, last] of [window.rows, window.columns]) {
      assert.ok(0 <= first && first <= start && stop <= last && last <= 8192, `${first} ${last} for ${start} ${stop}`);
    }
  }
  assert.deepEqual(windowFor(seen(4000, 4050), 8192, 8192, 16, undefined)?.rows, [3776, 4288]);
});

test("a tile that covers what is seen, and is sharp enough, is enough", () => {
  const tile = pooled(512, 512, 3776);
  assert.equal(windowFor(seen(4000, 4050), 8192, 8192, 16, tile), null);
  assert.equal(windowFor(seen(3780, 3800), 8192, 8192, 16, tile), null);
  assert.notEqual(windowFor(seen(4280, 4300), 8192, 8192, 16, tile), null);
  assert.notEqual(windowFor(seen(4000, 4050), 8192, 8192, 16, pooled(512, 2048, 3072)), null);
});

test("the same place is asked for in the same words", () => {
  assert.deepEqual(windowFor(seen(4000, 4050), 8192, 8192, 16, undefined), windowFor(seen(4003, 4053), 8192, 8192, 16, undefined));
});
