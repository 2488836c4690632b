/** Drawings in the terminal: half blocks of two dots each in colour, shades where there is none. */

import type { Terminal } from "../terminal.js";
import type { Bars, Drawing, Images, Lines } from "./drawing.js";

/** Columns where no terminal says how wide it is. */
const COLUMNS = 80;
const MOST_COLUMNS = 160;
/** Lines of a curve. */
const HEIGHT = 16;
const SHADES = " ░▒▓█";

const columnsOf = (terminal: Terminal): number =>
  Number.isFinite(terminal.columns) ? Math.min(terminal.columns, MOST_COLUMNS) : COLUMNS;

const short = (value: number): string => String(Number(value.toPrecision(4)));

/** The colour of the 6 × 6 × 6 cube nearest to one of 24 bits. */
const cube = ([r, g, b]: readonly [number, number, number]): number => {
  const level = (part: number) => Math.round((part / 255) * 5);
  return 16 + 36 * level(r) + 6 * level(g) + level(b);
};

function image(drawing: Images, plane: Float64Array, terminal: Terminal): string[] {
  const { rows, columns, low, high, colormap } = drawing;
  const across = Math.min(columnsOf(terminal), Math.max(columns, 16));
  const colored = terminal.colorDepth > 1;
  const down = Math.max(2, Math.round((across * rows) / columns / 2) * 2);
  const scale = high > low ? 1 / (high - low) : 0;
  /** The value in the middle of a dot, 0…1; NaN where there is none. */
  const at = (y: number, x: number): number => {
    const row = Math.floor(((y + 0.5) * rows) / down);
    const column = Math.floor(((x + 0.5) * columns) / across);
    return (plane[row * columns + column]! - low) * scale;
  };
  const code = (t: number): string => {
    const rgb = Number.isNaN(t) ? ([128, 128, 128] as const) : colormap(t);
    return terminal.colorDepth >= 24 ? `2;${rgb.join(";")}` : `5;${cube(rgb)}`;
  };
  const lines: string[] = [];
  for (let y = 0; y < down; y += 2) {
    let line = "";
    for (let x = 0; x < across; x++) {
      if (colored) line += `\x1b[38;${code(at(y, x))}m\x1b[48;${code(at(y + 1, x))}m▀`;
      else {
        const t = (at(y, x) + at(y + 1, x)) / 2;
        line += Number.isNaN(t) ? "?" : SHADES[Math.min(4, Math.max(0, Math.floor(t * 5)))];
      }
    }
    lines.push(colored ? `${line}\x1b[0m` : line);
  }
  return lines;
}

/** Columns of eighths of a block from a base line. */
function bars(heights: readonly number[], most: number): string[] {
  const eighths = heights.map((height) => Math.round((height / (most || 1)) * HEIGHT * 8));
  return Array.from({ length: HEIGHT }, (_, row) => {
    const floor = (HEIGHT - 1 - row) * 8;
    return eighths.map((n) => " ▁▂▃▄▅▆▇█"[Math.min(8, Math.max(0, n - floor))]).join("");
  });
}

function histogram({ counts, low, high }: Bars, terminal: Terminal): string[] {
  const most = Math.max(...counts);
  const room = Math.max(8, columnsOf(terminal));
  const wide = Math.max(1, Math.floor(room / counts.length));
  // Where there is no room for each bin, neighbours are put together.
  const per = Math.ceil(counts.length / room);
  const bins = Array.from({ length: Math.ceil(counts.length / per) }, (_, i) =>
    counts.slice(i * per, (i + 1) * per).reduce((sum, count) => sum + count, 0),
  );
  const heights = bins.flatMap((count) => new Array<number>(per > 1 ? 1 : wide).fill(count));
  const [from, to] = [short(low), short(high)];
  const axis = from + " ".repeat(Math.max(1, heights.length - from.length - to.length)) + to;
  return [...bars(heights, per > 1 ? Math.max(...bins) : most), axis, `most in a bin: ${Math.max(...bins)}`];
}

/** Dots of a curve in braille, two across and four down in each character, minimum to maximum of what falls together. */
function curve({ lines, start, step }: Lines, terminal: Terminal): string[] {
  const finite = (value: number) => Number.isFinite(value);
  const [low, high] = lines.reduce(
    ([least, most], { values }) => {
      for (const value of values) {
        if (finite(value)) [least, most] = [Math.min(least, value), Math.max(most, value)];
      }
      return [least, most];
    },
    [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY],
  );
  const labels = [short(high), short(low)];
  const margin = Math.max(...labels.map((text) => text.length)) + 1;
  const across = Math.max(8, columnsOf(terminal) - margin) * 2;
  const down = HEIGHT * 4;
  const dots = new Uint8Array((across / 2) * HEIGHT);
  const rowOf = (value: number) =>
    high > low ? Math.round(((high - value) / (high - low)) * (down - 1)) : Math.floor(down / 2);
  const BITS = [0x01, 0x02, 0x04, 0x40, 0x08, 0x10, 0x20, 0x80];
  for (const { values } of lines) {
    let last: number | null = null;
    for (let x = 0; x < across; x++) {
      const from = Math.floor((x * values.length) / across);
      const part = values
        .subarray(from, Math.max(from + 1, Math.floor(((x + 1) * values.length) / across)))
        .filter(finite);
      if (part.length === 0) {
        last = null;
        continue;
      }
      let [top, bottom] = [down, 0];
      for (const value of part) [top, bottom] = [Math.min(top, rowOf(value)), Math.max(bottom, rowOf(value))];
      // Joined to the column before.
      if (last !== null && last < top - 1) top = last + 1;
      if (last !== null && last > bottom + 1) bottom = last - 1;
      for (let y = top; y <= bottom; y++) dots[(y >> 2) * (across / 2) + (x >> 1)]! |= BITS[(x & 1) * 4 + (y & 3)]!;
      last = rowOf(part.at(-1)!);
    }
  }
  const rows = Array.from({ length: HEIGHT }, (_, row) => {
    const text = Array.from(dots.subarray((row * across) / 2, ((row + 1) * across) / 2), (bits) =>
      bits === 0 ? " " : String.fromCharCode(0x2800 + bits),
    ).join("");
    const label = row === 0 ? labels[0]! : row === HEIGHT - 1 ? labels[1]! : "";
    return `${label.padStart(margin - 1)} ${text}`.trimEnd();
  });
  const count = lines[0]!.values.length;
  const [first, end] = [String(start), String(start + step * (count - 1))];
  return [...rows, `${" ".repeat(margin)}${first}${end.padStart(Math.max(1, across / 2 - first.length))}`];
}

export function drawInTerminal(drawing: Drawing, terminal: Terminal): void {
  terminal.out(terminal.colors.bold(drawing.title));
  const draw = (lines: readonly string[]) => {
    for (const line of lines) terminal.out(line);
  };
  if (drawing.kind === "line") draw(curve(drawing, terminal));
  else if (drawing.kind === "hist") draw(histogram(drawing, terminal));
  else {
    for (const { name, values } of drawing.planes) {
      if (name !== "") terminal.out(name);
      draw(image(drawing, values, terminal));
    }
  }
  terminal.out(terminal.colors.dim(drawing.what));
}
