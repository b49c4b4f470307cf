/**
 * Palette: numbers to colours.
 *
 * @typedef {{weights: string[], differences: string[], heads: string[], ground: string, text: string, secondary: string, accent: string}} Palette
 * @typedef {[number, number, number]} Rgb
 * @typedef {{scale: "unit" | "peak", peak: number}} ColourRange weights from 0 to `peak` are coloured: to 1, or to the highest weight shown
 */

/** @param {string} hex "#RRGGBB" @returns {Rgb} */
export function rgb(hex) {
  const number = parseInt(hex.slice(1), 16);
  return [number >> 16, (number >> 8) & 255, number & 255];
}

/** @param {string[]} steps hex colours, evenly spaced @param {number} share 0 to 1 @returns {Rgb} between two steps */
export function mix(steps, share) {
  const at = Math.min(Math.max(share, 0), 1) * (steps.length - 1);
  const below = Math.min(Math.floor(at), steps.length - 2);
  const [from, to] = [rgb(steps[below]), rgb(steps[below + 1])];
  const part = at - below;
  const between = (/** @type {0 | 1 | 2} */ i) => Math.round(from[i] + (to[i] - from[i]) * part);
  return [between(0), between(1), between(2)];
}

/** @param {Rgb} colour @returns {number} as ImageData stores it on a little-endian machine, opaque */
export function pixel([red, green, blue]) {
  return ((255 << 24) | (blue << 16) | (green << 8) | red) >>> 0;
}

/** The colour of every whole number from 0 to `top`, which stands for the root of `peak`.
 * @param {string[]} steps @param {number} top @param {number} peak the weight that has the last colour
 * @param {number} [least] the weight below which nothing is coloured
 * @returns {Uint32Array} */
export function colourTable(steps, top, peak, least = 0) {
  const fine = Uint32Array.from({ length: 256 }, (_, i) => pixel(mix(steps, i / 255)));
  const scale = 255 / (top * Math.sqrt(peak > 0 ? peak : 1));
  const table = new Uint32Array(top + 1);
  const first = Math.ceil(Math.sqrt(least) * top);
  table.fill(fine[0], 0, first);
  for (let i = first; i <= top; i++) table[i] = fine[Math.min(255, Math.round(i * scale))];
  return table;
}

/** @param {Rgb} colour @returns {number} relative luminance, 0 to 1 (WCAG 2) */
export function luminance(colour) {
  const [red, green, blue] = colour.map((each) => {
    const share = each / 255;
    return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

/** @param {Rgb} ground @returns {string} black or white, whichever has a contrast of at least 4.5 to 1 on it */
export function inkOn(ground) {
  const light = luminance(ground) + 0.05;
  return light / 0.05 >= 1.05 / light ? "#000000" : "#ffffff";
}

/** @param {string} css a computed colour, "rgb(...)" or "#rrggbb" @returns {boolean} */
export function isDark(css) {
  const numbers = css.startsWith("#") ? rgb(css) : (css.match(/[\d.]+/g) ?? ["255", "255", "255"]).slice(0, 3).map(Number);
  return luminance(/** @type {Rgb} */ (numbers)) < 0.4;
}
