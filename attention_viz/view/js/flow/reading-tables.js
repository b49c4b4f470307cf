/**
 * Reading tables: the numbers behind the drawing and behind the verdict, each behind a disclosure.
 *
 * @typedef {{title: string, told?: string, about: string, reason?: string, edges?: import("./layout.js").Edge[], through?: number[][], drawn?: number, least?: number}} Reading
 * @typedef {{sentence: string, heads: string[], rows: string[][]}} Verdict
 */
import { box, setText } from "../core/element.js";
import { number } from "../core/labels.js";

export class Disclosure {
  /** @param {string} name of its class */
  constructor(name) {
    this.element = document.createElement("details");
    this.element.className = name;
    this.summary = document.createElement("summary");
    this.table = document.createElement("table");
    this.table.className = "top";
    const wide = box("wide", this.table);
    wide.tabIndex = 0;
    wide.setAttribute("role", "group");
    this.element.append(this.summary, wide);
    this.wide = wide;
    this.shown = "";
  }

  /** @param {string} title @param {string[]} heads @param {string[][]} rows */
  draw(title, heads, rows) {
    this.element.hidden = rows.length === 0;
    setText(this.summary, title);
    this.wide.setAttribute("aria-label", title);
    const content = JSON.stringify([heads, rows]);
    if (content === this.shown) return;
    this.shown = content;
    const head = document.createElement("thead");
    head.append(line("th", heads));
    const body = document.createElement("tbody");
    body.append(...rows.map((cells) => line("td", cells)));
    this.table.replaceChildren(head, body);
  }
}

/** What comes from each token by each reading, a row for a token. @param {Reading[]} readings @param {string[]} names of the columns drawn
 * @param {number[]} positions @returns {string[][]} */
export function inputRows(readings, names, positions) {
  const rows = readings.map(({ through }) => through?.[0]);
  if (rows.every((row) => row === undefined)) return [];
  return positions.map((position, column) => [String(position + 1), names[column], ...rows.map((row) => (row === undefined ? "–" : number(row[column], true)))]);
}

/** @param {"th" | "td"} kind @param {string[]} cells */
function line(kind, cells) {
  const row = document.createElement("tr");
  for (const text of cells) {
    const cell = document.createElement(kind);
    if (cell instanceof HTMLTableCellElement && kind === "th") cell.scope = "col";
    cell.textContent = text;
    row.append(cell);
  }
  return row;
}
