/**
 * Head table: a row for every head, sorted by any measure.
 *
 * @typedef {import("./head-summary.js").Summary} Summary
 * @typedef {import("./head-summary.js").Facts} Facts
 * @typedef {import("../core/theme.js").Theme} Theme
 * @typedef {{by: string, down: boolean}} Order by = "place", "pattern" or a measure; down = highest first
 */
import { TOPS } from "../core/drawing.js";
import { box } from "../core/element.js";
import { colourTable } from "../core/palette.js";
import { bitmap } from "../heatmap/raster.js";

const TOP = TOPS.root8;
const FIRST_UP = ["place", "pattern", "group"];

export class HeadTable {
  /** @param {(row: number) => void} choose @param {(row: number) => void} open */
  constructor(choose, open) {
    this.choose = choose;
    this.open = open;
    this.legend = box("shares");
    this.table = document.createElement("table");
    this.caption = document.createElement("caption");
    this.head = document.createElement("tr");
    this.body = document.createElement("tbody");
    const header = document.createElement("thead");
    header.append(this.head);
    this.table.append(this.caption, header, this.body);
    this.scroll = box("scroll", this.table);
    this.scroll.tabIndex = 0;
    this.scroll.setAttribute("role", "region");
    this.element = box("heads", this.legend, this.scroll);
    /** @type {Order} */ this.order = { by: "place", down: false };
    this.share = "previous";
    /** @type {HTMLTableRowElement[]} */ this.rows = [];
    /** @type {Summary | null} */ this.summary = null;
    this.chosen = -1;
    this.body.addEventListener("click", (event) => this.clicked(event));
  }

  /** @param {Summary} summary @param {Theme} theme */
  draw(summary, theme) {
    this.summary = summary;
    const { facts, labels } = summary;
    if (!facts.shares.includes(this.share)) this.share = facts.shares[0];
    theme.palette.heads.forEach((colour, i) => this.element.style.setProperty(`--share-${i}`, colour));
    this.scroll.setAttribute("aria-label", labels.words.table);
    this.caption.textContent = labels.words.table;
    const pictures = picturesOf(facts, theme);
    this.rows = facts.layers.map((_, row) => lineOf(summary, row, pictures[row]));
    this.drawHead();
    this.sort();
  }

  /** The titles of the columns, and the legend of the small bars, which are their own columns' titles. */
  drawHead() {
    const { facts, labels } = /** @type {Summary} */ (this.summary);
    const titles = columnsOf(facts).map((by) => titleCell(by, titleOf(labels, by), () => this.turn(by)));
    this.head.replaceChildren(...titles);
    const buttons = facts.shares.map((by, i) => legendButton(labels.measures[by], i, () => this.pickShare(by)));
    const title = document.createElement("span");
    title.textContent = labels.words.shares_title;
    this.legend.replaceChildren(title, ...buttons);
  }

  /** @param {string} by */
  pickShare(by) {
    this.share = by;
    this.order = { by: "share", down: true };
    this.sort();
    this.scroll.scrollTop = 0;
  }

  /** @param {string} by */
  turn(by) {
    const down = this.order.by === by ? !this.order.down : !FIRST_UP.includes(by);
    this.order = { by, down };
    this.sort();
    this.scroll.scrollTop = 0;
  }

  sort() {
    const { facts } = /** @type {Summary} */ (this.summary);
    const order = sortedRows(facts, { ...this.order, by: this.order.by === "share" ? this.share : this.order.by });
    this.body.replaceChildren(...order.map((row) => this.rows[row]));
    for (const cell of this.head.cells) {
      const own = cell.dataset.by === this.order.by;
      if (own) cell.setAttribute("aria-sort", this.order.down ? "descending" : "ascending");
      else cell.removeAttribute("aria-sort");
    }
    facts.shares.forEach((by, i) => this.legend.children[i + 1].setAttribute("aria-pressed", String(by === this.share)));
    this.rows.forEach((line, row) => {
      const number = /** @type {HTMLElement} */ (line.querySelector(".share-number"));
      number.textContent = percent(facts.columns[this.share][row]);
    });
  }

  /** @param {number} row */
  mark(row) {
    this.rows[this.chosen]?.removeAttribute("aria-current");
    this.chosen = row;
    const line = this.rows[row];
    line?.setAttribute("aria-current", "true");
    if (line) reveal(this.scroll, line);
  }

  /** @param {MouseEvent} event */
  clicked(event) {
    if (!(event.target instanceof Element)) return;
    const row = this.rows.findIndex((line) => line.contains(/** @type {Element} */ (event.target)));
    if (row < 0) return;
    if (event.target.closest("button")) this.open(row);
    else this.choose(row);
  }
}

/** The rows in the order wanted; what has no number comes last, equal ones stay by layer and head.
 * @param {Facts} facts @param {Order} order @returns {number[]} */
export function sortedRows(facts, { by, down }) {
  const rows = facts.layers.map((_, row) => row);
  const values = valuesOf(facts, by);
  const sign = down ? -1 : 1;
  return rows.sort((one, other) => {
    const [a, b] = [values[one], values[other]];
    if (a === null || b === null) return a === b ? one - other : a === null ? 1 : -1;
    return sign * (a - b) || one - other;
  });
}

/** @param {Facts} facts @param {string} by @returns {(number | null)[]} */
function valuesOf(facts, by) {
  if (by === "place") return facts.layers.map((_, row) => row);
  if (by === "pattern") return facts.patterns;
  if (by === "group") return facts.map?.groups ?? [];
  return facts.columns[by];
}

