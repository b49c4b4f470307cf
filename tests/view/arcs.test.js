import assert from "node:assert/strict";
import { test } from "node:test";
import { chooseArcs, shareOf } from "../../attention_viz/view/js/text/arc-choice.js";
import { curveBetween, halfway, linesOf, rise, written } from "../../attention_viz/view/js/text/arc-path.js";
import { between } from "../../attention_viz/view/js/text/motion.js";
import { strongestContentLink } from "../../attention_viz/view/js/core/content.js";
import { dimensions, matrix, tokens } from "./texts.js";

const TEXTS = ["[CLS]", "the", "animal", "it", ".", "[SEP]"];
const SPECIAL = tokens(TEXTS).special;
const WEIGHTS = [
  [1, 0, 0, 0, 0, 0],
  [0.1, 0.1, 0.1, 0.1, 0.6, 0],
  [0.5, 0, 0.5, 0, 0, 0],
  [0.2, 0.04, 0.6, 0.1, 0.02, 0.04],
  [0, 0, 0, 0, 0, 1],
  [1, 0, 0, 0, 0, 0],
];
const box = (/** @type {number} */ left, /** @type {number} */ top) => ({ left, top, width: 10, height: 20 });

test("arcs lead to what is read but for special tokens, weakest first, the strongest opaque", () => {
  const { arcs, cut } = chooseArcs(matrix(WEIGHTS), [3], SPECIAL, { threshold: 0, keys: [] });
  assert.deepEqual(arcs.map(({ query, key }) => [query, key]), [[3, 1], [3, 3], [3, 2]]);
  assert.equal(arcs.at(-1)?.strength, 1);
  assert.ok(Math.abs(arcs[0].weight - 0.04) < 1e-4);
  assert.equal(cut, false);
});

test("what is faint beside the strongest, or below the threshold, is not drawn, and the bound is told", () => {
  const faint = chooseArcs(matrix(WEIGHTS), [3], SPECIAL, { threshold: 0, keys: [] });
  assert.ok(Math.abs(faint.least - 0.03) < 1e-4); // 0.05 of 0.6
  const { arcs, least } = chooseArcs(matrix(WEIGHTS), [3], SPECIAL, { threshold: 0.5, keys: [] });
  assert.deepEqual([arcs.map(({ key }) => key), least], [[2], 0.5]);
  assert.deepEqual(chooseArcs(matrix(WEIGHTS), [0], SPECIAL, { threshold: 0, keys: [] }).arcs, []);
});

test("of many arcs of all tokens that read only the strongest are drawn", () => {
  const { arcs, cut, least } = chooseArcs(matrix(WEIGHTS), [2, 3], SPECIAL, { threshold: 0, keys: [] }, 2);
  assert.deepEqual(arcs.map(({ query, key }) => [query, key]), [[2, 2], [3, 2]]);
  assert.equal(cut, true);
  assert.ok(Math.abs(least - 0.5) < 1e-4);
});

test("the arc of a pinned link is drawn however faint, and lies opaque on the others", () => {
  const { arcs } = chooseArcs(matrix(WEIGHTS), [3], SPECIAL, { threshold: 0.5, keys: [4] });
  assert.deepEqual(arcs.map(({ key, strength }) => [key, strength]), [[2, 0.5], [4, 1]]);
});

test("the share of a key is the mean over the tokens that read, and not known of what is left out", () => {
  assert.ok(Math.abs((shareOf(matrix(WEIGHTS), [2, 3], 0) ?? 0) - 0.35) < 1e-4);
  assert.equal(shareOf(matrix(WEIGHTS), [2], 9), null);
  assert.equal(shareOf(matrix(WEIGHTS), [], 0), null);
});

test("the strongest link of two content tokens counts neither special ones, punctuation nor a token itself", () => {
  const { row, column } = strongestContentLink(matrix(WEIGHTS), dimensions({ texts: TEXTS }));
  assert.deepEqual([row, column], [3, 2]);
});

test("a text without content tokens has the strongest link of all", () => {
  const { row, column } = strongestContentLink(matrix([[0.3, 0.7], [0.5, 0.5]]), dimensions({ texts: ["[CLS]", "."] }));
  assert.deepEqual([row, column], [0, 1]);
});

test("where others are read than read, a token and the one at its place are two", () => {
  const both = { ...dimensions({ texts: ["a", "b"] }), keys: tokens(["c", "d"]) };
  assert.deepEqual(strongestContentLink(matrix([[0.9, 0.1], [0.5, 0.5]]), both).column, 0);
});

test("an arc on one line rises above it, higher the farther it leads, and no higher than there is room", () => {
  const [from, near, far] = [box(0, 100), box(50, 100), box(390, 100)];
  const height = (/** @type {import("../../attention_viz/view/js/text/arc-path.js").Box} */ to) => 100 - halfway(curveBetween(from, to, 60, 400)).y;
  assert.ok(height(near) > 0 && height(near) < height(far));
  assert.ok(Math.abs(height(far) - 60 * rise(390, 400)) < 1e-9);
  assert.ok(height(far) <= 60);
  assert.ok(height(from) > 0); // a token that reads itself
});

test("an arc runs from the middle of the query to the middle of the key, also where that stands before it", () => {
  for (const [from, to] of [[box(0, 100), box(200, 100)], [box(200, 100), box(0, 100)]]) {
    const [begin, , , end] = curveBetween(from, to, 60, 400);
    assert.deepEqual([begin, end], [{ x: from.left + 5, y: 100 }, { x: to.left + 5, y: 100 }]);
  }
});

test("an arc between lines stays in the room between them", () => {
  const [above, below] = [box(0, 100), box(80, 200)];
  for (const [from, to] of [[above, below], [below, above]]) {
    for (const { y } of curveBetween(from, to, 60, 400)) assert.ok(y >= 120 && y <= 200);
  }
});

test("lines are counted by where tokens stand, and a smaller one stands in the same line", () => {
  assert.equal(linesOf([box(0, 0), box(20, 3), box(0, 60), box(40, 60)]), 2);
  assert.equal(linesOf([]), 0);
});

test("a curve is written for SVG", () => {
  assert.equal(written([{ x: 0, y: 1 }, { x: 2, y: 3 }, { x: 4, y: 5 }, { x: 6, y: 7.25 }]), "M0.0 1.0 C2.0 3.0 4.0 5.0 6.0 7.3");
});

test("on the way from old to new numbers each has gone the same share", () => {
  assert.deepEqual(between([0, 10], [10, 20], 0.5), [5, 15]);
  assert.deepEqual(between([0, 10], [10, 20], 1), [10, 20]);
});
