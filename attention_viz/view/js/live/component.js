/**
 * Component: the view inside a Streamlit page. Streamlit calls it again whenever its settings or the theme change.
 *
 * @typedef {import("./app.js").Appearance} Appearance
 * @typedef {{view: string, appearance: string}} Mount appearance: as JSON
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
  /** @type {Appearance} */ const appearance = JSON.parse(data.appearance);
  const app = known?.app ?? new App(root, data.view, appearance);
  const run = (known?.run ?? 0) + 1;
  apps.set(parentElement, { app, run });
  app.setAppearance(appearance);
  const send = afterPause((choice) => setStateValue("look", choice));
  app.store.report = (look, serial) => {
    const choice = { ...look, serial };
    remember(data.view, choice);
    send(choice);
  };
  app.store.ask = afterPause((window) => setStateValue("window", window));
  // An earlier run that was overtaken is cleaned up too; the view then belongs to the later one.
  return () => {
    if (apps.get(parentElement)?.run !== run) return;
    apps.delete(parentElement);
    app.close();
  };
}

/** Of several calls that follow each other quickly only the last is made: the server need not receive every key pressed.
 * @template {unknown[]} Values @param {(...values: Values) => void} call @returns {(...values: Values) => void} */
function afterPause(call) {
  let timer = 0;
  return (...values) => {
    clearTimeout(timer);
    timer = window.setTimeout(() => call(...values), PAUSE);
  };
}
