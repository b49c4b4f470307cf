import assert from "node:assert/strict";
import { test } from "node:test";
import { nameOf, NOTHING } from "../../attention_viz/view/js/core/filters.js";
import { Store } from "../../attention_viz/view/js/core/store.js";
import { firstFrame } from "./texts.js";

const WEIGHTS = [
  [0.5, 0.3, 0.2],
  [0.1, 0.1, 0.8],
  [0.6, 0.2, 0.2],
];
const TEXT = { texts: ["[CLS]", "sun", "[SEP]"], heads: [2, 3], weights: WEIGHTS };
const look = (/** @type {number} */ serial, /** @type {object} */ changes = {}, text = "one") => ({ serial, text, look: changes });

/** @param {Record<string, unknown>} letters */
function reading(letters) {
  const store = new Store();
  store.read(new Map(Object.entries(letters)));
  return store;
}

test("frame and look may arrive in any order", () => {
  for (const names of [["first", "look"], ["look", "first"]]) {
    const letters = /** @type {Record<string, unknown>} */ ({ first: firstFrame(TEXT), look: look(1, { layer: 1, head: 2 }) });
    const arrived = new Map();
    const store = new Store();
    for (const name of names) {
      assert.equal(store.ready, false);
      arrived.set(name, letters[name]);
      store.read(arrived);
    }
    assert.equal(store.ready, true);
    assert.deepEqual([store.look.layer, store.look.head, store.stale], [1, 2, false]);
  }
});

test("what is chosen here stays while Python repeats itself, and gives way when Python asks for something new", () => {
  const first = firstFrame(TEXT);
  const store = reading({ first, look: look(1, { layer: 0, head: 1 }) });
  store.choose({ layer: 1, head: 2 });
  store.read(new Map(Object.entries({ first, look: look(1, { layer: 0, head: 1 }) })));
  assert.deepEqual([store.look.layer, store.look.head], [1, 2]);
  store.read(new Map(Object.entries({ first, look: look(2, { layer: 0, head: 0 }) })));
  assert.deepEqual([store.look.layer, store.look.head], [0, 0]);
});

test("Python is told what is chosen, with the serial number of what it asked for last, once per change", () => {
  const store = reading({ first: firstFrame(TEXT), look: look(7) });
  const told = /** @type {unknown[]} */ ([]);
  store.report = (chosen, serial) => told.push([chosen.layer, chosen.head, serial]);
  store.choose({ layer: 1 });
  store.choose({ layer: 1 });
  store.choose({ head: 99 });
  assert.deepEqual(told, [[1, 0, 7], [1, 2, 7]]);
});

test("fields that Python does not speak of are kept", () => {
  const first = firstFrame(TEXT);
  const store = reading({ first, look: look(1) });
  store.choose({ queries: [1] });
  store.read(new Map(Object.entries({ first, look: look(2, { layer: 1 }) })));
  assert.deepEqual(store.look.queries, [1]);
});

test("layer, head and pinned tokens stay inside what there is", () => {
  const store = reading({ first: firstFrame(TEXT), look: look(1, { layer: 9, head: 9, queries: [1, 5, -1] }) });
  assert.deepEqual([store.look.layer, store.look.head, store.look.queries], [1, 2, [1]]);
  store.choose({ layer: 0 });
  assert.equal(store.look.head, 1);
  store.choose({ layer: -1, head: -5 });
  assert.deepEqual([store.look.layer, store.look.head], [0, 0]);
});

test("what an address pins is pinned whichever of frame and look comes first", () => {
  const store = new Store();
  const letters = new Map(/** @type {[string, unknown][]} */ ([["look", look(1, { queries: [2] })]]));
  store.read(letters);
  store.read(letters.set("first", firstFrame(TEXT)));
  assert.deepEqual(store.look.queries, [2]);
});

test("in a new text a pin stays where the same token stands at its place; others are let go, and Python is told", () => {
  const store = reading({ first: firstFrame(TEXT), look: look(1, { queries: [1, 2], keys: [1] }) });
  const told = /** @type {unknown[]} */ ([]);
  store.report = (chosen) => told.push([chosen.queries, chosen.keys]);
  const rain = { ...TEXT, text: "two", texts: ["[CLS]", "rain", "[SEP]"] };
  store.read(new Map(Object.entries({ first: firstFrame(rain), look: look(1, {}, "two") })));
  assert.deepEqual(told, [[[2], []]]);
  store.read(new Map(Object.entries({ first: firstFrame({ ...rain, text: "three" }), look: look(1, {}, "three") })));
  assert.deepEqual([store.look.queries, told.length], [[2], 1]);
});

