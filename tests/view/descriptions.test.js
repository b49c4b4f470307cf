import assert from "node:assert/strict";
import { test } from "node:test";
import { Descriptions } from "../../attention_viz/view/js/live/descriptions.js";
import { Store } from "../../attention_viz/view/js/core/store.js";
import { firstFrame } from "./texts.js";

const LABELS = {
  layer_head: "L{layer} H{head}", pair_weight: "{query} > {key}: {weight}", positions: "{query}, {key}", closed: "{query} > {key}: closed",
  pooled_max: "highest", rounded: "soon", rounded_alone: "no more", strongest: "{title} {link}", note_closed: "hatched",
  unfiltered: "not yet", note_max: "groups", note_unfiltered: "coming", note_unfiltered_alone: "never", left_out: "{query} > {key}: left out",
  note_left_out: "less", removed: "less {share}", note_rtl: "by position", layer_title: "L{layer}", note_pairs_BA: "second to first", note_threshold: "from {threshold}", note_faint: "received from {threshold}",
  is_cut: "cut", holds_cut: "holds cut", cut_in_head: "{n} cut", note_cut: "striped", note_cut_elsewhere: "{n} elsewhere",
};
const TEXT = { texts: ["a", "b"], heads: [1], weights: [[1, 0], [0.30004, 0.69996]] };
const HERE = { layer: 0, head: 0 };

/** @param {object} [more] */
function descriptions(more = {}) {
  const store = new Store();
  store.read(new Map(Object.entries({ first: firstFrame({ ...TEXT, ...more }), look: { serial: 1, text: "one", look: {} } })));
  return new Descriptions(store, LABELS);
}

/** The only matrix. @param {Descriptions} it */
const head = (it) => /** @type {import("../../attention_viz/view/js/core/matrix.js").Matrix} */ (it.store.shown());

test("a weight is told to four digits, with its tokens and positions", () => {
  assert.deepEqual(descriptions().explain({ ...HERE, query: 1, key: 0 }), ["b > a: 0.3000", "L1 H1 · 2, 1"]);
  assert.deepEqual(descriptions().explain({ ...HERE, query: 0, key: 1 })?.[0], "a > b: < 0.0001");
});

test("until four digits are there, two are told, and that more will come, or that none will", () => {
  const it = descriptions();
  head(it).rounded = true;
  assert.deepEqual(it.explain({ ...HERE, query: 1, key: 0 }), ["b > a: 0.30", "L1 H1 · 2, 1 · soon"]);
  it.store.alone = true;
  assert.match(it.explain({ ...HERE, query: 1, key: 0 })?.[1] ?? "", /no more$/);
});

test("a group is told to four digits and as what it is", () => {
  const it = descriptions();
  head(it).pool = "max";
  assert.deepEqual(it.explain({ ...HERE, query: 1, key: 0 }), ["b > a: 0.3000", "L1 H1 · 2, 1 · highest"]);
});

test("a cell says that its link is cut, or that it holds one that is, and a head how many are", () => {
  const it = descriptions({ heads: [2] });
  it.store.choose({ cuts: [[0, 0, 1, 0]] });
  assert.deepEqual(it.explain({ ...HERE, query: 1, key: 0 })?.[1], "L1 H1 · 2, 1 · cut");
  assert.equal(it.explain({ ...HERE, query: 0, key: 0 })?.[1], "L1 H1 · 1, 1");
  assert.deepEqual([0, 1].map((head) => it.explain({ layer: 0, head, query: null, key: null })?.[1]), ["1 cut", ""]);
  assert.equal(it.note(), "striped");
  it.store.choose({ head: 1 });
  assert.equal(it.note(), "1 elsewhere");
  it.store.choose({ average: "heads" });
  assert.match(it.explain({ ...HERE, query: 1, key: 0 })?.[1] ?? "", /holds cut$/);
  assert.equal(it.note(), "striped");
});

test("what cannot be read has no weight", () => {
  const it = descriptions({ readable: { kinds: [[[0, 2, 0, 0, 1, 1]]], layers: [0] } });
  assert.deepEqual(it.explain({ ...HERE, query: 0, key: 1 }), ["a > b: closed", "L1 H1 · 1, 2"]);
  assert.equal(it.note(), "hatched");
  assert.equal(descriptions().note(), "");
});

test("where all heads stand side by side, the strongest link of the chosen head is told, as the list beside them is of it", () => {
  const it = descriptions({ heads: [2], apart: [[[0.5, 0.5], [0.5, 0.5]], [[0.2, 0.8], [1, 0]]] });
  it.store.choose({ view: "layer", average: "heads" });
  assert.equal(it.strongest(), "L1 H1 a > a: 0.5000");
  it.store.choose({ head: 1 });
  assert.equal(it.strongest(), "L1 H2 b > a: 1.0000");
  it.store.choose({ queries: [0] });
  assert.equal(it.strongest(), "L1 H2 a > b: 0.8000");
});

test("a pinned token that does not read has no strongest link", () => {
  const it = descriptions({ more: { segments: [0, 1] } });
  it.store.choose({ pairs: "BA", queries: [0] });
  assert.equal(it.strongest(), "L1 H1");
  it.store.choose({ queries: [1] });
  assert.equal(it.strongest(), "L1 H1 b > a: 0.3000");
});

test("one direction of a pair and a threshold are said, for they leave blanks", () => {
  const it = descriptions({ more: { segments: [0, 1] } });
  it.store.choose({ pairs: "BA", threshold: 0.2 });
  assert.equal(it.note(), "second to first from 0.2");
  it.store.choose({ view: "lines" });
  assert.equal(it.note(), "second to first");
  it.store.choose({ view: "text" });
  assert.equal(it.note(), "second to first received from 0.2");
});

test("what filters let nothing of is left out, and not said to weigh nothing", () => {
  const it = descriptions({ more: { segments: [0, 1] } });
  it.store.choose({ pairs: "BA" });
  assert.deepEqual(it.explain({ ...HERE, query: 0, key: 1 }), ["a > b: left out", "L1 H1 · 1, 2"]);
  assert.equal(it.explain({ ...HERE, query: 1, key: 0 })?.[0], "b > a: 0.3000");
});

test("a picture of groups that is not filtered yet says so, and says nothing of filters", () => {
  const it = descriptions({ more: { special: [true, false] } });
  it.store.choose({ exclude: ["special"] });
  assert.equal(it.note(), "less 65.0 %");
  const heads = /** @type {any} */ (it.store.weights).heads;
  for (const matrix of heads.singles.values()) matrix.pool = "max";
  const weights = /** @type {any} */ (it.store.weights);
  weights.version += 1;
  assert.equal(it.note(), "groups coming");
  assert.match(it.explain({ ...HERE, query: 1, key: 0 })?.[1] ?? "", /highest · not yet$/);
  it.store.alone = true;
  assert.equal(it.note(), "groups never");
});

test("beside a heatmap of a text that runs right to left it is said in which order its keys stand", () => {
  const it = descriptions({ more: { directions: ["rtl"] } });
  assert.equal(it.note(), "by position");
  it.store.choose({ view: "text" });
  assert.equal(it.note(), "");
});
