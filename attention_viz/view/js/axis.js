/**
 * Axis: the tokens along one side of a picture.
 *
 * @typedef {import("./frame.js").Tokens} Tokens
 * @typedef {import("./theme.js").Theme} Theme
 * @typedef {import("./token.js").Spelling} Spelling
 * @typedef {"plain" | "lit" | "faded"} Light
 * @typedef {{first: number, last: number, cell: number, start: number, light: (i: number) => Light}} Stretch
 *  the cells from `first` to before `last`; cell 0 begins at `start`
 */
import { fit, spell } from "./token.js";

const WIDEST = 118;
const SLANT = Math.PI / 4;
const ROOM_TO_SLANT = 17;

export class Axis {
  /** @param {Tokens} tokens @param {number} cells @param {(i: number) => [number, number]} spanOf the tokens of a cell */
  constructor(tokens, cells, spanOf) {
    /** @type {Spelling[]} */
    this.spellings = Array.from({ length: cells }, (_, i) => spell(tokens, spanOf(i)[0]));
    /** @type {Map<number, string>} */ this.fitted = new Map();
    this.fontSize = 0;
  }

  /** How long the longest label is. @param {CanvasRenderingContext2D} context @param {Theme} theme @param {number} cell */
  measure(context, theme, cell) {
    const size = fontSize(cell);
    if (size === this.fontSize) return this.longest;
    this.fontSize = size;
    this.longest = 0;
    this.spellings.forEach((spelling, i) => {
      setFont(context, theme, size, spelling, false);
      const text = fit(context, spelling.text, WIDEST);
      this.fitted.set(i, text);
      this.longest = Math.max(this.longest, context.measureText(text).width);
    });
    return this.longest;
  }

  /** Labels down the side, each ending at x. @param {CanvasRenderingContext2D} context @param {Theme} theme @param {number} x @param {Stretch} stretch */
  drawDown(context, theme, x, stretch) {
    context.textAlign = "right";
    context.textBaseline = "middle";
    this.each(stretch, (i, middle) => {
      this.write(context, theme, i, stretch.light(i), (text) => put(context, text, x, middle, this.spellings[i].piece));
    });
  }

  /** Labels across the top, each beginning at y. @param {CanvasRenderingContext2D} context @param {Theme} theme @param {number} y @param {Stretch} stretch */
  drawAcross(context, theme, y, stretch) {
    context.textAlign = "left";
    context.textBaseline = "middle";
    const angle = slanted(stretch.cell) ? SLANT : Math.PI / 2;
    this.each(stretch, (i, middle) => {
      context.save();
      context.translate(middle, y);
      context.rotate(-angle);
      this.write(context, theme, i, stretch.light(i), (text) => put(context, text, 0, 0, this.spellings[i].piece));
      context.restore();
    });
  }

  /** @param {Stretch} stretch @param {(i: number, middle: number) => void} draw */
  each({ first, last, cell, start, light }, draw) {
    const step = Math.ceil((this.fontSize + 1) / cell);
    for (let i = first; i < last; i++) {
      if (i % step === 0 || light(i) === "lit") draw(i, start + (i + 0.5) * cell);
    }
  }

  /** @param {CanvasRenderingContext2D} context @param {Theme} theme @param {number} i @param {Light} light @param {(text: string) => void} draw */
  write(context, theme, i, light, draw) {
    const spelling = this.spellings[i];
    setFont(context, theme, this.fontSize, spelling, light === "lit");
    context.fillStyle = light === "lit" ? theme.accent : spelling.special ? theme.secondary : theme.text;
    context.globalAlpha = light === "faded" ? 0.45 : 1;
    draw(this.fitted.get(i) ?? "");
    context.globalAlpha = 1;
  }
}

/** How high a band of labels of this length is across the top. @param {number} longest @param {number} cell */
export function acrossHeight(longest, cell) {
  return Math.ceil(slanted(cell) ? longest * Math.sin(SLANT) + 18 : longest + 10);
}

/** How far slanted labels reach beyond the last cell. @param {number} longest @param {number} cell */
export function acrossOverhang(longest, cell) {
  return Math.ceil(slanted(cell) ? longest * Math.cos(SLANT) : 0);
}

/** @param {number} cell */
function slanted(cell) {
  return cell >= ROOM_TO_SLANT;
}

/** @param {number} cell */
function fontSize(cell) {
  return cell >= 16 ? 13 : cell >= 13 ? 12 : 11;
}

/** @param {CanvasRenderingContext2D} context @param {Theme} theme @param {number} size @param {Spelling} spelling @param {boolean} bold */
function setFont(context, theme, size, spelling, bold) {
  context.font = `${bold ? "600" : "400"} ${size}px ${theme.font}`;
  context.fontVariantCaps = spelling.special ? "all-small-caps" : "normal";
}

/** A piece of a word is underlined by a hairline, so that it is seen to be joined to what stands before it.
 * @param {CanvasRenderingContext2D} context @param {string} text @param {number} x @param {number} y @param {boolean} piece */
function put(context, text, x, y, piece) {
  context.fillText(text, x, y);
  if (!piece) return;
  const width = context.measureText(text).width;
  context.fillRect(context.textAlign === "right" ? x - width : x, y + 7, width, 1);
}