test("a new text takes the place of the old one, whose picture waits for it", () => {
  const store = reading({ first: firstFrame(TEXT), look: look(1, { queries: [2] }) });
  store.read(new Map(Object.entries({ first: firstFrame(TEXT), look: look(1, {}, "two") })));
  assert.equal(store.stale, true);
  const other = { text: "two", texts: ["[CLS]", "[SEP]"], heads: [1], weights: [[0.25, 0.75], [0, 1]] };
  store.read(new Map(Object.entries({ first: firstFrame(other), look: look(1, {}, "two") })));
  assert.deepEqual([store.stale, store.dimensions?.queries.texts.length, store.look.queries], [false, 2, []]);
  assert.equal(store.matrix(1, 0), undefined);
});

test("a frame that adds to a text not yet here waits for it, and one of a text gone by is not shown", () => {
  const sharp = { ...TEXT, name: "head", text: "two", heads: [1], weights: WEIGHTS };
  const letters = new Map(Object.entries({ first: firstFrame(TEXT), head: firstFrame(sharp), look: look(1) }));
  const store = new Store();
  store.read(letters);
  assert.equal(store.weights?.heads.sets.get(nameOf(NOTHING))?.size, 5);
  const coarse = { ...TEXT, text: "two", heads: [1] };
  letters.set("first", firstFrame(coarse));
  store.read(letters);
  assert.deepEqual([store.text, store.weights?.version], ["two", 2]);
});

test("the pointer previews a head without choosing it", () => {
  const store = reading({ first: firstFrame(TEXT), look: look(1) });
  store.point({ layer: 1, head: 1, query: null, key: null });
  assert.deepEqual([store.place.layer, store.look.layer], [1, 0]);
  store.point(null);
  assert.equal(store.place.layer, 0);
});

test("means are taken over the layer's heads, over layers, over all", () => {
  const store = reading({ first: firstFrame(TEXT), look: look(1, { layer: 1, head: 0 }) });
  const members = (/** @type {any} */ average) => {
    store.choose({ average });
    return store.weights?.members(...store.subject()).length;
  };
  assert.deepEqual(["none", "heads", "layers", "all"].map(members), [1, 3, 2, 5]);
  const shown = store.shown();
  assert.ok(shown !== undefined && Math.abs(shown.weight(1, 2) - 0.8) < 5e-5);
});

test("the rows that read are the pinned ones, else the one under the pointer", () => {
  const store = reading({ first: firstFrame(TEXT), look: look(1) });
  const rows = () => store.readingRows(/** @type {any} */ (store.shown()));
  assert.deepEqual(rows(), []);
  store.point({ layer: 0, head: 0, query: 2, key: null });
  assert.deepEqual(rows(), [2]);
  store.choose({ queries: [0, 1] });
  assert.deepEqual(rows(), [0, 1]);
});

test("of heads that come one by one, only the latest are kept", () => {
  const texts = Array.from({ length: 2 }, (_, i) => `t${i}`);
  const store = reading({ first: firstFrame({ ...TEXT, texts, heads: [100], weights: [[0, 1], [1, 0]] }), look: look(1) });
  for (let head = 0; head < 100; head++) {
    const [layer, values] = [0, Uint16Array.of(0, 65535, 65535, 0)];
    /** @type {any} */
    const block = { heads: [[layer, head]], rows: [0, 2], columns: [0, 2], shape: [1, 2, 2], pool: "exact", top: 65535, values, filters: NOTHING };
    store.weights?.keep({ view: "v", name: "head", text: "one", tokens: null, blocks: [block] });
  }
  assert.equal(store.weights?.heads.singles.size, 64);
});

test("what keys of a pooled text receive is read from its profile, token by token", () => {
  const [n, texts] = [4, ["a", "b", "c", "d"]];
  const store = reading({ first: firstFrame({ ...TEXT, texts, heads: [1], weights: Array(n).fill([0, 0, 0, 1]) }), look: look(1) });
  const spans = { rows: [0, n], columns: [0, n], top: 65535, heads: [[0, 0]], filters: NOTHING };
  const pooled = { ...spans, shape: [1, 2, 2], pool: "max", values: Uint16Array.of(1, 2, 3, 4) };
  const roots = [0.1, 0.2, 0.3, 0.4].map((weight) => Math.round(Math.sqrt(weight) * 65535));
  const profile = { ...spans, shape: [1, 1, n], pool: "mean", values: Uint16Array.from(roots) };
  const heads = /** @type {any} */ (store.weights?.heads);
  heads.singles.clear();
  heads.keep({ blocks: [pooled, profile] });
  const found = /** @type {any} */ (store.reading());
  [0.1, 0.2, 0.3, 0.4].forEach((weight, i) => assert.ok(Math.abs(found.received[i] - weight) < 2e-5));
  assert.equal(found.matrix.exact, true);
  store.choose({ queries: [3] });
  assert.deepEqual(/** @type {any} */ (store.reading()).rows, [1]);
});

