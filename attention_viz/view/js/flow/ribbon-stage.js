/**
 * Ribbon stage: the drawing with what is pointed at in it, by pointer or keys, and what is said of it.
 *
 * @typedef {import("./flow.js").Data} Data
 * @typedef {import("../core/theme.js").Theme} Theme
 * @typedef {import("./layout.js").Edge} Edge
 * @typedef {import("./layout.js").Ribbon} Ribbon
 * @typedef {import("./layout.js").Plan} Plan
 * @typedef {import("./reading-tables.js").Reading} Reading
 */
import { barsOf, planOf, ribbonAt, ribbonsOf, same, stepTo, xOf, yOf } from "./layout.js";
import { box, setName, setText } from "../core/element.js";
import { cutMiddle, spellOut } from "../core/token.js";
import { movingColour, RibbonDrawing } from "./ribbon-drawing.js";
import { number, say } from "../core/labels.js";
import { percent } from "../text/special-tokens.js";
import { Tooltip } from "../core/tooltip.js";

const REACH = 7;
const LEFT = 28;
const LONGEST = 14;
const LATE = 400;
const KEYS = ["ArrowUp", "ArrowDown", "ArrowLeft", "ArrowRight", "Escape"];

export class RibbonStage {
  /** @param {HTMLElement} root what the tooltip stays in @param {(token: number) => void} follow */
  constructor(root, follow) {
    this.root = root;
    this.follow = follow;
    /** @type {{data: Data, reading: Reading, theme: Theme, plan: Plan, ribbons: Ribbon[]} | null} */ this.shown = null;
    /** @type {Edge | null} */ this.pointed = null;
    /** @type {Edge | null} */ this.kept = null;
    this.about = "";
    this.late = 0;
    this.pen = /** @type {CanvasRenderingContext2D} */ (document.createElement("canvas").getContext("2d"));
    this.drawing = new RibbonDrawing();
    this.stage = box("stage");
    this.stage.append(this.drawing.element);
    this.stage.tabIndex = 0;
    this.stage.setAttribute("role", "application");
    this.told = box("told");
    this.told.setAttribute("role", "status");
    this.key = box("key");
    this.note = box("note");
    this.element = box("drawn", this.stage, this.told, this.key, this.note);
    this.tooltip = new Tooltip();
    this.stage.addEventListener("pointermove", (event) => this.onMove(event));
    this.stage.addEventListener("pointerleave", () => this.light(null));
    this.stage.addEventListener("click", (event) => this.onClick(event));
    this.stage.addEventListener("keydown", (event) => this.onKey(event));
  }

  /** What arrived is drawn next. @param {string} about which token of which text */
  begin(about) {
    if (about !== this.about) this.kept = null;
    this.about = about;
    this.pointed = null;
    clearTimeout(this.late);
    this.stage.classList.remove("late");
  }

  /** Another token is on its way. */
  wait() {
    this.late = window.setTimeout(() => this.stage.classList.add("late"), LATE);
  }

  /** @param {Data} data @param {Reading} reading @param {Theme} theme */
  draw(data, reading, theme) {
    const { labels, tokens, positions, query, layers } = data;
    const names = positions.map((position) => cutMiddle(spellOut(tokens, position), LONGEST));
    const { plan, slanted } = this.planFor(names, layers, theme);
    this.shown = { data, reading, theme, plan, ribbons: ribbonsOf(reading.edges ?? [], plan) };
    this.drawing.drawAround(barsOf(reading.through ?? [], plan), theme, plan, { names, query: positions.indexOf(query), layer: say(labels, "flow_layer"), slanted });
    setName(this.stage, say(labels, "flow_drawing", { title: reading.title, n: layers, token: spellOut(tokens, query) }));
    this.key.replaceChildren(entry(movingColour(theme), say(labels, "flow_moving")), entry(theme.secondary, say(labels, "flow_staying")));
    this.note.replaceChildren(...[say(labels, "flow_point"), reading.about, ...notesOf(data, reading)].map(line));
    this.drawRibbons();
  }

  /** @param {string[]} names @param {number} layers @param {Theme} theme @returns {{plan: Plan, slanted: boolean}} */
  planFor(names, layers, theme) {
    this.pen.font = `600 13px ${theme.font}`;
    const longest = Math.max(...names.map((name) => this.pen.measureText(name).width));
    const planned = (/** @type {number} */ bottom) => planOf(this.element.clientWidth || this.root.clientWidth, names.length, layers, { left: LEFT, bottom });
    const slanted = longest + 8 > planned(0).step;
    return { plan: planned(slanted ? longest * 0.87 + 28 : 30), slanted };
  }

