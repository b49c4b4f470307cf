import assert from "node:assert/strict";
import { test } from "node:test";
import { addressOf } from "../../attention_viz/view/js/live/share-link.js";

test("a link leads to the page that is open, with the query it is given and nothing else", () => {
  assert.equal(addressOf("http://127.0.0.1:8501/heads?layer=9#top", "layer=2&text=a%20b"), "http://127.0.0.1:8501/heads?layer=2&text=a%20b");
  assert.equal(addressOf("https://school.example/", "head=1"), "https://school.example/?head=1");
});
