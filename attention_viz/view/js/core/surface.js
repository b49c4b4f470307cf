/**
 * Surface: a canvas as large as the box it stands in, over content that may be larger and scrolls.
 *
 * Only what is seen is drawn, so that a long text costs no more memory than a short one.
 */

/** Milliseconds after which nobody waits for the browser to paint. */
const LATEST = 500;

/** @typedef {{context: CanvasRenderingContext2D, width: number, height: number, left: number, top: number}} Viewport
 *  what is seen: its size, and where it lies in the content; all in CSS pixels */

export class Surface {
  /** @param {string} name of the class that gives it its size */
  constructor(name) {
    this.element = document.createElement("div");
    this.element.className = `surface ${name}`;
    this.content = document.createElement("div");
    this.canvas = document.createElement("canvas");
    this.content.append(this.canvas);
    this.element.append(this.content);
    this.measured = { name: "", available: { width: 0, height: 0 } };
  }

  /** The room there is: the width of the box, and the height it may grow to. Asked for again when the window changes. */
  get available() {
    const { clientWidth } = this.element;
    const name = [clientWidth, window.innerWidth, window.innerHeight, window.devicePixelRatio].join(" ");
    if (name !== this.measured.name) {
      const height = parseFloat(getComputedStyle(this.element).maxHeight);
      this.measured = { name, available: { width: clientWidth, height: Number.isNaN(height) ? window.innerHeight : height } };
    }
    return this.measured.available;
  }

  /** @returns {CanvasRenderingContext2D} */
  pen() {
    const context = this.canvas.getContext("2d");
    if (context === null) throw new Error("no canvas");
    return context;
  }

  /** Make place for content of this size. @param {number} width @param {number} height @returns {Viewport | null} */
  open(width, height) {
    setSize(this.content, width, height);
    const { clientWidth, clientHeight, scrollLeft, scrollTop } = this.element;
    const seen = { width: Math.min(clientWidth, width), height: Math.min(clientHeight, height), left: scrollLeft, top: scrollTop };
    if (seen.width < 1 || seen.height < 1) return null;
    this.resize(seen.width, seen.height);
    const context = this.pen();
    const ratio = window.devicePixelRatio;
    context.setTransform(ratio, 0, 0, ratio, 0, 0);
    context.clearRect(0, 0, seen.width, seen.height);
    return { context, ...seen };
  }

  /** @param {number} width @param {number} height */
  resize(width, height) {
    const [across, down] = [Math.round(width * window.devicePixelRatio), Math.round(height * window.devicePixelRatio)];
    if (this.canvas.width === across && this.canvas.height === down) return;
    this.canvas.width = across;
    this.canvas.height = down;
    setSize(this.canvas, width, height);
  }

  /** Where an event happened: in the viewport. @param {MouseEvent} event @returns {{x: number, y: number}} */
  at(event) {
    const box = this.canvas.getBoundingClientRect();
    return { x: event.clientX - box.left, y: event.clientY - box.top };
  }
}

/** Draw inside a rectangle. @param {CanvasRenderingContext2D} context @param {number} left @param {number} top @param {number} right @param {number} bottom @param {() => void} draw */
export function inside(context, left, top, right, bottom, draw) {
  context.save();
  context.beginPath();
  context.rect(left, top, Math.max(0, right - left), Math.max(0, bottom - top));
  context.clip();
  draw();
  context.restore();
}

/** The slots between two places. @param {number} from @param {number} length @param {number} cell @param {number} slots */
export function seen(from, length, cell, slots) {
  return { first: Math.max(0, Math.floor(from / cell)), last: Math.min(slots, Math.ceil((from + length) / cell)) };
}

/** How far to scroll so that something is in sight, and no further.
 * @param {number} now @param {number} most where its beginning is in sight @param {number} least where its end is @returns {number} */
export function nearest(now, most, least) {
  return now > most ? most : Math.max(now, least);
}

/** Only when it differs: a change makes the browser lay the page out again. @param {HTMLElement} element @param {number} width @param {number} height */
function setSize({ style }, width, height) {
  if (style.width !== `${width}px`) style.width = `${width}px`;
  if (style.height !== `${height}px`) style.height = `${height}px`;
}

/** A length in CSS pixels that is a whole number of the screen's own. @param {number} length @returns {number} */
export function crisp(length) {
  return Math.round(length * window.devicePixelRatio) / window.devicePixelRatio;
}

/** Draw when the browser is about to paint; a little later where it paints nothing for a while, as some do without a graphics card.
 * @param {() => void} draw @returns {() => void} what takes it back */
export function onNextFrame(draw) {
  const takeBack = () => {
    cancelAnimationFrame(frame);
    clearTimeout(timer);
  };
  const run = () => {
    takeBack();
    draw();
  };
  const frame = requestAnimationFrame(run);
  const timer = setTimeout(run, LATEST);
  return takeBack;
}
