import assert from "node:assert/strict";
import { test } from "node:test";
import { layerMeans } from "../../attention_viz/view/js/heads/head-depth.js";
import { fitted, hull, nearest } from "../../attention_viz/view/js/heads/head-map.js";
import { sortedRows } from "../../attention_viz/view/js/heads/head-order.js";
import { outOfSight } from "../../attention_viz/view/js/heads/head-scroll.js";
import { digits, percent } from "../../attention_viz/view/js/heads/head-row.js";

const facts = /** @type {any} */ ({
  layers: [0, 0, 1, 1],
  heads: [0, 1, 0, 1],
  patterns: [3, 0, 3, 1],
  columns: { entropy: [1.5, null, 0.5, 1.5], importance: [0.1, 0.4, 0.3, 0.2] },
  map: { x: [0, 1, 2, 3], y: [0, 0, 0, 0], groups: [1, 0, 1, 0] },
});

test("heads are sorted by any column; equal ones stay by layer and head, what has no number comes last", () => {
  assert.deepEqual(sortedRows(facts, { by: "place", down: false }), [0, 1, 2, 3]);
  assert.deepEqual(sortedRows(facts, { by: "place", down: true }), [3, 2, 1, 0]);
  assert.deepEqual(sortedRows(facts, { by: "entropy", down: true }), [0, 3, 2, 1]);
  assert.deepEqual(sortedRows(facts, { by: "entropy", down: false }), [2, 0, 3, 1]);
  assert.deepEqual(sortedRows(facts, { by: "importance", down: true }), [1, 2, 3, 0]);
  assert.deepEqual(sortedRows(facts, { by: "pattern", down: false }), [1, 3, 0, 2]);
  assert.deepEqual(sortedRows(facts, { by: "group", down: false }), [1, 3, 0, 2]);
});

test("a row is out of sight where more than half of it is", () => {
  const rows = Array.from({ length: 10 }, (_, row) => ({ top: 40 * row, bottom: 40 * row + 40 }));
  assert.deepEqual(outOfSight(rows, 0, 400), { above: 0, below: 0 });
  assert.deepEqual(outOfSight(rows, 95, 215), { above: 2, below: 5 });
  assert.deepEqual(outOfSight([], 0, 100), { above: 0, below: 0 });
});

test("numbers that are not there are a dash, not a zero", () => {
  assert.equal(digits(null, 2), "–");
  assert.equal(digits(0, 2), "0.00");
  assert.equal(percent(null), "–");
  assert.equal(percent(0.076), "8 %");
});

test("the map keeps one scale on both axes and stays inside its drawing", () => {
  const points = fitted({ x: [0, 4, 0], y: [0, 0, 3] });
  const side = (/** @type {number} */ i, /** @type {number} */ j) => Math.hypot(points[i].x - points[j].x, points[i].y - points[j].y);
  assert.ok(Math.abs(side(0, 1) / side(0, 2) - 4 / 3) < 1e-9);
  assert.ok(Math.abs(side(1, 2) / side(0, 2) - 5 / 3) < 1e-9);
  assert.ok(points[2].y < points[0].y, "up is up");
  for (const { x, y } of points) assert.ok(x >= 20 && x <= 400 && y >= 20 && y <= 400);
  const [only] = fitted({ x: [7], y: [7] });
  assert.ok(Number.isFinite(only.x) && Number.isFinite(only.y));
});

test("the outline of a group goes round all of its points and through corners alone", () => {
  const square = [{ x: 0, y: 0 }, { x: 2, y: 0 }, { x: 2, y: 2 }, { x: 0, y: 2 }];
  const corners = hull([{ x: 1, y: 1 }, ...square, { x: 1, y: 0 }]);
  assert.equal(corners.length, 4);
  for (const corner of square) assert.ok(corners.some(({ x, y }) => x === corner.x && y === corner.y));
  assert.equal(hull([{ x: 3, y: 3 }]).length, 1);
});

test("an arrow key leads to the nearest head on that side, and stays where there is none", () => {
  const points = [{ x: 0, y: 0 }, { x: 10, y: 1 }, { x: 4, y: 30 }, { x: -5, y: 0 }];
  assert.equal(nearest(points, 0, [1, 0]), 1);
  assert.equal(nearest(points, 0, [-1, 0]), 3);
  assert.equal(nearest(points, 0, [0, 1]), 2);
  assert.equal(nearest(points, 0, [0, -1]), 0);
  assert.equal(nearest(points, -1, [1, 0]), 0);
});

test("every head of a map can be reached by arrow keys", () => {
  let seed = 20;
  const random = () => (seed = (seed * 16807) % 2147483647) / 2147483647;
  const points = Array.from({ length: 72 }, () => ({ x: random(), y: random() }));
  const reached = new Set([0]);
  for (const from of reached) {
    for (const arrow of /** @type {[number, number][]} */ ([[1, 0], [-1, 0], [0, 1], [0, -1]])) reached.add(nearest(points, from, arrow));
  }
  assert.ok(reached.size >= 68, `${reached.size} of 72`);
});

test("the mean of a layer is over the heads that have a number", () => {
  assert.deepEqual(layerMeans([0, 0, 1, 1], [1, 3, null, 5]), [2, 5]);
  assert.deepEqual(layerMeans([0, 1], [1, null]), [1, null]);
});
