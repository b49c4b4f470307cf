/** The cut links of a look: kept inside what there is, gone with their tokens, and cut or restored by a key. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { press } from "../../attention_viz/view/js/live/keys.js";
import { cutWords } from "../../attention_viz/view/js/text/shading.js";
import { cutCells, timesCut } from "../../attention_viz/view/js/core/cut-links.js";
import { groups, Matrix } from "../../attention_viz/view/js/core/matrix.js";
import { markCell } from "../../attention_viz/view/js/core/hatch.js";
import { Plane } from "../../attention_viz/view/js/heatmap/plane.js";
import { Store } from "../../attention_viz/view/js/core/store.js";
import { firstFrame, matrix } from "./texts.js";

const TEXT = { texts: ["[CLS]", "sun", "shone"], heads: [2, 3], weights: [[0.5, 0.3, 0.2], [0.1, 0.1, 0.8], [0.6, 0.2, 0.2]] };

/** @param {object} look @param {object} [text] */
function reading(look, text = {}) {
  const store = new Store();
  store.read(new Map(Object.entries({ first: firstFrame({ ...TEXT, ...text }), look: { serial: 1, text: "one", look } })));
  return store;
}

/** @param {Store} store */
function pressX(store) {
  const app = /** @type {any} */ ({ store, parts: { overview: {}, tools: { dialog: { open: false } } } });
  assert.equal(press(app, /** @type {any} */ ({ key: "x", shiftKey: false })), true);
}

test("a cut link stays inside what there is", () => {
  const cuts = [[1, 2, 1, 2], [0, 2, 1, 2], [2, 0, 1, 2], [null, 2, 1, 2], [null, null, 1, 3], [null, null, 3, 1]];
  assert.deepEqual(reading({ cuts }).look.cuts, [[1, 2, 1, 2], [null, 2, 1, 2]]);
});

test("a cut link goes with its text unless both tokens stand where they stood", () => {
  const store = reading({ cuts: [[null, null, 1, 0], [1, 2, 2, 1]] });
  store.read(new Map(Object.entries({ first: firstFrame({ ...TEXT, texts: ["[CLS]", "sun", "rose"], text: "two" }) })));
  assert.deepEqual(store.look.cuts, [[null, null, 1, 0]]);
});

test("the key x cuts the pinned link where it was chosen, and restores it; without a server it does nothing", () => {
  const store = reading({ layer: 1, head: 2, queries: [2], keys: [1], cut_scope: "layer" });
  pressX(store);
  assert.deepEqual(store.look.cuts, [[1, null, 2, 1]]);
  const times = [[1, 0], [0, 0], [-1, 0]].map((place) => store.timesCut(/** @type {[number, number]} */ (place)));
  assert.deepEqual(times, [{ links: [[2, 1, 1]], of: 1 }, { links: [], of: 1 }, { links: [[2, 1, 1]], of: 2 }]);
  pressX(store);
  assert.deepEqual(store.look.cuts, []);
  store.alone = true;
  pressX(store);
  assert.deepEqual(store.look.cuts, []);
});

test("a cell of a pooled text, or of a sharper part that lies on it, is marked as it is drawn", () => {
  const pooled = (/** @type {number} */ cells, /** @type {number} */ first, /** @type {number} */ n) => {
    const spans = groups(cells, [first, first + n]);
    return new Matrix(new Uint16Array(cells * cells), 65535, "max", spans, spans);
  };
  const [whole, sharper] = [pooled(4, 0, 16), pooled(4, 8, 4)];
  const plane = new Plane(whole, sharper);
  const times = timesCut([[0, 0, 1, 6], [0, 0, 2, 5], [0, 0, 9, 10]], [[0, 0]]);
  const found = cutCells(times, (query, key) => plane.cellAt(query, key)).map((cell) => ({ ...plane.boxOf(cell), whole: cell.whole }));
  assert.deepEqual(found, [
    { row: 0, column: 4, rows: 4, columns: 4, whole: false },
    { row: 9, column: 10, rows: 1, columns: 1, whole: true },
  ]);
});

test("a word is striped where no token that reads reads it any more, and has a dot where some do not", () => {
  const reads = matrix([[0.5, 0.5], [0.5, 0.5]]);
  const wholes = (/** @type {number[]} */ rows, /** @type {[number, number][]} */ heads, /** @type {any[]} */ ...cuts) =>
    Object.fromEntries(cutWords(reads, rows, timesCut(cuts, heads)));
  assert.deepEqual(wholes([1], [[0, 0]], [0, 0, 1, 0]), { 0: true });
  assert.deepEqual(wholes([0], [[0, 0]], [0, 0, 1, 0]), {});
  assert.deepEqual(wholes([0, 1], [[0, 0]], [0, 0, 1, 0]), { 0: false });
  assert.deepEqual(wholes([], [[0, 0]], [0, 0, 1, 0], [0, 0, 0, 1], [0, 0, 1, 1]), { 0: false, 1: true });
  assert.deepEqual(wholes([1], [[0, 0], [0, 1]], [0, 0, 1, 0], [0, null, 1, 1]), { 0: false, 1: true });
});

/** What is drawn on a canvas: where stripes are clipped, and where dots stand. */
function pen() {
  /** @type {[string, ...number[]][]} */ const drawn = [];
  const nothing = () => undefined;
  const kept = { rect: (/** @type {number[]} */ ...area) => drawn.push(["stripes", ...area]), arc: (/** @type {number[]} */ ...[x, y, size]) => drawn.push(["dot", x, y, size]) };
  const context = new Proxy({}, { get: (_, name) => /** @type {any} */ (kept)[name] ?? nothing, set: () => true });
  return { drawn, context: /** @type {any} */ (context) };
}

test("a cell of a link that is cut has stripes where they are seen in it, else a dot of three pixels and more", () => {
  const theme = /** @type {any} */ ({ ground: "white", accent: "red", zoom: 1 });
  const marked = (/** @type {number} */ side, /** @type {boolean} */ whole) => {
    const { drawn, context } = pen();
    markCell(context, theme, { x: 10, y: 20, width: side, height: side }, whole);
    return drawn.at(-1);
  };
  assert.deepEqual(marked(20, true), ["stripes", 10, 20, 20, 20]);
  for (const whole of [true, false]) {
    const [kind, x, y, radius] = /** @type {[string, number, number, number]} */ (marked(3, whole));
    assert.deepEqual([kind, x, y], ["dot", 11.5, 21.5]);
    assert.ok(2 * radius >= 3);
  }
  const [kind, x, y, radius] = /** @type {[string, number, number, number]} */ (marked(20, false));
  assert.ok(kind === "dot" && x + radius < 30 && y - radius > 20 && x > 20 && y < 30);
});