test("a part is asked for once, and not while another head is only pointed at", () => {
  const store = reading({ first: firstFrame(TEXT), look: look(1) });
  const asked = /** @type {unknown[]} */ ([]);
  store.ask = (window) => asked.push([window.layer, window.head, window.rows]);
  const part = { rows: /** @type {[number, number]} */ ([0, 2]), columns: /** @type {[number, number]} */ ([0, 2]) };
  store.askFor(part);
  store.askFor({ ...part });
  store.point({ layer: 1, head: 1, query: null, key: null });
  store.askFor(part);
  assert.deepEqual(asked, [[0, 0, [0, 2]]]);
});

test("tokens pinned by a letter about a new text stay pinned, whichever comes first", () => {
  for (const names of [["first", "look"], ["look", "first"]]) {
    const store = reading({ first: firstFrame(TEXT), look: look(1, { queries: [2] }) });
    const texts = [...TEXT.texts, "more"];
    const other = { ...TEXT, text: "two", texts, weights: texts.map(() => [0.25, 0.25, 0.25, 0.25]) };
    const letters = /** @type {Record<string, unknown>} */ ({ first: firstFrame(other), look: look(2, { queries: [3] }, "two") });
    const arrived = new Map(Object.entries(/** @type {Record<string, unknown>} */ ({ first: firstFrame(TEXT), look: look(1, { queries: [2] }) })));
    for (const name of names) store.read(arrived.set(name, letters[name]));
    assert.deepEqual([store.text, store.look.queries], ["two", [3]]);
  }
});

test("small pictures may come after the head that is looked at, and a mean of them says what it is", () => {
  const store = reading({ first: firstFrame({ ...TEXT, heads: [2], weights: WEIGHTS }), look: look(1) });
  const weights = /** @type {import("../../attention_viz/view/js/core/weights.js").Weights} */ (store.weights);
  weights.heads.sets.clear();
  const spans = /** @type {any} */ ({ rows: [0, 3], columns: [0, 3], top: 65535, filters: NOTHING });
  const head = { ...spans, heads: [[0, 0]], shape: [1, 3, 3], pool: "exact", values: new Uint16Array(9).fill(1) };
  const small = { ...spans, heads: [[0, 0], [0, 1]], shape: [2, 1, 1], pool: "max", values: Uint16Array.of(65535, 0), top: 65535 };
  const version = weights.coarseVersion;
  weights.keep({ view: "v", name: "head", text: "one", tokens: null, blocks: [head] });
  assert.deepEqual([weights.coarseVersion, store.shown()?.rows, store.matrix(0, 1)], [version, 3, undefined]);
  weights.keep({ view: "v", name: "rest", text: "one", tokens: null, blocks: [small] });
  assert.deepEqual([weights.coarseVersion, store.shown()?.rows, store.matrix(0, 1)?.rows], [version + 1, 3, 1]);
  store.choose({ average: "heads" });
  assert.deepEqual([store.shown()?.pool, store.shown()?.weight(0, 0).toFixed(3)], ["means", "0.500"]);
});

test("one direction of a pair is let go where there are no two texts", () => {
  for (const [segments, pairs] of [[[0, 0], "all"], [[1, 1], "all"], [[0, 1], "AB"]]) {
    const store = new Store();
    const first = firstFrame({ texts: ["a", "b"], heads: [1], weights: [[1, 0], [0, 1]], more: { segments } });
    store.read(new Map(Object.entries({ first, look: { serial: 1, text: "one", look: { pairs: "AB" } } })));
    assert.equal(store.look.pairs, pairs);
  }
});

const NO_SPECIAL = { ...NOTHING, exclude: ["special"] };
const GROUPS = { rows: [0, 4], columns: [0, 4], top: 65535, pool: "max" };
const roots = (/** @type {number[]} */ weights) => Uint16Array.from(weights, (weight) => Math.round(Math.sqrt(weight) * 65535));
const frame = (/** @type {any} */ block, name = "head") => ({ view: "v", name, text: "one", tokens: null, blocks: [{ ...GROUPS, ...block }] });
const group = (/** @type {number} */ weight, /** @type {object} */ filters, /** @type {number[][]} */ heads = [[0, 0]]) => {
  return { heads, shape: [heads.length, 2, 2], values: roots(Array(4 * heads.length).fill(weight)), filters };
};
/** A text of two heads of which only groups of two tokens have come. */
function grouped() {
  const first = firstFrame({ ...TEXT, texts: ["[CLS]", "a", "b", "c"], heads: [2], weights: Array(4).fill([0, 0, 0, 1]), more: { segments: [0, 0, 1, 1] } });
  const store = reading({ first, look: look(1) });
  const weights = /** @type {any} */ (store.weights);
  weights.heads.sets.clear();
  weights.keep(frame(group(0.1, NOTHING, [[0, 0], [0, 1]]), "first"));
  return { store, weights };
}
const shown = (/** @type {Store} */ store) => store.shown()?.weight(0, 0).toFixed(2);

