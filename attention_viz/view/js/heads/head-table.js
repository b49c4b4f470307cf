/**
 * Head table: a row for every head, sorted by any measure.
 *
 * @typedef {import("./head-summary.js").Summary} Summary
 * @typedef {import("./head-summary.js").Facts} Facts
 * @typedef {import("../core/theme.js").Theme} Theme
 * @typedef {import("./head-order.js").Order} Order
 */
import { box } from "../core/element.js";
import { sortedRows } from "./head-order.js";
import { percent, picturesOf, rowOf } from "./head-row.js";
import { HeadScroll } from "./head-scroll.js";

/** What is sorted upwards at first; measures start with the highest. */
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
    this.scroll = new HeadScroll(this.table);
    this.element = box("heads", this.legend, this.scroll.element);
    /** @type {Order} */ this.order = { by: "place", down: false };
    this.share = "previous";
    /** @type {HTMLTableRowElement[]} */ this.rows = [];
    /** @type {Summary | null} */ this.summary = null;
    this.chosen = -1;
    this.opened = false;
    this.body.addEventListener("click", (event) => this.clicked(event));
  }

  /** @param {Summary} summary @param {Theme} theme */
  draw(summary, theme) {
    this.summary = summary;
    const { facts, labels } = summary;
    if (!facts.shares.includes(this.share)) this.share = facts.shares[0];
    theme.palette.heads.forEach((colour, i) => this.element.style.setProperty(`--share-${i}`, colour));
    this.scroll.name(labels.words);
    this.caption.textContent = labels.words.table;
    const pictures = picturesOf(facts, theme);
    this.rows = facts.layers.map((_, row) => rowOf(facts, row, pictures[row]));
    this.drawHead();
    this.sort();
    this.opened = false;
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
    this.scroll.toTop();
  }

  /** @param {string} by */
  turn(by) {
    const down = this.order.by === by ? !this.order.down : !FIRST_UP.includes(by);
    this.order = { by, down };
    this.sort();
    this.scroll.toTop();
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
    if (line && this.opened) this.scroll.reveal(line);
    else if (line) this.scroll.openAt(line);
    this.opened = true;
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
