import assert from "node:assert/strict";
import { test } from "node:test";
import { ALL } from "../../attention_viz/view/js/anatomy/shown-stage.js";
import { Stages } from "../../attention_viz/view/js/anatomy/stages.js";

/** @param {string[]} names @returns {Stages} */
const made = (...names) => {
  const stages = new Stages();
  stages.adopt(names.map((name) => ({ name, label: name, title: name, number: "", apart: false })));
  return stages;
};
/** @param {string} name */
const stage = (name) => ({ name, label: name, title: name, number: "", apart: false });

test("one stage at a time is looked at, no further than the last and the first", () => {
  const stages = made("a", "b", "c");
  assert.equal(stages.shown, "a");
  assert.equal(stages.go(2), 1);
  assert.equal(stages.shown, "c");
  assert.equal(stages.go(3), 0);
  assert.equal(stages.go(-5), -1);
  assert.equal(stages.shown, "a");
});

test("arrow keys lead to the stage beside, Home and End to the first and the last, others nowhere", () => {
  const stages = made("a", "b", "c");
  stages.go(1);
  assert.deepEqual(["ArrowLeft", "ArrowRight", "Home", "End", "x"].map((key) => stages.after(key)), [0, 2, 0, 2, null]);
});

test("all stages are shown until one is chosen again", () => {
  const stages = made("a", "b");
  stages.whole = true;
  assert.equal(stages.shown, ALL);
  stages.go(0);
  assert.equal(stages.shown, "a");
});

test("the same stage of another computation is looked at; where it has none, the nearest", () => {
  const stages = made("a", "b", "c");
  stages.go(2);
  stages.adopt(["x", "a", "b", "c"].map(stage));
  assert.equal(stages.shown, "c");
  stages.adopt(["a", "b"].map(stage));
  assert.equal(stages.shown, "b");
  stages.adopt([]);
  assert.equal(stages.shown, ALL);
});