  /** The ribbons, that one lit which is pointed at, or kept. */
  drawRibbons() {
    if (this.shown === null) return;
    const { reading, theme, ribbons } = this.shown;
    const kept = ribbons.find(({ edge }) => this.kept !== null && same(edge, this.kept))?.edge ?? null;
    const lit = this.pointed ?? kept;
    this.drawing.draw(ribbons, theme, lit);
    setText(this.told, lit === null ? (reading.told ?? "") : this.explain(lit));
  }

  /** @param {Edge} edge @returns {string} */
  explain([layer, query, key, share]) {
    if (this.shown === null) return "";
    const { labels, tokens, positions } = this.shown.data;
    const [reader, read] = [query, key].map((column) => spellOut(tokens, positions[column]));
    const values = { layer: layer + 1, query: reader, key: read, share: number(share, true) };
    return say(labels, query === key ? "flow_stays" : "flow_moves", values);
  }

  /** What passes through a token whose line is under the pointer. @param {number} x @param {number} y @returns {string | null} */
  explainToken(x, y) {
    if (this.shown === null) return null;
    const { data, reading, plan } = this.shown;
    const row = Math.round((yOf(plan, 0) - y) / plan.gap);
    const column = Math.floor((x - plan.left) / plan.step);
    const share = reading.through?.[row]?.[column];
    if (share === undefined || Math.abs(y - yOf(plan, row)) > 4) return null;
    if (Math.abs(x - xOf(plan, column)) > Math.max(5, (share * plan.whole) / 2 + 3)) return null;
    const values = { token: spellOut(data.tokens, data.positions[column]), layer: row, share: number(share, true) };
    return say(data.labels, row === 0 ? "flow_comes" : "flow_through", values);
  }

  /** @param {MouseEvent} event @returns {{x: number, y: number}} in the drawing */
  at(event) {
    const { left, top } = this.drawing.element.getBoundingClientRect();
    return { x: event.clientX - left, y: event.clientY - top };
  }

  /** @param {PointerEvent} event */
  onMove(event) {
    const { x, y } = this.at(event);
    const through = this.explainToken(x, y);
    const ribbon = through === null ? ribbonAt(this.shown?.ribbons ?? [], x, y, REACH) : null;
    this.light(ribbon?.edge ?? null);
    const said = through ?? (ribbon === null ? "" : this.explain(ribbon.edge));
    if (said !== "") this.tooltip.show(event, this.root, said, "");
  }

  /** @param {Edge | null} edge */
  light(edge) {
    this.tooltip.hide();
    if (edge === this.pointed) return;
    this.pointed = edge;
    this.drawRibbons();
  }

  /** A ribbon is kept in sight; a token below is followed. @param {MouseEvent} event */
  onClick(event) {
    if (this.shown === null) return;
    const { data, plan, ribbons } = this.shown;
    const { x, y } = this.at(event);
    const token = data.positions[Math.floor((x - plan.left) / plan.step)];
    if (y > yOf(plan, 0) + 6 && token !== undefined) return this.follow(token);
    this.kept = ribbonAt(ribbons, x, y, REACH)?.edge ?? null;
    this.drawRibbons();
  }

  /** @param {KeyboardEvent} event */
  onKey(event) {
    if (event.ctrlKey || event.altKey || event.metaKey || !KEYS.includes(event.key)) return;
    event.preventDefault();
    const edges = this.shown?.ribbons.map(({ edge }) => edge) ?? [];
    this.kept = event.key === "Escape" ? null : stepTo(edges, this.kept, event.key);
    this.drawRibbons();
  }

  close() {
    clearTimeout(this.late);
  }
}

/** What of a reading is not drawn. @param {Data} data @param {Reading} reading @returns {string[]} */
function notesOf({ labels, tokens, positions }, { edges, least, drawn }) {
  const total = tokens.labels.length;
  const cut = positions.length < total ? [say(labels, "flow_cut", { total, n: positions.length })] : [];
  const thin = edges?.length ? [say(labels, "flow_least", { least: number(least ?? 0, true), share: percent(drawn ?? 0) })] : [];
  return [...cut, ...thin];
}

/** @param {string} sentence @returns {HTMLElement} */
function line(sentence) {
  const element = box("line");
  element.textContent = sentence;
  return element;
}

/** @param {string} colour @param {string} meaning @returns {HTMLElement} of the key to the colours */
function entry(colour, meaning) {
  const [swatch, element] = [document.createElement("i"), document.createElement("span")];
  swatch.style.background = colour;
  element.append(swatch, meaning);
  return element;
}
