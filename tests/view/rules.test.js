/** Rules that Python follows too: the cases of rules.json, which test_rules.py runs as well. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { broken } from "../../attention_viz/view/js/lines/broken-curve.js";
import { cutCells, cutIn, cutPlace, MOST_CUT, pinnedPairs, timesCut, toggled } from "../../attention_viz/view/js/core/cut-links.js";
import { headStyle } from "../../attention_viz/view/js/core/head-colours.js";
import { mean, NOTHING, removedShare, filtered } from "../../attention_viz/view/js/core/filters.js";
import { strongestLines } from "../../attention_viz/view/js/lines/strongest.js";
import { FIRST_LOOK, subjectOf, within } from "../../attention_viz/view/js/core/look.js";
import { groups, Matrix } from "../../attention_viz/view/js/core/matrix.js";
import { Descriptions } from "../../attention_viz/view/js/live/descriptions.js";
import { inkOn, mix } from "../../attention_viz/view/js/core/palette.js";
import { spaced } from "../../attention_viz/view/js/text/words.js";
import { readableKeysOf } from "../../attention_viz/view/js/core/readable-keys.js";
import { Store } from "../../attention_viz/view/js/core/store.js";
import { Links } from "../../attention_viz/view/js/links/links.js";
import { topOf } from "../../attention_viz/view/js/live/table.js";
import { number, say } from "../../attention_viz/view/js/core/labels.js";
import { firstFrame, matrix, dimensions, tokens } from "./texts.js";

const RULES = JSON.parse(readFileSync(new URL("rules.json", import.meta.url), "utf8"));
const NEAR = 5e-5;

/** @param {ArrayLike<number>} found @param {number[]} expected */
function close(found, expected) {
  assert.equal(found.length, expected.length);
  expected.forEach((value, i) => assert.ok(Math.abs(found[i] - value) < NEAR, `${found[i]} for ${value}`));
}

/** The weights of all keys, 0 where one is gone. @param {import("../../attention_viz/view/js/core/matrix.js").Matrix} left @param {number} keys */
function whole(left, keys) {
  const columns = Array.from({ length: keys }, (_, key) => left.columnOf(key));
  return Array.from({ length: left.rows }, (_, row) => columns.map((column) => (column < 0 ? 0 : left.weight(row, column)))).flat();
}

test("what filters leave, what share is gone, and which keys receive the most", () => {
  for (const { text, filters, queries = [], k = 10, left, share, top } of RULES.filters) {
    const { tokens: texts, segments, weights, causal } = RULES.texts[text];
    const about = dimensions({ texts, more: { segments } });
    const head = matrix(weights);
    const shown = filtered(head, about, { ...NOTHING, ...filters });
    close(whole(shown, texts.length), left.flat());
    close([removedShare(head, about.keys, filters.exclude ?? [])], [share]);
    const stripes = causal ? [[0, texts.length, 0, 0, 1, 1]] : null;
    shown.hidden = readableKeysOf({ kinds: [/** @type {any} */ (stripes)], layers: [0] }, 0)?.hidden(shown.queries, shown.keys) ?? null;
    const received = shown.received(queries);
    const order = topOf(received, k, (column) => shown.isListed(queries, column));
    assert.deepEqual(order.map((column) => shown.keys[column][0]), top.map((/** @type {number[]} */ [key]) => key));
    close(order.map((column) => received[column]), top.map((/** @type {number[]} */ [, weight]) => weight));
  }
});

test("a mean is that of weights, and is taken before filters", () => {
  for (const { tokens: texts, heads, mean: expected, then, left } of RULES.means) {
    const found = mean(heads.map((/** @type {number[][]} */ head) => matrix(head)));
    close(whole(found, texts.length), expected.flat());
    close(whole(filtered(found, dimensions({ texts }), { ...NOTHING, ...then }), texts.length), left.flat());
  }
});

const ends = (/** @type {{row: number, column: number}[]} */ lines) => lines.map(({ row, column }) => [row, column]).sort(([a, b], [c, d]) => a - c || b - d);

test("which weights become lines", () => {
  for (const { heads, threshold = 0, queries = [], drawn, crowded } of RULES.lines) {
    const found = strongestLines(heads.map((/** @type {number[][]} */ head) => matrix(head)), { queries, key: null }, threshold);
    assert.deepEqual(found.lines.map(ends), drawn);
    assert.equal(found.crowded, crowded[0]);
  }
});

test("which of too many weights become lines", () => {
  for (const { why, queries, row, "drawn keys": keys, crowded } of RULES["many lines"]) {
    const sum = row.reduce((/** @type {number} */ total, /** @type {number} */ each) => total + each, 0);
    const head = matrix(Array(queries).fill(row.map((/** @type {number} */ each) => each / sum)));
    const found = strongestLines([head], { queries: [], key: null }, 0);
    const expected = Array.from({ length: queries }, (_, query) => Array.from({ length: keys }, (_, key) => [query, key])).flat();
    assert.deepEqual(ends(found.lines[0]), expected, why);
    assert.equal(found.crowded, crowded[0], why);
  }
});

