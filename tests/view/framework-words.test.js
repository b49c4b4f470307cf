import assert from "node:assert/strict";
import { test } from "node:test";
import { inOurWords, rulesOf } from "../../attention_viz/view/js/session/framework-words.js";

const RULES = rulesOf({ "Press {keys} to apply": "按 {keys} 应用", "Add: {text}": "使用：{text}", Search: "查找" });

test("words are replaced whole, with what stands in their places", () => {
  assert.equal(inOurWords("Press Ctrl+Enter to apply", RULES), "按 Ctrl+Enter 应用");
  assert.equal(inOurWords("Add: $<text> $& a+b", RULES), "使用：$<text> $& a+b");
  assert.equal(inOurWords("Search", RULES), "查找");
});

test("what only resembles them stays as it is", () => {
  for (const text of ["", "search", "Search: X", "Press  to apply", "Please Press Enter to apply", "Added: x"]) {
    assert.equal(inOurWords(text, RULES), text);
  }
});
