/**
 * Arcs: the links of a text as curves of SVG, under its words. An arc to the same token stays the same element and moves from
 * its old weight to the new one. They are few, sharp on paper too, and move without a canvas being drawn anew.
 *
 * @typedef {import("./arc-choice.js").Arc} Arc
 * @typedef {import("./arc-path.js").Box} Box
 * @typedef {{readers: Box[], words: Box[], room: number, width: number}} Layout
 *  of query and of key tokens; the room for arcs above a line; the width of the text
 * @typedef {{thick: (weight: number) => number, zoom: number, colour: string, accent: string, wholeOf: (arc: Arc) => boolean | undefined}} Style
 *  thick = the width of an arc, in pixels; wholeOf = whether it is cut, in all heads of a mean: then it has a gap, where it is in some a dot
 * @typedef {{path: SVGPathElement, from: number[], now: number[], to: number[]}} Drawn
 *  what is drawn of an arc: the coordinates of its curve, its width and its opacity
 */
import { ChangingNumber } from "./changing-number.js";
import { between, Motion } from "./motion.js";
import { curveBetween, halfway, written } from "./arc-path.js";
import { GAP } from "../core/drawing.js";
import { shape } from "../core/svg.js";

const FAINTEST = 0.15;
const LABEL = { height: 14, above: 5, least: 30 };
const OPACITY = 9;
const DOT = 4;
const BROKEN = `${GAP[0]} ${GAP[1] - GAP[0]} 1`;

export class Arcs {
  constructor() {
    this.curves = shape("g", {});
    this.label = shape("text", { class: "weight" });
    this.number = new ChangingNumber(this.label);
    this.dots = shape("g", {});
    this.element = shape("svg", { class: "arcs", "aria-hidden": "true" }, this.curves, this.dots, this.label);
    /** @type {Map<string, Drawn>} by reader and key */ this.drawn = new Map();
    this.motion = new Motion((share) => this.move(share));
  }

  /** @param {Arc[]} arcs weakest first @param {Layout} layout @param {Style} style @param {(arc: Arc) => [string, string | null]} tell
   *  the weight of an arc, and what it was before */
  draw(arcs, layout, style, tell) {
    const moving = this.drawn.size > 0;
    if (this.aim(arcs, layout, style)) this.motion.start(moving);
    set(this.curves, "stroke", style.colour);
    this.break(arcs, style);
    this.drawDots(arcs.filter((arc) => style.wholeOf(arc) === false), layout, style);
    this.raise();
    this.drawLabel(arcs.at(-1), layout, style, tell);
  }

  /** Where each arc shall go. @param {Arc[]} arcs @param {Layout} layout @param {Style} style @returns {boolean} whether that is new */
  aim(arcs, layout, { thick, zoom }) {
    const nameOf = namer(arcs);
    const aims = new Map(arcs.map((arc) => [nameOf(arc), numbersOf(arc, layout, thick(arc.weight) * zoom)]));
    let changed = false;
    for (const [name, { to }] of this.drawn) if (!aims.has(name) && to[OPACITY] > 0) aims.set(name, faded(to));
    for (const [name, to] of aims) {
      const drawn = this.drawn.get(name) ?? this.added(name, to);
      changed ||= drawn.to.some((value, i) => value !== to[i]);
      drawn.to = to;
    }
    if (changed) for (const drawn of this.drawn.values()) drawn.from = drawn.now;
    return changed;
  }

  /** Give the arcs of links that are cut a gap. @param {Arc[]} arcs @param {Style} style */
  break(arcs, { wholeOf }) {
    const nameOf = namer(arcs);
    const cut = new Set(arcs.filter(wholeOf).map(nameOf));
    for (const [name, { path }] of this.drawn) set(path, "stroke-dasharray", cut.has(name) ? BROKEN : "none");
  }

