/**
 * Theme: the colours and the type of the page around the view.
 *
 * @typedef {import("./palette.js").Palette} Palette
 * @typedef {{name: string, dark: boolean, palette: Palette, weights: string[], ground: string, text: string, secondary: string, accent: string, font: string, zoom: number}} Theme
 *  name = what tells it from others; weights = the colours from none to the highest; zoom = how much larger type and lines are than usual
 */
import { isDark } from "./palette.js";

/** @param {HTMLElement} root @param {Record<"light" | "dark", Palette>} palettes @param {number} zoom
 * @param {"blue" | "grey"} colours of weights @returns {Theme} */
export function readTheme(root, palettes, zoom, colours) {
  const style = getComputedStyle(root);
  const read = (/** @type {string} */ name, /** @type {string} */ otherwise) => {
    const value = style.getPropertyValue(name).trim();
    return value && value !== "unset" ? value : otherwise;
  };
  const ground = read("--st-background-color", palettes.light.ground);
  const dark = isDark(ground);
  const palette = dark ? palettes.dark : palettes.light;
  const text = read("--st-text-color", palette.text);
  const font = read("--st-font", style.fontFamily);
  const weights = colours === "grey" ? [palette.weights[0], palette.text] : palette.weights;
  const name = `${dark} ${colours} ${zoom}`;
  return { name, dark, palette, weights, ground, text, secondary: palette.secondary, accent: palette.accent, font, zoom };
}

/** What the style sheet needs to know. @param {HTMLElement} root @param {Theme} theme */
export function applyTheme(root, theme) {
  root.style.setProperty("--accent", theme.accent);
  root.style.setProperty("--secondary", theme.secondary);
  root.style.setProperty("--zoom", String(theme.zoom));
}
