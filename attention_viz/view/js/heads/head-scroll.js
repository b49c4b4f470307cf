/**
 * Head scroll: the box in which the rows of the heads scroll. It opens at the chosen row, and says how many rows are out of sight.
 *
 * @typedef {{top: number, bottom: number}} Extent from the top of all rows, in pixels
 */
import { box, setText } from "../core/element.js";
import { say } from "../core/labels.js";

export class HeadScroll {
  /** @param {HTMLTableElement} table */
  constructor(table) {
    this.region = box("scroll", table);
    this.region.tabIndex = 0;
    this.region.setAttribute("role", "region");
    this.edges = box("edges", this.region);
    this.above = box("more");
    this.below = box("more");
    this.element = box("rows", this.above, this.edges, this.below);
    /** @type {Record<string, string>} */ this.words = {};
    this.region.addEventListener("scroll", () => this.count());
    new ResizeObserver(() => this.count()).observe(this.region);
  }

  /** @param {Record<string, string>} words */
  name(words) {
    this.words = words;
    this.region.setAttribute("aria-label", words.table);
  }

  toTop() {
    this.region.scrollTop = 0;
    this.count();
  }

  /** Begin with a row, below the one before it. Only the box scrolls, not the page. @param {HTMLElement} row */
  openAt(row) {
    this.region.scrollTop = row.offsetTop - this.headHeight() - row.offsetHeight;
    this.count();
  }

  /** Scroll as little as brings a row into sight. @param {HTMLElement} row */
  reveal(row) {
    const { region } = this;
    const top = row.offsetTop - this.headHeight();
    const bottom = row.offsetTop + row.offsetHeight - region.clientHeight;
    if (region.scrollTop > top) region.scrollTop = top;
    else if (region.scrollTop < bottom) region.scrollTop = bottom;
    this.count();
  }

  count() {
    const { region } = this;
    const head = this.headHeight();
    const rows = [.../** @type {NodeListOf<HTMLElement>} */ (region.querySelectorAll("tbody tr"))];
    const extents = rows.map((row) => ({ top: row.offsetTop, bottom: row.offsetTop + row.offsetHeight }));
    const { above, below } = outOfSight(extents, region.scrollTop + head, region.scrollTop + region.clientHeight);
    this.edges.style.setProperty("--head", `${head}px`);
    this.tell(this.above, "more_above", above);
    this.tell(this.below, "more_below", below);
    this.edges.classList.toggle("above", above > 0);
    this.edges.classList.toggle("below", below > 0);
  }

  /** @param {HTMLElement} place @param {string} word @param {number} n */
  tell(place, word, n) {
    setText(place, n === 0 ? "" : say(this.words, word, { n }));
  }

  /** Of the titles, which stay in sight. */
  headHeight() {
    return /** @type {HTMLElement} */ (this.region.querySelector("thead")).offsetHeight;
  }
}

/** How many rows are out of sight, of which more than half is not seen. @param {Extent[]} rows @param {number} from @param {number} to what is in sight
 * @returns {{above: number, below: number}} */
export function outOfSight(rows, from, to) {
  const middles = rows.map(({ top, bottom }) => (top + bottom) / 2);
  return { above: middles.filter((middle) => middle < from).length, below: middles.filter((middle) => middle > to).length };
}
