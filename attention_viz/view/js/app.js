/**
 * App: the parts of one view on the page, and how the pointer and the keys reach them.
 *
 * @typedef {import("./wording.js").Labels} Labels
 * @typedef {import("./palette.js").Palette} Palette
 * @typedef {import("./store.js").Look} Look
 * @typedef {import("./matrix.js").Matrix} Matrix
 * @typedef {{labels: Labels, palettes: Record<"light" | "dark", Palette>}} Outfit
 */
import { Grid } from "./grid.js";
import { Heatmap } from "./heatmap.js";
import { press } from "./keys.js";
import { Legend } from "./legend.js";
import { lettersOf, listen } from "./mailbox.js";
import { Overview } from "./overview.js";
import { Store } from "./store.js";
import { TopTable } from "./table.js";
import { readTheme } from "./theme.js";
import { spellSpan } from "./token.js";
import { Tooltip } from "./tooltip.js";
import { number, say } from "./wording.js";

const PICTURES = ["head", "layer"];

export class App {
  /** @param {HTMLElement} root an empty element @param {string} view @param {Outfit} outfit */
  constructor(root, view, outfit) {
    this.root = root;
    this.outfit = outfit;
    this.store = new Store();
    this.overview = new Overview(this.store);
    this.heatmap = new Heatmap(this.store);
    this.grid = new Grid(this.store);
    this.table = new TopTable(this.store);
    this.legend = new Legend();
    this.tooltip = new Tooltip();
    this.title = box("title");
    this.tabs = box("tabs");
    this.buttons = PICTURES.map((name) => this.button(name));
    this.picture = box("picture", this.heatmap.element, this.grid.element);
    this.note = box("note");
    this.live = box("live");
    this.build();
    this.handlePointer();
    this.root.addEventListener("keydown", (event) => this.onKey(event));
    this.theme = readTheme(root, outfit.palettes);
    this.frame = 0;
    this.sized = new ResizeObserver(() => this.schedule());
    for (const element of [this.root, this.overview.element, this.picture]) this.sized.observe(element);
    this.leave = [this.store.watch(() => this.schedule()), listen(view, () => this.store.read(lettersOf(view)))];
    this.store.read(lettersOf(view));
  }

  build() {
    this.tabs.setAttribute("role", "group");
    this.tabs.append(...this.buttons);
    this.live.setAttribute("aria-live", "polite");
    for (const element of [this.picture, this.overview.element]) {
      element.tabIndex = 0;
      element.setAttribute("role", "application");
    }
    const main = box("main", box("bar", this.title, this.tabs), this.picture, this.legend.element, this.note);
    const aside = box("aside", this.overview.element, this.table.element);
    this.root.append(box("layout", aside, main), this.tooltip.element, this.live);
  }

  /** @param {string} name of a picture @returns {HTMLButtonElement} */
  button(name) {
    const button = document.createElement("button");
    button.type = "button";
    button.addEventListener("click", () => this.store.choose({ view: name }));
    return button;
  }

  handlePointer() {
    const { overview, heatmap, grid, store } = this;
    this.listenTo(overview.element, (event) => {
      const at = overview.headAt(overview.surface.at(event));
      return at && { ...at, row: null, column: null };
    }, ({ layer, head }) => store.choose({ layer, head }));
    this.listenTo(heatmap.element, (event) => {
      const at = heatmap.cellAt(heatmap.surface.at(event));
      return at && { layer: store.look.layer, head: store.look.head, ...at };
    }, ({ row }) => this.pin(row));
    this.listenTo(grid.element, (event) => {
      const at = grid.cellAt(grid.surface.at(event));
      return at && { layer: store.look.layer, ...at };
    }, ({ head }) => store.choose({ head }));
    grid.element.addEventListener("dblclick", () => store.choose({ view: "head" }));
  }

  /** @param {HTMLElement} element @param {(event: MouseEvent) => import("./store.js").Pointed | null} find
   * @param {(pointed: import("./store.js").Pointed) => void} click */
  listenTo(element, find, click) {
    element.addEventListener("pointermove", (event) => this.onPoint(event, find(event)));
    element.addEventListener("pointerleave", () => this.onPoint(null, null));
    element.addEventListener("scroll", () => this.schedule());
    element.addEventListener("click", (event) => {
      const at = find(event);
      if (at !== null) click(at);
    });
  }

  /** @param {MouseEvent | null} event @param {import("./store.js").Pointed | null} pointed */
  onPoint(event, pointed) {
    this.store.point(pointed);
    if (event === null || pointed === null) this.tooltip.hide();
    else this.explain(event, pointed);
  }

  /** @param {MouseEvent} event @param {import("./store.js").Pointed} pointed */
  explain(event, { layer, head, row, column }) {
    const { labels } = this.outfit;
    const matrix = this.store.matrix(layer, head);
    const sheet = this.store.sheet;
    const where = say(labels, "layer_head", { layer: layer + 1, head: head + 1 });
    if (matrix === undefined || sheet === null) return;
    if (row === null && column === null) this.tooltip.show(event, this.root, where, "");
    else if (row === null || column === null) this.tooltip.hide();
    else this.tooltip.show(event, this.root, this.link(matrix, row, column), this.detail(matrix, row, column, where));
  }

