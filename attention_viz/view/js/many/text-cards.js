/**
 * Text cards: texts of a head as small sentences with its strongest links as arcs. A click on one opens it.
 *
 * @typedef {import("../core/mounted.js").Call} Call
 * @typedef {import("../core/frame.js").Tokens} Tokens
 * @typedef {import("../core/labels.js").Labels} Labels
 * @typedef {[number, number, number]} Link query, key, weight
 * @typedef {{title: string, tokens: Tokens, links: Link[], cut: [boolean, boolean]}} Card cut = whether the text goes on before, and behind
 * @typedef {{title: string, cards: Card[]}} Group
 */
import { box, setName } from "../core/element.js";
import { say } from "../core/labels.js";
import { mounted } from "../core/mounted.js";
import { shape } from "../core/svg.js";
import { applyTheme, readTheme } from "../core/theme.js";
import { curveBetween, written } from "../text/arc-path.js";
import { paragraphs, withoutSpaceMarks, wordsOf } from "../text/words.js";

const ROOM = 15;
const THICK = { least: 1, most: 4.5 };
const FAINTEST = 0.35;

class TextCards {
  /** @param {HTMLElement} root */
  constructor(root) {
    this.root = root;
    this.element = box("text-cards");
    /** @type {Call | null} */ this.call = null;
    /** @type {(() => void)[]} */ this.drawings = [];
    this.drawn = "";
    this.observer = new ResizeObserver(() => this.drawArcs());
    this.observer.observe(this.element);
    root.append(this.element);
  }

  /** @param {Call} call */
  update(call) {
    this.call = call;
    const { groups, labels, palettes } = call.data;
    applyTheme(this.root, readTheme(this.root, palettes, 1, "blue"));
    const name = JSON.stringify([groups, labels]);
    if (name !== this.drawn) this.build(groups, labels);
    this.drawn = name;
    this.drawArcs();
  }

  /** @param {Group[]} groups @param {Labels} labels */
  build(groups, labels) {
    this.drawings = [];
    let number = 0;
    this.element.replaceChildren(
      ...groups.filter(({ cards }) => cards.length > 0).flatMap(({ title, cards }) => {
        const heading = document.createElement("h3");
        heading.textContent = title;
        const list = document.createElement("ul");
        list.append(...cards.map((card) => this.cardOf(card, number++, labels)));
        return [heading, list];
      }),
    );
  }

  /** @param {Card} card @param {number} number @param {Labels} labels @returns {HTMLLIElement} */
  cardOf(card, number, labels) {
    const words = withoutSpaceMarks(wordsOf(card.tokens, "query"));
    const [strongest] = card.links;
    if (strongest !== undefined) for (const at of strongest.slice(0, 2)) words[at]?.classList.add("linked");
    const sheet = box("sheet", ...paragraphs(card.tokens, words));
    if (card.cut[0]) sheet.firstElementChild?.prepend("… ");
    if (card.cut[1]) sheet.lastElementChild?.append(" …");
    const arcs = shape("svg", { "aria-hidden": "true" });
    sheet.append(arcs);
    this.drawings.push(() => drawLinks(arcs, words, card.links, sheet));
    const line = document.createElement("li");
    line.append(this.titleOf(card, words, number, labels), sheet);
    line.addEventListener("click", () => this.call?.setTriggerValue("open", number));
    return line;
  }

  /** @param {Card} card @param {HTMLElement[]} words @param {number} number @param {Labels} labels */
  titleOf({ title, links }, words, number, labels) {
    const told = document.createElement("span");
    const [strongest] = links;
    const [query, key] = (strongest ?? []).map((at) => words[at]?.textContent ?? "");
    told.textContent = strongest ? say(labels, "text_and_link", { title, query, key, weight: strongest[2].toFixed(2) }) : title;
    const button = document.createElement("button");
    button.type = "button";
    const open = say(labels, "open_text");
    button.textContent = open;
    setName(button, say(labels, "open_this_text", { open, text: told.textContent, number: number + 1 }));
    return box("title", told, button);
  }

  drawArcs() {
    for (const draw of this.drawings) draw();
  }

  close() {
    this.observer.disconnect();
  }
}

/** @param {SVGSVGElement} arcs @param {HTMLElement[]} words @param {Link[]} links the strongest first @param {HTMLElement} sheet */
function drawLinks(arcs, words, links, sheet) {
  const most = links[0]?.[2] || 1;
  const curves = links.filter(([query, key]) => words[query]?.offsetWidth && words[key]?.offsetWidth).map(([query, key, weight]) => {
    const curve = curveBetween(boxOf(words[query]), boxOf(words[key]), ROOM, sheet.clientWidth / 2);
    const share = weight / most;
    const width = Math.max(THICK.least, THICK.most * weight);
    return shape("path", { d: written(curve), "stroke-width": width.toFixed(2), opacity: (FAINTEST + (1 - FAINTEST) * share ** 2).toFixed(2) });
  });
  arcs.replaceChildren(...curves.reverse());
}

/** @param {HTMLElement} word @returns {import("../text/arc-path.js").Box} */
function boxOf({ offsetLeft, offsetTop, offsetWidth, offsetHeight }) {
  return { left: offsetLeft, top: offsetTop, width: offsetWidth, height: offsetHeight };
}

const mount = mounted((root) => new TextCards(root));

/** @param {Call} call @returns {() => void} */
export default function textCards(call) {
  return mount(call);
}
