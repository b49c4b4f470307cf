/**
 * Framework words: what Streamlit itself writes on a page (hints, its menu, the box for files), in the language of the page.
 *
 * Only where Streamlit alone writes: a token, a file or a model that is called like one of its words stays as it is.
 *
 * @typedef {Record<string, string>} Words Streamlit's words, which can have places for others ("Add: {text}"), and what is said instead
 * @typedef {{pattern: RegExp, words: string}} Rule
 */
import { memory } from "../core/memory.js";

const DROPDOWN = '[data-testid="stSelectboxVirtualDropdown"]';
const PLACES = [
  ...[
    "InputInstructions",
    "stSkipToContent",
    "stSidebar",
    "stHeader",
    "stMainMenuPopover",
    "stStatusWidget",
    "stFileUploaderDropzone",
    "stFileUploaderFileErrorMessage",
    "stSelectbox",
    "stTooltipHoverTarget",
    "stTooltipContent",
    "stHeaderActionElements",
    "stElementToolbar",
    "stElementToolbarButton",
    "stDataFrameColumnMenu",
    "stDialog",
  ].map((name) => `[data-testid="${name}"]`),
  `${DROPDOWN} [data-empty]`,
  `${DROPDOWN} [data-key="__creatable__"]`,
].join(", ");
const ATTRIBUTES = ["aria-label", "placeholder", "title"];
const PLACEHOLDER = /\{(\w+)\}/;

/** @param {{data: Words}} component @returns {() => void} what Streamlit calls when it leaves the page */
export default function frameworkWords({ data }) {
  const known = memory();
  if (JSON.stringify(data) !== JSON.stringify(known.words)) {
    replaceWithin(document.body, rulesOf(turned(known.words)));
    known.words = data;
    replaceWithin(document.body, rulesOf(data));
  }
  known.wordsWatch ??= watch();
  return () => undefined;
}

/** What Streamlit writes from now on is replaced too. @returns {MutationObserver} */
function watch() {
  /** @type {Words} of which the rules are, so that they are made once and not at every change of the page */ let ruled = {};
  /** @type {Rule[]} */ let rules = [];
  const observer = new MutationObserver((changes) => {
    const { words } = memory();
    if (words !== ruled) [ruled, rules] = [words, rulesOf(words)];
    if (rules.length === 0) return;
    for (const { type, target, addedNodes } of changes) {
      for (const node of type === "childList" ? addedNodes : [target]) replaceWithin(node, rules);
    }
  });
  observer.observe(document.body, { subtree: true, childList: true, characterData: true, attributeFilter: ATTRIBUTES });
  return observer;
}

/** @param {Words} words @returns {Words} from what is said instead back to Streamlit's own */
function turned(words) {
  return Object.fromEntries(Object.entries(words).map(([theirs, ours]) => [ours, theirs]));
}

/** @param {Words} words @returns {Rule[]} */
export function rulesOf(words) {
  return Object.entries(words).map(([template, said]) => ({ pattern: patternOf(template), words: said.replace(/\{(\w+)\}/g, "$<$1>") }));
}

/** @param {string} template @returns {RegExp} */
function patternOf(template) {
  const parts = template.split(PLACEHOLDER); // text, name, text, name, ..., text
  const written = parts.map((part, i) => (i % 2 === 0 ? part.replace(/[.*+?^${}()|[\]\\]/g, "\\$&") : `(?<${part}>.+)`));
  return new RegExp(`^${written.join("")}$`, "u");
}

/** @param {string} text @param {Rule[]} rules @returns {string} what is said instead, or the text itself */
export function inOurWords(text, rules) {
  const rule = rules.find(({ pattern }) => pattern.test(text));
  return rule === undefined ? text : text.replace(rule.pattern, rule.words);
}

/** @param {Node} node @param {Rule[]} rules */
function replaceWithin(node, rules) {
  if (!(node instanceof Element)) {
    if (node.parentElement?.closest(PLACES)) replaceText(node, rules);
    return;
  }
  const places = node.closest(PLACES) ? [node] : node.querySelectorAll(PLACES);
  for (const place of places) replaceIn(place, rules);
}

/** @param {Element} place @param {Rule[]} rules */
function replaceIn(place, rules) {
  const walker = document.createTreeWalker(place, NodeFilter.SHOW_ELEMENT | NodeFilter.SHOW_TEXT);
  for (let node = /** @type {Node | null} */ (place); node !== null; node = walker.nextNode()) {
    if (node instanceof Element) replaceAttributes(node, rules);
    else replaceText(node, rules);
  }
}

/** @param {Element} element @param {Rule[]} rules */
function replaceAttributes(element, rules) {
  for (const name of ATTRIBUTES) {
    const before = element.getAttribute(name) ?? "";
    const after = inOurWords(before, rules);
    if (after !== before) element.setAttribute(name, after);
  }
}

/** @param {Node} node of text @param {Rule[]} rules */
function replaceText(node, rules) {
  const before = node.nodeValue ?? "";
  const after = inOurWords(before, rules);
  if (after !== before) node.nodeValue = after;
}
