/**
 * Restore: when the connection was lost and is there again, sends Python what the page remembers, with the texts as they
 * stand in their text areas. The server may be another one.
 *
 * @typedef {import("../core/memory.js").SessionState} SessionState
 * @typedef {{data: SessionState, setTriggerValue: (name: string, value: unknown) => void}} Component
 */
import { memory } from "../core/memory.js";

const CONNECTION = "data-test-connection-state";

/** @param {Component} component @returns {() => void} what Streamlit calls when the component leaves the page */
export function restoreSession({ data, setTriggerValue }) {
  const known = memory();
  const watched = known.restore !== null;
  known.session = data;
  known.restore = () => setTriggerValue("kept", { kept: data.kept, texts: known.texts, boxes: typed(data.boxes), said: known.choices });
  if (!watched) new MutationObserver(checkConnection).observe(document.body, { subtree: true, attributeFilter: [CONNECTION] });
  return () => undefined;
}

/** Whether the connection is lost, or there again. */
function checkConnection() {
  const known = memory();
  const connected = document.querySelector(`[${CONNECTION}]`)?.getAttribute(CONNECTION) === "CONNECTED";
  if (connected && known.lost) known.restore?.();
  known.lost = !connected;
}

/** What stands in those text areas that are on the page. @param {Record<string, string>} keys of their widgets, by the names of the
 * texts @returns {Record<string, string>} */
function typed(keys) {
  /** @type {Record<string, string>} */ const texts = {};
  for (const [name, key] of Object.entries(keys)) {
    const place = `.st-key-${key.replace(/[^\w-]/g, "-")} textarea`;
    const area = /** @type {HTMLTextAreaElement | null} */ (document.querySelector(place));
    if (area !== null) texts[name] = area.value;
  }
  return texts;
}
