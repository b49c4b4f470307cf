/**
 * Roster: every head of a model with what it does, as a table, on a map and by depth. A head chosen in one is chosen in all.
 *
 * @typedef {import("../core/palette.js").Palette} Palette
 * @typedef {{layers: number[], heads: number[], names: string[], opens: string[], patterns: number[], badges: string[], rules: string[],
 *   columns: Record<string, (number | null)[]>, shares: string[], size: [number, number], pictures: string,
 *   map: {x: number[], y: number[], groups: number[]} | null}} Facts
 *  one entry per head; patterns = the place of the pattern in the order of the rules; pictures = base64 of size (rows, columns) bytes each
 * @typedef {{words: Record<string, string>, measures: Record<string, string>, kinds: string[]}} Wording
 * @typedef {{facts: Facts, wording: Wording, chosen: number, palettes: Record<"light" | "dark", Palette>}} Sheet
 * @typedef {{data: Sheet, parentElement: ParentNode, setTriggerValue: (name: string, value: unknown) => void}} Component
 * @typedef {{draw: (sheet: Sheet, theme: import("../core/theme.js").Theme) => void, mark: (chosen: number) => void, element: HTMLElement}} Part
 */
import { box } from "../core/element.js";
import { Depth } from "./head-depth.js";
import { HeadMap } from "./head-map.js";
import { HeadTable } from "./head-table.js";
import { readTheme, wearTheme } from "../core/theme.js";

/** @type {WeakMap<ParentNode, Roster>} */
const rosters = new WeakMap();

class Roster {
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
    /** What the page chose last; saying it again does not undo what was chosen here since. */
    this.said = -1;
    root.append(box("plan", ...this.parts.map(({ element }) => element)));
  }

  /** @param {Sheet} sheet */
  draw(sheet) {
    const theme = readTheme(this.root, sheet.palettes, 1, "blue");
    wearTheme(this.root, theme);
    const name = theme.name + JSON.stringify([sheet.facts, sheet.wording]);
    if (name !== this.drawn) for (const part of this.parts) part.draw(sheet, theme);
    this.drawn = name;
    this.mark(sheet.chosen === this.said ? this.chosen : sheet.chosen);
    this.said = sheet.chosen;
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
export default function roster({ data, parentElement, setTriggerValue }) {
  const root = /** @type {HTMLElement} */ (parentElement.querySelector(".roster"));
  const known = rosters.get(parentElement) ?? new Roster(root);
  rosters.set(parentElement, known);
  known.tell = setTriggerValue;
  known.draw(data);
}
