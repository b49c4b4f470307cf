/**
 * Ranking: how much each head has changed, on a board of all heads and as a list of those that changed most.
 *
 * @typedef {import("../core/mounted.js").Call} Call
 * @typedef {import("./board.js").Head} Head
 */
import { Board } from "./board.js";
import { box, setName, setText } from "../core/element.js";
import { mounted } from "../core/mounted.js";
import { mix } from "../core/palette.js";
import { readTheme, applyTheme } from "../core/theme.js";
import { number, say } from "../core/labels.js";

const LISTED = 12;

class Ranking {
  /** @param {HTMLElement} root */
  constructor(root) {
    this.root = root;
    /** @type {Call | null} */ this.call = null;
    this.board = new Board((head) => this.choose(head));
    this.list = document.createElement("table");
    this.list.className = "top";
    this.caption = this.list.createCaption();
    this.body = this.list.createTBody();
    root.append(box("ranking", this.board.element, this.list));
    this.listed = "";
  }

  /** @param {Head} head */
  choose(head) {
    this.call?.setTriggerValue("chosen", head);
  }

  /** @param {Call} call */
  update(call) {
    this.call = call;
    const { labels, palettes, values, chosen, caption } = call.data;
    const theme = readTheme(this.root, palettes, 1, "blue");
    applyTheme(this.root, theme);
    this.board.build(values.map((/** @type {number[]} */ each) => each.length), labels);
    const most = Math.max(...values.flat()) || 1;
    this.board.draw(labels, chosen, (button, [layer, head]) => {
      const value = values[layer][head];
      button.setAttribute("aria-pressed", String(layer === chosen[0] && head === chosen[1]));
      setName(button, `${say(labels, "layer_head", { layer: layer + 1, head: head + 1 })} · ${digits(value)}`);
      button.style.background = `rgb(${mix(theme.weights, value / most).join(" ")})`;
    });
    setText(this.caption, caption);
    const name = JSON.stringify([values, labels]);
    if (name !== this.listed) this.fill();
    this.listed = name;
  }

  fill() {
    const { labels, values } = this.call?.data ?? {};
    const heads = values.flatMap((/** @type {number[]} */ row, /** @type {number} */ layer) => row.map((value, head) => ({ layer, head, value })));
    heads.sort((/** @type {{value: number}} */ one, /** @type {{value: number}} */ other) => other.value - one.value);
    this.body.replaceChildren();
    for (const { layer, head, value } of heads.slice(0, LISTED)) {
      const row = this.body.insertRow();
      const button = document.createElement("button");
      button.type = "button";
      button.textContent = say(labels, "layer_head", { layer: layer + 1, head: head + 1 });
      button.addEventListener("click", () => this.choose([layer, head]));
      row.insertCell().textContent = String(this.body.rows.length);
      row.insertCell().append(button);
      row.insertCell().textContent = digits(value);
    }
  }
}

/** Four digits, or the leading ones of a number that is smaller than they show. @param {number} value @returns {string} */
function digits(value) {
  return value > 0 && value < 0.001 ? value.toExponential(1) : number(value, true);
}

const mount = mounted((root) => new Ranking(root));

/** @param {Call} call @returns {() => void} */
export default function ranking(call) {
  return mount(call);
}
