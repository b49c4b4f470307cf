/**
 * Theme: the colours and the type of the page around the view.
 *
 * @typedef {import("./palette.js").Palette} Palette
 * @typedef {{dark: boolean, palette: Palette, ground: string, text: string, secondary: string, accent: string, line: string, font: string, mono: string}} Theme
 */
import { isDark } from "./palette.js";

/** @param {HTMLElement} root @param {Record<"light" | "dark", Palette>} palettes @returns {Theme} */
export function readTheme(root, palettes) {
  const style = getComputedStyle(root);
  const read = (/** @type {string} */ name, /** @type {string} */ otherwise) => {
    const value = style.getPropertyValue(name).trim();
    return value && value !== "unset" ? value : otherwise;
  };
  const dark = isDark(read("--st-background-color", palettes.light.ground));
  const palette = dark ? palettes.dark : palettes.light;
  return {
    dark,
    palette,
    ground: read("--st-background-color", palette.ground),
    text: read("--st-text-color", palette.text),
    secondary: palette.secondary,
    accent: palette.accent,
    line: read("--st-border-color", palette.secondary),
    font: read("--st-font", style.fontFamily),
    mono: read("--st-code-font", "monospace"),
  };
}
