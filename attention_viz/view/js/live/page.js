/**
 * Page: the view on a page of its own, without a server: all that it shows is written in the page.
 *
 * @typedef {import("./app.js").Appearance} Appearance
 * @typedef {{view: string, frames: string[], look: unknown} & Appearance} Content
 *  frames are bytes in base64
 */
import { App } from "./app.js";
import { readHeader } from "../core/frame.js";
import { deliver } from "../core/messages.js";

/** Draw what the page carries. */
export default function page() {
  const written = document.querySelector("script[type='application/json']")?.textContent ?? "";
  const root = document.querySelector(".attention");
  const content = /** @type {Content} */ (JSON.parse(written));
  for (const frame of content.frames) {
    const bytes = fromBase64(frame);
    deliver(content.view, readHeader(bytes).header.name, bytes);
  }
  deliver(content.view, "look", content.look);
  const app = new App(/** @type {HTMLElement} */ (root), content.view, content);
  app.store.alone = true;
  app.setAppearance(content);
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => app.setAppearance(content));
}

/** @param {string} text @returns {Uint8Array} */
function fromBase64(text) {
  const characters = atob(text);
  const bytes = new Uint8Array(characters.length);
  for (let i = 0; i < bytes.length; i++) bytes[i] = characters.charCodeAt(i);
  return bytes;
}
