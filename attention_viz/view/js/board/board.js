/**
 * Board: a button for every head, layers down and heads across; a layer without heads has no row. The Tab key reaches one of
 * them, the arrow keys the others.
 *
 * @typedef {import("../core/labels.js").Labels} Labels
 * @typedef {[number, number]} Head layer and head, from 0
 */
import { setName, setText } from "../core/element.js";
import { say } from "../core/labels.js";

/** @type {Record<string, Head>} */
const STEPS = { ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1] };

/** From so many layers or heads on, the buttons are smaller. */
const MANY = 12;

export class Board {
  /** @param {(head: Head) => void} press @param {(layer: number) => void} [pressLayer] */
  constructor(press, pressLayer) {
    this.press = press;
    this.pressLayer = pressLayer;
    this.element = document.createElement("div");
    this.element.className = "board";
    this.table = document.createElement("table");
    this.element.append(this.table);
    /** @type {HTMLButtonElement[][]} */ this.buttons = [];
    /** @type {HTMLElement[]} */ this.names = [];
    /** @type {number[]} */ this.layers = [];
    this.table.addEventListener("keydown", (event) => this.onKey(event));
    this.shape = "";
  }

  /** @param {number[]} heads of each layer @param {Labels} labels */
  build(heads, labels) {
    const shape = heads.join();
    if (shape === this.shape) return;
    this.shape = shape;
    this.element.classList.toggle("many", heads.length > MANY || Math.max(...heads) > MANY);
    this.buttons = heads.map((n, layer) => Array.from({ length: n }, (_, head) => this.button([layer, head])));
    this.names = heads.map((_, layer) => this.layerName(layer));
    this.layers = [...heads.keys()].filter((layer) => heads[layer] > 0);
    const rows = this.layers.map((layer) => row(cell("th", this.names[layer]), ...this.buttons[layer].map((each) => cell("td", each))));
    const numbers = Array.from({ length: Math.max(...heads) }, (_, head) => cell("th", document.createTextNode(String(head + 1))));
    const corner = cell("td", document.createTextNode(say(labels, "heads_across")));
    this.table.replaceChildren(row(corner, ...numbers), ...rows);
    if (this.layers.length > 0) this.stopAt([this.layers[0], 0]);
  }

  /** @param {Head} head @returns {HTMLButtonElement} */
  button(head) {
    const button = document.createElement("button");
    button.type = "button";
    button.tabIndex = -1;
    button.addEventListener("click", () => {
      this.stopAt(head);
      this.press(head);
    });
    return button;
  }

  /** @param {number} layer @returns {HTMLElement} */
  layerName(layer) {
    if (this.pressLayer === undefined) return document.createElement("span");
    const button = document.createElement("button");
    button.type = "button";
    button.addEventListener("click", () => this.pressLayer?.(layer));
    return button;
  }

  /** Name each head's button, and have it styled. @param {Labels} labels @param {Head} chosen
   * @param {(button: HTMLButtonElement, head: Head) => void} style */
  draw(labels, chosen, style) {
    this.names.forEach((name, layer) => setText(name, say(labels, "layer_name", { layer: layer + 1 })));
    this.buttons.forEach((buttons, layer) => {
      buttons.forEach((button, head) => {
        setName(button, say(labels, "layer_head", { layer: layer + 1, head: head + 1 }));
        button.classList.toggle("chosen", layer === chosen[0] && head === chosen[1]);
        style(button, [layer, head]);
      });
    });
  }

  /** @param {KeyboardEvent} event */
  onKey(event) {
    const step = STEPS[event.key];
    const at = this.buttons.findIndex((buttons) => buttons.some((each) => each === event.target));
    if (step === undefined || at < 0) return;
    const head = this.buttons[at].findIndex((each) => each === event.target);
    const row = Math.min(Math.max(this.layers.indexOf(at) + step[0], 0), this.layers.length - 1);
    const layer = this.layers[row];
    const next = Math.min(Math.max(head + step[1], 0), this.buttons[layer].length - 1);
    event.preventDefault();
    this.stopAt([layer, next]);
    this.buttons[layer][next].focus();
  }

  /** @param {Head} stop where the Tab key enters */
  stopAt([layer, head]) {
    for (const button of this.buttons.flat()) if (button.tabIndex === 0) button.tabIndex = -1;
    this.buttons[layer][head].tabIndex = 0;
  }
}

/** @param {...HTMLElement} cells @returns {HTMLTableRowElement} */
function row(...cells) {
  const element = document.createElement("tr");
  element.append(...cells);
  return element;
}

/** @param {"th" | "td"} kind @param {Node} content @returns {HTMLElement} */
function cell(kind, content) {
  const element = document.createElement(kind);
  element.append(content);
  return element;
}
