/**
 * Feeder: an invisible component that delivers what Python sends to a view.
 *
 * @typedef {{data: Uint8Array | {view: string, name: string, message: unknown}}} Feeder
 */
import { readHeader } from "../core/frame.js";
import { deliver, withdraw } from "../core/messages.js";

/** @param {Feeder} feeder @returns {() => void} what Streamlit calls when the feeder leaves the page */
export default function feeder({ data }) {
  const { view, name } = data instanceof Uint8Array ? readHeader(data).header : data;
  const message = data instanceof Uint8Array ? data : data.message;
  const call = {};
  deliver(view, name, message, call);
  // The call before this one is cleaned up too; the message is then this call's already.
  return () => withdraw(view, name, call);
}
