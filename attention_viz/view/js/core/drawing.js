/**
 * Drawing: the numbers on which the screen and print agree, see drawing.py for what they are.
 */
import numbers from "../../../drawing.json" with { type: "json" };

export const LINES = numbers.lines;
export const TOPS = numbers.tops;
export const FRAME = numbers.frame;
export const PICTURE = numbers.picture;
export const ROUNDING = numbers.rounding;
export const GAP = numbers.gap;
export const TICKS = numbers.ticks;
