/**
 * Stage strip: all stages of a head's computation in one line, with the number that is followed; one of them is looked at.
 *
 * @typedef {import("../core/mounted.js").Call} Call
 * @typedef {import("../core/labels.js").Labels} Labels
 */
import { box, setName, setText } from "../core/element.js";
import { bringIntoSight, leaveStages, showStage } from "./shown-stage.js";
import { mounted } from "../core/mounted.js";
import { readTheme, applyTheme } from "../core/theme.js";
import { say } from "../core/labels.js";
import { Stages } from "./stages.js";

/** Where a key has a meaning of its own. */
const OWN_KEYS = "input, textarea, select, dialog, [contenteditable], [role=slider], [role=combobox], [role=listbox], [role=radiogroup], [role=menu], [role=group][tabindex], ol[tabindex], .sentence-strip";
/** What the list of keys shows, by the name of what they do. @type {Record<string, string>} */
const KEYS = { stage: "← →", ends: "Home  End", all_stages: "0", list: "?" };
/** Which stages were looked at last, for when the page is opened again. */
const stages = new Stages();

class StageStrip {
  /** @param {HTMLElement} root */
  constructor(root) {
    this.root = root;
    /** @type {Labels} */ this.labels = {};
    /** @type {HTMLButtonElement[]} */ this.buttons = [];
    this.list = document.createElement("ol");
    this.here = box("here");
    this.slider = document.createElement("input");
    Object.assign(this.slider, { type: "range", min: "0", step: "1" });
    this.whole = button(() => this.turnWhole());
    this.keys = button(() => this.toggleKeys());
    this.dialog = document.createElement("dialog");
    this.status = box("unseen");
    this.status.setAttribute("role", "status");
    this.strip = box("stages", this.list, this.here, this.slider);
    root.append(this.strip, box("tools", this.whole, this.keys), this.status, this.dialog);
    this.slider.addEventListener("input", () => this.go(Number(this.slider.value)));
    this.dialog.addEventListener("click", () => this.dialog.close());
    this.onKey = (/** @type {KeyboardEvent} */ event) => this.pressed(event);
    document.addEventListener("keydown", this.onKey);
    this.sized = new ResizeObserver(() => this.placeMark());
    this.sized.observe(this.list);
  }

  /** @param {Call} call */
  update({ data }) {
    this.labels = data.labels;
    applyTheme(this.root, readTheme(this.root, data.palettes, 1, "blue"));
    stages.adopt(data.stages);
    if (this.buttons.length !== stages.all.length) this.build();
    this.writeKeys();
    this.draw(0);
  }

  build() {
    this.buttons = stages.all.map((_, place) => button(() => this.go(place)));
    const items = this.buttons.map((each) => {
      each.append(box("sign"), box("number"));
      const item = document.createElement("li");
      item.append(each);
      return item;
    });
    this.list.replaceChildren(...items);
    this.slider.max = String(stages.all.length - 1);
    this.strip.style.setProperty("--stages", String(stages.all.length));
  }

  /** @param {number} place */
  go(place) {
    const whole = stages.whole;
    const way = stages.go(place);
    if (way !== 0 || whole) this.move(way);
  }

  turnWhole() {
    stages.whole = !stages.whole;
    this.move(0);
  }

  /** @param {number} way */
  move(way) {
    this.draw(way);
    bringIntoSight();
    setText(this.status, stages.whole ? say(this.labels, "all_stages") : this.named());
  }

  /** @returns {string} */
  named() {
    return `${stages.place + 1} · ${stages.all[stages.place]?.title ?? ""}`;
  }

  /** @param {number} way in which direction the stages move */
  draw(way) {
    showStage(stages.shown, way);
    this.buttons.forEach((each, place) => {
      const { label, title, number, apart } = stages.all[place];
      const [sign, written] = each.children;
      setText(sign, label);
      setText(written, number);
      each.title = title;
      each.parentElement?.classList.toggle("apart", apart);
      const here = !stages.whole && place === stages.place;
      if (here) each.setAttribute("aria-current", "step");
      else each.removeAttribute("aria-current");
    });
    setName(this.list, say(this.labels, "stages"));
    setName(this.slider, say(this.labels, "stage"));
    this.slider.value = String(stages.place);
    this.slider.setAttribute("aria-valuetext", this.named());
    setText(this.whole, say(this.labels, "all_stages"));
    this.whole.setAttribute("aria-pressed", String(stages.whole));
    setText(this.keys, say(this.labels, "tool_keys"));
    this.placeMark();
  }

  /** The mark under the stage that is looked at moves there from the one before. */
  placeMark() {
    const item = this.buttons[stages.place]?.parentElement;
    if (!item) return;
    const { offsetLeft, offsetTop, offsetWidth, offsetHeight } = item;
    this.here.hidden = stages.whole;
    this.here.style.transform = `translate(${offsetLeft}px, ${offsetTop + offsetHeight - 3}px)`;
    this.here.style.width = `${offsetWidth}px`;
  }

  /** @param {KeyboardEvent} event */
  pressed(event) {
    const target = /** @type {Element} */ (event.composedPath()[0]);
    if (event.ctrlKey || event.altKey || event.metaKey || (event.shiftKey && event.key !== "?") || this.dialog.open) return;
    if (target instanceof Element && target.closest(OWN_KEYS)) return;
    const inside = this.root.contains(target);
    const place = inside || event.key.startsWith("Arrow") ? stages.after(event.key) : null;
    const free = inside || target === document.body;
    if (place !== null) this.go(place);
    else if (event.key === "0" && free) this.turnWhole();
    else if (event.key === "?" && free) this.toggleKeys();
    else return;
    event.preventDefault();
  }

  writeKeys() {
    const list = document.createElement("dl");
    for (const [name, key] of Object.entries(KEYS)) {
      const [term, meaning] = [document.createElement("dt"), document.createElement("dd")];
      setText(term, key);
      setText(meaning, say(this.labels, `key_${name}`));
      list.append(term, meaning);
    }
    const title = box("heading");
    setText(title, say(this.labels, "tool_keys"));
    this.dialog.replaceChildren(title, list);
    setName(this.dialog, say(this.labels, "tool_keys"));
  }

  toggleKeys() {
    if (this.dialog.open) this.dialog.close();
    else this.dialog.showModal();
  }

  close() {
    document.removeEventListener("keydown", this.onKey);
    this.sized.disconnect();
    leaveStages();
  }
}

/** @param {() => void} press @returns {HTMLButtonElement} */
function button(press) {
  const element = document.createElement("button");
  element.type = "button";
  element.addEventListener("click", press);
  return element;
}

const mount = mounted((root) => new StageStrip(root));

/** @param {Call} call @returns {() => void} */
export default function stageStrip(call) {
  return mount(call);
}
