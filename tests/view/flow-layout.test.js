import assert from "node:assert/strict";
import { test } from "node:test";
import { barsOf, planOf, ribbonAt, ribbonsOf, same, stepTo, xAt, xOf, yOf } from "../../attention_viz/view/js/flow/layout.js";

/** @type {[number, number, number, number][]} layer, query, key, share: two layers, three tokens, the last one followed */
const EDGES = [[1, 2, 2, 0.5], [1, 2, 0, 0.4], [0, 2, 2, 0.3], [0, 0, 0, 0.3], [0, 2, 1, 0.2], [0, 0, 1, 0.1], [1, 2, 1, 0.1], [0, 1, 1, 0.1]];
const PLAN = planOf(400, 3, 2, { left: 40, bottom: 30 });

test("layers go up and tokens across, and the drawing holds them all", () => {
  assert.equal(yOf(PLAN, 2), PLAN.top);
  assert.equal(yOf(PLAN, 0) + PLAN.bottom, PLAN.height);
  assert.ok(xOf(PLAN, 0) < xOf(PLAN, 1));
  assert.ok(xOf(PLAN, 2) + PLAN.step / 2 <= PLAN.width);
});

test("a narrow screen keeps the tokens apart, and the drawing is then wider than the room", () => {
  const narrow = planOf(300, 40, 6, { left: 40, bottom: 60 });
  assert.equal(narrow.step, 20);
  assert.ok(narrow.width > 300);
});

test("ribbons fill the bar of each token that they leave or reach, side by side and in order", () => {
  const ribbons = ribbonsOf(EDGES, PLAN);
  const bars = barsOf([[0.3, 0.4, 0.3], [0.4, 0.1, 0.5], [0, 0, 1]], PLAN);
  for (const [row, column] of [[0, 0], [0, 1], [0, 2], [1, 0], [1, 1], [1, 2], [2, 2]]) {
    const leaving = ribbons.filter(({ edge }) => edge[0] === row && edge[2] === column).map(({ edge, x0, width }) => ({ other: edge[1], x: x0, width }));
    const arriving = ribbons.filter(({ edge }) => edge[0] === row - 1 && edge[1] === column).map(({ edge, x1, width }) => ({ other: edge[2], x: x1, width }));
    for (const here of [leaving, arriving].filter(({ length }) => length > 0)) {
      here.sort((one, other) => one.other - other.other);
      const bar = bars[row][column];
      close(here[0].x - here[0].width / 2, bar.x - bar.width / 2);
      close(here[here.length - 1].x + here[here.length - 1].width / 2, bar.x + bar.width / 2);
      here.slice(1).forEach((each, i) => close(each.x - each.width / 2, here[i].x + here[i].width / 2));
    }
  }
});

test("a ribbon ends where it begins and ends, and is in the middle halfway up", () => {
  const [, ribbon] = ribbonsOf(EDGES, PLAN);
  close(xAt(ribbon, ribbon.y0), ribbon.x0);
  close(xAt(ribbon, ribbon.y1), ribbon.x1);
  close(xAt(ribbon, (ribbon.y0 + ribbon.y1) / 2), (ribbon.x0 + ribbon.x1) / 2);
});

test("the ribbon under the pointer is found, and none beyond reach", () => {
  const ribbons = ribbonsOf(EDGES, PLAN);
  for (const ribbon of ribbons) {
    const y = ribbon.y0 - 1;
    assert.ok(same(/** @type {any} */ (ribbonAt(ribbons, xAt(ribbon, y), y, 5)).edge, ribbon.edge));
  }
  assert.equal(ribbonAt(ribbons, -50, yOf(PLAN, 1) + 5, 5), null);
});

test("arrow keys go from the strongest ribbon of a layer to weaker ones, and to other layers", () => {
  const first = stepTo(EDGES, null, "ArrowDown");
  assert.deepEqual(first, [1, 2, 2, 0.5]);
  assert.deepEqual(stepTo(EDGES, first, "ArrowRight"), [1, 2, 0, 0.4]);
  assert.deepEqual(stepTo(EDGES, first, "ArrowLeft"), first);
  assert.deepEqual(stepTo(EDGES, first, "ArrowDown"), [0, 2, 2, 0.3]);
  assert.deepEqual(stepTo(EDGES, [0, 1, 1, 0.1], "ArrowUp"), first);
  assert.equal(stepTo([], null, "ArrowUp"), null);
});

/** @param {number} one @param {number} other */
function close(one, other) {
  assert.ok(Math.abs(one - other) < 1e-3, `${one} is not ${other}`);
}
