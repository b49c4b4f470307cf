import assert from "node:assert/strict";
import { test } from "node:test";
import { cutMiddle, fit, spell, spellSpan, visible } from "../../attention_viz/view/js/core/token.js";
import { tokens } from "./texts.js";

test("pieces lose their marks and are said to be pieces", () => {
  const text = tokens(["play", "##ing", "##", "[CLS]"]);
  assert.deepEqual(spell(text, 1), { text: "ing", special: false, piece: true, direction: "ltr" });
  assert.deepEqual(spell(text, 2), { text: "##", special: false, piece: false, direction: "ltr" });
  assert.deepEqual(spell(text, 3), { text: "[CLS]", special: true, piece: false, direction: "ltr" });
});

test("tokens are shown by their labels, and a letter that only looks like a mark for a space stays one", () => {
  const text = tokens(["ĠcafÃ", "©", "Ġurnata"], { labels: ["␣café(1/2)", "é(2/2)", "Ġurnata"] });
  assert.deepEqual([0, 1, 2].map((position) => spell(text, position).text), ["␣café(1/2)", "é(2/2)", "Ġurnata"]);
  assert.equal(spellSpan(text, [0, 2]), "␣café(1/2) … é(2/2)");
});

test("what cannot be seen is made visible", () => {
  assert.equal(visible("a b\tc\n"), "a␣b⇥c↵");
  assert.equal(visible("▁the"), "␣the");
  assert.equal(visible("\u202eabc\u0000"), "⟨U+202E⟩abc⟨U+0000⟩");
  assert.equal(visible("\ud800"), "⟨U+D800⟩");
  assert.equal(visible(""), "␣");
});

test("other characters stay as they are", () => {
  for (const text of ["<script>", "说话", "שלום", "👩‍🎓".normalize(), "é", "$\\frac{"]) {
    assert.equal(visible(text).replace("⟨U+200D⟩", "\u200d"), text);
  }
});

test("long tokens are cut in the middle, between characters", () => {
  assert.equal(cutMiddle("abcdefghij", 5), "ab…ij");
  assert.equal(cutMiddle("abcde", 5), "abcde");
  assert.equal(Array.from(visible("x".repeat(10_000))).length, 80);
  assert.ok(!cutMiddle("😀".repeat(50), 9).includes("\ufffd"));
  for (const half of cutMiddle("😀".repeat(50), 9).split("…")) assert.match(half, /^(😀)*$/u);
});

test("a group of tokens is named by its first and last", () => {
  const text = tokens(["a", "b", "c"]);
  assert.equal(spellSpan(text, [1, 2]), "b");
  assert.equal(spellSpan(text, [0, 3]), "a … c");
});

test("a label fits its room", () => {
  const context = /** @type {any} */ ({ measureText: (/** @type {string} */ text) => ({ width: text.length * 7 }) });
  assert.equal(fit(context, "short", 70), "short");
  for (const width of [7, 30, 69, 200]) {
    const label = fit(context, "a-rather-long-token-of-a-rather-long-word", width);
    assert.ok(label.length * 7 <= width, `${label} in ${width}`);
  }
});
