/**
 * Line drawing: the lines of one head on a canvas, with a gap in those that are cut, and a dot on those that hold a cut link.
 *
 * @typedef {import("../core/theme.js").Theme} Theme
 * @typedef {import("../core/surface.js").Viewport} Viewport
 * @typedef {import("./strongest.js").Line} Line
 * @typedef {import("./lines.js").Geometry} Geometry
 */
import { broken } from "./broken-curve.js";
import { dotOver } from "../core/hatch.js";

const SHADES = 12;
const THICK = 6;

/** How wide the strongest line is: as wide as there is room for, so that lines of n heads between the same tokens run
 * side by side. @param {number} n @param {number} pitch @param {Theme} theme @returns {number} */
export function laneOf(n, pitch, { zoom }) {
  return Math.min(THICK * zoom, Math.max(2, (pitch * 0.8) / n));
}

/** Lines of one head, weakest first; those of like weight are drawn in one stroke.
 * @param {Viewport} viewport @param {Line[]} lines @param {Geometry} geometry @param {{wholeOf: (line: Line) => boolean | undefined, thin: number, thick: number, colour: string, dash: number[]}} style */
export function drawLines({ context, top: scrolled, height }, lines, { pitch, left, right, top }, { wholeOf, thin, thick, colour, dash }) {
  const [from, to, bend] = [left, right, (right - left) * 0.4];
  const place = (/** @type {number} */ i) => top + (i + 0.5) * pitch - scrolled;
  context.strokeStyle = colour;
  context.setLineDash(dash);
  context.lineCap = dash.length > 0 ? "butt" : "round";
  for (let first = 0, stop = 0; first < lines.length; first = stop) {
    const shade = shadeOf(lines[first]);
    while (stop < lines.length && shadeOf(lines[stop]) === shade) stop++;
    context.globalAlpha = Math.max(0.08, Math.sqrt(shade / SHADES));
    context.lineWidth = Math.max(thin, thick * (shade / SHADES)); // lines of one pixel cost next to nothing
    context.beginPath();
    for (const line of lines.slice(first, stop)) {
      const [y1, y2] = [place(line.row), place(line.column)];
      if (Math.max(y1, y2) < 0 || Math.min(y1, y2) > height) continue;
      /** @type {import("./broken-curve.js").Curve} */
      const whole = [{ x: from, y: y1 }, { x: from + bend, y: y1 }, { x: to - bend, y: y2 }, { x: to, y: y2 }];
      for (const [begin, one, other, end] of wholeOf(line) ? broken(whole) : [whole]) {
        context.moveTo(begin.x, begin.y);
        context.bezierCurveTo(one.x, one.y, other.x, other.y, end.x, end.y);
      }
    }
    context.stroke();
  }
  context.globalAlpha = 1;
  context.setLineDash([]);
}

/** Dots on the lines that stand for several links, some of which are cut. @param {Viewport} viewport @param {Line[]} lines
 * @param {Geometry} geometry @param {Theme} theme */
export function drawDots({ context, top: scrolled }, lines, { pitch, left, right, top }, theme) {
  for (const { row, column } of lines) dotOver(context, theme, (left + right) / 2, top + ((row + column + 1) / 2) * pitch - scrolled);
}

/** @param {Line} line @returns {number} */
function shadeOf({ strength }) {
  return Math.round(strength * SHADES);
}
