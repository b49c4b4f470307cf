/**
 * Head map: like heads stand near each other; the colour is the layer, a line is drawn round each group.
 *
 * @typedef {import("./head-summary.js").Summary} Summary
 * @typedef {import("./head-summary.js").Facts} Facts
 * @typedef {import("../core/theme.js").Theme} Theme
 * @typedef {{x: number, y: number}} Point
 */
import { box } from "../core/element.js";
import { inkOn, mix } from "../core/palette.js";
import { shape, textShape } from "../core/svg.js";

const SIDE = 420;
const MARGIN = 22;
const RADIUS = 10;
/** @type {Record<string, [number, number]>} */
const ARROWS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };

export class HeadMap {
  /** @param {(row: number) => void} choose @param {(row: number) => void} open */
  constructor(choose, open) {
    this.choose = choose;
    this.open = open;
    this.title = box("title");
    this.drawing = shape("svg", { viewBox: `0 0 ${SIDE} ${SIDE}`, role: "application", tabindex: 0 });
    this.legend = box("layers");
    this.element = box("map", this.title, /** @type {any} */ (this.drawing), this.legend);
    /** @type {Point[]} */ this.points = [];
    /** @type {SVGGElement[]} */ this.marks = [];
    /** @type {string[]} */ this.names = [];
    this.label = "";
    this.chosen = -1;
    this.drawing.addEventListener("click", (event) => this.clicked(event));
    this.drawing.addEventListener("keydown", (event) => this.pressed(event));
  }

  /** @param {Summary} summary @param {Theme} theme */
  draw({ facts, labels }, theme) {
    this.element.hidden = facts.map === null;
    this.points = facts.map === null ? [] : fitted(facts.map);
    this.names = facts.layers.map((layer, row) => `${facts.names[row]} · ${facts.does[row]}`);
    this.title.textContent = labels.words.map;
    this.label = labels.words.map_keys;
    const n = 1 + Math.max(...facts.layers);
    const colours = Array.from({ length: n }, (_, layer) => mix(theme.weights, (layer + 1) / n));
    this.marks = this.points.map((point, row) => markOf(point, facts, row, colours[facts.layers[row]], this.names[row]));
    const lines = facts.map === null ? [] : outlines(this.points, facts.map.groups);
    this.drawing.replaceChildren(...lines, ...this.marks);
    this.legend.replaceChildren(...legendOf(labels.words.layer, colours, new Set(facts.layers)));
  }

  /** @param {number} row */
  mark(row) {
    this.marks[this.chosen]?.removeAttribute("class");
    this.chosen = row;
    this.drawing.setAttribute("aria-label", `${this.label} ${this.names[row] ?? ""}`);
    const mark = this.marks[row];
    if (mark === undefined) return;
    mark.setAttribute("class", "chosen");
    this.drawing.append(mark);
  }

  /** @param {Event} event */
  clicked(event) {
    const row = this.marks.findIndex((mark) => mark.contains(/** @type {Node} */ (event.target)));
    if (row >= 0) this.choose(row);
  }

  /** @param {KeyboardEvent} event */
  pressed(event) {
    const arrow = ARROWS[event.key];
    if (event.key === "Enter" && this.chosen >= 0) this.open(this.chosen);
    else if (arrow !== undefined) this.choose(nearest(this.points, this.chosen, arrow));
    else return;
    event.preventDefault();
  }
}

/** The nearest point in a direction; the same one where none lies there.
 * @param {Point[]} points @param {number} from @param {[number, number]} direction @returns {number} */
export function nearest(points, from, [across, down]) {
  const here = points[from];
  if (here === undefined) return points.length > 0 ? 0 : from;
  let [best, shortest] = [from, Infinity];
  points.forEach((point, row) => {
    const [x, y] = [point.x - here.x, point.y - here.y];
    const [ahead, aside] = [x * across + y * down, Math.abs(x * down) + Math.abs(y * across)];
    const cost = ahead + 2 * aside;
    if (row !== from && ahead > 0 && ahead >= aside / 2 && cost < shortest) [best, shortest] = [row, cost];
  });
  return best;
}

/** Both axes in one scale, in the middle of the drawing. @param {{x: number[], y: number[]}} map @returns {Point[]} */
export function fitted({ x, y }) {
  const [left, right, low, high] = [Math.min(...x), Math.max(...x), Math.min(...y), Math.max(...y)];
  const scale = (SIDE - 2 * MARGIN) / (Math.max(right - left, high - low) || 1);
  const middle = SIDE / 2;
  return x.map((_, i) => ({ x: middle + scale * (x[i] - (left + right) / 2), y: middle - scale * (y[i] - (low + high) / 2) }));
}

/** The corners of the smallest convex outline (Andrew's monotone chain). @param {Point[]} points @returns {Point[]} */
export function hull(points) {
  const order = [...points].sort((one, other) => one.x - other.x || one.y - other.y);
  const half = (/** @type {Point[]} */ given) => {
    /** @type {Point[]} */ const kept = [];
    for (const point of given) {
      while (kept.length > 1 && turn(kept[kept.length - 2], kept[kept.length - 1], point) <= 0) kept.pop();
      kept.push(point);
    }
    return kept.slice(0, -1);
  };
  return order.length < 3 ? order : [...half(order), ...half(order.reverse())];
}

/** @param {Point} one @param {Point} two @param {Point} three */
function turn(one, two, three) {
  return (two.x - one.x) * (three.y - one.y) - (two.y - one.y) * (three.x - one.x);
}

/** A line round each group, wide enough for its marks; the smaller group lies on the larger one.
 * @param {Point[]} points @param {number[]} groups @returns {SVGElement[]} */
function outlines(points, groups) {
  const n = 1 + Math.max(...groups);
  const members = Array.from({ length: n }, (_, group) => points.filter((_, row) => groups[row] === group));
  members.sort((one, other) => other.length - one.length);
  return members.flatMap((group) => {
    const corners = hull(group);
    const path = corners.map(({ x, y }) => `${x.toFixed(1)},${y.toFixed(1)}`).join(" L ");
    return [shape("path", { d: `M ${path} Z`, class: "edge" }), shape("path", { d: `M ${path} Z`, class: "inside" })];
  });
}

/** @param {Point} point @param {Facts} facts @param {number} row @param {[number, number, number]} colour @param {string} name */
function markOf({ x, y }, facts, row, colour, name) {
  const title = shape("title", {}, document.createTextNode(name));
  const circle = shape("circle", { cx: x, cy: y, r: RADIUS, fill: `rgb(${colour.join(" ")})` });
  const number = textShape(String(facts.heads[row] + 1), { x, y: y + 3.5, fill: inkOn(colour) });
  return shape("g", {}, title, circle, number);
}

/** @param {string} word @param {[number, number, number][]} colours of each layer @param {Set<number>} layers that have heads @returns {HTMLElement[]} */
function legendOf(word, colours, layers) {
  const chips = [...layers].map((layer) => {
    const colour = colours[layer];
    const chip = document.createElement("span");
    chip.className = "chip";
    chip.style.background = `rgb(${colour.join(" ")})`;
    chip.style.color = inkOn(colour);
    chip.textContent = String(layer + 1);
    return chip;
  });
  const title = document.createElement("span");
  title.textContent = word;
  return [title, ...chips];
}
