/**
 * Hatch: how cells look that may not be read, so that none is taken for a weight of 0, and those that hold links that are cut.
 *
 * @typedef {import("./theme.js").Theme} Theme
 * @typedef {{line: number, ground: number, period: number, width: number}} Hatching pixels of the lines and between
 *  them, from one line to the next, how wide a line is
 * @typedef {{x: number, y: number, width: number, height: number}} Area
 */
import { mix, pixel, rgb } from "./palette.js";

const PERIOD = 6;
const SHADE = 0.45;
/** Pixels of a cell from which stripes are seen in it, and from which a dot stands in its corner. */
const [STRIPED, ROOMY] = [6, 12];
/** The radius of a dot at least and at most. */
const RADIUS = { least: 1.75, most: 4 };

/** @type {WeakMap<Theme, {ratio: number, canvas: HTMLCanvasElement}>} */
const known = new WeakMap();

/** For small pictures, which are made pixel by pixel. @param {Theme} theme @param {number} ratio pixels of the screen in one of CSS @returns {Hatching} */
export function hatching({ palette }, ratio) {
  const line = pixel(mix([palette.ground, palette.secondary], SHADE));
  return { line, ground: pixel(rgb(palette.ground)), period: Math.round(PERIOD * ratio), width: Math.max(1, Math.round(ratio)) };
}

/** @param {number} x @param {number} y @param {Hatching} hatching @returns {number} the colour of a pixel */
export function hatched(x, y, { line, ground, period, width }) {
  return (x + y) % period < width ? line : ground;
}

/** Draw it under all that is drawn already, wherever that is open.
 * @param {CanvasRenderingContext2D} context @param {Theme} theme @param {number} x @param {number} y @param {number} width @param {number} height */
export function hatchUnder(context, theme, x, y, width, height) {
  const ratio = window.devicePixelRatio;
  const pattern = context.createPattern(swatch(theme, ratio), "repeat");
  if (pattern === null) return;
  pattern.setTransform(new DOMMatrix().scale(1 / ratio));
  context.save();
  context.globalCompositeOperation = "destination-over";
  context.fillStyle = pattern;
  context.fillRect(x, y, width, height);
  context.restore();
}

/** Mark a cell that holds cut links: with stripes where all its links are cut, with a dot where some are, or where it is too small
 * for stripes. @param {CanvasRenderingContext2D} context @param {Theme} theme @param {Area} area of the cell @param {boolean} whole whether all are */
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

/** Stripes over the cell of a link that is cut, the other way from those of what cannot be read.
 * @param {CanvasRenderingContext2D} context @param {Theme} theme @param {number} x @param {number} y @param {number} width @param {number} height */
function stripeOver(context, theme, x, y, width, height) {
  const period = Math.max(3, Math.min(2 * PERIOD * theme.zoom, Math.min(width, height) / 4));
  context.save();
  context.beginPath();
  context.rect(x, y, width, height);
  context.clip();
  context.strokeStyle = theme.accent;
  context.lineWidth = Math.max(1, period / 6);
  context.beginPath();
  for (let from = -height; from <= width; from += period) {
    context.moveTo(x + from, y);
    context.lineTo(x + from + height, y + height);
  }
  context.stroke();
  context.restore();
}

/** One period in both directions. @param {Theme} theme @param {number} ratio @returns {HTMLCanvasElement} */
function swatch(theme, ratio) {
  const made = known.get(theme);
  if (made?.ratio === ratio) return made.canvas;
  const colours = hatching(theme, ratio);
  const canvas = document.createElement("canvas");
  canvas.width = canvas.height = colours.period;
  const image = new ImageData(colours.period, colours.period);
  const pixels = new Uint32Array(image.data.buffer);
  for (let i = 0; i < pixels.length; i++) pixels[i] = hatched(i % colours.period, Math.floor(i / colours.period), colours);
  canvas.getContext("2d")?.putImageData(image, 0, 0);
  known.set(theme, { ratio, canvas });
  return canvas;
}
