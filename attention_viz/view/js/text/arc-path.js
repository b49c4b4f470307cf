/**
 * Arc path: where an arc runs from one token to another, in the free room between the lines of a text.
 *
 * Between tokens of one line it rises above them, higher the farther apart they are. Between lines it leaves the side of the
 * one token that faces the other, so that it crosses no text where the lines are neighbours.
 *
 * @typedef {{left: number, top: number, width: number, height: number}} Box of a token, in CSS pixels
 * @typedef {{x: number, y: number}} Point
 * @typedef {[Point, Point, Point, Point]} Curve begin, two controls, end: a cubic Bézier curve
 */

const LOWEST = 0.15;
const LOOP = 7;

/** @param {Box} from @param {Box} to @param {number} room above a line @param {number} width of the text @returns {Curve} */
export function curveBetween(from, to, room, width) {
  const [x1, x2] = [middle(from), middle(to)];
  if (from === to) return risen({ x: x1 - LOOP, y: from.top }, { x: x1 + LOOP, y: from.top }, room * 2 * LOWEST, LOOP);
  if (onOneLine(from, to)) return risen({ x: x1, y: from.top }, { x: x2, y: to.top }, room * rise(x2 - x1, width), 0);
  const down = to.top > from.top;
  const begin = { x: x1, y: down ? from.top + from.height : from.top };
  const end = { x: x2, y: down ? to.top : to.top + to.height };
  const bend = (end.y - begin.y) / 2;
  return [begin, { x: x1, y: begin.y + bend }, { x: x2, y: end.y - bend }, end];
}

/** @param {Curve} curve @returns {string} for the attribute `d` */
export function written([begin, one, other, end]) {
  const point = (/** @type {Point} */ { x, y }) => `${x.toFixed(1)} ${y.toFixed(1)}`;
  return `M${point(begin)} C${point(one)} ${point(other)} ${point(end)}`;
}

/** @param {Curve} curve @returns {Point} halfway along it */
export function halfway([begin, one, other, end]) {
  const at = (/** @type {"x" | "y"} */ axis) => (begin[axis] + 3 * one[axis] + 3 * other[axis] + end[axis]) / 8;
  return { x: at("x"), y: at("y") };
}

/** How high an arc rises, of the room there is. @param {number} distance @param {number} width @returns {number} 0 to 1 */
export function rise(distance, width) {
  return LOWEST + (1 - LOWEST) * Math.min(1, Math.abs(distance) / Math.max(1, width));
}

/** How many lines the boxes stand on. @param {Box[]} boxes @returns {number} */
export function linesOf(boxes) {
  const tops = boxes.map(({ top }) => top).sort((one, other) => one - other);
  return tops.filter((top, i) => i === 0 || top - tops[i - 1] > boxes[0].height / 2).length;
}

/** @param {Box} one @param {Box} other @returns {boolean} */
export function onOneLine(one, other) {
  return Math.abs(one.top + one.height / 2 - other.top - other.height / 2) < Math.min(one.height, other.height) / 2;
}

/** @param {Box} box @returns {number} */
function middle({ left, width }) {
  return left + width / 2;
}

/** A curve whose middle is `height` above its ends, which spread by `apart` on the way. @param {Point} begin @param {Point} end
 * @param {number} height @param {number} apart @returns {Curve} */
function risen(begin, end, height, apart) {
  const y = Math.min(begin.y, end.y) - (height * 4) / 3;
  return [begin, { x: begin.x - apart, y }, { x: end.x + apart, y }, end];
}
