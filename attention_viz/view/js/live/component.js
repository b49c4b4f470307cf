/**
 * Component: the view inside a Streamlit page. Streamlit calls it again whenever its settings or the theme change.
 *
 * @typedef {import("./app.js").Outfit} Outfit
 * @typedef {{view: string, outfit: string}} Mount the outfit as JSON
 * @typedef {{data: Mount, parentElement: ParentNode, setStateValue: (name: string, value: unknown) => void}} Component
 */
import { App } from "./app.js";
import { remember } from "../core/memory.js";

const PAUSE = 250;
/** @type {WeakMap<ParentNode, {app: App, run: number}>} */
const apps = new WeakMap();

/** @param {Component} component @returns {() => void} what Streamlit calls when the view leaves the page */
export default function component({ data, parentElement, setStateValue }) {
  const root = /** @type {HTMLElement} */ (parentElement.querySelector(".attention"));
  const known = apps.get(parentElement);
  /** @type {Outfit} */ const outfit = JSON.parse(data.outfit);
  const app = known?.app ?? new App(root, data.view, outfit);
  const run = (known?.run ?? 0) + 1;
  apps.set(parentElement, { app, run });
  app.wear(outfit);
  const tell = later((said) => setStateValue("look", said));
  app.store.report = (look, serial) => {
    const said = { ...look, serial };
    remember(data.view, said);
    tell(said);
  };
  app.store.ask = later((window) => setStateValue("window", window));
  // An earlier run that was overtaken is cleaned up too; the view then belongs to the later one.
  return () => {
    if (apps.get(parentElement)?.run !== run) return;
    apps.delete(parentElement);
    app.close();
  };
}

/** Say only the last of several calls that follow each other quickly: the server need not hear of every key pressed.
 * @template {unknown[]} Said @param {(...said: Said) => void} call @returns {(...said: Said) => void} */
function later(call) {
  let timer = 0;
  return (...said) => {
    clearTimeout(timer);
    timer = window.setTimeout(() => call(...said), PAUSE);
  };
}
