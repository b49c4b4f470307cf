/**
 * Standalone: the view on a page of its own, with no server: everything it shows is given at once.
 *
 * @typedef {import("./app.js").Outfit} Outfit
 */
import { App } from "./app.js";
import { deliver } from "./mailbox.js";

/** @param {HTMLElement} root an empty element @param {string} view @param {Outfit} outfit
 * @param {Record<string, unknown>} letters frames as bytes, and the look
 * @returns {App} */
export default function standalone(root, view, outfit, letters) {
  for (const [name, letter] of Object.entries(letters)) deliver(view, name, letter);
  const app = new App(root, view, outfit);
  app.wear(outfit);
  return app;
}
