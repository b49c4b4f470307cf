/**
 * Flow: what passes from the tokens of a text up through the layers to one of them, as ribbons; four readings of one drawing.
 *
 * @typedef {import("../core/mounted.js").Call} Call
 * @typedef {import("../core/theme.js").Theme} Theme
 * @typedef {import("./layout.js").Edge} Edge
 * @typedef {import("./layout.js").Ribbon} Ribbon
 * @typedef {import("./layout.js").Plan} Plan
 * @typedef {import("./reading-tables.js").Reading} Reading
 * @typedef {{labels: import("../core/labels.js").Labels, palettes: Record<"light" | "dark", import("../core/palette.js").Palette>,
 *  tokens: import("../core/frame.js").Tokens, positions: number[], query: number, layers: number, reading: string,
 *  readings: Record<string, Reading>, verdict: import("./reading-tables.js").Verdict}} Data positions = of the tokens that are drawn
 */
import { barsOf, planOf, ribbonAt, ribbonsOf, same, stepTo, xOf, yOf } from "./layout.js";
import { box, setHidden, setName, setText } from "../core/element.js";
import { cutMiddle, spellOut } from "../core/token.js";
import { Disclosure, inputRows } from "./reading-tables.js";
import { mounted } from "../core/mounted.js";
import { number, say } from "../core/labels.js";
import { percent } from "../text/special-tokens.js";
import { readTheme, applyTheme } from "../core/theme.js";
import { RibbonDrawing } from "./ribbon-drawing.js";
import { TokenStrip } from "../text/token-strip.js";
import { Tooltip } from "../core/tooltip.js";

const REACH = 7;
const LEFT = 44;
const LONGEST = 14;
const LATE = 400;

class Flow {
  /** @param {HTMLElement} root */
  constructor(root) {
    this.root = root;
    /** @type {Call | null} */ this.call = null;
    /** @type {Data | null} */ this.data = null;
    /** @type {Edge | null} */ this.pointed = null;
    /** @type {Edge | null} */ this.kept = null;
    /** @type {Ribbon[]} */ this.ribbons = [];
    /** @type {Plan | null} */ this.plan = null;
    this.reading = "";
    this.strip = new TokenStrip((token) => this.follow(token));
    this.tabs = box("tabs");
    this.tabs.setAttribute("role", "group");
    this.drawing = new RibbonDrawing();
    this.stage = box("stage");
    this.stage.tabIndex = 0;
    this.stage.setAttribute("role", "application");
    this.stage.append(this.drawing.element);
    this.reason = box("reason");
    this.told = paragraph("told", "status");
    this.about = paragraph("about");
    this.note = paragraph("note");
    this.key = box("key");
    this.verdict = paragraph("verdict");
    this.numbers = new Disclosure("numbers");
    this.inputs = new Disclosure("inputs");
    this.tooltip = new Tooltip();
    const foot = box("disclosures", this.numbers.element, this.inputs.element);
    root.append(this.strip.element, this.tabs, this.verdict, this.reason, this.stage, this.told, this.key, this.about, this.note, foot, this.tooltip.element);
    this.listen();
    this.late = 0;
    this.sized = new ResizeObserver(() => this.draw());
    this.sized.observe(root);
  }

  listen() {
    this.stage.addEventListener("pointermove", (event) => this.point(event));
    this.stage.addEventListener("pointerleave", () => this.light(null));
    this.stage.addEventListener("click", (event) => this.onClick(event));
    this.stage.addEventListener("keydown", (event) => this.onKey(event));
  }

  /** @param {Call} call */
  update(call) {
    const before = this.data;
    this.call = call;
    this.data = call.data;
    if (before === null || before.reading !== call.data.reading) this.reading = call.data.reading;
    if (before?.query !== this.data?.query || JSON.stringify(before?.tokens) !== JSON.stringify(this.data?.tokens)) this.kept = null;
    this.pointed = null;
    clearTimeout(this.late);
    this.stage.classList.remove("late");
    this.draw();
  }

  /** Follow another token: what reaches it is computed on the server. @param {number} token */
  follow(token) {
    if (this.data === null || token === this.data.query) return;
    this.data = { ...this.data, query: token };
    this.drawStrip(this.data);
    this.late = window.setTimeout(() => this.stage.classList.add("late"), LATE);
    this.call?.setTriggerValue("query", token);
  }

