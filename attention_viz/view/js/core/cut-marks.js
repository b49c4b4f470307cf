/**
 * Cut marks: how cut links are seen: stripes over a cell all of whose links are cut, and a dot on one that holds cut links among
 * others, or is too small for stripes.
 *
 * @typedef {import("./theme.js").Theme} Theme
 * @typedef {{x: number, y: number, width: number, height: number}} Area
 */
import { stripeOver } from "./hatch.js";

/** Pixels of a cell from which stripes are seen in it, and from which a dot stands in its corner. */
const [STRIPED, ROOMY] = [6, 12];
/** The radius of a dot at least and at most. */
const RADIUS = { least: 1.75, most: 4 };

/** @param {CanvasRenderingContext2D} context @param {Theme} theme @param {Area} area of a cell @param {boolean} whole whether all its links are cut */
export function markCell(context, theme, area, whole) {
  const { x, y, width, height } = area;
  const side = Math.min(width, height);
  if (whole && side >= STRIPED) return stripeOver(context, theme, x, y, width, height);
  const radius = Math.min(Math.max(0.15 * side, RADIUS.least * theme.zoom), RADIUS.most * theme.zoom);
  const inset = side < ROOMY ? null : radius + 2;
  dotOver(context, theme, inset === null ? x + width / 2 : x + width - inset, inset === null ? y + height / 2 : y + inset, radius);
}

/** A dot on a rim of ground. @param {CanvasRenderingContext2D} context @param {Theme} theme @param {number} x @param {number} y @param {number} [radius] */
export function dotOver(context, theme, x, y, radius = RADIUS.most * theme.zoom) {
  for (const [colour, size] of /** @type {[string, number][]} */ ([[theme.ground, radius + 1], [theme.accent, radius]])) {
    context.fillStyle = colour;
    context.beginPath();
    context.arc(x, y, size, 0, 2 * Math.PI);
    context.fill();
  }
}
