import assert from "node:assert/strict";
import { test } from "node:test";
import { fromBlock, groups, Matrix, shrink } from "../../attention_viz/view/js/core/matrix.js";
import { matrix } from "./texts.js";

const close = (/** @type {Iterable<number>} */ found, /** @type {number[]} */ expected) => {
  assert.equal([...found].length, expected.length);
  [...found].forEach((value, i) => assert.ok(Math.abs(value - expected[i]) < 2e-5, `${value} is not ${expected[i]}`));
};

const WEIGHTS = [
  [0.5, 0.3, 0.2],
  [0.1, 0.0, 0.9],
];

test("a weight is the square of its root", () => {
  const head = matrix(WEIGHTS);
  close([head.weight(0, 1), head.weight(1, 2), head.weight(1, 1)], [0.3, 0.9, 0]);
});

test("the strongest link is found in all rows and in one", () => {
  const head = matrix(WEIGHTS);
  const { row, column } = head.strongest(null);
  assert.deepEqual([row, column], [1, 2]);
  assert.equal(head.strongest(0).column, 0);
  close([head.peak()], [0.9]);
});

test("what a key receives is the mean over all queries, or the sum over those that are named", () => {
  const head = matrix(WEIGHTS);
  close(head.received([]), [0.3, 0.15, 0.55]);
  close(head.received([1]), [0.1, 0, 0.9]);
  close(head.received([0, 1]), [0.6, 0.3, 1.1]);
});

test("two digits are known from one byte, four from two, none of a pooled text", () => {
  assert.equal(matrix(WEIGHTS).exact, true);
  assert.equal(matrix(WEIGHTS, 255).exact, false);
  assert.equal(new Matrix(new Uint16Array(1), 65535, "max", [[0, 9]], [[0, 9]]).exact, false);
});

test("groups share tokens as evenly as whole tokens allow", () => {
  assert.deepEqual(groups(3, [0, 7]), [[0, 2], [2, 4], [4, 7]]);
  assert.deepEqual(groups(2, [10, 14]), [[10, 12], [12, 14]]);
  for (const [n, size] of [[1, 1], [5, 5], [64, 1000], [7, 512]]) {
    const all = groups(n, [0, size]);
    assert.equal(all[0][0], 0);
    assert.equal(all[n - 1][1], size);
    all.slice(1).forEach(([start], i) => assert.equal(start, all[i][1]));
  }
});

test("a token is found in the row of its group, and nowhere when it is outside", () => {
  const head = new Matrix(new Uint16Array(3), 65535, "max", groups(3, [0, 7]), [[0, 7]]);
  assert.deepEqual([0, 1, 2, 3, 4, 6, 7, -1].map((token) => head.rowOf(token)), [0, 0, 1, 1, 2, 2, -1, -1]);
});

test("a token left out between others has no column", () => {
  const head = new Matrix(new Uint16Array(2), 65535, "exact", [[0, 1]], [[1, 2], [4, 5]]);
  assert.deepEqual([0, 1, 2, 4].map((token) => head.columnOf(token)), [-1, 0, -1, 1]);
});

test("the matrices of a block are its parts, in the order of its heads", () => {
  const [first, second] = fromBlock({
    heads: [[0, 0], [0, 1]], rows: [0, 1], columns: [0, 2], shape: [2, 1, 2], pool: "exact", top: 255,
    values: Uint8Array.of(255, 0, 0, 255),
  });
  assert.deepEqual([first.weight(0, 0), first.weight(0, 1), second.weight(0, 0), second.weight(0, 1)], [1, 0, 0, 1]);
});

test("shrinking keeps the highest of each group, wherever it stands", () => {
  for (let needle = 0; needle < 100; needle++) {
    const values = new Uint8Array(100);
    values[needle] = 200;
    const small = shrink({ values, rows: 10, columns: 10, top: 255 }, 3);
    const found = small.values.indexOf(200);
    const spans = groups(3, [0, 10]);
    const inside = (/** @type {number} */ place, /** @type {[number, number]} */ [start, stop]) => place >= start && place < stop;
    assert.ok(inside(Math.floor(needle / 10), spans[Math.floor(found / 3)]));
    assert.ok(inside(needle % 10, spans[found % 3]));
    assert.equal(small.values.filter((value) => value > 0).length, 1);
  }
});

test("what is small enough is not copied", () => {
  const cells = { values: new Uint8Array(4), rows: 2, columns: 2, top: 255 };
  assert.equal(shrink(cells, 2), cells);
});
