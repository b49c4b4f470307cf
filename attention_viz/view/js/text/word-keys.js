/**
 * Word keys: the tokens of a text by keyboard. One of them takes the focus; arrows move it, Enter pins.
 */

/** @type {Record<string, [number, number]>} columns and lines to move */
const STEPS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };

export class WordKeys {
  /** @param {Pick<import("../core/store.js").Store, "point">} store @param {HTMLElement} element around the words */
  constructor(store, element) {
    this.store = store;
    /** @type {HTMLElement[]} */ this.words = [];
    element.addEventListener("keydown", (event) => this.onKey(event));
    element.addEventListener("focusin", (event) => this.stopAt(wordOf(event)));
  }

  /** Make buttons of words, of which the tabulator key reaches one. @param {HTMLElement[]} words
   * @param {boolean[]} special which of them are not the first to be reached */
  take(words, special) {
    this.words = words;
    for (const word of words) word.setAttribute("role", "button");
    this.stopAt(words[Math.max(0, words.findIndex((_, position) => !special[position]))]);
  }

  /** @param {HTMLElement | null} stop the word that the tabulator key reaches */
  stopAt(stop) {
    if (stop === null) return;
    for (const word of this.words) word.tabIndex = word === stop ? 0 : -1;
  }

  /** @param {KeyboardEvent} event */
  onKey(event) {
    const word = wordOf(event);
    if (word === null || event.ctrlKey || event.altKey || event.metaKey) return;
    if (event.key === "Enter" || event.key === " ") this.press(word, event.shiftKey);
    else if (STEPS[event.key] !== undefined && !event.shiftKey) this.beside(word, ...STEPS[event.key])?.focus();
    else return;
    event.preventDefault();
    event.stopPropagation();
  }

  /** As a click does, without a pointer that would stay there. @param {HTMLElement} word @param {boolean} shiftKey */
  press(word, shiftKey) {
    word.dispatchEvent(new MouseEvent("click", { bubbles: true, shiftKey }));
    this.store.point(null);
  }

  /** @param {HTMLElement} word @param {number} across columns @param {number} down lines @returns {HTMLElement | undefined} */
  beside(word, across, down) {
    if (down !== 0) return nearestInLine(this.words, word, down);
    const backwards = getComputedStyle(word).direction === "rtl";
    return this.words[this.words.indexOf(word) + (backwards ? -across : across)];
  }
}

/** @param {Event} event @returns {HTMLElement | null} */
function wordOf({ target }) {
  return target instanceof HTMLElement && target.getAttribute("role") === "button" ? target : null;
}

/** In the next line above or below, the word that stands nearest. @param {HTMLElement[]} words @param {HTMLElement} from
 * @param {number} down @returns {HTMLElement | undefined} */
function nearestInLine(words, from, down) {
  const middle = (/** @type {HTMLElement} */ { offsetLeft, offsetWidth }) => offsetLeft + offsetWidth / 2;
  const beyond = words.filter((word) => (word.offsetTop - from.offsetTop) * down > from.offsetHeight / 2);
  const next = Math.min(...beyond.map((word) => (word.offsetTop - from.offsetTop) * down));
  const line = beyond.filter((word) => (word.offsetTop - from.offsetTop) * down < next + from.offsetHeight / 2);
  const distance = (/** @type {HTMLElement} */ word) => Math.abs(middle(word) - middle(from));
  return line.sort((one, other) => distance(one) - distance(other))[0];
}
