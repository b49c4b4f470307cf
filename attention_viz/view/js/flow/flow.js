/**
 * Flow: what passes from the tokens of a text up through the layers to one of them, as ribbons; four readings of one drawing.
 *
 * @typedef {import("../core/mounted.js").Call} Call
 * @typedef {import("./reading-tables.js").Reading} Reading
 * @typedef {{labels: import("../core/labels.js").Labels, palettes: Record<"light" | "dark", import("../core/palette.js").Palette>,
 *  tokens: import("../core/frame.js").Tokens, positions: number[], query: number, layers: number, reading: string,
 *  readings: Record<string, Reading>, verdict: import("./reading-tables.js").Verdict}} Data positions = of the tokens that are drawn
 */
import { box, setHidden, setName, setText } from "../core/element.js";
import { Disclosure, inputRows } from "./reading-tables.js";
import { mounted } from "../core/mounted.js";
import { readTheme, applyTheme } from "../core/theme.js";
import { RibbonStage } from "./ribbon-stage.js";
import { say } from "../core/labels.js";
import { spellOut } from "../core/token.js";
import { TokenStrip } from "../text/token-strip.js";

class Flow {
  /** @param {HTMLElement} root */
  constructor(root) {
    this.root = root;
    /** @type {Call | null} */ this.call = null;
    /** @type {Data | null} */ this.data = null;
    this.reading = "";
    this.strip = new TokenStrip((token) => this.follow(token));
    this.tabs = box("tabs");
    this.tabs.setAttribute("role", "group");
    this.verdict = document.createElement("p");
    this.verdict.className = "verdict";
    this.reason = box("reason");
    this.stage = new RibbonStage(root, (token) => this.follow(token));
    this.numbers = new Disclosure("numbers");
    this.inputs = new Disclosure("inputs");
    const foot = box("disclosures", this.numbers.element, this.inputs.element);
    root.append(this.strip.element, this.tabs, this.verdict, this.reason, this.stage.element, foot, this.stage.tooltip.element);
    this.sized = new ResizeObserver(() => this.draw());
    this.sized.observe(root);
  }

  /** @param {Call} call */
  update(call) {
    const before = this.data;
    this.call = call;
    this.data = call.data;
    if (before?.reading !== call.data.reading) this.reading = call.data.reading;
    this.stage.begin(`${call.data.query} ${JSON.stringify(call.data.tokens)}`);
    this.draw();
  }

  /** Follow another token: what reaches it is computed on the server. @param {number} token */
  follow(token) {
    if (this.data === null || token === this.data.query) return;
    this.drawStrip({ ...this.data, query: token });
    this.stage.wait();
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
    const { labels, palettes, readings, verdict } = this.data;
    const theme = readTheme(this.root, palettes, 1, "blue");
    applyTheme(this.root, theme);
    this.drawStrip(this.data);
    this.drawTabs(this.data);
    setText(this.verdict, verdict.sentence);
    this.numbers.draw(say(labels, "flow_numbers"), verdict.heads, verdict.rows);
    this.drawInputs(this.data);
    const reading = readings[this.reading];
    const why = reading.reason ?? (reading.edges === undefined ? say(labels, "flow_waiting") : "");
    setText(this.reason, why);
    setHidden(this.reason, why === "");
    setHidden(this.stage.element, why !== "");
    if (why === "") this.stage.draw(this.data, reading, theme);
  }

  /** @param {Data} data */
  drawStrip({ labels, tokens, query }) {
    const nameOf = (/** @type {number} */ token) => say(labels, "flow_token", { token: spellOut(tokens, token), position: token + 1 });
    this.strip.draw(tokens, query, [query], say(labels, "flow_tokens"), nameOf);
  }

  /** @param {Data} data */
  drawTabs({ labels, readings }) {
    setName(this.tabs, say(labels, "flow_readings"));
    const names = Object.keys(readings);
    for (const name of names.slice(this.tabs.children.length)) this.tabs.append(this.tab(name));
    names.forEach((name, i) => {
      setText(this.tabs.children[i], readings[name].title);
      this.tabs.children[i].setAttribute("aria-pressed", String(name === this.reading));
    });
  }

  /** @param {string} name @returns {HTMLButtonElement} */
  tab(name) {
    const tab = document.createElement("button");
    tab.type = "button";
    tab.addEventListener("click", () => this.read(name));
    return tab;
  }

  /** @param {Data} data */
  drawInputs({ labels, tokens, positions, readings }) {
    const all = Object.values(readings);
    const heads = [say(labels, "position"), say(labels, "token"), ...all.map(({ title }) => title)];
    const names = positions.map((position) => spellOut(tokens, position));
    this.inputs.draw(say(labels, "flow_table"), heads, inputRows(all, names, positions));
  }

  close() {
    this.stage.close();
    this.sized.disconnect();
  }
}

const mount = mounted((root) => new Flow(root));

/** @param {Call} call @returns {() => void} */
export default function flow(call) {
  return mount(call);
}
