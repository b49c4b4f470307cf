/**
 * Head colours: colours and dashes that distinguish the lines of several heads, also for the colour-blind and in grey print.
 *
 * @typedef {import("./palette.js").Palette} Palette
 */

const DASHES = [[], [7, 4]];

/** The colour and the dash pattern of the i-th head: the same again after twice as many as there are colours.
 * @param {Palette} palette @param {number} i @returns {{colour: string, dash: number[]}} */
export function headStyle({ heads }, i) {
  return { colour: heads[i % heads.length], dash: DASHES[Math.floor(i / heads.length) % DASHES.length] };
}
