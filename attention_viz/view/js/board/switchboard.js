/**
 * Switchboard: every head of a model as a switch, on or off.
 *
 * @typedef {import("./board.js").Head} Head
 * @typedef {import("../core/mounted.js").Call} Call
 */
import { Board } from "./board.js";
import { box, setName, setText } from "../core/element.js";
import { mix } from "../core/palette.js";
import { readTheme, applyTheme } from "../core/theme.js";
import { remember } from "../core/memory.js";
import { mounted } from "../core/mounted.js";
import { Toggles } from "./toggles.js";
import { say } from "../core/labels.js";

const PLAIN = 0.7;

class Switchboard {
  /** @param {HTMLElement} root */
  constructor(root) {
    this.root = root;
    /** @type {Call | null} */ this.call = null;
    this.toggles = new Toggles((toggled) => {
      this.draw();
      remember("switchboard", toggled);
      this.call?.setTriggerValue("switched", toggled);
    });
    this.board = new Board((head) => this.toggles.turn(nameOf(head)), (layer) => this.turnLayer(layer));
    this.none = this.button(() => this.toggles.clear());
    this.one = this.button(() => this.toggles.turn(nameOf(this.chosen)));
    this.count = document.createElement("p");
    this.count.setAttribute("role", "status");
    root.append(box("tools", this.none, this.one), this.board.element, this.count);
  }

  /** @param {() => void} press @returns {HTMLButtonElement} */
  button(press) {
    const button = document.createElement("button");
    button.type = "button";
    button.addEventListener("click", press);
    return button;
  }

  /** @returns {Head} */
  get chosen() {
    return this.call?.data.chosen ?? [0, 0];
  }

  /** @param {number} layer */
  turnLayer(layer) {
    const names = this.layer(layer);
    this.toggles.set(names, !names.every((each) => this.toggles.has(each)));
  }

  /** @param {number} layer @returns {string[]} */
  layer(layer) {
    return Array.from({ length: this.call?.data.heads[layer] ?? 0 }, (_, head) => nameOf([layer, head]));
  }

  /** @param {Call} call */
  update(call) {
    this.call = call;
    this.toggles.adopt(call.data.toggled);
    this.board.build(call.data.heads, call.data.labels);
    this.draw();
  }

  draw() {
    if (this.call === null) return;
    const { labels, palettes, shades, heads } = this.call.data;
    const theme = readTheme(this.root, palettes, 1, "blue");
    applyTheme(this.root, theme);
    const [layer, head] = this.chosen;
    setText(this.none, say(labels, "all_on"));
    setText(this.one, say(labels, this.toggles.has(nameOf(this.chosen)) ? "switch_on" : "switch_off", { layer: layer + 1, head: head + 1 }));
    this.board.draw(labels, this.chosen, (button, each) => {
      const off = this.toggles.has(nameOf(each));
      button.setAttribute("role", "switch");
      button.setAttribute("aria-checked", String(!off));
      const shade = shades?.[each[0]]?.[each[1]] ?? PLAIN;
      button.style.background = off ? "" : `rgb(${mix(theme.weights, shade).join(" ")})`;
    });
    this.board.names.forEach((name, layer) => {
      setName(name, say(labels, "layer_switches", { layer: layer + 1 }));
      name.setAttribute("aria-pressed", String(this.layer(layer).every((each) => this.toggles.has(each))));
    });
    const total = heads.reduce((/** @type {number} */ sum, /** @type {number} */ n) => sum + n, 0);
    setText(this.count, say(labels, "heads_off", { n: this.toggles.on.size, total }));
  }
}

/** @param {Head} head @returns {string} */
function nameOf([layer, head]) {
  return `${layer}-${head}`;
}

const mount = mounted((root) => new Switchboard(root));

/** @param {Call} call @returns {() => void} */
export default function switchboard(call) {
  return mount(call);
}