/** @param {Facts} facts @returns {string[]} */
function columnsOf(facts) {
  const measured = ["entropy", "confidence", "distance", "share", ...("importance" in facts.columns ? ["importance"] : [])];
  return ["place", "pattern", ...measured, ...(facts.map ? ["group"] : [])];
}

/** @param {import("./head-summary.js").HeadLabels} labels @param {string} by */
function titleOf(labels, by) {
  return labels.words[by] ?? labels.measures[by];
}

/** @param {string} by @param {string} title @param {() => void} turn */
function titleCell(by, title, turn) {
  const cell = document.createElement("th");
  const button = document.createElement("button");
  button.textContent = title;
  button.addEventListener("click", turn);
  cell.setAttribute("scope", "col");
  cell.dataset.by = by;
  cell.append(button);
  return cell;
}

/** @param {string} title @param {number} i @param {() => void} pick */
function legendButton(title, i, pick) {
  const button = document.createElement("button");
  const swatch = document.createElement("span");
  swatch.className = "swatch";
  swatch.style.background = `var(--share-${i})`;
  button.append(swatch, document.createTextNode(title));
  button.addEventListener("click", pick);
  return button;
}

/** @param {Summary} summary @param {number} row @param {HTMLCanvasElement} picture */
function lineOf({ facts, labels }, row, picture) {
  const { columns } = facts;
  const line = document.createElement("tr");
  line.append(headCell(facts, row, picture), badgeCell(facts.badges[row], labels.kinds[facts.patterns[row]], facts.rules[row]));
  line.append(entropyCell(columns.entropy[row], columns.uniform_entropy[row]));
  line.append(cell("number", digits(columns.confidence[row], 2)), cell("number", digits(columns.distance[row], 1)));
  line.append(sharesCell(facts, row));
  if ("importance" in columns) line.append(cell("number", digits(columns.importance[row], 3)));
  if (facts.map) line.append(cell("number", String(facts.map.groups[row] + 1)));
  return line;
}

/** @param {Facts} facts @param {number} row @param {HTMLCanvasElement} picture */
function headCell(facts, row, picture) {
  const head = document.createElement("th");
  const button = document.createElement("button");
  head.setAttribute("scope", "row");
  button.append(picture, document.createTextNode(facts.names[row]));
  button.setAttribute("aria-label", facts.opens[row]);
  head.append(button);
  return head;
}

/** @param {string} number @param {string} kind @param {string} rule */
function badgeCell(number, kind, rule) {
  const badge = document.createElement("span");
  badge.className = "badge";
  badge.textContent = kind;
  const found = cell("pattern", "");
  found.title = rule;
  found.append(badge, document.createTextNode(number));
  return found;
}

/** @param {number | null} entropy @param {number | null} uniform */
function entropyCell(entropy, uniform) {
  const found = cell("entropy", digits(entropy, 2));
  if (entropy === null || !uniform) return found;
  const part = document.createElement("span");
  part.textContent = percent(entropy / uniform);
  const bar = box("bar");
  bar.style.setProperty("--part", String(entropy / uniform));
  found.append(part, bar);
  return found;
}

/** @param {Facts} facts @param {number} row */
function sharesCell(facts, row) {
  const bars = facts.shares.map((by, i) => {
    const bar = document.createElement("span");
    bar.style.background = `var(--share-${i})`;
    bar.style.height = `${100 * (facts.columns[by][row] ?? 0)}%`;
    return bar;
  });
  const number = document.createElement("span");
  number.className = "share-number";
  const found = cell("share", "");
  found.append(box("bars", ...bars), number);
  return found;
}

/** @param {string} name @param {string} text */
function cell(name, text) {
  const found = document.createElement("td");
  found.className = name;
  found.textContent = text;
  return found;
}

/** @param {Facts} facts @param {Theme} theme @returns {HTMLCanvasElement[]} */
function picturesOf(facts, theme) {
  const bytes = Uint8Array.from(atob(facts.pictures), (letter) => letter.charCodeAt(0));
  const colours = colourTable(theme.weights, TOP, 1);
  const [rows, columns] = facts.size;
  return facts.layers.map((_, row) => {
    const values = bytes.subarray(row * rows * columns, (row + 1) * rows * columns);
    const picture = bitmap({ values, rows, columns, top: TOP }, colours);
    picture.setAttribute("aria-hidden", "true");
    return picture;
  });
}

/** @param {number | null | undefined} value @param {number} places */
export function digits(value, places) {
  return value === null || value === undefined ? "–" : value.toFixed(places);
}

/** @param {number | null | undefined} value @returns {string} a share in whole hundredths */
export function percent(value) {
  return value === null || value === undefined ? "–" : `${Math.round(100 * value)} %`;
}

/** Scroll the box, and only the box, until the line is in sight. @param {HTMLElement} scroll @param {HTMLElement} line */
function reveal(scroll, line) {
  const head = /** @type {HTMLElement} */ (scroll.querySelector("thead")).offsetHeight;
  const top = line.offsetTop - head;
  const bottom = line.offsetTop + line.offsetHeight - scroll.clientHeight;
  if (scroll.scrollTop > top) scroll.scrollTop = top;
  else if (scroll.scrollTop < bottom) scroll.scrollTop = bottom;
}
