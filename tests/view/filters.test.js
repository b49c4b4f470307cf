import assert from "node:assert/strict";
import { test } from "node:test";
import { mean, removedShare, filtered } from "../../attention_viz/view/js/core/filters.js";
import { matrix, dimensions } from "./texts.js";

const TEXT = dimensions({ texts: ["[CLS]", "sun", ".", "[SEP]"] });
const HEAD = matrix([
  [0.4, 0.3, 0.2, 0.1],
  [0.7, 0.1, 0.1, 0.1],
  [0.25, 0.25, 0.25, 0.25],
  [0.0, 0.0, 0.0, 1.0],
]);
/** @type {import("../../attention_viz/view/js/core/filters.js").Filters} */
const NONE = { exclude: [], renormalise: false, pairs: "all" };

/** @param {import("../../attention_viz/view/js/core/matrix.js").Matrix} head */
const rows = (head) => Array.from({ length: head.rows }, (_, r) => Array.from({ length: head.columns }, (_, c) => head.weight(r, c)));
/** @param {number[][]} found @param {number[][]} expected */
const close = (found, expected) => {
  assert.deepEqual(found.map((row) => row.length), expected.map((row) => row.length));
  found.flat().forEach((value, i) => assert.ok(Math.abs(value - expected.flat()[i]) < 5e-5, `${value}`));
};

test("without filters it is the same matrix", () => assert.equal(filtered(HEAD, TEXT, NONE), HEAD));

test("special tokens and punctuation are left out as keys, not as queries", () => {
  const specials = filtered(HEAD, TEXT, { ...NONE, exclude: ["special"] });
  close(rows(specials), [[0.3, 0.2], [0.1, 0.1], [0.25, 0.25], [0, 0]]);
  assert.deepEqual(specials.keys, [[1, 2], [2, 3]]);
  close(rows(filtered(HEAD, TEXT, { ...NONE, exclude: ["special", "punctuation"] })), [[0.3], [0.1], [0.25], [0]]);
});

test("what is left sums to 1 again where something is left", () => {
  const renormalised = filtered(HEAD, TEXT, { ...NONE, exclude: ["special"], renormalise: true });
  close(rows(renormalised), [[0.6, 0.4], [0.5, 0.5], [0.5, 0.5], [0, 0]]);
});

test("the share removed is the mean over queries", () => {
  const share = removedShare(HEAD, TEXT.keys, ["special"]);
  assert.ok(Math.abs(share - (0.5 + 0.8 + 0.5 + 1) / 4) < 1e-4);
  assert.equal(removedShare(HEAD, TEXT.keys, []), 0);
});

test("everything can be left out", () => {
  const only = dimensions({ texts: ["[CLS]", "[SEP]"] });
  const nothing = filtered(matrix([[0.5, 0.5], [0.2, 0.8]]), only, { ...NONE, exclude: ["special"], renormalise: true });
  assert.deepEqual([nothing.rows, nothing.columns, nothing.peak()], [2, 0, 0]);
});

test("of a pair, one direction is shown", () => {
  const pair = dimensions({ texts: ["a", "b", "c"], more: { segments: [0, 0, 1] } });
  const head = matrix([[0.5, 0.3, 0.2], [0.1, 0.1, 0.8], [0.6, 0.2, 0.2]]);
  const expected = {
    AA: [[0.5, 0.3, 0], [0.1, 0.1, 0], [0, 0, 0]],
    AB: [[0, 0, 0.2], [0, 0, 0.8], [0, 0, 0]],
    BA: [[0, 0, 0], [0, 0, 0], [0.6, 0.2, 0]],
    BB: [[0, 0, 0], [0, 0, 0], [0, 0, 0.2]],
  };
  for (const [pairs, weights] of Object.entries(expected)) {
    close(rows(filtered(head, pair, { ...NONE, pairs: /** @type {any} */ (pairs) })), weights);
  }
});

test("the mean of heads is the mean of their weights, not of their roots", () => {
  close(rows(mean([matrix([[1, 0]]), matrix([[0.5, 0.5]]), matrix([[0, 1]])])), [[0.5, 0.5]]);
});

test("numbers made from two digits are not said to four", () => {
  const coarse = matrix([[0.4, 0.6]], 255);
  const text = dimensions({ texts: ["[CLS]", "a"] });
  assert.equal(filtered(coarse, text, { ...NONE, exclude: ["special"] }).exact, false);
  assert.equal(mean([coarse, matrix([[0.4, 0.6]])]).exact, false);
  assert.equal(filtered(HEAD, TEXT, { ...NONE, exclude: ["special"] }).exact, true);
});

test("in one direction of a pair the mean is over those who read, and only those who are read are listed", () => {
  const pair = dimensions({ texts: ["a", "b", "c"], more: { segments: [0, 0, 1] } });
  const head = matrix([[0.5, 0.3, 0.2], [0.1, 0.1, 0.8], [0.6, 0.2, 0.2]]);
  const shown = filtered(head, pair, { ...NONE, pairs: "AB" });
  close([[...shown.received([])]], [[0, 0, 0.5]]);
  assert.deepEqual([0, 1, 2].map((column) => shown.isListed([], column)), [false, false, true]);
  assert.deepEqual([0, 1, 2].map((column) => shown.isListed([2], column)), [false, false, false]);
  assert.deepEqual([0, 1, 2].map((column) => shown.isListed([1, 2], column)), [false, false, true]);
  assert.deepEqual([0, 1, 2].map((column) => head.isListed([2], column)), [true, true, true]);
});
