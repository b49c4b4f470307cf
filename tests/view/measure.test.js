import assert from "node:assert/strict";
import { test } from "node:test";
import { distance, entropy, shareOn, sorted } from "../../attention_viz/view/js/core/measure.js";
import { matrix, dimensions } from "./texts.js";

const close = (/** @type {number} */ found, /** @type {number} */ expected) => assert.ok(Math.abs(found - expected) < 1e-4, `${found}`);
const UNIFORM = matrix([[0.25, 0.25, 0.25, 0.25], [0.25, 0.25, 0.25, 0.25]]);
const SHARP = matrix([[0, 0, 0, 1], [1, 0, 0, 0]]);

test("entropy is nothing for a single key and the logarithm of their number for all alike", () => {
  close(entropy(SHARP), 0);
  close(entropy(UNIFORM), Math.log(4));
  close(entropy(matrix([[0.5, 0.5, 0, 0], [1, 0, 0, 0]])), Math.log(2) / 2);
});

test("distance is the number of tokens between query and key", () => {
  close(distance(SHARP), (3 + 1) / 2);
  close(distance(matrix([[1, 0], [0, 1]])), 0);
});

test("the share on some keys is the mean over queries", () => close(shareOn(SHARP, ([key]) => key === 3), 0.5));

test("heads are sorted by a measure, those that are equal stay in place", () => {
  const heads = /** @type {[number, number][]} */ ([[0, 0], [0, 1], [1, 0], [1, 1]]);
  const text = dimensions({ texts: ["[CLS]", "a", "b", "c"] });
  const of = (/** @type {number} */ layer, /** @type {number} */ head) => (head === layer ? UNIFORM : SHARP);
  const order = (/** @type {any} */ by) => sorted(heads, by, text, of).map(String);
  assert.deepEqual(order("place"), ["0,0", "0,1", "1,0", "1,1"]);
  assert.deepEqual(order("sharp"), ["0,1", "1,0", "0,0", "1,1"]);
  assert.deepEqual(order("far"), ["0,1", "1,0", "0,0", "1,1"]);
  assert.deepEqual(order("special"), ["0,1", "1,0", "0,0", "1,1"]);
});
