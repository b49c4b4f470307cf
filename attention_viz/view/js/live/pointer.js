/**
 * Pointer: pointing previews, clicking chooses or pins; the same for a mouse, a pen and a finger.
 *
 * @typedef {import("../core/store.js").Store} Store
 * @typedef {import("../core/store.js").Pointed} Pointed
 * @typedef {import("./descriptions.js").Descriptions} Descriptions
 * @typedef {import("../core/tooltip.js").Tooltip} Tooltip
 * @typedef {(event: MouseEvent) => Pointed | null} Find
 */

export class Pointer {
  /** @param {Store} store @param {Descriptions} descriptions @param {Tooltip} tooltip @param {HTMLElement} root */
  constructor(store, descriptions, tooltip, root) {
    this.store = store;
    this.descriptions = descriptions;
    this.tooltip = tooltip;
    this.root = root;
  }

  /** @param {HTMLElement} element @param {Find} find @param {(pointed: Pointed, event: MouseEvent) => void} click */
  watch(element, find, click) {
    element.addEventListener("pointermove", (event) => this.onPoint(event, find(event)));
    element.addEventListener("pointerleave", () => this.onPoint(null, null));
    element.addEventListener("click", (event) => {
      const pointed = find(event);
      if (pointed === null) return;
      click(pointed, event);
      this.onPoint(event, pointed);
    });
  }

  /** @param {MouseEvent | null} event @param {Pointed | null} pointed */
  onPoint(event, pointed) {
    this.store.point(pointed);
    const words = pointed && this.descriptions.explain(pointed);
    if (event === null || words === null) this.tooltip.hide();
    else this.tooltip.show(event, this.root, ...words);
  }

  /** The chosen head, and tokens of it. @param {{query: number | null, key: number | null} | null} tokens @returns {Pointed | null} */
  here(tokens) {
    const { layer, head } = this.store.look;
    return tokens && { layer, head, ...tokens };
  }

  /** @param {import("../overview/overview.js").Overview} overview */
  watchOverview(overview) {
    /** @type {Find} */
    const find = (event) => {
      const at = overview.headAt(overview.surface.at(event));
      return at && { ...at, query: null, key: null };
    };
    this.watch(overview.element, find, ({ layer, head }, event) => {
      if (held(event)) this.store.keepHead(layer, head);
      else this.store.choose({ layer, head });
    });
  }

  /** @param {import("../heatmap/heatmap.js").Heatmap} heatmap */
  watchHeatmap(heatmap) {
    this.watch(heatmap.element, (event) => this.here(heatmap.tokensAt(heatmap.surface.at(event))), (pointed, event) => {
      this.pinCell(pointed, event);
    });
  }

  /** @param {import("../overview/grid.js").Grid} grid */
  watchGrid(grid) {
    /** @type {Find} */
    const find = (event) => {
      const at = grid.tokensAt(grid.surface.at(event));
      return at && { layer: this.store.look.layer, ...at };
    };
    this.watch(grid.element, find, ({ head }) => this.store.choose({ head }));
    grid.element.addEventListener("dblclick", () => this.store.choose({ view: "head" }));
  }

  /** @param {import("../lines/lines.js").Lines} lines */
  watchLines(lines) {
    this.watch(lines.element, (event) => this.here(lines.tokensAt(lines.surface.at(event))), (pointed, event) => {
      this.pinCell(pointed, event);
    });
  }

  /** With a token pinned, pointing at others tells what it reads there; else it shows what the pointed one reads.
   * @param {import("../text/text-heatmap.js").TextHeatmap | import("../text/sentence.js").Sentence} text */
  watchText(text) {
    /** @type {Find} */
    const find = (event) => {
      const at = text.tokenAt(event);
      const [reader] = this.store.look.queries;
      if (at === null) return null;
      if (at.side === "query" || (at.side === "both" && reader === undefined)) return this.here({ query: at.token, key: null });
      return this.here({ query: reader ?? null, key: at.token });
    };
    this.watch(text.element, find, (_, event) => {
      const at = text.tokenAt(event);
      if (at !== null) this.pinToken(at, event);
    });
  }

  /** @param {import("./table.js").TopTable} table */
  watchTable(table) {
    table.element.addEventListener("pointermove", (event) => {
      const key = table.keyAt(event);
      this.store.point(key === null ? null : this.here({ query: null, key }));
    });
    table.element.addEventListener("pointerleave", () => this.store.point(null));
    table.element.addEventListener("click", (event) => this.link(table.keyAt(event), held(event)));
  }

  /** The first token that is pinned is the one that reads, the second the one that is read: a link. Either again is let go; with
   * Shift one more reads. @param {import("../text/words.js").TokenOnSide} at @param {MouseEvent} event */
  pinToken({ side, token }, event) {
    const { queries } = this.store.look;
    const free = queries.length === 0 || queries.includes(token) || event.shiftKey;
    if (side === "query" || (side === "both" && free)) this.pin(token, several(event));
    else this.link(token, held(event));
  }

  /** With a query pinned, a token that is read is pinned too, which makes a link; a cell of another row moves both ends.
   * @param {Pointed} pointed @param {MouseEvent} event */
  pinCell({ query, key }, event) {
    const { queries, keys } = this.store.look;
    const own = query === null || queries.includes(query);
    if (key === null || queries.length === 0) this.pin(query, several(event));
    else if (own) this.link(key, held(event));
    else if (several(event)) this.pin(query, true);
    else this.store.choose({ queries: [query], keys: keys.length > 0 ? [key] : [] });
  }

  /** Pin a key beside a pinned query, or let it go. @param {number | null} key @param {boolean} several beside those already pinned */
  link(key, several) {
    const { queries, keys } = this.store.look;
    if (key === null || queries.length === 0) return;
    const others = keys.filter((each) => each !== key);
    const again = others.length < keys.length;
    if (several) this.store.choose({ keys: again ? others : [...keys, key] });
    else this.store.choose({ keys: again && others.length === 0 ? [] : [key] });
  }

  /** Pin a query, or let it go, and with the last one the keys. @param {number | null} query @param {boolean} several beside those already pinned */
  pin(query, several) {
    if (query === null) return;
    const { queries } = this.store.look;
    const others = queries.filter((each) => each !== query);
    const again = others.length < queries.length;
    const left = several ? (again ? others : [...queries, query]) : again && others.length === 0 ? [] : [query];
    this.store.choose({ queries: left, keys: left.length > 0 ? this.store.look.keys : [] });
  }
}

/** Whether a token adds to those that are pinned; a finger, which has no keys to hold, always adds. @param {MouseEvent} event @returns {boolean} */
function several(event) {
  return held(event) || (event instanceof PointerEvent && event.pointerType === "touch");
}

/** @param {MouseEvent} event @returns {boolean} whether a key is held that adds to what is chosen */
function held(event) {
  return event.shiftKey || event.ctrlKey || event.metaKey;
}
