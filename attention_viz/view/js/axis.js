/**
 * Axis: the tokens along one side of a picture.
 *
 * @typedef {import("./frame.js").Tokens} Tokens
 * @typedef {import("./matrix.js").Span} Span
 * @typedef {import("./theme.js").Theme} Theme
 * @typedef {import("./token.js").Spelling} Spelling
 * @typedef {"plain" | "lit" | "faded"} Light
 * @typedef {{first: number, last: number, cell: number, start: number, light: (i: number) => Light}} Stretch
 *  the cells from `first` to before `last`; cell 0 begins at `start`
 * @typedef {{size: number, texts: string[], longest: number}} Fitted labels cut to the room there is, and how long the longest is
 */
import { fit, spell } from "./token.js";

const WIDEST = 118;
const SLANT = Math.PI / 4;
const ROOM_TO_SLANT = 18.5;

export class Axis {
  /** @param {Tokens} tokens @param {Span[]} spans the tokens of each cell */
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
    let longest = 0;
    const texts = this.spellings.map((spelling) => {
      setFont(context, theme, size, spelling, true);
      const text = fit(context, spelling.text, WIDEST * theme.zoom);
      longest = Math.max(longest, context.measureText(text).width);
      return text;
    });
    return { size, texts, longest };
  }

  /** Labels down the side, each ending, or with "left" beginning, at x.
   * @param {CanvasRenderingContext2D} context @param {Theme} theme @param {number} x @param {Stretch} stretch @param {"left" | "right"} [align] */
  drawDown(context, theme, x, stretch, align = "right") {
    context.textAlign = align;
    this.each(stretch, (i, middle) => this.write(context, theme, i, stretch.light(i), x, middle));
  }

  /** Labels across the top, each beginning at y. @param {CanvasRenderingContext2D} context @param {Theme} theme @param {number} y @param {Stretch} stretch */
  drawAcross(context, theme, y, stretch) {
    context.textAlign = "left";
    const angle = slanted(stretch.cell, theme) ? SLANT : Math.PI / 2;
    this.each(stretch, (i, middle) => {
      context.save();
      context.translate(middle, y);
      context.rotate(-angle);
      this.write(context, theme, i, stretch.light(i), 0, 0);
      context.restore();
    });
  }

  /** Where cells are smaller than type, only every so many labels are written, and those that are lit.
   * @param {Stretch} stretch @param {(i: number, middle: number) => void} draw */
  each({ first, last, cell, start, light }, draw) {
    const step = Math.ceil((this.fitted.size + 1) / cell);
    for (let i = first; i < last; i++) {
      if (light(i) === "lit" || (i % step === 0 && !this.besideLit(i, step, light))) draw(i, start + (i + 0.5) * cell);
    }
  }

  /** @param {number} i @param {number} step @param {(i: number) => Light} light @returns {boolean} */
  besideLit(i, step, light) {
    for (let other = i - step + 1; other < i + step; other++) if (light(other) === "lit") return true;
    return false;
  }

  /** A piece of a word is underlined by a hairline, so that it is seen to be joined to what stands before it.
   * @param {CanvasRenderingContext2D} context @param {Theme} theme @param {number} i @param {Light} light @param {number} x @param {number} y */
  write(context, theme, i, light, x, y) {
    const spelling = this.spellings[i];
    const { size, texts } = this.fitted;
    const text = texts[i];
    setFont(context, theme, size, spelling, light === "lit");
    context.textBaseline = "middle";
    context.fillStyle = light === "lit" ? theme.accent : spelling.special ? theme.secondary : theme.text;
    context.globalAlpha = light === "faded" ? 0.45 : 1;
    context.fillText(text, x, y);
    if (spelling.piece) {
      const width = context.measureText(text).width;
      context.fillRect(context.textAlign === "right" ? x - width : x, y + size * 0.42, width, 1);
    }
    context.globalAlpha = 1;
  }
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

/** @param {CanvasRenderingContext2D} context @param {Theme} theme @param {number} size @param {Spelling} spelling @param {boolean} bold */
function setFont(context, theme, size, spelling, bold) {
  context.font = `${bold ? "600" : "400"} ${size}px ${theme.font}`;
  context.fontVariantCaps = spelling.special ? "all-small-caps" : "normal";
}
