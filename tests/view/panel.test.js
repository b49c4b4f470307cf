import assert from "node:assert/strict";
import { test } from "node:test";
import { atTick, shadeOf, signed } from "../../attention_viz/view/js/compare/panel.js";

test("weights run along their colours by their root, differences from the middle to both ends", () => {
  assert.deepEqual([0, 0.25, 1].map((value) => shadeOf(value, "weights")), [0, 0.5, 1]);
  assert.deepEqual([-1, -0.25, 0, 0.25, 1].map((value) => shadeOf(value, "difference")), [0, 0.25, 0.5, 0.75, 1]);
});

test("a difference carries its sign, unless it rounds to nothing", () => {
  assert.deepEqual([0.12345, -0.5, 0, -0.00001].map(signed), ["+0.1235", "−0.5000", "0.0000", "0.0000"]);
});

test("where values lie beyond the ends of the colours, the ends say so", () => {
  assert.deepEqual([-1, -0.25, 0, 1].map((value) => atTick(value, true)), ["≤\u00a0−1", "−0.25", "0", "≥\u00a01"]);
  assert.deepEqual([-1, 1].map((value) => atTick(value, false)), ["−1", "1"]);
});
