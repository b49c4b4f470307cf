/**
 * Panels: matrices of one shape side by side, with one pointer: a place on one is shown on all.
 *
 * @typedef {import("../core/mounted.js").Call} Call
 * @typedef {import("./panel.js").Place} Place
 * @typedef {import("./panel.js").Plain} Plain
 * @typedef {import("../core/theme.js").Theme} Theme
 * @typedef {{name: string, panels: Plain[], choosable?: boolean, pinned?: [number, number] | null, labels: import("../core/labels.js").Labels, palettes: Record<"light" | "dark", import("../core/palette.js").Palette>}} Header
 */
import { box, setName, setText } from "../core/element.js";
import { readHeader } from "../core/frame.js";
import { mounted } from "../core/mounted.js";
import { atTick, Panel, shadeOf } from "./panel.js";
import { crisp, onNextFrame } from "../core/surface.js";
import { readTheme, applyTheme } from "../core/theme.js";
import { Tooltip } from "../core/tooltip.js";
import { say } from "../core/labels.js";

const CELLS = { smallest: 12, largest: 40 };
/** @type {Record<string, [number, number]>} */
const STEPS = { ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1] };
const TICKS = { weights: [0, 0.1, 0.5, 1], difference: [-1, -0.25, 0, 0.25, 1] };

class Panels {
  /** @param {HTMLElement} root */
  constructor(root) {
    this.root = root;
    /** @type {Call | null} */ this.call = null;
    /** @type {Header | null} */ this.header = null;
    /** @type {Panel[]} */ this.panels = [];
    /** @type {Place | null} */ this.pointed = null;
    /** @type {Place | null} */ this.pinned = null;
    this.strip = box("panels");
    this.strip.tabIndex = 0;
    this.strip.setAttribute("role", "application");
    this.strip.addEventListener("keydown", (event) => this.onKey(event));
    this.legends = box("legends");
    this.status = document.createElement("p");
    this.status.setAttribute("role", "status");
    this.tooltip = new Tooltip();
    root.append(this.strip, this.status, this.legends, this.tooltip.element);
    /** @type {(() => void) | null} what takes a drawing back that is under way */ this.takeBack = null;
    this.sized = new ResizeObserver(() => this.schedule());
    this.sized.observe(root);
  }

  /** @param {Call} call */
  update(call) {
    this.call = call;
    const { header, start } = readHeader(call.data);
    if (header.name !== this.header?.name) this.build(header, call.data, start);
    this.schedule();
  }

  /** @param {Header} header @param {Uint8Array} message @param {number} start */
  build(header, message, start) {
    const pinned = header.pinned ?? null;
    if (String(pinned) !== String(this.header?.pinned ?? null)) this.pinned = pinned && { row: pinned[0], column: pinned[1] };
    this.header = header;
    let offset = message.byteOffset + start;
    this.panels = header.panels.map((plain) => {
      const length = 4 * plain.queries.labels.length * plain.keys.labels.length;
      const values = new Float32Array(message.buffer.slice(offset, offset + length));
      offset += length;
      return this.watch(new Panel(plain, values));
    });
    const [{ rows, columns }] = this.panels;
    if (this.pinned !== null && (this.pinned.row >= rows || this.pinned.column >= columns)) this.pinned = null;
    this.pointed = null;
    this.strip.replaceChildren(...this.panels.map(({ element }) => element));
    setName(this.strip, say(header.labels, "panels", { titles: header.panels.map(({ title }) => title).join(" · ") }));
  }

  /** @param {Panel} panel @returns {Panel} */
  watch(panel) {
    const { element } = panel.surface;
    element.addEventListener("pointermove", (event) => this.point(panel.placeAt(event), event));
    element.addEventListener("pointerleave", () => this.point(null, null));
    element.addEventListener("click", (event) => {
      this.pinned = panel.placeAt(event);
      this.choose();
      this.schedule();
    });
    element.addEventListener("scroll", () => this.follow(panel));
    return panel;
  }

  /** Tell the page which place was pressed, where it listens. */
  choose() {
    if (this.header?.choosable && this.pinned !== null) this.call?.setTriggerValue("chosen", [this.pinned.row, this.pinned.column]);
  }

