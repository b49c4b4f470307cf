/**
 * Feeder: an invisible component that delivers what Python sends to a view.
 *
 * @typedef {{data: Uint8Array | {view: string, name: string, message: unknown}, parentElement: object}} Feeder
 */
import { readHeader } from "../core/frame.js";
import { deliver, withdraw } from "../core/messages.js";

/** @type {WeakMap<object, number>} */
const runs = new WeakMap();

/** @param {Feeder} feeder @returns {() => void} what Streamlit calls when the feeder leaves the page */
export default function feeder({ data, parentElement }) {
  const run = (runs.get(parentElement) ?? 0) + 1;
  runs.set(parentElement, run);
  const { view, name } = data instanceof Uint8Array ? readHeader(data).header : data;
  const message = data instanceof Uint8Array ? data : data.message;
  deliver(view, name, message);
  return () => {
    if (runs.get(parentElement) === run) withdraw(view, name, message);
  };
}
