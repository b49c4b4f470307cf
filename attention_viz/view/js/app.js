/**
 * App: one view, kept drawn.
 *
 * @typedef {import("./wording.js").Labels} Labels
 * @typedef {import("./palette.js").Palette} Palette
 * @typedef {{labels: Labels, palettes: Record<"light" | "dark", Palette>}} Outfit
 */
import { setHidden, setName, setText } from "./element.js";
import { layerHeads } from "./grid.js";
import { press } from "./keys.js";
import { lettersOf, listen } from "./mailbox.js";
import { Narrator } from "./narrator.js";
import { Parts } from "./parts.js";
import { Store } from "./store.js";
import { readTheme, wearTheme } from "./theme.js";
import { peakOf } from "./tiles.js";
import { number, say } from "./wording.js";

export class App {
  /** @param {HTMLElement} root an empty element @param {string} view @param {Outfit} outfit */
  constructor(root, view, outfit) {
    this.root = root;
    this.outfit = outfit;
    this.theme = readTheme(root, outfit.palettes, 1);
    this.store = new Store();
    this.narrator = new Narrator(this.store, outfit.labels);
    this.parts = new Parts(root, this.store, this.narrator);
    this.frame = 0;
    this.sized = new ResizeObserver(() => this.schedule());
    for (const element of [root, this.parts.main, this.parts.overview.element]) this.sized.observe(element);
    root.addEventListener("keydown", (event) => this.onKey(event));
    root.addEventListener("scroll", () => this.schedule(), true);
    this.leave = [this.store.watch(() => this.schedule()), listen(view, () => this.store.read(lettersOf(view)))];
    this.store.read(lettersOf(view));
  }

  /** @param {KeyboardEvent} event */
  onKey(event) {
    const target = /** @type {Element} */ (event.composedPath()[0]);
    if (event.ctrlKey || event.altKey || event.metaKey || target.matches("button, input, select, summary")) return;
    if (!press(this, event.key)) return;
    event.preventDefault();
    event.stopPropagation();
  }

  /** @param {Outfit} outfit */
  wear(outfit) {
    this.outfit = outfit;
    this.narrator.labels = outfit.labels;
    this.theme = readTheme(this.root, outfit.palettes, this.theme.zoom);
    wearTheme(this.root, this.theme);
    this.schedule();
  }

  schedule() {
    this.frame ||= requestAnimationFrame(() => {
      this.frame = 0;
      this.draw();
    });
  }

  draw() {
    const { store, theme, parts } = this;
    const { labels } = this.outfit;
    this.root.classList.toggle("waiting", !store.ready);
    this.root.classList.toggle("stale", store.stale);
    if (!store.ready) return;
    for (const [name, { element }] of Object.entries(parts.pictures)) setHidden(element, name !== store.look.view);
    // What measures the page comes before what writes on it, so that it is laid out once.
    this.picture().draw(theme, labels);
    parts.overview.draw(theme, labels);
    parts.bar.draw();
    parts.table.draw();
    parts.options.draw(labels);
    parts.legend.draw(this.peak(), store.look.scale, theme, labels);
    this.describe();
  }

  /** The picture that was chosen. */
  picture() {
    return this.parts.pictures[this.store.look.view] ?? this.parts.heatmap;
  }

  /** All of the matrix in sight, or readable again. */
  fit() {
    const { heatmap } = this.parts;
    heatmap.zoom = heatmap.zoom === "fit" ? null : "fit";
    this.schedule();
  }

  /** @returns {number} the weight that has the last colour of the picture */
  peak() {
    const { look, sheet } = this.store;
    if (look.scale === "unit") return 1;
    if (look.view !== "layer") return this.store.shown()?.peak() ?? 1;
    return peakOf(this.store, layerHeads(look.layer, sheet?.heads[look.layer] ?? 0));
  }

  /** What a screen reader says, and what must be known about the picture. */
  describe() {
    const { store, narrator, parts } = this;
    const name = narrator.name(store.look);
    for (const region of parts.regions) setName(region, name);
    setName(parts.overview.element, say(narrator.labels, "overview", { name }));
    setText(parts.note, `${narrator.note()} ${this.leastDrawn()}`.trim());
    if (store.pointed === null) setText(parts.live, narrator.strongest());
  }

  /** @returns {string} which lines are left out */
  leastDrawn() {
    const { least } = this.parts.lines;
    if (this.store.look.view !== "lines" || least <= 0) return "";
    return say(this.outfit.labels, "lines_least", { weight: number(least, true) });
  }

  /** The end: nothing of this view stays behind. */
  close() {
    cancelAnimationFrame(this.frame);
    this.sized.disconnect();
    for (const leave of this.leave) leave();
    this.root.replaceChildren();
  }
}