  /** Where one is scrolled to, all are. @param {Panel} leader */
  follow(leader) {
    const { scrollLeft, scrollTop } = leader.surface.element;
    for (const { surface } of this.panels) {
      if (surface.element.scrollLeft !== scrollLeft) surface.element.scrollLeft = scrollLeft;
      if (surface.element.scrollTop !== scrollTop) surface.element.scrollTop = scrollTop;
    }
    this.schedule();
  }

  /** @param {Place | null} place @param {MouseEvent | null} event */
  point(place, event) {
    this.pointed = place;
    if (place === null || event === null) this.tooltip.hide();
    else this.tooltip.show(event, this.root, this.explain(place, "\n"), "");
    this.schedule();
  }

  /** @param {KeyboardEvent} event */
  onKey(event) {
    const step = STEPS[event.key];
    if (event.key === "Enter") return this.choose();
    if (step === undefined && event.key !== "Escape") return;
    event.preventDefault();
    const [{ rows, columns }] = this.panels;
    const { row, column } = this.pinned ?? { row: -step?.[0], column: -step?.[1] };
    this.pinned = step === undefined ? null : { row: within(row + step[0], rows), column: within(column + step[1], columns) };
    this.schedule();
  }

  /** @param {Place} place @param {string} between @returns {string} */
  explain(place, between) {
    const labels = this.header?.labels ?? {};
    return this.panels.map((panel) => `${panel.plain.title}: ${panel.explain(place, labels)}`).join(between);
  }

  schedule() {
    this.takeBack ??= onNextFrame(() => {
      this.takeBack = null;
      this.draw();
    });
  }

  draw() {
    if (this.header === null) return;
    const { labels, palettes } = this.header;
    const theme = readTheme(this.root, palettes, 1, "blue");
    applyTheme(this.root, theme);
    const shown = this.pointed ?? this.pinned;
    const geometry = this.measure(theme);
    for (const panel of this.panels) panel.draw(theme, geometry, shown);
    setText(this.status, shown === null ? say(labels, "point") : this.explain(shown, " · "));
    this.legends.replaceChildren(...this.kinds().map((kind) => legend(kind, kind === "weights" ? theme.weights : theme.palette.differences, this.reachesBeyond(kind))));
  }

  /** @returns {("weights" | "difference")[]} those that are drawn */
  kinds() {
    return [...new Set(this.panels.map(({ plain }) => plain.kind))];
  }

  /** Whether values of a kind lie beyond the ends of its colours. @param {"weights" | "difference"} kind */
  reachesBeyond(kind) {
    return this.panels.some(({ plain, values }) => plain.kind === kind && values.some((value) => Math.abs(value) > 1));
  }

  /** One geometry for all, so that a place is as far down and across on each. @param {Theme} theme */
  measure(theme) {
    const room = Math.min(...this.panels.map(({ surface }) => surface.available.width));
    const roomy = this.margins(theme, CELLS.largest);
    const fitting = (room - roomy.left - roomy.overhang - 2) / this.panels[0].columns;
    const cell = crisp(Math.floor(Math.min(CELLS.largest, Math.max(CELLS.smallest, fitting))));
    return { ...this.margins(theme, cell), cell };
  }

  /** @param {Theme} theme @param {number} cell */
  margins(theme, cell) {
    const all = this.panels.map((panel) => panel.measure(theme, cell));
    const most = (/** @type {"left" | "top" | "overhang"} */ side) => Math.max(...all.map((each) => each[side]));
    return { left: most("left"), top: most("top"), overhang: most("overhang") };
  }

  close() {
    this.takeBack?.();
    this.sized.disconnect();
  }
}

/** @param {number} at @param {number} n @returns {number} */
function within(at, n) {
  return Math.min(Math.max(at, 0), n - 1);
}

/** Colours, and the values they stand for. @param {"weights" | "difference"} kind @param {string[]} steps
 * @param {boolean} beyond whether the ends stand for values beyond them, too @returns {HTMLElement} */
function legend(kind, steps, beyond) {
  const ramp = box("ramp");
  ramp.style.background = `linear-gradient(to right, ${steps.join(", ")})`;
  const ticks = box("ticks");
  for (const value of TICKS[kind]) {
    const tick = document.createElement("span");
    tick.textContent = atTick(value, beyond);
    tick.style.left = `${100 * shadeOf(value, kind)}%`;
    ticks.append(tick);
  }
  return box("legend", ramp, ticks);
}

const mount = mounted((root) => new Panels(root));

/** @param {Call} call @returns {() => void} */
export default function panels(call) {
  return mount(call);
}
