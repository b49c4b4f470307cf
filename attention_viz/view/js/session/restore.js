/**
 * Keeper: when the connection was lost and is there again, gives back what the page remembers, with the texts as they
 * stand in their boxes. The server may be another one.
 *
 * @typedef {import("../core/memory.js").Letter} Letter
 * @typedef {{data: Letter, setTriggerValue: (name: string, value: unknown) => void}} Component
 */
import { memory } from "../core/memory.js";

const CONNECTION = "data-test-connection-state";

/** @param {Component} component @returns {() => void} what Streamlit calls when the keeper leaves the page */
export function keeper({ data, setTriggerValue }) {
  const known = memory();
  const watched = known.tell !== null;
  known.letter = data;
  known.tell = () => setTriggerValue("kept", { kept: data.kept, texts: known.texts, boxes: typed(data.boxes), said: known.said });
  if (!watched) new MutationObserver(look).observe(document.body, { subtree: true, attributeFilter: [CONNECTION] });
  return () => undefined;
}

/** Notice that the connection is lost, and that it is there again. */
function look() {
  const known = memory();
  const connected = document.querySelector(`[${CONNECTION}]`)?.getAttribute(CONNECTION) === "CONNECTED";
  if (connected && known.lost) known.tell?.();
  known.lost = !connected;
}

/** What stands in those boxes that are on the page. @param {Record<string, string>} keys of their widgets, by the names of the
 * texts @returns {Record<string, string>} */
function typed(keys) {
  /** @type {Record<string, string>} */ const texts = {};
  for (const [name, key] of Object.entries(keys)) {
    const place = `.st-key-${key.replace(/[^\w-]/g, "-")} textarea`;
    const box = /** @type {HTMLTextAreaElement | null} */ (document.querySelector(place));
    if (box !== null) texts[name] = box.value;
  }
  return texts;
}
