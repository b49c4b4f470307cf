/**
 * Broken curve: a cubic Bézier curve with a gap in its middle, as the line of a link that is cut is drawn.
 *
 * @typedef {{x: number, y: number}} Point
 * @typedef {[Point, Point, Point, Point]} Curve begin, two controls, end
 */
import { GAP } from "../core/drawing.js";

/** @param {Curve} curve @returns {[Curve, Curve]} what stands on both sides of the gap */
export function broken(curve) {
  return [split(curve, GAP[0])[0], split(curve, GAP[1])[1]];
}

/** De Casteljau. @param {Curve} curve @param {number} at @returns {[Curve, Curve]} */
function split([a, b, c, d], at) {
  const [ab, bc, cd] = [between(a, b, at), between(b, c, at), between(c, d, at)];
  const [abc, bcd] = [between(ab, bc, at), between(bc, cd, at)];
  const middle = between(abc, bcd, at);
  return [[a, ab, abc, middle], [middle, bcd, cd, d]];
}

/** @param {Point} one @param {Point} other @param {number} at @returns {Point} */
function between(one, other, at) {
  return { x: one.x + (other.x - one.x) * at, y: one.y + (other.y - one.y) * at };
}
