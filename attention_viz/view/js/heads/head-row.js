/**
 * Head row: what one row of the table says of a head: its small picture and name, its pattern, its measures.
 *
 * @typedef {import("./head-summary.js").Facts} Facts
 * @typedef {import("../core/theme.js").Theme} Theme
 */
import { TOPS } from "../core/drawing.js";
import { box } from "../core/element.js";
import { colourTable } from "../core/palette.js";
import { bitmap } from "../heatmap/raster.js";

const TOP = TOPS.root8;

/** @param {Facts} facts @param {number} row which head @param {HTMLCanvasElement} picture @returns {HTMLTableRowElement} */
export function rowOf(facts, row, picture) {
  const { columns } = facts;
  const line = document.createElement("tr");
  line.append(headCell(facts, row, picture), badgeCell(facts.badges[row], facts.does[row], facts.rules[row]));
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

/** @param {string} number @param {string} does @param {string} rule */
function badgeCell(number, does, rule) {
  const badge = document.createElement("span");
  badge.className = "badge";
  badge.textContent = does;
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

/** A small picture of each head's weights. @param {Facts} facts @param {Theme} theme @returns {HTMLCanvasElement[]} */
export function picturesOf(facts, theme) {
  const bytes = Uint8Array.from(atob(facts.pictures), (character) => character.charCodeAt(0));
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
