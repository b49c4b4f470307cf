/**
 * Text cards: texts of a head as small sentences with its strongest links as arcs. A click on one opens it.
 *
 * @typedef {import("../core/mounted.js").Call} Call
 * @typedef {import("../core/frame.js").Tokens} Tokens
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
    if (name !== this.drawn) this.build(groups, say(labels, "open_text"));
    this.drawn = name;
    this.drawArcs();
  }

  /** @param {Group[]} groups @param {string} opens what the button says */
  build(groups, opens) {
    this.drawings = [];
    let number = 0;
    this.element.replaceChildren(
      ...groups.filter(({ cards }) => cards.length > 0).flatMap(({ title, cards }) => {
        const heading = document.createElement("h3");
        heading.textContent = title;
        const list = document.createElement("ul");
        list.append(...cards.map((card) => this.cardOf(card, number++, opens)));
        return [heading, list];
      }),
    );
  }

  /** @param {Card} card @param {number} number @param {string} opens @returns {HTMLLIElement} */
  cardOf(card, number, opens) {
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
    line.append(this.titleOf(card, words, number, opens), sheet);
    line.addEventListener("click", () => this.call?.setTriggerValue("open", number));
    return line;
  }

  /** @param {Card} card @param {HTMLElement[]} words @param {number} number @param {string} opens */
  titleOf({ title, links }, words, number, opens) {
    const told = document.createElement("span");
    const [strongest] = links;
    const link = strongest && `${words[strongest[0]].textContent} → ${words[strongest[1]].textContent} ${strongest[2].toFixed(2)}`;
    told.textContent = link ? `${title}; ${link}` : title;
    const button = document.createElement("button");
    button.type = "button";
    button.textContent = opens;
    setName(button, `${opens}: ${told.textContent} (${number + 1})`);
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
