import assert from "node:assert/strict";
import { test } from "node:test";
import { onNextFrame } from "../../attention_viz/view/js/core/surface.js";

/** A browser that paints when it is told to, or never. */
function browser(context) {
  const frames = new Map();
  globalThis.requestAnimationFrame = (draw) => frames.set(frames.size + 1, draw).size;
  globalThis.cancelAnimationFrame = (frame) => frames.delete(frame);
  context.mock.timers.enable({ apis: ["setTimeout"] });
  return { paint: () => [...frames.values()].forEach((draw) => draw()) };
}

test("what is to be drawn is drawn once, when the browser paints", (context) => {
  const { paint } = browser(context);
  let drawn = 0;
  onNextFrame(() => drawn++);
  assert.equal(drawn, 0);
  paint();
  context.mock.timers.tick(10_000);
  assert.equal(drawn, 1);
});

test("where the browser does not paint, it is drawn all the same", (context) => {
  const { paint } = browser(context);
  let drawn = 0;
  onNextFrame(() => drawn++);
  context.mock.timers.tick(10_000);
  assert.equal(drawn, 1);
  paint();
  assert.equal(drawn, 1);
});

test("what is taken back is never drawn", (context) => {
  const { paint } = browser(context);
  let drawn = 0;
  onNextFrame(() => drawn++)();
  paint();
  context.mock.timers.tick(10_000);
  assert.equal(drawn, 0);
});
