/**
 * Head depth: each measure against the layer, a dot for every head and a line through the layers' means.
 *
 * @typedef {import("./head-summary.js").Summary} Summary
 * @typedef {import("./head-summary.js").Facts} Facts
 * @typedef {import("../core/theme.js").Theme} Theme
 */
import { box } from "../core/element.js";
import { shape, textShape } from "../core/svg.js";

const [WIDTH, HEIGHT] = [220, 120];
const [LEFT, RIGHT, TOP, BOTTOM] = [34, 8, 10, 20];

export class Depth {
  /** @param {(row: number) => void} choose */
  constructor(choose) {
    this.choose = choose;
    this.element = box("depth");
    /** @type {SVGCircleElement[][]} one list per chart, a dot per head */ this.dots = [];
    this.chosen = -1;
    this.element.addEventListener("click", (event) => this.clicked(event));
  }

  /** @param {Summary} summary @param {Theme} _theme */
  draw({ facts, labels }, _theme) {
    const title = box("title");
    title.textContent = labels.words.depth;
    const measured = Object.keys(facts.columns).filter((by) => by !== "uniform_entropy");
    const shown = measured.filter((by) => facts.columns[by].some((value) => value !== null));
    this.dots = [];
    const charts = shown.map((by) => this.chart(facts, by, labels));
    this.element.replaceChildren(title, box("charts", ...charts));
  }

  /** @param {Facts} facts @param {string} by @param {import("./head-summary.js").HeadLabels} labels */
  chart(facts, by, labels) {
    const values = facts.columns[by];
    const highest = Math.max(...values.map((value) => value ?? 0)) || 1;
    const last = Math.max(...facts.layers);
    const x = (/** @type {number} */ layer) => LEFT + ((WIDTH - LEFT - RIGHT) * (layer + 0.5)) / (last + 1);
    const y = (/** @type {number} */ value) => HEIGHT - BOTTOM - ((HEIGHT - TOP - BOTTOM) * value) / highest;
    const means = layerMeans(facts.layers, values);
    const dots = values.map((value, row) => dotOf(x(facts.layers[row]), value === null ? null : y(value), facts.names[row]));
    this.dots.push(dots);
    const line = means.map((mean, layer) => (mean === null ? "" : `${x(layer).toFixed(1)},${y(mean).toFixed(1)}`)).join(" ");
    const name = [labels.measures[by], ...means.map((mean, layer) => `${labels.words.layer} ${layer + 1} = ${mean?.toFixed(2) ?? "–"}`)].join(" · ");
    const drawing = shape("svg", { viewBox: `0 0 ${WIDTH} ${HEIGHT}`, role: "img", "aria-label": name });
    drawing.append(...axes(x, last, highest), ...dots, shape("polyline", { points: line, class: "mean" }));
    const caption = document.createElement("figcaption");
    caption.textContent = labels.measures[by];
    const figure = document.createElement("figure");
    figure.append(caption, drawing);
    return figure;
  }

  /** @param {number} row */
  mark(row) {
    for (const dots of this.dots) {
      dots[this.chosen]?.classList.remove("chosen");
      dots[row]?.classList.add("chosen");
    }
    this.chosen = row;
  }

  /** @param {Event} event */
  clicked(event) {
    for (const dots of this.dots) {
      const row = dots.indexOf(/** @type {SVGCircleElement} */ (event.target));
      if (row >= 0) this.choose(row);
    }
  }
}

/** @param {number[]} layers @param {(number | null)[]} values @returns {(number | null)[]} one per layer, over the heads that have a number */
export function layerMeans(layers, values) {
  const n = 1 + Math.max(...layers);
  return Array.from({ length: n }, (_, layer) => {
    const own = values.filter((value, row) => layers[row] === layer && value !== null).map(Number);
    return own.length === 0 ? null : own.reduce((sum, value) => sum + value) / own.length;
  });
}

/** @param {number} x @param {number | null} y @param {string} name @returns {SVGCircleElement} */
function dotOf(x, y, name) {
  const title = shape("title", {}, document.createTextNode(name));
  return shape("circle", { cx: x, cy: y ?? 0, r: 2.5, ...(y === null ? { visibility: "hidden" } : {}) }, title);
}

/** @param {(layer: number) => number} x @param {number} last @param {number} highest @returns {SVGElement[]} */
function axes(x, last, highest) {
  const floor = HEIGHT - BOTTOM;
  const step = Math.ceil((last + 1) / 12);
  const layers = Array.from({ length: last + 1 }, (_, layer) => layer).filter((layer) => layer % step === 0);
  return [
    shape("line", { x1: LEFT, x2: WIDTH - RIGHT, y1: floor, y2: floor, class: "axis" }),
    shape("line", { x1: LEFT, x2: WIDTH - RIGHT, y1: TOP, y2: TOP, class: "axis" }),
    textShape("0", { x: LEFT - 5, y: floor + 4, class: "value" }),
    textShape(highest.toFixed(highest < 10 ? 2 : 1), { x: LEFT - 5, y: TOP + 4, class: "value" }),
    ...layers.map((layer) => textShape(String(layer + 1), { x: x(layer), y: HEIGHT - 5, class: "layer" })),
  ];
}
