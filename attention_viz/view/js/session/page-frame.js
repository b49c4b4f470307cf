/**
 * Page frame: what every page has around its parts: its language, its links, and what restores the session.
 *
 * @typedef {import("./restore.js").Component} Restoring
 * @typedef {Restoring & {data: {language: string}}} Component
 */
import { mendPageLinks } from "./page-links.js";
import { restoreSession } from "./restore.js";
import { watchTyping } from "./typing.js";

/** @param {Component} component @returns {() => void} what Streamlit calls when the frame leaves the page */
export default function pageFrame(component) {
  document.documentElement.lang = component.data.language;
  mendPageLinks();
  watchTyping();
  return restoreSession(component);
}