test("what a look is about", () => {
  for (const { look, subject } of RULES.subjects) {
    assert.deepEqual(subjectOf({ ...FIRST_LOOK, ...look }, look.layer, look.head), subject);
  }
  for (const { segments, heads, look, within: expected } of RULES.looks) {
    const text = dimensions({ texts: segments.map(String), heads, more: { segments } });
    const { queries, keys, kept, pairs } = within({ ...FIRST_LOOK, ...look }, text);
    assert.deepEqual({ queries, keys, kept, pairs }, expected);
  }
});

test("which heads read a link", () => {
  for (const { text, ranked, ...link } of RULES.links) {
    const { tokens: texts, words, heads, causal } = RULES["linked texts"][text];
    const stripes = causal ? [[0, texts.length, 0, 0, 1, 1]] : null;
    const readable = { kinds: [/** @type {any} */ (stripes)], layers: [0] };
    const first = firstFrame({ texts, heads: [heads.length], weights: heads[0], apart: heads, more: { words }, readable });
    const store = new Store();
    store.read(new Map(Object.entries({ first, look: { serial: 1, text: "one", look: link } })));
    const found = /** @type {import("../../attention_viz/view/js/links/rank-heads.js").HeadLink[]} */ (new Links(store).heads());
    assert.deepEqual(found.map(({ head }) => head), ranked.map((/** @type {number[]} */ [head]) => head));
    close(found.map(({ weight }) => weight), ranked.map((/** @type {number[]} */ [, weight]) => weight));
    close(found.map(({ atDistance }) => atDistance ?? -1), ranked.map((/** @type {(number | null)[]} */ [, , far]) => far ?? -1));
  }
});

test("which links are cut in what is shown, and which after a link is cut or restored", () => {
  assert.equal(MOST_CUT, RULES["cut most"]);
  for (const { cuts, place, here } of RULES.cut) {
    assert.deepEqual(cutIn(cuts, place), here);
    assert.deepEqual(cutIn(cuts, /** @type {any} */ (place.map((/** @type {number | null} */ each) => each ?? -1))), here);
  }
  for (const { cuts, pairs, place, then } of RULES.cutting) assert.deepEqual(toggled(cuts, pairs, place), then);
  for (const { look, place, pairs } of RULES["cut places"]) {
    const whole = { ...FIRST_LOOK, ...look };
    assert.deepEqual([cutPlace(whole), pinnedPairs(whole)], [place, pairs]);
  }
});

test("which cells hold cut links, and whether all of theirs are cut", () => {
  const spans = (/** @type {number[]} */ edges) => edges.slice(1).map((stop, i) => /** @type {[number, number]} */ ([edges[i], stop]));
  for (const { cuts, heads, queries, keys, cells } of RULES["cut cells"]) {
    const matrix = new Matrix(new Uint16Array(0), 65535, "max", spans(queries), spans(keys));
    const found = cutCells(timesCut(cuts, heads), (query, key) => matrix.cellAt(query, key));
    assert.deepEqual(found.map(({ row, column, whole }) => [row, column, whole]), cells);
  }
});

test("the line of a link that is cut has a gap in its middle", () => {
  const { curve, parts } = RULES.broken;
  const points = /** @type {any} */ (curve.map((/** @type {number[]} */ [x, y]) => ({ x, y })));
  broken(points).forEach((part, i) => part.forEach(({ x, y }, j) => close([x, y], parts[i][j])));
});

test("tokens are shared among groups", () => {
  for (const { tokens: n, size, edges } of RULES.groups) {
    const spans = groups(Math.min(n, size), [0, n]);
    assert.deepEqual([0, ...spans.map(([, stop]) => stop)], edges);
  }
});

test("colours, inks, and the styles of heads", () => {
  for (const { steps, share, colour } of RULES.colours) {
    mix(steps, share).forEach((part, i) => assert.ok(Math.abs(part - colour[i]) <= 0.5));
  }
  for (const { ground, ink } of RULES.inks) assert.equal(inkOn(ground), ink === "black" ? "#000000" : "#ffffff");
  const palette = /** @type {any} */ ({ heads: Array.from({ length: 8 }, (_, hue) => hue) });
  for (const [head, hue, dashed] of RULES["head styles"]) {
    const { colour, dash } = headStyle(palette, head);
    assert.deepEqual([colour, dash.length > 0], [hue, dashed]);
  }
});

test("how numbers and spaces are written", () => {
  for (const [weight, written] of RULES.numbers) assert.equal(number(weight, true), written);
  for (const { tokens: texts, spans, before } of RULES.spaces) {
    const text = tokens(texts, { spans });
    assert.deepEqual(texts.map((/** @type {string} */ _, /** @type {number} */ i) => spaced(text, i)), before);
  }
});

test("what would turn a sentence round stands apart in it", () => {
  for (const [value, apart] of RULES.apart) {
    assert.equal(say({ a: "{value} > b" }, "a", { value }), apart ? `\u2068${value}\u2069 > b` : `${value} > b`);
  }
});

test("what is said of a look", () => {
  const { tokens: texts, segments, weights } = RULES.texts.pair;
  const labels = RULES.labels;
  for (const { look, notes } of RULES.notes) {
    const store = new Store();
    const first = firstFrame({ texts, heads: [1], weights, more: { segments } });
    store.read(new Map(Object.entries({ first, look: { serial: 1, text: "one", look } })));
    assert.equal(new Descriptions(store, labels).note(), notes.join(" "));
  }
});
