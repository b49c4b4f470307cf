/**
 * Marks: what is laid over the cells of a heatmap: rows that step back, and outlines of what is pinned or pointed at.
 *
 * @typedef {import("../core/theme.js").Theme} Theme
 * @typedef {import("../core/surface.js").Viewport} Viewport
 * @typedef {import("./heatmap.js").Scene} Scene
 */
import { markCell } from "../core/hatch.js";
import { inside } from "../core/surface.js";

const FADED = 0.25;

/** Fade what is drawn towards the background; what is transparent stays so.
 * @param {CanvasRenderingContext2D} context @param {Theme} theme @param {number} x @param {number} y @param {number} width @param {number} height */
export function fade(context, theme, x, y, width, height) {
  context.save();
  context.globalCompositeOperation = "source-atop";
  context.globalAlpha = 1 - FADED;
  context.fillStyle = theme.ground;
  context.fillRect(x, y, width, height);
  context.restore();
}

/** Stripes and dots over links that are cut, outlines of the pinned rows, of the links in them and of the cell under the pointer. @param {Viewport} viewport @param {Scene} scene @param {Theme} theme */
export function drawMarks(viewport, { plane, geometry, pinned, linked, cut, pointed }, theme) {
  const { context } = viewport;
  const { cell, left, top } = geometry;
  const [x, y] = [left - viewport.left, top - viewport.top];
  inside(context, left - 2, top - 2, viewport.width, viewport.height, () => {
    for (const { row, column, rows, columns, whole } of cut) {
      markCell(context, theme, { x: x + column * cell, y: y + row * cell, width: columns * cell, height: rows * cell }, whole);
    }
    context.strokeStyle = theme.accent;
    context.lineWidth = 2;
    for (const row of pinned) {
      context.strokeRect(x - 1, y + row * cell - 1, plane.columns * cell + 2, cell + 2);
      for (const column of linked) context.strokeRect(x + column * cell - 1, y + row * cell - 1, cell + 2, cell + 2);
    }
    if (pointed.row < 0 || pointed.column < 0) return;
    context.strokeRect(x + pointed.column * cell - 1, y + pointed.row * cell - 1, cell + 2, cell + 2);
  });
}
