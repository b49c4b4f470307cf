/**
 * Raster: a matrix as a bitmap with one pixel per cell, to be drawn at any size.
 */

/** @typedef {{values: Uint8Array | Uint16Array, rows: number, columns: number, top: number, hidden?: Uint8Array | null}} Cells */

/** Cells that may not be read are left open. @param {Cells} cells @param {Uint32Array} table the colour of each value @returns {HTMLCanvasElement} */
export function bitmap(cells, table) {
  const canvas = document.createElement("canvas");
  canvas.width = cells.columns;
  canvas.height = cells.rows;
  const image = new ImageData(cells.columns, cells.rows);
  const pixels = new Uint32Array(image.data.buffer);
  colourInto(pixels, cells.values, table);
  if (cells.hidden) erase(pixels, cells.hidden);
  canvas.getContext("2d")?.putImageData(image, 0, 0);
  return canvas;
}

/** @param {Uint32Array} pixels @param {ArrayLike<number>} values @param {Uint32Array} table */
export function colourInto(pixels, values, table) {
  for (let i = 0; i < pixels.length; i++) pixels[i] = table[values[i]];
}

/** @param {Uint32Array} pixels @param {Uint8Array} hidden */
function erase(pixels, hidden) {
  for (let i = 0; i < pixels.length; i++) if (hidden[i] === 1) pixels[i] = 0;
}

/** @param {ArrayLike<number>} values @returns {number} */
export function highestOf(values) {
  let highest = 0;
  for (let i = 0; i < values.length; i++) if (values[i] > highest) highest = values[i];
  return highest;
}

/** Draw without smoothing, so that a cell keeps its edges.
 * @param {CanvasRenderingContext2D} context @param {HTMLCanvasElement} image
 * @param {number} x @param {number} y @param {number} width @param {number} height */
export function place(context, image, x, y, width, height) {
  context.imageSmoothingEnabled = false;
  context.drawImage(image, x, y, width, height);
}