test("a pooled picture is without filters, and says so, until it comes through those that were chosen", () => {
  const { store, weights } = grouped();
  assert.deepEqual([shown(store), store.shown()?.unfiltered], ["0.10", false]);
  store.choose({ exclude: ["special"] });
  assert.deepEqual([shown(store), store.shown()?.unfiltered, store.group()?.unfiltered], ["0.10", true, true]);
  weights.keep(frame(group(0.2, NO_SPECIAL, [[0, 0], [0, 1]]), "small"));
  assert.deepEqual([shown(store), store.shown()?.unfiltered, store.group()?.weight(0, 0).toFixed(2)], ["0.20", false, "0.20"]);
  store.choose({ exclude: [] });
  assert.deepEqual([shown(store), store.shown()?.unfiltered], ["0.10", false]);
});

test("what comes late through other filters is not shown in their place", () => {
  const { store, weights } = grouped();
  store.choose({ pairs: "AB" });
  weights.keep(frame(group(0.3, { ...NOTHING, pairs: "BA" })));
  assert.deepEqual([shown(store), store.shown()?.unfiltered], ["0.10", true]);
  weights.keep(frame({ ...group(0.4, { ...NOTHING, pairs: "BA" }), pool: "exact" }, "tile"));
  assert.equal(store.tile(), undefined);
  store.choose({ pairs: "BA" });
  assert.deepEqual([shown(store), store.tile()?.weight(0, 0).toFixed(2)], ["0.30", "0.40"]);
});

test("a part that came through the filters waits for the whole", () => {
  const { store, weights } = grouped();
  store.choose({ pairs: "AB" });
  weights.keep(frame(group(0.4, { ...NOTHING, pairs: "AB" }), "tile"));
  assert.equal(store.tile(), undefined);
  weights.keep(frame(group(0.3, { ...NOTHING, pairs: "AB" })));
  assert.notEqual(store.tile(), undefined);
});

test("filters that leave out the same are the same filters", () => {
  const { store, weights } = grouped();
  weights.keep(frame(group(0.2, { ...NOTHING, exclude: ["special", "punctuation"] })));
  store.choose({ exclude: ["punctuation", "special"] });
  assert.equal(shown(store), "0.20");
  store.choose({ exclude: [], renormalise: true });
  assert.deepEqual([shown(store), store.shown()?.unfiltered], ["0.10", false]);
});

test("of groups that were filtered, those of which nothing is left are not listed, and their share is read from single tokens", () => {
  const { store, weights } = grouped();
  store.choose({ exclude: ["special"], pairs: "AB" });
  const chosen = { ...NO_SPECIAL, pairs: "AB" };
  const row = (/** @type {number[]} */ received, /** @type {object} */ filters) => ({ heads: [[0, 0]], shape: [1, 1, 4], pool: "mean", values: roots(received), filters });
  weights.keep(frame(group(0.2, chosen)));
  assert.equal(weights.removedShare(0, 0, chosen), null);
  weights.keep(frame(row([0, 0, 0.3, 0.1], chosen)));
  weights.keep(frame(row([0.25, 0.25, 0.3, 0.2], NOTHING)));
  const matrix = /** @type {import("../../attention_viz/view/js/core/matrix.js").Matrix} */ (store.shown());
  assert.deepEqual([0, 1].map((column) => matrix.isListed([], column)), [false, true]);
  assert.deepEqual([matrix.reads(0), matrix.reads(1), matrix.isLeftOut(0, 0), matrix.isLeftOut(0, 1)], [true, false, true, false]);
  const read = /** @type {any} */ (store.reading());
  assert.deepEqual(read.matrix.keys.map(([key]) => key), [1, 2, 3]);
  assert.deepEqual([0, 1, 2].map((column) => read.matrix.isListed([], column)), [false, true, true]);
  assert.deepEqual([...read.received].map((weight) => weight.toFixed(2)), ["0.00", "0.30", "0.10"]);
  assert.equal(weights.removedShare(0, 0, chosen).toFixed(2), "0.25");
});

test("small pictures without filters that come again or late do not push out the filtered ones", () => {
  const { store, weights } = grouped();
  const both = [[0, 0], [0, 1]];
  store.choose({ exclude: ["special"] });
  weights.keep(frame(group(0.2, NO_SPECIAL, both), "small"));
  weights.keep(frame(group(0.1, NOTHING, both), "rest"));
  assert.equal(store.group()?.unfiltered, false);
  weights.keep(frame(group(0.3, { ...NOTHING, pairs: "AA" }, both), "small"));
  assert.equal(store.group()?.unfiltered, true);
});
