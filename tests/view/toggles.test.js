import assert from "node:assert/strict";
import { test } from "node:test";
import { Toggles } from "../../attention_viz/view/js/board/toggles.js";

/** @returns {{toggles: Toggles, sent: {on: string[], serial: number}[]}} */
const made = () => {
  /** @type {{on: string[], serial: number}[]} */ const sent = [];
  return { toggles: new Toggles((said) => sent.push(said)), sent };
};

test("what is pressed is there at once, and told whole with the next serial number", () => {
  const { toggles, sent } = made();
  toggles.adopt({ on: ["0-1"], serial: 4 });
  toggles.turn("2-3");
  toggles.turn("0-1");
  assert.deepEqual([...toggles.on], ["2-3"]);
  assert.deepEqual(sent, [{ on: ["0-1", "2-3"], serial: 5 }, { on: ["2-3"], serial: 6 }]);
});

test("a page that has not heard the last press does not undo it", () => {
  const { toggles } = made();
  toggles.adopt({ on: [], serial: 0 });
  toggles.turn("a");
  toggles.turn("b");
  toggles.adopt({ on: ["a"], serial: 1 });
  assert.deepEqual([...toggles.on], ["a", "b"]);
  toggles.adopt({ on: ["a", "c"], serial: 2 });
  assert.deepEqual([...toggles.on], ["a", "c"]);
});

test("a whole row is turned in one message, and everything is cleared in one", () => {
  const { toggles, sent } = made();
  toggles.adopt({ on: ["x"], serial: 0 });
  toggles.set(["a", "b"], true);
  toggles.clear();
  assert.deepEqual(sent.map(({ on }) => on), [["x", "a", "b"], []]);
});
