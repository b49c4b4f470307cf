/**
 * Axis: the tokens along one side of a picture.
 *
 * @typedef {import("../core/frame.js").Labelled} Labelled
 * @typedef {import("../core/matrix.js").Span} Span
 * @typedef {import("../core/theme.js").Theme} Theme
 * @typedef {import("../core/token.js").Spelling} Spelling
 * @typedef {"plain" | "lit" | "faded"} Light
 * @typedef {{first: number, last: number, cell: number, start: number, light: (i: number) => Light}} Stretch
 *  the cells from `first` to before `last`; cell 0 begins at `start`
 * @typedef {{size: number, texts: string[], longest: number}} Fitted labels cut to the room there is, and how long the longest is
 */
import { fit, spell } from "../core/token.js";

/** @type {Light[]} */
const LIGHTS = ["plain", "faded", "lit"];
const WIDEST = 118;
const SLANT = Math.PI / 4;
const ROOM_TO_SLANT = 18.5;

export class Axis {
  /** @param {Labelled} tokens @param {Span[]} spans the tokens of each cell */
  constructor(tokens, spans) {
    /** @type {Spelling[]} */ this.spellings = spans.map(([first]) => spell(tokens, first));
    /** @type {Map<string, Fitted>} by the type they are set in */ this.sizes = new Map();
    /** @type {Fitted} */ this.fitted = { size: 0, texts: [], longest: 0 };
  }

  /** How long the longest label is. @param {CanvasRenderingContext2D} context @param {Theme} theme @param {number} cell @returns {number} */
  measure(context, theme, cell) {
    const size = sizeFor(cell, theme);
    const name = `${size} ${theme.font}`;
    this.fitted = this.sizes.get(name) ?? this.fit(context, theme, size);
    this.sizes.set(name, this.fitted);
    return this.fitted.longest;
  }

  /** @param {CanvasRenderingContext2D} context @param {Theme} theme @param {number} size @returns {Fitted} */
  fit(context, theme, size) {
    /** @type {string[]} */ const texts = [];
    let longest = 0;
    for (const special of [false, true]) {
      setFont(context, theme, size, special, true);
      this.spellings.forEach((spelling, i) => {
        if (spelling.special !== special) return;
        texts[i] = fit(context, spelling.text, WIDEST * theme.zoom);
        longest = Math.max(longest, context.measureText(texts[i]).width);
      });
    }
    return { size, texts, longest };
  }

  /** Labels down the side, each ending, or with "left" beginning, at x.
   * @param {CanvasRenderingContext2D} context @param {Theme} theme @param {number} x @param {Stretch} stretch @param {"left" | "right"} [align] */
  drawDown(context, theme, x, stretch, align = "right") {
    context.textAlign = align;
    this.each(context, theme, stretch, (i, middle) => this.write(context, i, x, middle));
  }

  /** Labels across the top, each beginning at y. @param {CanvasRenderingContext2D} context @param {Theme} theme @param {number} y @param {Stretch} stretch */
  drawAcross(context, theme, y, stretch) {
    context.textAlign = "left";
    const angle = slanted(stretch.cell, theme) ? SLANT : Math.PI / 2;
    this.each(context, theme, stretch, (i, middle) => {
      context.save();
      context.translate(middle, y);
      context.rotate(-angle);
      this.write(context, i, 0, 0);
      context.restore();
    });
  }

  /** Those that look alike one after another: setting type costs more than writing.
   * @param {CanvasRenderingContext2D} context @param {Theme} theme @param {Stretch} stretch @param {(i: number, middle: number) => void} draw */
  each(context, theme, stretch, draw) {
    const written = this.written(stretch);
    context.textBaseline = "middle";
    for (const special of [false, true]) {
      for (const light of LIGHTS) {
        const alike = written.filter((i) => this.spellings[i].special === special && stretch.light(i) === light);
        if (alike.length === 0) continue;
        setFont(context, theme, this.fitted.size, special, light === "lit");
        context.fillStyle = light === "lit" ? theme.accent : special ? theme.secondary : theme.text;
        context.globalAlpha = light === "faded" ? 0.45 : 1;
        for (const i of alike) draw(i, stretch.start + (i + 0.5) * stretch.cell);
      }
    }
    context.globalAlpha = 1;
  }

  /** Where cells are smaller than type, only every so many labels are written, and those that are lit.
   * @param {Stretch} stretch @returns {number[]} */
  written({ first, last, cell, light }) {
    const step = Math.ceil((this.fitted.size + 1) / cell);
    const written = [];
    for (let i = first; i < last; i++) {
      if (light(i) === "lit" || (i % step === 0 && !besideLit(i, step, light))) written.push(i);
    }
    return written;
  }

  /** A piece of a word is underlined by a hairline, so that it is seen to be joined to what stands before it.
   * @param {CanvasRenderingContext2D} context @param {number} i @param {number} x @param {number} y */
  write(context, i, x, y) {
    const { size, texts } = this.fitted;
    const { direction } = this.spellings[i];
    if (context.direction !== direction) context.direction = direction;
    context.fillText(texts[i], x, y);
    if (!this.spellings[i].piece) return;
    const width = context.measureText(texts[i]).width;
    context.fillRect(context.textAlign === "right" ? x - width : x, y + size * 0.42, width, 1);
  }
}

/** @param {number} i @param {number} step @param {(i: number) => Light} light @returns {boolean} whether a lit label needs the room */
function besideLit(i, step, light) {
  for (let other = i - step + 1; other < i + step; other++) if (light(other) === "lit") return true;
  return false;
}

/** How high a band of labels of this length is across the top. @param {number} longest @param {number} cell @param {Theme} theme */
export function acrossHeight(longest, cell, theme) {
  return Math.ceil(slanted(cell, theme) ? longest * Math.sin(SLANT) + 18 * theme.zoom : longest + 12);
}

/** How far slanted labels reach beyond the last cell. @param {number} longest @param {number} cell @param {Theme} theme */
export function acrossOverhang(longest, cell, theme) {
  return Math.ceil(slanted(cell, theme) ? longest * Math.cos(SLANT) : 0);
}

/** @param {number} cell @param {Theme} theme */
function slanted(cell, theme) {
  return cell >= ROOM_TO_SLANT * theme.zoom;
}

/** @param {number} cell @param {Theme} theme */
function sizeFor(cell, { zoom }) {
  return (cell >= 16 * zoom ? 13 : cell >= 13 * zoom ? 12 : 11) * zoom;
}

/** @param {CanvasRenderingContext2D} context @param {Theme} theme @param {number} size @param {boolean} special @param {boolean} bold */
function setFont(context, theme, size, special, bold) {
  context.font = `${bold ? "600" : "400"} ${size}px ${theme.font}`;
  context.fontVariantCaps = special ? "all-small-caps" : "normal";
}
