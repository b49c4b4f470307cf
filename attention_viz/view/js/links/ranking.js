/**
 * Ranking: the heads that read the pinned link, strongest first; one click looks at a head.
 *
 * @typedef {import("../core/store.js").Store} Store
 * @typedef {import("../core/labels.js").Labels} Labels
 * @typedef {import("./links.js").Links} Links
 * @typedef {import("./rank-heads.js").HeadLink} HeadLink
 */
import { box, setHidden, setName, setText } from "../core/element.js";
import { OPTIONS } from "../core/look.js";
import { number, say } from "../core/labels.js";

/** Heads that are listed first, and marked in the overview. */
export const FIRST = 5;

export class Ranking {
  /** @param {Store} store @param {Links} links */
  constructor(store, links) {
    this.store = store;
    this.links = links;
    this.all = false;
    this.title = box("heading");
    this.direction = this.choice();
    this.list = document.createElement("ol");
    this.more = button(() => this.toggle());
    this.spoken = box("unseen");
    this.spoken.setAttribute("role", "status");
    this.element = box("ranking", this.title, this.list, box("more", this.more, this.direction), this.spoken);
    this.element.setAttribute("role", "group");
    this.element.tabIndex = -1;
    this.drawn = "";
  }

  /** Who reads in the link. @returns {HTMLSelectElement} */
  choice() {
    const select = document.createElement("select");
    select.append(...OPTIONS.direction.choices.map((value) => new Option("", value)));
    select.addEventListener("change", () => this.store.choose({ direction: /** @type {any} */ (select.value) }));
    return select;
  }

  /** All heads, or the first ones again. */
  toggle() {
    this.all = !this.all;
    this.store.changed();
  }

  /** Look at a head of the ranking. @param {number} place from 0 */
  choose(place) {
    const found = this.links.heads()?.[place];
    if (found !== undefined) this.store.choose({ layer: found.layer, head: found.head, average: "none" });
  }

  /** @param {Labels} labels */
  draw(labels) {
    const { store, links } = this;
    const { state } = links;
    const { queries, keys, direction, layer, head, average } = store.look;
    const chosen = average === "none" ? [layer, head] : null;
    const name = JSON.stringify([state, store.text, store.weights?.version, queries, keys, direction, this.all, labels.ranking_half]);
    if (name !== this.drawn) this.fill(labels);
    this.drawn = name;
    for (const each of this.list.querySelectorAll("button")) {
      if (String(chosen) === each.dataset.head) each.setAttribute("aria-current", "true");
      else each.removeAttribute("aria-current");
    }
  }

  /** @param {Labels} labels */
  fill(labels) {
    const { state } = this.links;
    const heads = this.links.heads() ?? [];
    const title = this.said(labels);
    setText(this.title, title);
    setName(this.element, title);
    this.fillDirection(labels);
    const focused = this.list.matches(":focus-within");
    this.list.replaceChildren(...heads.slice(0, this.all ? heads.length : FIRST).map((each) => this.line(each, labels)));
    if (focused) this.element.focus(); // the keys stay with the view
    setHidden(this.more, heads.length <= FIRST);
    setText(this.more, say(labels, this.all ? "ranking_first" : "ranking_all", { n: this.all ? FIRST : heads.length }));
    this.more.setAttribute("aria-expanded", String(this.all));
    setText(this.spoken, state === "ranked" ? spoken(title, heads, labels) : title);
  }

  /** @param {Labels} labels */
  fillDirection(labels) {
    const { dimensions, look } = this.store;
    setHidden(this.direction, this.store.look.keys.length === 0 || dimensions?.keys !== dimensions?.queries);
    setName(this.direction, say(labels, "option_direction"));
    for (const option of this.direction.options) setText(option, say(labels, `option_direction_${option.value}`));
    this.direction.value = look.direction;
  }

  /** What is ranked, or why nothing is. @param {Labels} labels @returns {string} */
  said(labels) {
    const { links } = this;
    const { state } = links;
    if (state === "none" || state === "half" || state === "waiting" || state === "missing") return say(labels, `ranking_${state}`);
    const { queries, keys, direction } = this.store.look;
    const n = queries.length * keys.length;
    const link = links.spelled(links.pairs()[0]);
    if (state === "closed") return say(labels, "closed", link);
    if (n > 1) return say(labels, "ranking_mean", { n });
    return say(labels, direction === "both" ? "ranking_both" : "ranking", link);
  }

  /** @param {HeadLink} link @param {Labels} labels @returns {HTMLLIElement} */
  line({ layer, head, weight, atDistance }, labels) {
    const line = document.createElement("li");
    const choose = button(() => this.store.choose({ layer, head, average: "none" }));
    choose.dataset.head = String([layer, head]);
    choose.append(part("name", `${layer + 1}-${head + 1}`), part("weight", short(weight)));
    const values = { layer: layer + 1, head: head + 1, weight: number(weight, false), far: number(atDistance ?? 0, false) };
    setName(choose, say(labels, atDistance === null ? "ranking_head_alone" : "ranking_head", values));
    if (atDistance !== null) choose.append(part("far", say(labels, "ranking_far", { weight: short(atDistance) })));
    choose.addEventListener("pointerenter", () => this.store.point({ layer, head, query: null, key: null }));
    choose.addEventListener("pointerleave", () => this.store.point(null));
    line.append(choose);
    return line;
  }
}

/** The first heads in a sentence for a screen reader. @param {string} title @param {HeadLink[]} heads @param {Labels} labels @returns {string} */
function spoken(title, heads, labels) {
  const named = heads.slice(0, FIRST).map(({ layer, head, weight }) =>
    say(labels, "ranking_head_alone", { layer: layer + 1, head: head + 1, weight: number(weight, false) }),
  );
  return `${title}: ${named.join("; ")}`;
}

/** @param {number} weight @returns {string} two digits, as in the cells of a heatmap */
function short(weight) {
  return number(weight, false).replace("0.", ".");
}

/** @param {string} name of its class @param {string} text @returns {HTMLSpanElement} */
function part(name, text) {
  const span = document.createElement("span");
  span.className = name;
  span.textContent = text;
  return span;
}

/** @param {() => void} click @returns {HTMLButtonElement} */
function button(click) {
  const element = document.createElement("button");
  element.type = "button";
  element.addEventListener("click", click);
  return element;
}
