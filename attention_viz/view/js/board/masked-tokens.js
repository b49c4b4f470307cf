/**
 * Masked tokens: the tokens of a text as buttons; a pressed one is hidden from the model.
 *
 * @typedef {import("../core/mounted.js").Call} Call
 * @typedef {import("../core/frame.js").Labelled} Labelled
 */
import { box, setName, setText } from "../core/element.js";
import { remember } from "../core/memory.js";
import { mounted } from "../core/mounted.js";
import { readTheme, applyTheme } from "../core/theme.js";
import { spell, spellOut } from "../core/token.js";
import { Toggles } from "./toggles.js";
import { say } from "../core/labels.js";

class MaskedTokens {
  /** @param {HTMLElement} root */
  constructor(root) {
    this.root = root;
    /** @type {Call | null} */ this.call = null;
    this.toggles = new Toggles((toggled) => {
      this.draw();
      remember("masks", toggled);
      this.call?.setTriggerValue("switched", toggled);
    });
    this.tokens = box("masked-tokens");
    this.tokens.setAttribute("role", "group");
    root.append(this.tokens);
    /** @type {HTMLButtonElement[]} */ this.buttons = [];
  }

  /** @param {Call} call */
  update(call) {
    this.call = call;
    this.toggles.adopt(call.data.toggled);
    const n = call.data.tokens.labels.length;
    if (this.buttons.length !== n) {
      this.buttons = Array.from({ length: n }, (_, position) => this.button(position));
      this.tokens.replaceChildren(...this.buttons);
    }
    this.draw();
  }

  /** @param {number} position @returns {HTMLButtonElement} */
  button(position) {
    const button = document.createElement("button");
    button.type = "button";
    button.addEventListener("click", () => this.toggles.turn(String(position)));
    return button;
  }

  draw() {
    if (this.call === null) return;
    const { tokens, labels, palettes, mask } = this.call.data;
    applyTheme(this.root, readTheme(this.root, palettes, 1, "blue"));
    setName(this.tokens, say(labels, "hide_tokens"));
    this.tokens.dir = tokens.directions[tokens.segments[0]] ?? "ltr";
    this.buttons.forEach((button, position) => {
      const hidden = this.toggles.has(String(position));
      const { text, special, piece } = spell(tokens, position);
      button.disabled = special;
      button.classList.toggle("piece", piece);
      button.classList.toggle("special", special);
      button.setAttribute("aria-pressed", String(hidden));
      setName(button, say(labels, "hide_token", { token: spellOut(tokens, position), position: position + 1 }));
      setText(button, hidden ? mask : text);
    });
  }
}

const mount = mounted((root) => new MaskedTokens(root));

/** @param {Call} call @returns {() => void} */
export default function maskedTokens(call) {
  return mount(call);
}
