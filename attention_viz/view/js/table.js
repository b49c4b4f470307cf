/**
 * Table: the keys that are read most, by the pinned query or on average, highest first.
 *
 * @typedef {import("./store.js").Store} Store
 * @typedef {import("./wording.js").Labels} Labels
 * @typedef {import("./matrix.js").Matrix} Matrix
 */
import { spellOut, spellSpan } from "./token.js";
import { number, say } from "./wording.js";

export class TopTable {
  /** @param {Store} store */
  constructor(store) {
    this.store = store;
    this.element = document.createElement("table");
    this.element.className = "top";
    this.caption = document.createElement("caption");
    this.head = document.createElement("thead");
    this.body = document.createElement("tbody");
    this.element.append(this.caption, this.head, this.body);
    this.drawn = "";
  }

  /** @param {Labels} labels */
  draw(labels) {
    const { store } = this;
    const matrix = store.shown();
    if (matrix === undefined || store.sheet === null) return;
    const row = this.rowOf(matrix);
    const { layer, head } = store.place;
    const name = [store.text, store.version, layer, head, row, store.settings.k, labels.top_mean].join(" ");
    if (name === this.drawn) return;
    this.drawn = name;
    this.caption.textContent = this.title(labels, matrix, row);
    this.head.replaceChildren(line("th", ["position", "token", "weight"].map((each) => say(labels, each))));
    this.body.replaceChildren(...this.lines(matrix, row));
  }

  /** The query under the pointer, else the pinned one. @param {Matrix} matrix @returns {number | null} */
  rowOf(matrix) {
    return this.store.pinnedRow(matrix) ?? this.store.pointed?.row ?? null;
  }

  /** @param {Labels} labels @param {Matrix} matrix @param {number | null} row @returns {string} */
  title(labels, matrix, row) {
    const sheet = this.store.sheet;
    if (row === null || sheet === null) return say(labels, "top_mean");
    const span = matrix.queriesOf(row);
    return say(labels, "top_query", { query: spellSpan(sheet.queries, span), position: span[0] + 1 });
  }

  /** @param {Matrix} matrix @param {number | null} row @returns {HTMLElement[]} */
  lines(matrix, row) {
    const received = matrix.received(row);
    const order = Array.from(received.keys()).sort((one, other) => received[other] - received[one] || one - other);
    const highest = received[order[0]] || 1;
    return order.slice(0, this.store.settings.k).map((column) => this.line(matrix, column, received[column], highest));
  }

  /** @param {Matrix} matrix @param {number} column @param {number} weight @param {number} highest @returns {HTMLElement} */
  line(matrix, column, weight, highest) {
    const keys = /** @type {import("./frame.js").TokenSheet} */ (this.store.sheet).keys;
    const [first, stop] = matrix.keysOf(column);
    const token = stop - first === 1 ? spellOut(keys, first) : spellSpan(keys, [first, stop]);
    const row = line("td", [String(first + 1), token, number(weight, matrix.exact)]);
    row.style.setProperty("--share", String(weight / highest));
    row.dataset.column = String(column);
    if (keys.special[first]) row.className = "special";
    return row;
  }
}

/** @param {"th" | "td"} kind @param {string[]} texts @returns {HTMLElement} */
function line(kind, texts) {
  const row = document.createElement("tr");
  for (const text of texts) {
    const cell = document.createElement(kind);
    const isolated = document.createElement("bdi");
    isolated.textContent = text;
    cell.append(isolated);
    if (kind === "th") cell.setAttribute("scope", "col");
    row.append(cell);
  }
  return row;
}
