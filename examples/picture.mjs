/** Draws a grid: as half-block characters on a colour terminal, and as a PNG file. */
import { encode } from "fast-png";

/** Colour stops from low to high, [position, red, green, blue]. */
const STOPS = [
  [0, 48, 18, 120],
  [0.35, 32, 110, 190],
  [0.55, 70, 180, 160],
  [0.75, 235, 215, 100],
  [1, 190, 40, 40],
];

/** @param {number} t 0…1. @returns {[number, number, number]} red, green, blue, 0…255. */
function colour(t) {
  const x = Math.min(1, Math.max(0, t));
  const k = Math.max(
    1,
    STOPS.findIndex(([p]) => p >= x),
  );
  const [p0, ...a] = STOPS[k - 1];
  const [p1, ...b] = STOPS[k];
  const f = (x - p0) / (p1 - p0);
  return /** @type {[number, number, number]} */ (a.map((v, i) => Math.round(v + f * (b[i] - v))));
}

/** @param grid two-dimensional StridedView of numbers, first row on top. @returns {Uint8Array} PNG bytes. */
export function png(grid, low, high) {
  const [height, width] = grid.shape;
  const data = new Uint8Array(height * width * 3);
  for (let y = 0, i = 0; y < height; y++)
    for (let x = 0; x < width; x++, i += 3) data.set(colour((grid.get(y, x) - low) / (high - low)), i);
  return encode({ width, height, data, depth: 8, channels: 3 });
}

/** @returns {string} the grid in `columns` × rows of upper half blocks with 24-bit colour. */
export function terminalPicture(grid, low, high, columns) {
  const [height, width] = grid.shape;
  const rows = Math.round((columns * height) / width / 2) * 2;
  const at = (y, x) => {
    const value = grid.get(Math.floor(((y + 0.5) * height) / rows), Math.floor(((x + 0.5) * width) / columns));
    return colour((value - low) / (high - low)).join(";");
  };
  let text = "";
  for (let y = 0; y < rows; y += 2) {
    for (let x = 0; x < columns; x++) text += `\x1b[38;2;${at(y, x)}m\x1b[48;2;${at(y + 1, x)}m▀`;
    text += "\x1b[0m\n";
  }
  return text;
}