  /** @param {Arc[]} arcs that hold a cut link @param {Layout} layout @param {Style} style */
  drawDots(arcs, layout, { accent, zoom }) {
    const dots = arcs.map((arc) => {
      const { x, y } = halfway(curveOf(arc, layout));
      return shape("circle", { cx: x.toFixed(1), cy: y.toFixed(1), r: String(DOT * zoom), fill: accent });
    });
    if (dots.length + this.dots.childElementCount > 0) this.dots.replaceChildren(...dots);
  }

  /** The strongest arc lies on top. */
  raise() {
    const strongest = [...this.drawn.values()].sort((one, other) => other.to[OPACITY] - one.to[OPACITY])[0]?.path;
    if (strongest !== undefined && strongest !== this.curves.lastChild) this.curves.append(strongest);
  }

  /** An arc that appears. @param {string} name @param {number[]} to @returns {Drawn} */
  added(name, to) {
    const now = faded(to);
    const drawn = { path: shape("path", { "data-key": name.split(".")[1], pathLength: "1" }), from: now, now, to: now };
    this.curves.append(drawn.path);
    this.drawn.set(name, drawn);
    return drawn;
  }

  /** @param {number} share of the way */
  move(share) {
    for (const [name, drawn] of this.drawn) {
      drawn.now = between(drawn.from, drawn.to, share);
      const [x1, y1, x2, y2, x3, y3, x4, y4, width, opacity] = drawn.now;
      set(drawn.path, "d", written([{ x: x1, y: y1 }, { x: x2, y: y2 }, { x: x3, y: y3 }, { x: x4, y: y4 }]));
      set(drawn.path, "stroke-width", width.toFixed(2));
      set(drawn.path, "opacity", opacity.toFixed(3));
      if (share === 1 && opacity === 0) this.remove(name, drawn);
    }
  }

  /** @param {string} name @param {Drawn} drawn */
  remove(name, { path }) {
    path.remove();
    this.drawn.delete(name);
  }

  /** @param {Arc | undefined} arc the strongest @param {Layout} layout @param {Style} style @param {(arc: Arc) => [string, string | null]} tell */
  drawLabel(arc, layout, { zoom, colour }, tell) {
    if (arc === undefined) return this.number.show("", "", null);
    const { x, y } = halfway(curveOf(arc, layout));
    set(this.label, "x", Math.min(Math.max(x, LABEL.least), layout.width - LABEL.least).toFixed(1));
    set(this.label, "y", Math.max(y - LABEL.above * zoom, LABEL.height * zoom).toFixed(1));
    set(this.label, "fill", colour);
    this.number.show(`${arc.query} ${arc.key}`, ...tell(arc));
  }

  /** Forget the arcs of another text. */
  clear() {
    this.drawn.clear();
    this.curves.replaceChildren();
    this.number.show("", "", null);
  }
}

/** The name under which an arc is drawn, by its reader's place among them and its key. @param {Arc[]} arcs @returns {(arc: Arc) => string} */
function namer(arcs) {
  const readers = [...new Set(arcs.map(({ query }) => query))].sort((one, other) => one - other);
  return ({ query, key }) => `${readers.indexOf(query)}.${key}`;
}

/** What is drawn of an arc. @param {Arc} arc @param {Layout} layout @param {number} width @returns {number[]} */
function numbersOf(arc, layout, width) {
  return [...curveOf(arc, layout).flatMap(({ x, y }) => [x, y]), width, FAINTEST + (1 - FAINTEST) * arc.strength];
}

/** @param {number[]} numbers of an arc @returns {number[]} those of an arc that is not seen */
function faded(numbers) {
  return [...numbers.slice(0, OPACITY), 0];
}

/** @param {Arc} arc @param {Layout} layout */
function curveOf({ query, key }, { readers, words, room, width }) {
  return curveBetween(readers[query], words[key], room, width);
}

/** Only when it differs. @param {Element} element @param {string} name @param {string} value */
function set(element, name, value) {
  if (element.getAttribute(name) !== value) element.setAttribute(name, value);
}
