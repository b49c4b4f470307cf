import assert from "node:assert/strict";
import { test } from "node:test";
import { restoreSession } from "../../attention_viz/view/js/session/restore.js";
import texts from "../../attention_viz/view/js/session/texts.js";
import { memory, remember } from "../../attention_viz/view/js/core/memory.js";

/** A page whose connection is lost and found. */
class Page {
  constructor() {
    this.connection = "CONNECTED";
    this.watchers = /** @type {(() => void)[]} */ ([]);
    const place = /** @type {any} */ (globalThis);
    const page = this;
    place.MutationObserver = class {
      /** @param {() => void} look */
      constructor(look) {
        page.watchers.push(look);
      }
      observe() {}
    };
    place.document = {
      body: {},
      querySelector: (/** @type {string} */ name) => {
        if (name.includes("connection")) return { getAttribute: () => this.connection };
        return name === ".st-key-text-heads textarea" ? { value: "typed" } : null;
      },
    };
  }

  /** @param {string} connection */
  becomes(connection) {
    this.connection = connection;
    for (const look of this.watchers) look();
  }
}

test("what the page remembers is given back once the connection is there again, and not before", () => {
  const page = new Page();
  const said = /** @type {unknown[]} */ ([]);
  const mount = (/** @type {string} */ kept) =>
    restoreSession({ data: { kept, boxes: { text: "text heads", second: "second" } }, setTriggerValue: (name, value) => said.push([name, value]) });
  mount("first");
  mount("second");
  remember("live", { layer: 1 });
  texts({ data: { text: "long" } });
  page.becomes("CONNECTED");
  assert.deepEqual(said, []);
  page.becomes("CONNECTING");
  page.becomes("PINGING_SERVER");
  assert.deepEqual(said, []);
  page.becomes("CONNECTED");
  page.becomes("CONNECTED");
  assert.deepEqual(said, [["kept", { kept: "second", texts: { text: "long" }, boxes: { text: "typed" }, said: { live: { layer: 1 } } }]]);
  assert.equal(page.watchers.length, 1);
});

test("modules that were loaded twice share one memory", async () => {
  const other = "../../attention_viz/view/js/core/memory.js?again";
  const again = await import(other);
  assert.equal(again.memory(), memory());
});
