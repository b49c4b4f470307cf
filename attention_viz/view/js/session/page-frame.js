/**
 * Sheet: what every page has around its parts: the language, and the keeper.
 *
 * @typedef {import("./restore.js").Component} Keeper
 * @typedef {Keeper & {data: {language: string}}} Component
 */
import { keeper } from "./restore.js";

/** @param {Component} component @returns {() => void} what Streamlit calls when the sheet leaves the page */
export default function sheet(component) {
  document.documentElement.lang = component.data.language;
  return keeper(component);
}
