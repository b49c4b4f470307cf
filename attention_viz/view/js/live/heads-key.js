/**
 * Heads key: which colour and pattern belongs to which head, where lines of several are drawn.
 *
 * @typedef {import("../core/store.js").Store} Store
 * @typedef {import("./descriptions.js").Descriptions} Descriptions
 * @typedef {import("../core/theme.js").Theme} Theme
 */
import { box, setHidden, setName, setText } from "../core/element.js";
import { headStyle } from "../core/head-colours.js";
import { say } from "../core/labels.js";

export class HeadsKey {
  /** @param {Store} store @param {Descriptions} descriptions */
  constructor(store, descriptions) {
    this.store = store;
    this.descriptions = descriptions;
    this.list = box("swatches");
    this.keep = document.createElement("button");
    this.keep.type = "button";
    this.keep.addEventListener("click", () => this.keepThis());
    this.element = box("heads-key", this.list, this.keep);
    this.drawn = "";
  }

  keepThis() {
    const { layer, head } = this.store.look;
    this.store.keepHead(layer, head);
  }

  /** @param {Theme} theme */
  draw(theme) {
    const { look } = this.store;
    const kept = look.kept.some(([layer, head]) => layer === look.layer && head === look.head);
    setHidden(this.element, look.view !== "lines" || look.average !== "none");
    setText(this.keep, say(this.descriptions.labels, kept ? "drop_head" : "keep_head"));
    const name = JSON.stringify([look.layer, look.head, look.kept, theme.name, this.descriptions.labels.layer_head]);
    if (name === this.drawn) return;
    this.drawn = name;
    this.list.replaceChildren(...this.store.linedHeads().map((head, i) => this.swatch(head, i, theme)));
  }

  /** @param {[number, number]} head @param {number} i @param {Theme} theme @returns {HTMLElement} */
  swatch([layer, head], i, { palette }) {
    const { colour, dash } = headStyle(palette, i);
    const mark = document.createElement("button");
    mark.type = "button";
    mark.textContent = `${layer + 1}-${head + 1}`;
    setName(mark, this.descriptions.name({ layer, head }));
    mark.style.borderTop = `4px ${dash.length > 0 ? "dashed" : "solid"} ${colour}`;
    mark.addEventListener("click", () => this.store.choose({ layer, head }));
    return mark;
  }
}
