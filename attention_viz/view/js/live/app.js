/**
 * App: one view, redrawn whenever something changes.
 *
 * @typedef {import("../core/labels.js").Labels} Labels
 * @typedef {import("../core/palette.js").Palette} Palette
 * @typedef {import("../core/theme.js").Theme} Theme
 * @typedef {{labels: Labels, palettes: Record<"light" | "dark", Palette>}} Appearance
 */
import { setHidden, setName, setText } from "../core/element.js";
import { Grid, layerHeads } from "../overview/grid.js";
import { press } from "./keys.js";
import { messagesOf, listen } from "../core/messages.js";
import { Descriptions } from "./descriptions.js";
import { Parts } from "./parts.js";
import { aboutArcs, told } from "./sentence-in-words.js";
import { Fullscreen, FULLSCREEN_ZOOM } from "./fullscreen.js";
import { Store } from "../core/store.js";
import { onNextFrame } from "../core/surface.js";
import { readTheme, applyTheme } from "../core/theme.js";
import { peakOf } from "../overview/tiles.js";
import { number, paragraph, say } from "../core/labels.js";

export class App {
  /** @param {HTMLElement} root an empty element @param {string} view @param {Appearance} appearance */
  constructor(root, view, appearance) {
    this.root = root;
    this.appearance = appearance;
    this.store = new Store();
    this.descriptions = new Descriptions(this.store, appearance.labels);
    this.parts = new Parts(root, this.store, this.descriptions);
    /** @type {{appearance: Appearance, palette: string, on: boolean, theme: Theme} | null} */ this.themeRead = null;
    /** @type {(() => void) | null} what takes a drawing back that is under way */ this.takeBack = null;
    /** @type {unknown[]} what the sentence in words was said of last */ this.toldOf = [];
    this.sized = new ResizeObserver(() => this.schedule());
    for (const element of [root, this.parts.main, this.parts.overview.element]) this.sized.observe(element);
    this.fullscreen = new Fullscreen(root, () => this.schedule());
    this.connectTools();
    root.addEventListener("keydown", (event) => this.onKey(event));
    root.addEventListener("scroll", () => this.schedule(), true);
    this.leave = [this.store.watch(() => this.schedule()), listen(view, () => this.store.read(messagesOf(view)))];
    this.store.read(messagesOf(view));
  }

  connectTools() {
    const { tools, heatmap } = this.parts;
    tools.connect({
      smaller: () => this.zoomBy(-1),
      larger: () => this.zoomBy(1),
      fit: () => this.fit(),
      free: () => this.store.choose({ queries: [], keys: [], kept: [] }),
      present: () => this.fullscreen.toggle(),
      keys: () => tools.toggleKeys(),
    });
    heatmap.element.addEventListener("wheel", (event) => this.onWheel(event), { passive: false });
  }

  /** With Ctrl, as two fingers on a touchpad send it, the wheel zooms. @param {WheelEvent} event */
  onWheel(event) {
    if (!event.ctrlKey) return;
    event.preventDefault();
    this.zoomBy(event.deltaY < 0 ? 1 : -1);
  }

  /** @param {KeyboardEvent} event */
  onKey(event) {
    const target = /** @type {Element} */ (event.composedPath()[0]);
    if (event.ctrlKey || event.altKey || event.metaKey || target.matches("input, select, summary")) return;
    if (target.matches("button") && event.key !== "Escape") return;
    if (!press(this, event)) return;
    event.preventDefault();
    event.stopPropagation();
  }

  /** @param {Appearance} appearance */
  setAppearance(appearance) {
    this.appearance = appearance;
    this.themeRead = null;
    this.descriptions.labels = appearance.labels;
    this.schedule();
  }

  /** The theme of the page; read again where the appearance, the palette or the size was changed. */
  theme() {
    const { palette } = this.store.look;
    const { themeRead, appearance, fullscreen } = this;
    if (themeRead?.appearance === appearance && themeRead.palette === palette && themeRead.on === fullscreen.on) return themeRead.theme;
    const theme = readTheme(this.root, appearance.palettes, fullscreen.on ? FULLSCREEN_ZOOM : 1, palette);
    applyTheme(this.root, theme);
    this.themeRead = { appearance, palette, on: fullscreen.on, theme };
    return theme;
  }

  schedule() {
    this.takeBack ??= onNextFrame(() => {
      this.takeBack = null;
      this.draw();
    });
  }

  draw() {
    const { store, parts } = this;
    const theme = this.theme();
    const { labels } = this.appearance;
    this.root.classList.toggle("waiting", !store.ready);
    this.root.classList.toggle("stale", store.stale);
    if (!store.ready) return;
    this.fadeUnfiltered();
    parts.main.classList.toggle("in-words", store.look.view === "sentence");
    for (const [name, { element }] of Object.entries(parts.pictures)) setHidden(element, name !== store.look.view);
    // What measures the page is called before what changes it, so that the browser lays it out once.
    parts.overview.draw(theme, labels);
    this.picture().draw(theme, labels);
    parts.bar.draw();
    parts.headsKey.draw(theme);
    parts.sentenceColours.draw(labels);
    parts.tools.draw(labels, store.look, this.fullscreen.on);
    parts.ranking.draw(labels);
    parts.table.draw();
    parts.options.draw(labels);
    setHidden(parts.legend.element, store.look.view === "lines" || this.hasArcs());
    parts.legend.draw(this.colourRange(), theme, labels);
    this.describe();
  }

