import assert from "node:assert/strict";
import { test } from "node:test";
import { nearest } from "../../attention_viz/view/js/core/surface.js";

test("what is in sight is not scrolled, what is not comes to the nearer edge", () => {
  assert.equal(nearest(50, 80, 20), 50);
  assert.equal(nearest(90, 80, 20), 80);
  assert.equal(nearest(10, 80, 20), 20);
});
