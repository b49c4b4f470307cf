import assert from "node:assert/strict";
import { test } from "node:test";
import { strongestLines } from "../../attention_viz/view/js/lines/strongest.js";
import { matrix } from "./texts.js";

const ALL = { queries: [], key: null };
const WEIGHTS = [
  [0.5, 0.3, 0.2],
  [0.1, 0.001, 0.899],
];
const ends = (/** @type {import("../../attention_viz/view/js/lines/strongest.js").Strand[]} */ lines) => lines.map(({ row, column }) => [row, column]);

test("the strongest line of a selection is fully strong, of one head or of several", () => {
  const faint = matrix([[0.01, 0.02, 0.97]]);
  for (const chosen of [ALL, { queries: [0], key: null }, { queries: [], key: 1 }]) {
    for (const heads of [[matrix(WEIGHTS)], [faint, matrix(WEIGHTS)], Array(12).fill(faint)]) {
      const all = strongestLines(heads, chosen, 0).lines.flat();
      assert.equal(Math.max(...all.map(({ strength }) => strength)), 1);
    }
  }
});

test("a pinned token leaves only its lines, a key only those that lead to it", () => {
  const of = (/** @type {any} */ chosen) => ends(strongestLines([matrix(WEIGHTS)], chosen, 0).lines[0]);
  assert.deepEqual(of({ queries: [0], key: null }), [[0, 2], [0, 1], [0, 0]]);
  assert.deepEqual(of({ queries: [], key: 0 }), [[1, 0], [0, 0]]);
});

test("the weakest come first, so that the strongest lie on top", () => {
  const [lines] = strongestLines([matrix(WEIGHTS)], ALL, 0).lines;
  lines.slice(1).forEach(({ strength }, i) => assert.ok(strength >= lines[i].strength));
});

test("what is below the threshold is left out, and the bound is said", () => {
  const { lines: [lines], least } = strongestLines([matrix(WEIGHTS)], ALL, 0.25);
  assert.deepEqual(ends(lines), [[0, 1], [0, 0], [1, 2]]);
  assert.ok(Math.abs(least - 0.25) < 1e-4);
});

test("above the highest weight a threshold leaves no line", () => {
  assert.deepEqual(strongestLines([matrix(WEIGHTS)], ALL, 0.9).lines, [[]]);
  assert.equal(strongestLines([matrix(WEIGHTS)], ALL, 0.89).lines[0].length, 1);
  const none = (/** @type {number} */ threshold, /** @type {[number, number]} */ seen) => strongestLines([matrix(WEIGHTS)], ALL, threshold, seen).none;
  assert.deepEqual([none(0.9, [0, 3]), none(0, [0, 3]), none(0, [5, 9])], [true, false, false]);
});

test("at most 600 lines are drawn, the strongest", () => {
  const n = 100;
  const weights = Array.from({ length: n }, (_, r) => Array.from({ length: n }, (_, c) => 0.5 + (r * n + c) / (2 * n * n)));
  const [lines] = strongestLines([matrix(weights)], ALL, 0).lines;
  assert.ok(lines.length <= 600 && lines.length > 500);
  assert.deepEqual(ends(lines).at(-1), [n - 1, n - 1]);
});

test("where more weights are equal than lines are drawn, the picture is not empty", () => {
  const [lines] = strongestLines([matrix(Array.from({ length: 30 }, () => Array(30).fill(1 / 30)))], ALL, 0).lines;
  assert.equal(lines.length, 900);
  assert.ok(lines.every(({ strength }) => strength === 1));
});

test("lines with an end in sight are drawn, the strongest of all is the measure", () => {
  const head = matrix([[0.4, 0, 0.6], [0, 0.5, 0.5], [0.1, 0, 0.9]]);
  const [lines] = strongestLines([head], ALL, 0, [0, 1]).lines;
  assert.deepEqual(ends(lines), [[2, 0], [0, 0], [0, 2]]);
  assert.ok(Math.abs(lines[2].strength - 0.6 / 0.9) < 1e-3);
});

test("a head that reads nothing has no lines", () => {
  assert.deepEqual(strongestLines([matrix([[0, 0], [0, 0]])], ALL, 0).lines, [[]]);
});

test("with more than 40 strong lines all are thin, and a token's own are thick again", () => {
  const reads = (/** @type {number} */ n) => matrix(Array.from({ length: n }, () => [0.9, 0.1, ...Array(n - 2).fill(0)]));
  assert.equal(strongestLines([reads(40)], ALL, 0).crowded, false);
  assert.equal(strongestLines([reads(41)], ALL, 0).crowded, true);
  assert.equal(strongestLines([reads(25), reads(25)], ALL, 0).crowded, true);
  assert.equal(strongestLines([reads(41)], { queries: [7], key: null }, 0).crowded, false);
});
