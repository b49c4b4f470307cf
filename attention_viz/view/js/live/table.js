/**
 * Table: the top attended keys, of the pinned queries or on average, highest first.
 *
 * @typedef {import("../core/store.js").Store} Store
 * @typedef {import("./descriptions.js").Descriptions} Descriptions
 * @typedef {import("../core/matrix.js").Matrix} Matrix
 */
import { setText } from "../core/element.js";
import { number, say } from "../core/labels.js";

const COLUMNS = 3;

export class TopTable {
  /** @param {Store} store @param {Descriptions} descriptions */
  constructor(store, descriptions) {
    this.store = store;
    this.descriptions = descriptions;
    this.element = document.createElement("table");
    this.element.className = "top";
    this.element.tabIndex = -1; // a click on a row leaves the keys with the view
    this.caption = document.createElement("caption");
    this.head = document.createElement("thead");
    this.head.append(emptyRow("th"));
    this.body = document.createElement("tbody");
    this.element.append(this.caption, this.head, this.body);
    this.drawn = "";
  }

  draw() {
    const { store } = this;
    const shown = store.shown();
    if (shown === undefined) return;
    const { labels } = this.descriptions;
    const name = JSON.stringify([store.weightsName(), store.subject(), store.readingRows(shown), store.look.k, store.look.view === "layer", labels.top_mean]);
    if (name !== this.drawn) this.fill();
    this.drawn = name;
    this.light();
  }

  fill() {
    const reading = this.store.reading();
    if (reading === null) return;
    const { matrix, rows, received } = reading;
    const { labels } = this.descriptions;
    this.caption.textContent = this.title(matrix, rows);
    fillRow(this.head.rows[0], ["position", "token", "weight"].map((each) => say(labels, each)));
    const order = topOf(received, this.store.look.k, (column) => matrix.isListed(rows, column));
    while (this.body.rows.length > order.length) this.body.deleteRow(-1);
    while (this.body.rows.length < order.length) this.body.append(emptyRow("td"));
    order.forEach((column, i) => this.fillLine(this.body.rows[i], matrix, column, received[column]));
  }

  /** @param {Matrix} matrix @param {number[]} rows @returns {string} */
  title(matrix, rows) {
    const { labels } = this.descriptions;
    const head = this.descriptions.owner();
    if (rows.length === 0) return head + say(labels, "top_mean");
    const query = this.descriptions.query(matrix, rows[0]);
    const values = { query, position: matrix.queries[rows[0]][0] + 1, n: rows.length };
    return head + say(labels, rows.length === 1 ? "top_query" : "top_sum", values);
  }

  /** @param {HTMLTableRowElement} row @param {Matrix} matrix @param {number} column @param {number} weight */
  fillLine(row, matrix, column, weight) {
    const [first, stop] = matrix.keys[column];
    fillRow(row, [String(first + 1), this.descriptions.key(matrix, column), number(weight, matrix.precise)]);
    row.dataset.key = String(first);
    row.dataset.stop = String(stop);
    row.classList.toggle("special", this.store.dimensions?.keys.special[first] ?? false);
  }

  /** Mark the key under the pointer. */
  light() {
    const key = this.store.pointed?.key ?? null;
    for (const row of this.body.rows) {
      const [first, stop] = [Number(row.dataset.key), Number(row.dataset.stop)];
      row.classList.toggle("lit", key !== null && first <= key && key < stop);
    }
  }

  /** @param {MouseEvent} event @returns {number | null} the key of the row under the pointer */
  keyAt(event) {
    const row = event.target instanceof Element ? event.target.closest("tbody tr") : null;
    return row instanceof HTMLElement ? Number(row.dataset.key) : null;
  }
}

/** The places of the k highest values, highest first; of equal ones the earlier first. What may not be read is not listed.
 * @param {Float64Array} values @param {number} k @param {(place: number) => boolean} may @returns {number[]} */
export function topOf(values, k, may) {
  const order = Array.from(values.keys()).filter((place) => values[place] > 0 || may(place));
  return order.sort((one, other) => values[other] - values[one] || one - other).slice(0, k);
}

/** @param {"th" | "td"} kind @returns {HTMLTableRowElement} */
function emptyRow(kind) {
  const row = document.createElement("tr");
  for (let i = 0; i < COLUMNS; i++) {
    const cell = document.createElement(kind);
    if (kind === "th") cell.setAttribute("scope", "col");
    cell.append(document.createElement("bdi"));
    row.append(cell);
  }
  return row;
}

/** Each text is isolated, so that one written from right to left does not turn the row round.
 * @param {HTMLTableRowElement} row @param {string[]} texts */
function fillRow(row, texts) {
  texts.forEach((text, i) => setText(/** @type {HTMLElement} */ (row.cells[i].firstElementChild), text));
}
