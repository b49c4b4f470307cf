/**
 * Parts: what one view is made of, and where on the page each part stands.
 *
 * @typedef {import("../core/store.js").Store} Store
 * @typedef {import("./descriptions.js").Descriptions} Descriptions
 */
import { Bar } from "./bar.js";
import { box } from "../core/element.js";
import { Grid } from "../overview/grid.js";
import { HeadsKey } from "./heads-key.js";
import { Heatmap } from "../heatmap/heatmap.js";
import { Legend } from "./legend.js";
import { Links } from "../links/links.js";
import { Lines } from "../lines/lines.js";
import { Options } from "./options.js";
import { Overview } from "../overview/overview.js";
import { pan } from "../heatmap/pan.js";
import { Pointer } from "./pointer.js";
import { Ranking } from "../links/ranking.js";
import { Sentence } from "../text/sentence.js";
import { SentenceColours } from "./sentence-colours.js";
import { TextHeatmap } from "../text/text-heatmap.js";
import { TopTable } from "./table.js";
import { Tools } from "./tools.js";
import { Tooltip } from "../core/tooltip.js";

export class Parts {
  /** @param {HTMLElement} root @param {Store} store @param {Descriptions} descriptions */
  constructor(root, store, descriptions) {
    this.links = new Links(store);
    this.ranking = new Ranking(store, this.links);
    this.overview = new Overview(store, this.links);
    this.sentence = new Sentence(store);
    this.heatmap = new Heatmap(store);
    this.grid = new Grid(store);
    this.lines = new Lines(store);
    this.textHeatmap = new TextHeatmap(store);
    this.table = new TopTable(store, descriptions);
    this.options = new Options(store);
    this.legend = new Legend();
    this.tooltip = new Tooltip();
    this.headsKey = new HeadsKey(store, descriptions);
    this.tools = new Tools();
    this.sentenceColours = new SentenceColours(store);
    /** @type {Record<string, Heatmap | Grid | Lines | Sentence | TextHeatmap>} by the name of the view */
    this.pictures = { sentence: this.sentence, head: this.heatmap, lines: this.lines, text: this.textHeatmap, layer: this.grid };
    this.bar = new Bar(store, descriptions, Object.keys(this.pictures).filter((view) => view !== "text"));
    this.note = box("note");
    this.live = box("live");
    this.live.setAttribute("aria-live", "polite");
    this.pointer = new Pointer(store, descriptions, this.tooltip, root);
    this.main = this.layOut(root);
    this.watch();
  }

  /** @returns {HTMLElement[]} what takes the keys and is named after the head */
  get regions() {
    return Object.values(this.pictures).map(({ element }) => element);
  }

  /** @param {HTMLElement} root @returns {HTMLElement} the part that holds the picture */
  layOut(root) {
    for (const element of [...this.regions, this.overview.element]) {
      element.tabIndex = 0;
      element.setAttribute("role", "application");
    }
    const words = box("words", this.live, this.note);
    const foot = box("foot", this.legend.element, words, this.tools.element);
    const main = box("main", this.bar.element, this.headsKey.element, this.sentenceColours.element, box("picture", ...this.regions), foot);
    const side = box("side", this.options.element, this.table.element);
    root.append(box("layout", this.overview.element, main, this.ranking.element, side), this.tooltip.element, this.tools.dialog);
    return main;
  }

  watch() {
    for (const { element } of [this.heatmap, this.lines, this.grid, this.overview]) pan(element);
    this.pointer.watchOverview(this.overview);
    this.pointer.watchHeatmap(this.heatmap);
    this.pointer.watchGrid(this.grid);
    this.pointer.watchLines(this.lines);
    this.pointer.watchText(this.sentence);
    this.pointer.watchText(this.textHeatmap);
    this.pointer.watchTable(this.table);
  }
}
