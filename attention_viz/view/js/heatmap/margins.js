/**
 * Margins: the tokens round a heatmap, which stay in sight when it is scrolled.
 *
 * @typedef {import("./heatmap.js").Scene} Scene
 * @typedef {import("./heatmap.js").Geometry} Geometry
 * @typedef {import("../core/surface.js").Viewport} Viewport
 * @typedef {import("../core/theme.js").Theme} Theme
 * @typedef {import("../core/labels.js").Labels} Labels
 * @typedef {import("./axis.js").Light} Light
 */
import { inside, seen } from "../core/surface.js";
import { say } from "../core/labels.js";

/** @param {Viewport} viewport @param {Scene} scene @param {Theme} theme @param {Labels} labels */
export function drawMargins(viewport, scene, theme, labels) {
  drawAxes(viewport, scene, theme);
  drawCorner(viewport.context, scene.geometry, theme, labels);
}

/** @param {Viewport} viewport @param {Scene} scene @param {Theme} theme */
function drawAxes(viewport, { plane, axes, geometry, pinned, linked, pointed }, theme) {
  const { context } = viewport;
  const { cell, left, top } = geometry;
  const rows = seen(viewport.top, viewport.height - top, cell, plane.rows);
  const columns = seen(viewport.left, viewport.width - left, cell, plane.columns);
  const lightOfRow = (/** @type {number} */ row) => light(row === pointed.row || pinned.has(row), pinned.size > 0);
  const lightOfColumn = (/** @type {number} */ column) => light(column === pointed.column || linked.has(column), false);
  inside(context, 0, top, left, viewport.height, () => {
    axes.queries.drawDown(context, theme, left - 6, { ...rows, cell, start: top - viewport.top, light: lightOfRow });
  });
  inside(context, left, 0, viewport.width, top, () => {
    axes.keys.drawAcross(context, theme, top - 8, { ...columns, cell, start: left - viewport.left, light: lightOfColumn });
  });
}

/** @param {boolean} lit @param {boolean} others whether others are lit @returns {Light} */
function light(lit, others) {
  return lit ? "lit" : others ? "faded" : "plain";
}

/** @param {CanvasRenderingContext2D} context @param {Geometry} geometry @param {Theme} theme @param {Labels} labels */
function drawCorner(context, { left, top }, theme, labels) {
  context.font = `${12 * theme.zoom}px ${theme.font}`;
  context.fontVariantCaps = "normal";
  context.fillStyle = theme.secondary;
  context.textAlign = "right";
  context.textBaseline = "alphabetic";
  context.fillText(say(labels, "key_axis"), left - 6, top - 22 * theme.zoom);
  context.fillText(say(labels, "query_axis"), left - 6, top - 6 * theme.zoom);
}
