/**
 * Layout: where tokens, layers and ribbons stand in the drawing.
 *
 * A ribbon runs from a token, straight up at both ends, to a token of the layer above. At each token those that leave it stand
 * side by side in the order of where they lead, and those that arrive in the order of where they come from.
 *
 * @typedef {[number, number, number, number]} Edge layer from 0, query and key by their place, share
 * @typedef {{edge: Edge, x0: number, y0: number, x1: number, y1: number, width: number}} Ribbon from below (0) to above (1)
 * @typedef {{x: number, y: number, width: number}} Bar what passes through a token: the middle of its line
 * @typedef {{left: number, top: number, bottom: number, step: number, gap: number, columns: number, layers: number, whole: number, width: number, height: number}} Plan
 *  margins; the distance of columns and of layers; how wide all that passes is drawn
 */

const STEP = { least: 20, most: 110 };
const GAP = { least: 38, most: 74, height: 350 };
const WHOLE = { least: 34, most: 84, of: 1.1 };
const TOP = 30;
const THINNEST = 0.75;

/** @param {number} room in pixels @param {number} columns @param {number} layers @param {{left: number, bottom: number}} margins @returns {Plan} */
export function planOf(room, columns, layers, { left, bottom }) {
  const step = within(Math.floor((room - left - 8) / columns), STEP);
  const gap = within(Math.floor(GAP.height / layers), GAP);
  const whole = within(WHOLE.of * step, WHOLE);
  return { left, top: TOP, bottom, step, gap, columns, layers, whole, width: left + step * columns + 8, height: TOP + gap * layers + bottom };
}

/** @param {Plan} plan @param {number} column @returns {number} its middle */
export function xOf({ left, step }, column) {
  return left + (column + 0.5) * step;
}

/** @param {Plan} plan @param {number} row 0 = the tokens of the text, then a row for each layer @returns {number} */
export function yOf({ top, gap, layers }, row) {
  return top + (layers - row) * gap;
}

/** @param {number[][]} through by row and column @param {Plan} plan @returns {Bar[][]} */
export function barsOf(through, plan) {
  return through.map((shares, row) => shares.map((share, column) => ({ x: xOf(plan, column), y: yOf(plan, row), width: share * plan.whole })));
}

/** @param {Edge[]} edges @param {Plan} plan @returns {Ribbon[]} in the same order */
export function ribbonsOf(edges, plan) {
  const below = sides(edges, plan, ([layer, query, key]) => [layer, key, query]);
  const above = sides(edges, plan, ([layer, query, key]) => [layer + 1, query, key]);
  return edges.map((edge, i) => ({
    edge,
    ...{ x0: below[i], y0: yOf(plan, edge[0]), x1: above[i], y1: yOf(plan, edge[0] + 1) },
    width: Math.max(THINNEST, edge[3] * plan.whole),
  }));
}

/** Where each edge meets a token: side by side round its middle. @param {Edge[]} edges @param {Plan} plan
 * @param {(edge: Edge) => [number, number, number]} placeOf row, column, and what they are put in order by @returns {number[]} */
function sides(edges, plan, placeOf) {
  /** @type {Map<string, {i: number, order: number}[]>} */ const at = new Map();
  edges.forEach((edge, i) => {
    const [row, column, order] = placeOf(edge);
    const name = `${row} ${column}`;
    at.set(name, [...(at.get(name) ?? []), { i, order }]);
  });
  const found = new Array(edges.length).fill(0);
  for (const here of at.values()) {
    here.sort((one, other) => one.order - other.order);
    const [, column] = placeOf(edges[here[0].i]);
    const total = here.reduce((sum, { i }) => sum + edges[i][3], 0);
    let from = xOf(plan, column) - (total * plan.whole) / 2;
    for (const { i } of here) {
      const width = edges[i][3] * plan.whole;
      found[i] = from + width / 2;
      from += width;
    }
  }
  return found;
}

/** The ribbon nearest to a point, the thinner of two that are under it. @param {Ribbon[]} ribbons @param {number} x @param {number} y
 * @param {number} reach @returns {Ribbon | null} */
export function ribbonAt(ribbons, x, y, reach) {
  let best = /** @type {Ribbon | null} */ (null);
  let nearest = [reach, Infinity];
  for (const ribbon of ribbons) {
    if (y > ribbon.y0 || y < ribbon.y1) continue;
    const away = Math.max(0, Math.abs(x - xAt(ribbon, y)) - ribbon.width / 2);
    if (away > nearest[0] || (away === nearest[0] && ribbon.width >= nearest[1])) continue;
    nearest = [away, ribbon.width];
    best = ribbon;
  }
  return best;
}

/** The middle of a ribbon at a height. @param {Ribbon} ribbon @param {number} y @returns {number} */
export function xAt({ x0, y0, x1, y1 }, y) {
  const share = (y - y0) / (y1 - y0);
  let [low, high] = [0, 1];
  for (let i = 0; i < 20; i++) {
    const t = (low + high) / 2;
    if (1.5 * t - 1.5 * t * t + t * t * t < share) low = t;
    else high = t;
  }
  return x0 + (x1 - x0) * (3 * low * low - 2 * low * low * low);
}

/** @param {number[]} numbers x0, y0, x1, y1 @returns {string} for the attribute `d` */
export function written([x0, y0, x1, y1]) {
  const middle = (y0 + y1) / 2;
  return `M${x0.toFixed(1)} ${y0.toFixed(1)} C${x0.toFixed(1)} ${middle.toFixed(1)} ${x1.toFixed(1)} ${middle.toFixed(1)} ${x1.toFixed(1)} ${y1.toFixed(1)}`;
}

/** The edge to which an arrow key leads: a weaker or a stronger one of the layer, or the strongest of the next layer.
 * @param {Edge[]} edges the strongest first @param {Edge | null} from @param {string} key @returns {Edge | null} */
export function stepTo(edges, from, key) {
  if (from === null) return edges[0] ?? null;
  const here = edges.filter(([layer]) => layer === from[0]);
  const place = here.findIndex((edge) => same(edge, from));
  if (key === "ArrowRight") return here[place + 1] ?? from;
  if (key === "ArrowLeft") return here[place - 1] ?? from;
  const layer = from[0] + (key === "ArrowUp" ? 1 : -1);
  return edges.find((edge) => edge[0] === layer) ?? from;
}

/** Whether two edges join the same tokens. @param {Edge} one @param {Edge} other @returns {boolean} */
export function same(one, other) {
  return one[0] === other[0] && one[1] === other[1] && one[2] === other[2];
}

/** @param {number} value @param {{least: number, most: number}} limits @returns {number} */
function within(value, { least, most }) {
  return Math.min(Math.max(value, least), most);
}