  /** @param {string} name */
  read(name) {
    if (name === this.reading) return;
    this.reading = name;
    this.draw();
    this.call?.setTriggerValue("reading", name);
  }

  draw() {
    if (this.data === null || this.root.clientWidth === 0) return;
    const { labels, palettes, readings, positions, verdict } = this.data;
    const theme = readTheme(this.root, palettes, 1, "blue");
    applyTheme(this.root, theme);
    this.drawStrip(this.data);
    this.drawTabs(this.data);
    const reading = readings[this.reading];
    const why = reading.reason ?? (reading.edges === undefined ? say(labels, "flow_waiting") : "");
    setText(this.reason, why);
    setHidden(this.reason, why === "");
    for (const element of [this.stage, this.key, this.about, this.note, this.told]) setHidden(element, reading.edges === undefined);
    setText(this.verdict, verdict.sentence);
    this.numbers.draw(say(labels, "flow_numbers"), verdict.heads, verdict.rows);
    const all = Object.values(readings);
    const heads = [say(labels, "position"), say(labels, "token"), ...all.map(({ title }) => title)];
    this.inputs.draw(say(labels, "flow_table"), heads, inputRows(all, positions.map((position) => spellOut(this.tokens, position)), positions));
    if (reading.edges !== undefined) this.drawReading(this.data, reading, theme);
  }

  /** @param {Data} data @param {Reading} reading @param {Theme} theme */
  drawReading({ labels, positions, query, layers }, reading, theme) {
    const names = positions.map((position) => cutMiddle(spellOut(this.tokens, position), LONGEST));
    const longest = Math.max(...names.map((name) => this.widthOf(name, theme)));
    const room = this.stage.clientWidth;
    const slanted = longest + 8 > planOf(room, names.length, layers, { left: LEFT, bottom: 0 }).step;
    const plan = planOf(room, names.length, layers, { left: LEFT, bottom: slanted ? longest * 0.87 + 28 : 30 });
    const kept = this.kept === null ? null : (reading.edges?.find((edge) => this.kept !== null && same(edge, this.kept)) ?? null);
    const lit = this.pointed ?? kept;
    this.plan = plan;
    this.ribbons = ribbonsOf(reading.edges ?? [], plan);
    this.drawing.drawAround(barsOf(reading.through ?? [], plan), theme, plan, { names, query: positions.indexOf(query), layer: say(labels, "flow_layer"), slanted });
    this.drawing.draw(this.ribbons, theme, lit);
    setName(this.stage, say(labels, "flow_drawing", { title: reading.title, n: layers, token: spellOut(this.tokens, query) }));
    setText(this.told, lit === null ? `${reading.told} ${say(labels, "flow_point")}` : this.explain(lit));
    setText(this.about, reading.about);
    this.drawKey(theme);
    setText(this.note, this.noteOf(reading));
  }

  /** @param {Reading} reading @returns {string} */
  noteOf({ edges, least, drawn }) {
    const { labels, positions } = /** @type {Data} */ (this.data);
    const total = this.tokens.labels.length;
    const cut = positions.length < total ? [say(labels, "flow_cut", { total, n: positions.length })] : [];
    const thin = edges?.length ? [say(labels, "flow_least", { least: number(least ?? 0, true), share: percent(drawn ?? 0) })] : [];
    return [...cut, ...thin].join(" ");
  }

  /** @param {Theme} theme */
  drawKey(theme) {
    const { labels } = /** @type {Data} */ (this.data);
    const moves = theme.weights[Math.round(theme.weights.length * 0.6)];
    const entries = [[moves, "flow_moving"], [theme.secondary, "flow_staying"]].map(([colour, name]) => {
      const swatch = document.createElement("i");
      swatch.style.background = colour;
      const entry = document.createElement("span");
      entry.append(swatch, say(labels, name));
      return entry;
    });
    this.key.replaceChildren(...entries);
  }

  /** @param {Data} data */
  drawStrip({ labels, tokens, query }) {
    const nameOf = (/** @type {number} */ token) => say(labels, "flow_token", { token: spellOut(tokens, token), position: token + 1 });
    this.strip.draw(tokens, query, say(labels, "flow_tokens"), nameOf);
  }

