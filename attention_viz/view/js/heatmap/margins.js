/**
 * Margins: the tokens round a heatmap, which stay in sight when it is scrolled.
 *
 * @typedef {import("./heatmap.js").Scene} Scene
 * @typedef {import("./heatmap.js").Geometry} Geometry
 * @typedef {import("../core/surface.js").Sheet} Sheet
 * @typedef {import("../core/theme.js").Theme} Theme
 * @typedef {import("../core/labels.js").Labels} Labels
 * @typedef {import("./axis.js").Light} Light
 */
import { inside, seen } from "../core/surface.js";
import { say } from "../core/labels.js";

/** @param {Sheet} sheet @param {Scene} scene @param {Theme} theme @param {Labels} labels */
export function drawMargins(sheet, scene, theme, labels) {
  drawAxes(sheet, scene, theme);
  drawCorner(sheet.context, scene.geometry, theme, labels);
}

/** @param {Sheet} sheet @param {Scene} scene @param {Theme} theme */
function drawAxes(sheet, { plane, axes, geometry, pinned, pointed }, theme) {
  const { context } = sheet;
  const { cell, left, top } = geometry;
  const rows = seen(sheet.top, sheet.height - top, cell, plane.rows);
  const columns = seen(sheet.left, sheet.width - left, cell, plane.columns);
  const lightOfRow = (/** @type {number} */ row) => light(row === pointed.row || pinned.has(row), pinned.size > 0);
  const lightOfColumn = (/** @type {number} */ column) => light(column === pointed.column, false);
  inside(context, 0, top, left, sheet.height, () => {
    axes.queries.drawDown(context, theme, left - 6, { ...rows, cell, start: top - sheet.top, light: lightOfRow });
  });
  inside(context, left, 0, sheet.width, top, () => {
    axes.keys.drawAcross(context, theme, top - 8, { ...columns, cell, start: left - sheet.left, light: lightOfColumn });
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
