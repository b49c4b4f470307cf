import assert from "node:assert/strict";
import { test } from "node:test";
import { deliver, messagesOf, listen, withdraw } from "../../attention_viz/view/js/core/messages.js";

test("a message waits for its reader, and a reader hears of every new one", () => {
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

test("the same message again is no news", () => {
  let news = 0;
  listen("c", () => (news += 1));
  deliver("c", "first", "x");
  deliver("c", "first", "x");
  assert.equal(news, 1);
});

test("a message is withdrawn only by its sender, and nothing stays behind", () => {
  const senders = [{}, {}];
  deliver("d", "first", "old", senders[0]);
  deliver("d", "first", "new", senders[1]);
  withdraw("d", "first", senders[0]);
  assert.equal(messagesOf("d").get("first"), "new");
  withdraw("d", "first", senders[1]);
  assert.equal(messagesOf("d").size, 0);
});

test("the same message from two senders stays until the later one withdraws it", () => {
  const senders = [{}, {}];
  for (const sender of senders) deliver("f", "first", "same", sender);
  withdraw("f", "first", senders[0]);
  assert.equal(messagesOf("f").get("first"), "same");
});

test("modules that were loaded twice share their messages", async () => {
  const other = "../../attention_viz/view/js/core/messages.js?again";
  const again = await import(other);
  assert.notEqual(again.deliver, deliver);
  again.deliver("e", "look", "shared");
  assert.equal(messagesOf("e").get("look"), "shared");
});
