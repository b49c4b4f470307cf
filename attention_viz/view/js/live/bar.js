/**
 * Bar: which head is shown, and which picture of it.
 *
 * @typedef {import("../core/store.js").Store} Store
 * @typedef {import("./descriptions.js").Descriptions} Descriptions
 */
import { box, setName, setText } from "../core/element.js";
import { say } from "../core/labels.js";

export class Bar {
  /** @param {Store} store @param {Descriptions} descriptions @param {string[]} views */
  constructor(store, descriptions, views) {
    this.store = store;
    this.descriptions = descriptions;
    this.title = box("title");
    this.tabs = box("tabs");
    this.tabs.setAttribute("role", "group");
    this.buttons = views.map((view) => this.tab(view));
    this.tabs.append(...this.buttons);
    this.element = box("bar", this.title, this.tabs);
  }

  /** @param {string} view @returns {HTMLButtonElement} */
  tab(view) {
    const button = document.createElement("button");
    button.type = "button";
    button.dataset.view = view;
    button.addEventListener("click", () => this.store.choose({ view }));
    return button;
  }

  draw() {
    const { labels } = this.descriptions;
    setText(this.title, this.descriptions.title());
    setName(this.tabs, say(labels, "option_view"));
    for (const button of this.buttons) {
      const { view } = button.dataset;
      setText(button, say(labels, `option_view_${view}`));
      button.setAttribute("aria-pressed", String(tabOf(this.store.look.view) === view));
    }
  }
}

/** @param {string} view @returns {string} the tab under which it stands: a sentence is drawn with arcs or in colours */
function tabOf(view) {
  return view === "text" ? "sentence" : view;
}
