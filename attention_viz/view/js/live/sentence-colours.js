/**
 * Sentence colours: whether a sentence is drawn with arcs, or coloured by the attention that each token receives.
 *
 * @typedef {import("../core/labels.js").Labels} Labels
 */
import { box, setHidden, setName, setText } from "../core/element.js";
import { say } from "../core/labels.js";

/** The two views of a sentence, and what they are called. */
const VIEWS = { sentence: "sentence_arcs", text: "sentence_colours" };

export class SentenceColours {
  /** @param {import("../core/store.js").Store} store */
  constructor(store) {
    this.store = store;
    this.buttons = Object.keys(VIEWS).map((view) => this.button(view));
    this.element = box("sentence-colours", ...this.buttons);
    this.element.setAttribute("role", "group");
  }

  /** @param {string} view @returns {HTMLButtonElement} */
  button(view) {
    const button = document.createElement("button");
    button.type = "button";
    button.dataset.variant = view;
    button.addEventListener("click", () => this.store.choose({ view }));
    return button;
  }

  /** @param {Labels} labels */
  draw(labels) {
    const { view } = this.store.look;
    setHidden(this.element, !(view in VIEWS));
    setName(this.element, say(labels, "option_view_sentence"));
    Object.values(VIEWS).forEach((name, i) => {
      setText(this.buttons[i], say(labels, name));
      this.buttons[i].setAttribute("aria-pressed", String(this.buttons[i].dataset.variant === view));
    });
  }
}