  /** "it → animal 0.3127" @param {Matrix} matrix @param {number} row @param {number} column @returns {string} */
  link(matrix, row, column) {
    const { queries, keys } = /** @type {import("./frame.js").TokenSheet} */ (this.store.sheet);
    return say(this.outfit.labels, "link", {
      query: spellSpan(queries, matrix.queriesOf(row)),
      key: spellSpan(keys, matrix.keysOf(column)),
      weight: number(matrix.weight(row, column), matrix.exact),
    });
  }

  /** @param {Matrix} matrix @param {number} row @param {number} column @param {string} where @returns {string} */
  detail(matrix, row, column, where) {
    const { labels } = this.outfit;
    const positions = say(labels, "positions", { query: matrix.queriesOf(row)[0] + 1, key: matrix.keysOf(column)[0] + 1 });
    const doubt = matrix.exact ? "" : ` · ${say(labels, matrix.pool === "exact" ? "rounded" : `pooled_${matrix.pool}`)}`;
    return `${where} · ${positions}${doubt}`;
  }

  /** @param {number | null} row of the picture; the pinned one is let go */
  pin(row) {
    const matrix = this.store.shown();
    if (matrix === undefined || row === null) return;
    const query = row === this.store.pinnedRow(matrix) ? null : matrix.queriesOf(row)[0];
    this.store.choose({ query });
  }

  /** @param {KeyboardEvent} event */
  onKey(event) {
    const free = event.ctrlKey || event.altKey || event.metaKey;
    if (free || event.target instanceof HTMLButtonElement) return;
    if (!press(this.store, event.key)) return;
    event.preventDefault();
    event.stopPropagation();
  }

  /** @param {Outfit} outfit */
  wear(outfit) {
    this.outfit = outfit;
    this.theme = readTheme(this.root, outfit.palettes);
    this.schedule();
  }

  schedule() {
    this.frame ||= requestAnimationFrame(() => {
      this.frame = 0;
      this.draw();
    });
  }

  draw() {
    const { store, outfit, theme } = this;
    this.root.classList.toggle("waiting", !store.ready);
    this.root.classList.toggle("stale", store.stale);
    if (!store.ready) return;
    this.describe();
    const [shown, hidden] = store.look.view === "layer" ? [this.grid, this.heatmap] : [this.heatmap, this.grid];
    shown.element.hidden = false;
    hidden.element.hidden = true;
    shown.draw(theme, outfit.labels);
    this.overview.draw(theme, outfit.labels);
    this.table.draw(outfit.labels);
    this.legend.draw(this.peak(), store.settings.scale, theme, outfit.labels);
  }

  /** @returns {number} the weight that has the last colour of the picture */
  peak() {
    const { store } = this;
    if (store.settings.scale === "unit") return 1;
    if (store.look.view === "head") return store.shown()?.peak() ?? 1;
    const heads = Array.from({ length: store.sheet?.heads[store.look.layer] ?? 0 }, (_, head) => head);
    return Math.max(...heads.map((head) => store.matrix(store.look.layer, head)?.peak() ?? 0));
  }

  /** Titles, names for a screen reader, and the strongest link in words. */
  describe() {
    const { store } = this;
    const { labels } = this.outfit;
    const { layer, head } = store.place;
    const name = say(labels, "layer_head", { layer: layer + 1, head: head + 1 });
    setText(this.title, store.look.view === "layer" ? say(labels, "layer_title", { layer: layer + 1 }) : name);
    this.picture.setAttribute("aria-label", name);
    this.overview.element.setAttribute("aria-label", say(labels, "overview", { name }));
    this.tabs.setAttribute("aria-label", say(labels, "pictures"));
    this.buttons.forEach((button, i) => {
      setText(button, say(labels, `view_${PICTURES[i]}`));
      button.setAttribute("aria-pressed", String(store.look.view === PICTURES[i]));
    });
    const matrix = store.current();
    if (matrix === undefined) return;
    const { row, column } = matrix.strongest(store.pinnedRow(matrix));
    setText(this.live, `${say(labels, "layer_head", { layer: store.look.layer + 1, head: store.look.head + 1 })}. ${say(labels, "strongest", { link: this.link(matrix, row, column) })}`);
    setText(this.note, matrix.pool === "exact" ? "" : say(labels, `note_${matrix.pool}`, { rows: matrix.rows, tokens: store.sheet?.queries.texts.length ?? 0 }));
  }

  /** The end: nothing of this view stays behind. */
  close() {
    cancelAnimationFrame(this.frame);
    this.sized.disconnect();
    for (const leave of this.leave) leave();
    this.root.replaceChildren();
  }
}

/** @param {string} name @param {...HTMLElement} children @returns {HTMLDivElement} */
function box(name, ...children) {
  const element = document.createElement("div");
  element.className = name;
  element.append(...children);
  return element;
}

/** Only when it differs, so that a screen reader does not say it again. @param {HTMLElement} element @param {string} text */
function setText(element, text) {
  if (element.textContent !== text) element.textContent = text;
}
