/**
 * Tools: larger, smaller, all in sight, unpin, presentation, and the list of keys.
 *
 * @typedef {import("../core/labels.js").Labels} Labels
 */
import { box, setHidden, setText } from "../core/element.js";
import { KEYS } from "./keys.js";
import { say } from "../core/labels.js";

const NAMES = ["smaller", "larger", "fit", "free", "present", "keys"];

const ZOOMING = ["smaller", "larger", "fit"];

export class Tools {
  constructor() {
    this.buttons = NAMES.map((name) => {
      const button = document.createElement("button");
      button.type = "button";
      button.dataset.tool = name;
      return button;
    });
    this.element = box("tools", ...this.buttons);
    this.dialog = document.createElement("dialog");
    this.dialog.addEventListener("click", () => this.dialog.close());
    this.drawn = "";
  }

  /** @param {Record<string, () => void>} actions what each tool does, by its name */
  connect(actions) {
    for (const button of this.buttons) button.addEventListener("click", () => actions[button.dataset.tool ?? ""]());
  }

  /** @param {Labels} labels @param {import("../core/look.js").Look} look @param {boolean} presenting */
  draw(labels, { view, queries, kept }, presenting) {
    const pinned = queries.length > 0 || (view === "lines" && kept.length > 0);
    for (const button of this.buttons) {
      const { tool } = button.dataset;
      setText(button, say(labels, tool === "present" && presenting ? "tool_leave" : `tool_${tool}`));
      setHidden(button, tool === "free" ? !pinned : view !== "head" && ZOOMING.includes(tool ?? ""));
    }
    if (labels.tool_keys !== this.drawn) this.writeKeys(labels);
    this.drawn = labels.tool_keys;
  }

  /** @param {Labels} labels */
  writeKeys(labels) {
    const list = document.createElement("dl");
    for (const name of Object.keys(KEYS)) {
      const [key, meaning] = [document.createElement("dt"), document.createElement("dd")];
      key.textContent = KEYS[name];
      meaning.textContent = say(labels, `key_${name}`);
      list.append(key, meaning);
    }
    const title = box("heading");
    title.textContent = say(labels, "tool_keys");
    this.dialog.replaceChildren(title, list);
  }

  /** Show the list of keys, or put it away. */
  toggleKeys() {
    if (this.dialog.open) this.dialog.close();
    else this.dialog.showModal();
  }
}
