/**
 * Arcs: the links of a text as curves of SVG, under its words. An arc to the same token stays the same element, so that the
 * style sheet lets it move from its old weight to the new one.
 *
 * @typedef {import("./arc-choice.js").Arc} Arc
 * @typedef {import("./arc-path.js").Box} Box
 * @typedef {{readers: Box[], words: Box[], room: number, width: number}} Layout
 *  of query and of key tokens; the room for arcs above a line; the width of the text
 * @typedef {{thick: (weight: number) => number, zoom: number, colour: string}} Style thick = the width of an arc, in pixels
 */
import { ChangingNumber } from "./changing-number.js";
import { curveBetween, halfway, written } from "./arc-path.js";
import { shape } from "../core/svg.js";

const FAINTEST = 0.15;
const LABEL = { height: 14, above: 5, least: 30 };
const MOST_KEPT = 200;

export class Arcs {
  constructor() {
    this.curves = shape("g", {});
    this.label = shape("text", { class: "weight" });
    this.number = new ChangingNumber(this.label);
    this.element = shape("svg", { class: "arcs", "aria-hidden": "true" }, this.curves, this.label);
    /** @type {Map<string, SVGPathElement>} by reader and key */ this.paths = new Map();
  }

  /** @param {Arc[]} arcs weakest first @param {Layout} layout @param {Style} style @param {(arc: Arc) => [string, string | null]} tell
   *  the weight of an arc, and what it was before */
  draw(arcs, layout, style, tell) {
    const readers = [...new Set(arcs.map(({ query }) => query))].sort((one, other) => one - other);
    const used = new Set(arcs.map((arc) => this.drawArc(arc, readers.indexOf(arc.query), layout, style)));
    for (const [name, path] of this.paths) if (!used.has(name)) this.fade(name, path);
    this.drawLabel(arcs.at(-1), layout, style, tell);
  }

  /** @param {Arc} arc @param {number} reader which of those that read @param {Layout} layout @param {Style} style @returns {string} its name */
  drawArc(arc, reader, layout, { thick, zoom, colour }) {
    const name = `${reader}.${arc.key}`;
    const path = this.paths.get(name) ?? shape("path", {});
    set(path, "d", written(curveOf(arc, layout)));
    set(path, "stroke", colour);
    set(path, "stroke-width", (thick(arc.weight) * zoom).toFixed(2));
    set(path, "opacity", (FAINTEST + (1 - FAINTEST) * arc.strength).toFixed(3));
    set(path, "data-key", String(arc.key));
    if (!this.paths.has(name)) this.curves.append(path);
    this.paths.set(name, path);
    return name;
  }

  /** @param {string} name @param {SVGPathElement} path of an arc that is no longer drawn */
  fade(name, path) {
    set(path, "opacity", "0");
    path.removeAttribute("data-key");
    if (this.paths.size <= MOST_KEPT) return;
    path.remove();
    this.paths.delete(name);
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
    this.paths.clear();
    this.curves.replaceChildren();
    this.number.show("", "", null);
  }
}

/** @param {Arc} arc @param {Layout} layout */
function curveOf({ query, key }, { readers, words, room, width }) {
  return curveBetween(readers[query], words[key], room, width);
}

/** Only when it differs. @param {Element} element @param {string} name @param {string} value */
function set(element, name, value) {
  if (element.getAttribute(name) !== value) element.setAttribute(name, value);
}
