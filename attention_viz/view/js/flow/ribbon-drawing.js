/**
 * Ribbon drawing: the ribbons, what passes through each token, and the names of tokens and layers, as SVG. A ribbon between the
 * same tokens stays the same element and moves from its old width to the new one.
 *
 * @typedef {import("./layout.js").Plan} Plan
 * @typedef {import("./layout.js").Ribbon} Ribbon
 * @typedef {import("./layout.js").Bar} Bar
 * @typedef {import("./layout.js").Edge} Edge
 * @typedef {import("../core/theme.js").Theme} Theme
 * @typedef {{path: SVGPathElement, from: number[], now: number[], to: number[]}} Drawn x0, y0, x1, y1, width, opacity
 * @typedef {{names: string[], query: number, layer: string, slanted: boolean}} Names of the columns, and which is followed
 */
import { between, Motion } from "../text/motion.js";
import { shape, textShape } from "../core/svg.js";
import { written, xOf, yOf } from "./layout.js";

const OPACITY = { moves: 0.62, stays: 0.38, lit: 1 };
/** Of ribbons beside the one that is lit. */
const FADED = 0.25;
const BAR = 5;
const [WIDTH, SEEN] = [4, 5];

export class RibbonDrawing {
  constructor() {
    this.ribbons = shape("g", { fill: "none" });
    this.bars = shape("g", {});
    this.names = shape("g", {});
    this.element = shape("svg", { class: "ribbons", "aria-hidden": "true" }, this.names, this.ribbons, this.bars);
    /** @type {Map<string, Drawn>} */ this.drawn = new Map();
    this.motion = new Motion((share) => this.move(share));
  }

  /** @param {Ribbon[]} ribbons the strongest first @param {Theme} theme @param {Edge | null} lit */
  draw(ribbons, theme, lit) {
    const moving = this.drawn.size > 0;
    const aims = new Map(ribbons.map((ribbon) => [nameOf(ribbon.edge), [ribbon.x0, ribbon.y0, ribbon.x1, ribbon.y1, ribbon.width, opacityOf(ribbon.edge, lit)]]));
    for (const [name, { to }] of this.drawn) if (!aims.has(name)) aims.set(name, [...to.slice(0, WIDTH), 0, 0]);
    let changed = false;
    for (const [name, to] of aims) {
      const drawn = this.drawn.get(name) ?? this.added(name, to);
      changed ||= drawn.to.some((value, i) => value !== to[i]);
      drawn.to = to;
    }
    for (const { edge } of ribbons) this.colour(edge, theme, lit);
    if (!changed) return;
    for (const drawn of this.drawn.values()) drawn.from = drawn.now;
    this.motion.start(moving);
  }

  /** @param {Edge} edge @param {Theme} theme @param {Edge | null} lit */
  colour(edge, theme, lit) {
    const path = this.drawn.get(nameOf(edge))?.path;
    path?.setAttribute("stroke", lit !== null && nameOf(lit) === nameOf(edge) ? theme.accent : edge[1] === edge[2] ? theme.secondary : movingColour(theme));
  }

  /** @param {string} name @param {number[]} to @returns {Drawn} */
  added(name, to) {
    const now = [...to.slice(0, WIDTH), 0, 0];
    const drawn = { path: shape("path", { "data-edge": name }), from: now, now, to: now };
    this.ribbons.append(drawn.path);
    this.drawn.set(name, drawn);
    return drawn;
  }

  /** @param {number} share of the way */
  move(share) {
    for (const [name, drawn] of this.drawn) {
      drawn.now = between(drawn.from, drawn.to, share);
      drawn.path.setAttribute("d", written(drawn.now));
      drawn.path.setAttribute("stroke-width", drawn.now[WIDTH].toFixed(2));
      drawn.path.setAttribute("opacity", drawn.now[SEEN].toFixed(3));
      if (share < 1 || drawn.to[SEEN] > 0) continue;
      drawn.path.remove();
      this.drawn.delete(name);
    }
  }

  /** @param {Bar[][]} bars @param {Theme} theme @param {Plan} plan @param {Names} names */
  drawAround(bars, theme, plan, names) {
    this.element.setAttribute("width", String(plan.width));
    this.element.setAttribute("height", String(plan.height));
    this.bars.replaceChildren(...bars.flatMap((row) => row.filter(({ width }) => width >= 0.5).map((bar) => drawnBar(bar, theme))));
    this.names.replaceChildren(...lines(plan, theme), ...layerNames(plan, theme, names.layer), ...tokenNames(plan, theme, names));
  }
}

/** Of what moves from one token to another. @param {Theme} theme @returns {string} */
export function movingColour({ weights }) {
  return weights[Math.round(weights.length * 0.6)];
}

/** @param {Edge} edge @param {Edge | null} lit @returns {number} */
function opacityOf(edge, lit) {
  if (lit !== null && nameOf(lit) === nameOf(edge)) return OPACITY.lit;
  return (edge[1] === edge[2] ? OPACITY.stays : OPACITY.moves) * (lit === null ? 1 : FADED);
}

/** @param {Edge} edge @returns {string} */
function nameOf([layer, query, key]) {
  return `${layer} ${query} ${key}`;
}

/** @param {Bar} bar @param {Theme} theme */
function drawnBar({ x, y, width }, theme) {
  return shape("rect", { x: x - width / 2, y: y - BAR / 2, width, height: BAR, fill: theme.text });
}

/** @param {Plan} plan @param {Theme} theme */
function lines(plan, theme) {
  const rows = Array.from({ length: plan.layers + 1 }, (_, row) => yOf(plan, row));
  return rows.map((y) => shape("line", { x1: plan.left, x2: plan.width - 8, y1: y, y2: y, stroke: theme.secondary, "stroke-opacity": 0.25 }));
}

/** @param {Plan} plan @param {Theme} theme @param {string} word */
function layerNames(plan, theme, word) {
  const style = { fill: theme.secondary, "font-size": 12, "text-anchor": "end" };
  const numbers = Array.from({ length: plan.layers }, (_, i) => textShape(String(i + 1), { ...style, x: plan.left - 8, y: yOf(plan, i + 1) + 4 }));
  return [...numbers, textShape(word, { ...style, "text-anchor": "start", x: 0, y: yOf(plan, plan.layers) - 12 })];
}

/** @param {Plan} plan @param {Theme} theme @param {Names} names */
function tokenNames(plan, theme, { names, query, slanted }) {
  const below = yOf(plan, 0) + 18;
  const all = names.map((name, column) => {
    const style = { fill: column === query ? theme.accent : theme.text, "font-size": 13, "font-weight": column === query ? 600 : 400 };
    const x = xOf(plan, column);
    if (!slanted) return textShape(name, { ...style, x, y: below, "text-anchor": "middle" });
    return textShape(name, { ...style, "text-anchor": "end", transform: `translate(${x + 4} ${below - 6}) rotate(-60)` });
  });
  const top = { x: xOf(plan, query), y: yOf(plan, plan.layers) - 12, "text-anchor": "middle", "font-size": 14, "font-weight": 600, fill: theme.accent };
  return [...all, textShape(names[query] ?? "", top)];
}
