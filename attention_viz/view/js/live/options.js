/**
 * Options: what most people leave alone, behind one word.
 *
 * @typedef {import("../core/store.js").Store} Store
 * @typedef {import("../core/look.js").Look} Look
 * @typedef {import("../core/labels.js").Labels} Labels
 */
import { setText } from "../core/element.js";
import { OPTIONS, isPair } from "../core/look.js";
import { number, say } from "../core/labels.js";

/** Options of which one value is chosen from a list here; the picture has buttons of its own, the ranking its direction. */
const CHOSEN = /** @type {(keyof Look)[]} */ (Object.keys(OPTIONS)).filter(
  (name) => OPTIONS[name].choices.length > 0 && typeof OPTIONS[name].usual === "string" && name !== "view" && name !== "direction",
);
const KINDS = /** @type {import("../core/filters.js").Kind[]} */ (OPTIONS.exclude.choices);
const MOST_LISTED = 100;

export class Options {
  /** @param {Store} store */
  constructor(store) {
    this.store = store;
    this.element = document.createElement("details");
    this.element.className = "options";
    this.summary = document.createElement("summary");
    this.fields = CHOSEN.map((name) => this.field(name, this.choice(name, OPTIONS[name].choices)));
    this.kinds = KINDS.map((kind) => this.check(kind, (on) => this.exclude(kind, on)));
    this.renormalise = this.check("renormalise", (on) => this.store.choose({ renormalise: on }));
    this.threshold = this.slider();
    this.listed = this.count();
    const body = document.createElement("div");
    body.append(...this.fields, this.listed.label, this.threshold.label, ...this.kinds.map(({ label }) => label), this.renormalise.label);
    this.element.append(this.summary, body);
    this.drawn = "";
  }

  /** @param {keyof Look} name @param {string[]} values @returns {HTMLSelectElement} */
  choice(name, values) {
    const select = document.createElement("select");
    select.dataset.name = name;
    select.append(...values.map((value) => new Option("", value)));
    select.addEventListener("change", () => this.store.choose({ [name]: select.value }));
    return select;
  }

  /** @param {string} name @param {HTMLElement} control @returns {HTMLLabelElement} */
  field(name, control) {
    const label = document.createElement("label");
    const text = document.createElement("span");
    label.dataset.name = name;
    label.append(text, control);
    return label;
  }

  /** @param {string} name @param {(on: boolean) => void} change */
  check(name, change) {
    const input = document.createElement("input");
    input.type = "checkbox";
    input.addEventListener("change", () => change(input.checked));
    const label = this.field(name, input);
    label.classList.add("check");
    return { input, label, name };
  }

  /** The slider moves over roots, because most weights are small. */
  slider() {
    const input = document.createElement("input");
    input.type = "range";
    input.min = "0";
    input.max = "0.7";
    input.step = "0.01";
    input.addEventListener("input", () => this.store.choose({ threshold: Number((Number(input.value) ** 2).toFixed(4)) }));
    return { input, label: this.field("threshold", input) };
  }

  /** How many tokens the table lists; what is no such number changes nothing. */
  count() {
    const input = document.createElement("input");
    input.type = "number";
    input.min = "1";
    input.max = String(MOST_LISTED);
    input.addEventListener("change", () => {
      const k = Number(input.value);
      if (Number.isInteger(k) && k >= 1 && k <= MOST_LISTED) this.store.choose({ k });
      else input.value = String(this.store.look.k);
    });
    return { input, label: this.field("k", input) };
  }

  /** @param {import("../core/filters.js").Kind} kind @param {boolean} on */
  exclude(kind, on) {
    const { exclude } = this.store.look;
    this.store.choose({ exclude: on ? [...exclude, kind] : exclude.filter((each) => each !== kind) });
  }

  /** @param {Labels} labels */
  draw(labels) {
    const { look, dimensions } = this.store;
    const name = JSON.stringify([{ ...look, layer: 0, head: 0, queries: [] }, this.store.text, labels.options]);
    if (name === this.drawn) return;
    this.drawn = name;
    setText(this.summary, say(labels, "options"));
    for (const label of this.fields) this.showChoice(label, labels);
    for (const { input, label, name } of this.kinds) {
      caption(label, say(labels, `option_exclude_${name}`));
      input.checked = look.exclude.some((kind) => kind === name);
    }
    caption(this.renormalise.label, say(labels, "option_renormalise"));
    this.renormalise.input.checked = look.renormalise;
    this.renormalise.input.disabled = look.exclude.length === 0;
    caption(this.listed.label, say(labels, "option_k"));
    this.listed.input.value = String(look.k);
    caption(this.threshold.label, say(labels, "option_threshold", { weight: look.threshold.toFixed(4) }));
    this.threshold.input.value = String(Math.sqrt(look.threshold));
    const pair = dimensions !== null && isPair(dimensions);
    const useless = [...(pair ? [] : ["pairs"]), ...(look.view === "layer" ? ["average"] : [])];
    for (const label of this.fields) label.hidden = useless.includes(label.dataset.name ?? "");
  }

  /** @param {HTMLLabelElement} label @param {Labels} labels */
  showChoice(label, labels) {
    const select = /** @type {HTMLSelectElement} */ (label.querySelector("select"));
    const name = /** @type {keyof Look} */ (select.dataset.name);
    caption(label, say(labels, `option_${name}`));
    for (const option of select.options) setText(option, say(labels, `option_${name}_${option.value}`));
    select.value = String(this.store.look[name]);
  }
}

/** @param {HTMLLabelElement} label @param {string} text */
function caption(label, text) {
  const span = label.querySelector("span");
  if (span !== null) setText(span, text);
}
