import assert from "node:assert/strict";
import { test } from "node:test";
import { colourTable, inkOn, isDark, luminance, mix, pixel, rgb } from "../../attention_viz/view/js/core/palette.js";

const STEPS = ["#ffffff", "#808080", "#000000"];

test("colours lie on the steps and evenly between them", () => {
  assert.deepEqual(mix(STEPS, 0), [255, 255, 255]);
  assert.deepEqual(mix(STEPS, 0.5), [128, 128, 128]);
  assert.deepEqual(mix(STEPS, 1), [0, 0, 0]);
  assert.deepEqual(mix(STEPS, 0.75), [64, 64, 64]);
  assert.deepEqual(mix(STEPS, 7), [0, 0, 0]);
});

test("a table gives every root its colour, the peak the last one", () => {
  const table = colourTable(STEPS, 255, 1);
  assert.equal(table[0], pixel([255, 255, 255]));
  assert.equal(table[255], pixel([0, 0, 0]));
  const peak = colourTable(STEPS, 255, 0.25);
  assert.equal(peak[128], pixel([0, 0, 0]));
  assert.equal(peak[255], pixel([0, 0, 0]));
  assert.equal(colourTable(STEPS, 65535, 1)[65535], pixel([0, 0, 0]));
});

test("one byte and two give the same weight the same colour", () => {
  const [coarse, fine] = [colourTable(STEPS, 255, 0.5), colourTable(STEPS, 65535, 0.5)];
  for (let root = 0; root < 256; root++) assert.equal(coarse[root], fine[root * 257]);
});

test("below the threshold nothing is coloured", () => {
  const table = colourTable(STEPS, 255, 1, 0.25);
  assert.equal(table[127], table[0]);
  assert.notEqual(table[128], table[0]);
});

test("luminance follows WCAG", () => {
  assert.equal(luminance([0, 0, 0]), 0);
  assert.ok(Math.abs(luminance([255, 255, 255]) - 1) < 1e-9);
  assert.ok(Math.abs(luminance(rgb("#808080")) - 0.2159) < 1e-3);
});

test("numbers in cells have a contrast of 4.5 to 1 on every colour between two steps", () => {
  for (let share = 0; share <= 1; share += 0.01) {
    const ground = mix(STEPS, share);
    const [high, low] = [luminance(ground), luminance(rgb(inkOn(ground)))].sort((a, b) => b - a);
    assert.ok((high + 0.05) / (low + 0.05) >= 4.5, `${ground}`);
  }
});

test("dark grounds are told from light ones, however they are written", () => {
  assert.equal(isDark("#15171B"), true);
  assert.equal(isDark("rgb(253, 252, 249)"), false);
  assert.equal(isDark("rgba(21, 23, 27, 1)"), true);
});
