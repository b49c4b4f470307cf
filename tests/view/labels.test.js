import assert from "node:assert/strict";
import { test } from "node:test";
import { number, paragraph, say } from "../../attention_viz/view/js/core/labels.js";

test("numbers have four digits where they are known, and small ones are not called nothing", () => {
  assert.equal(number(0.31271, true), "0.3127");
  assert.equal(number(0.31271, false), "0.31");
  assert.equal(number(0.00004, true), "< 0.0001");
  assert.equal(number(0.001, false), "< 0.01");
  assert.equal(number(0, true), "< 0.0001");
  assert.equal(number(1, true), "1.0000");
});

test("numbers are put into sentences, and nothing else is", () => {
  assert.equal(say({ a: "Layer {layer}, {x}" }, "a", { layer: 3 }), "Layer 3, {x}");
  assert.equal(say({ a: "{token}" }, "a", { token: "{layer}" }), "{layer}");
  assert.equal(say({}, "missing"), "missing");
});

test("sentences stand one after the other, behind a full stop of Chinese without a space", () => {
  assert.equal(paragraph(["One.", "", "Two."]), "One. Two.");
  assert.equal(paragraph(["第一句。", "第二句。"]), "第一句。第二句。");
  assert.equal(paragraph(["", ""]), "");
});
