import assert from "node:assert/strict";
import { test } from "node:test";
import { arrange } from "../../attention_viz/view/js/overview/grid.js";
import { paintTile } from "../../attention_viz/view/js/overview/tiles.js";
import { topOf } from "../../attention_viz/view/js/live/table.js";

test("tiles of any number of heads fit across, and fill the room as far as they can be read", () => {
  globalThis.window ??= /** @type {any} */ ({ devicePixelRatio: 1 });
  for (const heads of [1, 2, 7, 12, 16, 24, 64]) {
    for (const room of [{ width: 360, height: 500 }, { width: 760, height: 560 }, { width: 1800, height: 900 }]) {
      const { columns, tile, across, down } = arrange(heads, room, 1);
      assert.ok(columns * across - 14 + 8 <= room.width + 1, `${heads} heads in ${room.width}`);
      assert.ok(tile >= 104 || columns === 1);
      const rows = Math.ceil(heads / columns);
      assert.ok(rows * down <= room.height + 14 + 8 || tile <= 130, `${heads} heads in ${room.height}`);
    }
  }
});

test("a tile shows each cell where it belongs", () => {
  const pixels = new Uint32Array(6 * 6);
  const cells = { values: Uint8Array.of(1, 2, 3, 4), rows: 2, columns: 2, top: 255 };
  paintTile({ pixels, width: 6, height: 6 }, cells, Uint32Array.of(0, 10, 20, 30, 40), 1, 1, 4);
  const rows = Array.from({ length: 6 }, (_, r) => Array.from(pixels.subarray(r * 6, r * 6 + 6)));
  assert.deepEqual(rows, [
    [0, 0, 0, 0, 0, 0],
    [0, 10, 10, 20, 20, 0],
    [0, 10, 10, 20, 20, 0],
    [0, 30, 30, 40, 40, 0],
    [0, 30, 30, 40, 40, 0],
    [0, 0, 0, 0, 0, 0],
  ]);
});

test("a tile at the edge does not run into the next row", () => {
  const pixels = new Uint32Array(3 * 3);
  const cells = { values: Uint8Array.of(1), rows: 1, columns: 1, top: 255 };
  paintTile({ pixels, width: 3, height: 3 }, cells, Uint32Array.of(0, 9), 2, 2, 4);
  assert.deepEqual(Array.from(pixels), [0, 0, 0, 0, 0, 0, 0, 0, 9]);
});

test("the highest come first; of equal ones the earlier", () => {
  assert.deepEqual(topOf(Float64Array.of(0.1, 0.4, 0.1, 0.4), 3), [1, 3, 0]);
  assert.deepEqual(topOf(Float64Array.of(0.1), 5), [0]);
});