  /** @param {Data} data */
  drawTabs({ labels, readings }) {
    setName(this.tabs, say(labels, "flow_readings"));
    const names = Object.keys(readings);
    while (this.tabs.children.length < names.length) {
      const tab = document.createElement("button");
      tab.type = "button";
      const name = names[this.tabs.children.length];
      tab.addEventListener("click", () => this.read(name));
      this.tabs.append(tab);
    }
    names.forEach((name, i) => {
      setText(this.tabs.children[i], readings[name].title);
      this.tabs.children[i].setAttribute("aria-pressed", String(name === this.reading));
    });
  }

  get tokens() {
    return /** @type {Data} */ (this.data).tokens;
  }

  /** @param {string} name @param {Theme} theme @returns {number} */
  widthOf(name, theme) {
    this.pen ??= /** @type {CanvasRenderingContext2D} */ (document.createElement("canvas").getContext("2d"));
    this.pen.font = `600 13px ${theme.font}`;
    return this.pen.measureText(name).width;
  }

  /** @param {Edge} edge @returns {string} */
  explain([layer, query, key, share]) {
    const { labels, positions } = /** @type {Data} */ (this.data);
    const [reader, read] = [query, key].map((column) => spellOut(this.tokens, positions[column]));
    const values = { layer: layer + 1, query: reader, key: read, share: number(share, true) };
    return say(labels, query === key ? "flow_stays" : "flow_moves", values);
  }

  /** @param {MouseEvent} event @returns {{x: number, y: number}} in the drawing */
  at(event) {
    const { left, top } = this.drawing.element.getBoundingClientRect();
    return { x: event.clientX - left, y: event.clientY - top };
  }

  /** @param {PointerEvent} event */
  point(event) {
    const { x, y } = this.at(event);
    const through = this.tokenAt(x, y);
    const ribbon = through === null ? ribbonAt(this.ribbons, x, y, REACH) : null;
    this.light(ribbon?.edge ?? null);
    const said = through ?? (ribbon === null ? null : this.explain(ribbon.edge));
    if (said === null) this.tooltip.hide();
    else this.tooltip.show(event, this.root, said, "");
  }

  /** What passes through a token whose line is under the pointer. @param {number} x @param {number} y @returns {string | null} */
  tokenAt(x, y) {
    const { data, plan } = this;
    const through = data?.readings[this.reading].through;
    if (data === null || plan === null || through === undefined) return null;
    const row = Math.round((yOf(plan, 0) - y) / plan.gap);
    const column = Math.floor((x - plan.left) / plan.step);
    const share = through[row]?.[column];
    if (share === undefined || Math.abs(y - yOf(plan, row)) > 4 || Math.abs(x - xOf(plan, column)) > Math.max(5, (share * plan.whole) / 2 + 3)) return null;
    const values = { token: spellOut(this.tokens, data.positions[column]), layer: row, share: number(share, true) };
    return say(data.labels, row === 0 ? "flow_comes" : "flow_through", values);
  }

  /** @param {Edge | null} edge */
  light(edge) {
    if (edge === null) this.tooltip.hide();
    if (edge === this.pointed) return;
    this.pointed = edge;
    this.draw();
  }

  /** @param {MouseEvent} event */
  onClick(event) {
    const { x, y } = this.at(event);
    const { data, plan } = this;
    if (data === null || plan === null) return;
    const column = Math.floor((x - plan.left) / plan.step);
    if (y > yOf(plan, 0) + 6 && data.positions[column] !== undefined) return this.follow(data.positions[column]);
    this.kept = ribbonAt(this.ribbons, x, y, REACH)?.edge ?? null;
    this.draw();
  }

  /** @param {KeyboardEvent} event */
  onKey(event) {
    if (event.ctrlKey || event.altKey || event.metaKey || !["ArrowUp", "ArrowDown", "ArrowLeft", "ArrowRight", "Escape"].includes(event.key)) return;
    event.preventDefault();
    const edges = this.ribbons.map(({ edge }) => edge);
    this.kept = event.key === "Escape" ? null : stepTo(edges, this.kept, event.key);
    this.draw();
  }

  close() {
    clearTimeout(this.late);
    this.sized.disconnect();
  }
}

/** @param {string} name of its class @param {string} [role] @returns {HTMLParagraphElement} */
function paragraph(name, role) {
  const element = document.createElement("p");
  element.className = name;
  if (role !== undefined) element.setAttribute("role", role);
  return element;
}

const mount = mounted((root) => new Flow(root));

/** @param {Call} call @returns {() => void} */
export default function flow(call) {
  return mount(call);
}