  /** Fade what is not filtered yet, until it arrives. */
  fadeUnfiltered() {
    const { store, parts } = this;
    const late = (/** @type {import("../core/matrix.js").Matrix | undefined} */ matrix) => !store.alone && matrix?.unfiltered === true;
    parts.overview.element.classList.toggle("late", late(store.group()));
    for (const { element } of [...Object.values(parts.pictures), parts.table]) element.classList.toggle("late", late(store.pictured()));
  }

  /** The picture that was chosen. */
  picture() {
    return this.parts.pictures[this.store.look.view] ?? this.parts.heatmap;
  }

  /** @param {number} direction 1 = larger, -1 = smaller */
  zoomBy(direction) {
    this.parts.heatmap.zoomBy(direction, () => this.draw());
  }

  /** Pin the query before or after the pinned one; at the first press, the one with the highest weight.
   * @param {number} step @param {boolean} more beside those already pinned */
  pinNext(step, more) {
    const { store } = this;
    const matrix = store.shown();
    if (matrix === undefined) return;
    const pinned = store.pinnedRows(matrix).at(-1);
    const next = pinned === undefined ? matrix.strongest(null).row : pinned + step;
    const row = Math.min(Math.max(next, 0), matrix.rows - 1);
    const [query] = matrix.queries[row];
    store.choose({ queries: more ? [...new Set([...store.look.queries, query])] : [query] });
    const picture = this.picture();
    if (!(picture instanceof Grid)) picture.reveal(query, matrix.keys[matrix.strongest(row).column]?.[0] ?? 0);
  }

  /** Pin the key before or after the pinned one; at the first press, the one that the pinned query reads most.
   * @param {number} step */
  linkNext(step) {
    const { store } = this;
    if (store.look.queries.length === 0) this.pinNext(0, false);
    const matrix = store.shown();
    const row = matrix && store.pinnedRows(matrix).at(-1);
    if (matrix === undefined || row === undefined || matrix.columns === 0) return;
    const key = store.look.keys.at(-1);
    const next = key === undefined ? matrix.strongest(row).column : matrix.columnOf(key) + step;
    const [pinned] = matrix.keys[Math.min(Math.max(next, 0), matrix.columns - 1)];
    store.choose({ keys: [pinned] });
    const picture = this.picture();
    if (!(picture instanceof Grid)) picture.reveal(matrix.queries[row][0], pinned);
  }

  /** Unpin: first the keys, then the queries, then the heads; then leave full screen. */
  unpin() {
    const { queries, keys, kept } = this.store.look;
    if (keys.length > 0) this.store.choose({ keys: [] });
    else if (queries.length > 0) this.store.choose({ queries: [] });
    else if (kept.length > 0) this.store.choose({ kept: [] });
    else if (this.fullscreen.on) this.fullscreen.toggle();
  }

  /** All of the matrix in sight, or readable again. */
  fit() {
    const { heatmap } = this.parts;
    heatmap.zoom = heatmap.zoom === "fit" ? null : "fit";
    this.schedule();
  }

  /** @returns {import("../core/palette.js").ColourRange} which weights the colours of the picture stand for */
  colourRange() {
    const { look, dimensions } = this.store;
    const { scale } = look;
    if (look.view === "text") return this.parts.textHeatmap.colourRange;
    if (look.view === "sentence") return this.parts.sentence.colourRange;
    if (scale === "unit") return { scale, peak: 1 };
    if (look.view !== "layer") return { scale, peak: this.store.shown()?.peak() ?? 1 };
    return { scale, peak: peakOf(this.store, layerHeads(look.layer, dimensions?.heads[look.layer] ?? 0)) };
  }

  /** @returns {boolean} whether a sentence is drawn with arcs, not in colours */
  hasArcs() {
    return this.store.look.view === "sentence" && !this.parts.sentence.coloured;
  }

  /** What a screen reader says, and what must be known about the picture. */
  describe() {
    const { store, descriptions, parts } = this;
    const name = descriptions.name(store.look);
    for (const region of parts.regions) setName(region, name);
    setName(parts.overview.element, say(descriptions.labels, "overview", { name }));
    setText(parts.note, paragraph([descriptions.note(), this.aboutLines()]));
    this.tell();
  }

  /** Say in words what is chosen: at each choice, and not of what is merely pointed at. */
  tell() {
    const { store, descriptions, appearance } = this;
    const chosen = [store.text, store.look, appearance];
    if (store.pointed !== null && chosen.every((each, i) => each === this.toldOf[i])) return;
    this.toldOf = chosen;
    setText(this.parts.live, store.look.view === "sentence" ? told(descriptions) : descriptions.strongest());
  }

  /** @returns {string} which lines are left out, whether all are thin, or that there is none */
  aboutLines() {
    if (this.store.look.view === "sentence") return aboutArcs(this.parts.sentence, this.appearance.labels);
    if (this.store.look.view !== "lines") return "";
    const { least, crowded, empty } = this.parts.lines;
    const { labels } = this.appearance;
    if (empty) return say(labels, "lines_none");
    const leftOut = least > 0 ? say(labels, "lines_least", { weight: number(least, true) }) : "";
    return crowded ? `${leftOut} ${say(labels, "lines_thin")}`.trim() : leftOut;
  }

  /** Remove the view from the page, with all its listeners. */
  close() {
    this.takeBack?.();
    this.sized.disconnect();
    this.fullscreen.close();
    for (const leave of this.leave) leave();
    this.root.replaceChildren();
  }
}
