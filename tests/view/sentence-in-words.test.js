import assert from "node:assert/strict";
import { test } from "node:test";
import { aboutArcs, told } from "../../attention_viz/view/js/live/sentence-in-words.js";
import { Descriptions } from "../../attention_viz/view/js/live/descriptions.js";
import { Store } from "../../attention_viz/view/js/core/store.js";
import { firstFrame } from "./texts.js";

const LABELS = {
  head_reads: "L{layer} H{head} {query} > {key} {weight}.", token_reads: "{query} > {key} {weight}.", mean_reads: "{title} {query} > {key} {weight}.",
  special_share: "{share} to {names}.", both_tokens: "{one}+{other}", mean_heads: "mean of {n}", layer_head: "L{layer} H{head}",
  arcs_coloured: "{lines} lines", arcs_none: "none", arcs_most: "{n} strongest", arcs_least: "from {weight}",
};
const TEXTS = ["[CLS]", "animal", "it", "[SEP]"];
const WEIGHTS = [[1, 0, 0, 0], [0.5, 0.5, 0, 0], [0.1, 0.68, 0.2, 0.02], [0.9, 0.1, 0, 0]];

/** @param {object} look @param {object} [text] */
function descriptions(look, text = {}) {
  const store = new Store();
  const first = firstFrame({ texts: TEXTS, heads: [2], weights: WEIGHTS, ...text });
  store.read(new Map(Object.entries({ first, look: { serial: 1, text: "one", look: { view: "sentence", ...look } } })));
  return new Descriptions(store, LABELS);
}

test("with nothing pinned, the strongest link of two content tokens is told, and the share of special tokens", () => {
  assert.equal(told(descriptions({ head: 1 })), "L1 H2 it > animal 0.68. 12 % to [CLS]+[SEP].");
});

test("of a pinned token its own strongest key of the text is told", () => {
  assert.equal(told(descriptions({ queries: [1] })), "L1 H1 animal > animal 0.50. 50 % to [CLS]+[SEP].");
});

test("of several pinned tokens each is told, and the head once", () => {
  assert.equal(told(descriptions({ queries: [2, 1] })), "L1 H1 it > animal 0.68. animal > animal 0.50.");
});

test("of a mean its title is told", () => {
  assert.equal(told(descriptions({ average: "heads", queries: [2] })), "mean of 2 it > animal 0.68. 12 % to [CLS]+[SEP].");
});

test("where special tokens are left out, nothing is said of their share", () => {
  assert.equal(told(descriptions({ exclude: ["special"], queries: [2] })), "L1 H1 it > animal 0.68.");
});

test("which arcs are not drawn is said, and why there is none", () => {
  const said = (/** @type {any} */ sentence) => aboutArcs(sentence, LABELS);
  const arcs = [{ query: 0, key: 1, weight: 1, strength: 1 }];
  assert.equal(said({ coloured: true, choice: { arcs: [], least: 0, cut: false } }), "12 lines");
  assert.equal(said({ coloured: false, choice: { arcs: [], least: 0, cut: false } }), "none");
  assert.equal(said({ coloured: false, choice: { arcs, least: 0.2, cut: true } }), "1 strongest");
  assert.equal(said({ coloured: false, choice: { arcs, least: 0.0338, cut: false } }), "from 0.0338");
});

test("the table and the arcs are of the same reader, and pointing shows another", () => {
  const { store } = descriptions({});
  assert.deepEqual(store.reading()?.rows, [2]);
  store.point({ layer: 0, head: 0, query: 1, key: null });
  assert.deepEqual(store.reading()?.rows, [1]);
  store.point(null);
  store.choose({ view: "text" });
  assert.deepEqual(store.reading()?.rows, []);
});
