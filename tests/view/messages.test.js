import assert from "node:assert/strict";
import { test } from "node:test";
import { deliver, messagesOf, listen, withdraw } from "../../attention_viz/view/js/core/messages.js";

test("a letter waits for its reader, and a reader hears of every new one", () => {
  deliver("a", "look", 1);
  const heard = /** @type {unknown[]} */ ([]);
  const stop = listen("a", () => heard.push(messagesOf("a").get("look")));
  deliver("a", "look", 2);
  deliver("b", "look", 3);
  stop();
  deliver("a", "look", 4);
  assert.deepEqual(heard, [2]);
  assert.equal(messagesOf("a").get("look"), 4);
});

test("the same letter again is no news", () => {
  let news = 0;
  listen("c", () => (news += 1));
  deliver("c", "first", "x");
  deliver("c", "first", "x");
  assert.equal(news, 1);
});

test("a letter is taken back only by the one who left it, and nothing stays behind", () => {
  deliver("d", "first", "old");
  deliver("d", "first", "new");
  withdraw("d", "first", "old");
  assert.equal(messagesOf("d").get("first"), "new");
  withdraw("d", "first", "new");
  assert.equal(messagesOf("d").size, 0);
});

test("modules that were loaded twice share one mailbox", async () => {
  const other = "../../attention_viz/view/js/core/messages.js?again";
  const again = await import(other);
  assert.notEqual(again.deliver, deliver);
  again.deliver("e", "look", "shared");
  assert.equal(messagesOf("e").get("look"), "shared");
});
