/**
 * Head summary: every head of a model with what it does, as a table, on a map and by depth. A head chosen in one is chosen in all.
 *
 * @typedef {import("../core/palette.js").Palette} Palette
 * @typedef {{layers: number[], heads: number[], names: string[], opens: string[], patterns: number[], does: string[], badges: string[], rules: string[],
 *   columns: Record<string, (number | null)[]>, shares: string[], size: [number, number], pictures: string,
 *   map: {x: number[], y: number[], groups: number[]} | null}} Facts
 *  one entry per head; patterns = the place of the pattern in the order of the rules; does = the pattern, or the strongest link, in a word or two; pictures = base64 of size (rows, columns) bytes each
 * @typedef {{words: Record<string, string>, measures: Record<string, string>}} HeadLabels
 * @typedef {{facts: Facts, labels: HeadLabels, chosen: number, palettes: Record<"light" | "dark", Palette>}} Summary
 * @typedef {{data: Summary, parentElement: ParentNode, setTriggerValue: (name: string, value: unknown) => void}} Component
 * @typedef {{draw: (summary: Summary, theme: import("../core/theme.js").Theme) => void, mark: (chosen: number) => void, element: HTMLElement}} Part
 */
import { box } from "../core/element.js";
import { Depth } from "./head-depth.js";
import { HeadMap } from "./head-map.js";
import { HeadTable } from "./head-table.js";
import { readTheme, applyTheme } from "../core/theme.js";

/** @type {WeakMap<ParentNode, HeadSummary>} */
const mounted = new WeakMap();

class HeadSummary {
  /** @param {HTMLElement} root */
  constructor(root) {
    this.root = root;
    this.tell = (/** @type {string} */ _name, /** @type {unknown} */ _value) => {};
    const choose = (/** @type {number} */ row) => this.choose(row);
    const open = (/** @type {number} */ row) => this.tell("open", row);
    this.table = new HeadTable(choose, open);
    this.map = new HeadMap(choose, open);
    this.depth = new Depth(choose);
    /** @type {Part[]} */
    this.parts = [this.table, this.map, this.depth];
    this.drawn = "";
    this.chosen = -1;
    /** What Python chose last; the same again does not undo what was chosen here since. */
    this.chosenByPython = -1;
    root.append(box("layout", ...this.parts.map(({ element }) => element)));
  }

  /** @param {Summary} summary */
  draw(summary) {
    const theme = readTheme(this.root, summary.palettes, 1, "blue");
    applyTheme(this.root, theme);
    const name = theme.name + JSON.stringify([summary.facts, summary.labels]);
    if (name !== this.drawn) for (const part of this.parts) part.draw(summary, theme);
    this.drawn = name;
    this.mark(summary.chosen === this.chosenByPython ? this.chosen : summary.chosen);
    this.chosenByPython = summary.chosen;
  }

  /** @param {number} row */
  mark(row) {
    this.chosen = row;
    for (const part of this.parts) part.mark(row);
  }

  /** @param {number} row */
  choose(row) {
    if (row === this.chosen) return;
    this.mark(row);
    this.tell("choose", row);
  }
}

/** @param {Component} component @returns {void} */
export default function headSummary({ data, parentElement, setTriggerValue }) {
  const root = /** @type {HTMLElement} */ (parentElement.querySelector(".head-summary"));
  const known = mounted.get(parentElement) ?? new HeadSummary(root);
  mounted.set(parentElement, known);
  known.tell = setTriggerValue;
  known.draw(data);
}
