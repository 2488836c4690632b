/** What is to be drawn, before it is known where: lines, an image, planes or a histogram, with their scales. */

import {
  interpolateBlues,
  interpolateCividis,
  interpolateGreys,
  interpolateInferno,
  interpolateMagma,
  interpolatePlasma,
  interpolateRdBu,
  interpolateSpectral,
  interpolateTurbo,
  interpolateViridis,
} from "d3-scale-chromatic";
import { InputFailure } from "../failure.js";
import { statisticText } from "../values.js";
import type { Numbers, PlotKind } from "./numbers.js";

/** A colormap: 0…1 to red, green, blue, each 0…255. */
export type Colormap = (t: number) => readonly [red: number, green: number, blue: number];

const reversed = (map: (t: number) => string) => (t: number) => map(1 - t);

/** Names as in matplotlib and D3. */
const maps: Readonly<Record<string, (t: number) => string>> = {
  viridis: interpolateViridis,
  magma: interpolateMagma,
  inferno: interpolateInferno,
  plasma: interpolatePlasma,
  cividis: interpolateCividis,
  turbo: interpolateTurbo,
  greys: reversed(interpolateGreys),
  blues: interpolateBlues,
  // From blue to red, low to high.
  rdbu: reversed(interpolateRdBu),
  spectral: reversed(interpolateSpectral),
};

export const COLORMAPS = Object.keys(maps);

/** A colormap of 256 colours. */
export function colormapOf(name: string): Colormap {
  const map = maps[name]!;
  const colours = Array.from({ length: 256 }, (_, i) => {
    const text = map(i / 255);
    const parts = text.startsWith("#")
      ? [1, 3, 5].map((at) => Number.parseInt(text.slice(at, at + 2), 16))
      : text.match(/\d+/g)!.map(Number);
    return parts.slice(0, 3) as [number, number, number];
  });
  return (t) => colours[Math.min(255, Math.max(0, Math.round(t * 255)))]!;
}

interface Common {
  readonly title: string;
  /** What the picture is, for the line that reports it. */
  readonly what: string;
  /** Pixels of SVG across; undefined leaves it to the drawing. */
  readonly width?: number;
  /** How values are said where they are no plain numbers. */
  readonly said?: (value: number) => string;
}

export interface Lines extends Common {
  readonly kind: "line";
  readonly lines: readonly { readonly name: string; readonly values: Float64Array }[];
  /** Index of the first item, and from one item to the next. */
  readonly start: number;
  readonly step: number;
}

export interface Plane {
  readonly name: string;
  /** Row after row. */
  readonly values: Float64Array;
}

export interface Images extends Common {
  readonly kind: "image";
  readonly planes: readonly Plane[];
  readonly rows: number;
  readonly columns: number;
  /** Indices of the first and of the item behind the last, of each axis. */
  readonly rowSpan: readonly [number, number];
  readonly columnSpan: readonly [number, number];
  /** Values of the ends of the colormap. */
  readonly low: number;
  readonly high: number;
  readonly colormap: Colormap;
}

export interface Bars extends Common {
  readonly kind: "hist";
  readonly counts: readonly number[];
  readonly low: number;
  readonly high: number;
}

export type Drawing = Lines | Images | Bars;

export interface DrawingOptions {
  readonly title: string;
  readonly kind?: PlotKind;
  readonly colormap?: string;
  readonly clip?: number;
  readonly width?: number;
}

/** Bins of a histogram. */
const BINS = 64;
/** Lines that can still be told apart. */
const MOST_LINES = 10;

function finiteSorted(arrays: readonly Float64Array[]): Float64Array {
  const all = new Float64Array(arrays.reduce((sum, { length }) => sum + length, 0));
  let count = 0;
  for (const values of arrays) for (const value of values) if (Number.isFinite(value)) all[count++] = value;
  if (count === 0) throw new InputFailure("there are no finite values to draw");
  return all.subarray(0, count).sort();
}

/** The range of the values without `clip` per cent at each end. */
function stretch(sorted: Float64Array, clip: number): [number, number] {
  const at = (share: number) => sorted[Math.round(share * (sorted.length - 1))]!;
  return [at(clip / 100), at(1 - clip / 100)];
}

const span = ({ start, step, count }: Numbers["axes"][number]): [number, number] => [start, start + step * count];

function histogramOf({ series }: Numbers, options: DrawingOptions): Bars {
  const sorted = finiteSorted(series.map(({ values }) => values));
  const [low, high] = stretch(sorted, options.clip ?? 0);
  const counts = new Array<number>(BINS).fill(0);
  const scale = high > low ? BINS / (high - low) : 0;
  for (const value of sorted) {
    if (value >= low && value <= high) counts[Math.min(BINS - 1, Math.floor((value - low) * scale))]!++;
  }
  return { kind: "hist", counts, low, high, title: options.title, what: `histogram of ${sorted.length} values` };
}

function linesOf({ series, shape, axes }: Numbers, options: DrawingOptions): Lines {
  const [count = 1, columns = 1] = shape;
  const columnAt = (column: number) => axes[1]!.start + column * axes[1]!.step;
  const lines = series.flatMap(({ name, values }) =>
    Array.from({ length: Math.min(columns, MOST_LINES) }, (_, column) => ({
      name: columns === 1 ? name : [name, String(columnAt(column))].filter((text) => text !== "").join(" "),
      values: columns === 1 ? values : values.filter((_, i) => i % columns === column),
    })),
  );
  const shown = lines.slice(0, MOST_LINES);
  const [start, end] = axes[0] === undefined ? [0, 1] : span(axes[0]);
  const left = columns * series.length - shown.length;
  const what = `${shown.length} ${shown.length === 1 ? "line" : "lines"} of ${count} points${left > 0 ? ` (${left} left out)` : ""}`;
  return { kind: "line", lines: shown, start, step: (end - start) / count, title: options.title, what };
}

function imagesOf(numbers: Numbers, options: DrawingOptions): Images {
  const { series, shape, axes } = numbers;
  const [rows, columns] = shape.slice(-2) as [number, number];
  const depth = shape.length === 3 ? shape[0]! : 1;
  const pixels = rows * columns;
  const planes = series.flatMap(({ name, values }) =>
    Array.from({ length: depth }, (_, plane) => ({
      name: [name, depth > 1 ? `[${axes[0]!.start + plane * axes[0]!.step}]` : ""].join(" ").trim(),
      values: values.subarray(plane * pixels, (plane + 1) * pixels),
    })),
  );
  const [low, high] = stretch(finiteSorted(planes.map(({ values }) => values)), options.clip ?? 1);
  const [rowAxis, columnAxis] = axes.slice(-2) as [Numbers["axes"][number], Numbers["axes"][number]];
  const count = planes.length === 1 ? "image" : `${planes.length} images`;
  return {
    ...{ kind: "image", planes, rows, columns, low, high, title: options.title },
    ...{ rowSpan: span(rowAxis), columnSpan: span(columnAxis) },
    colormap: colormapOf(options.colormap ?? "viridis"),
    what: `${count} of ${rows} × ${columns}, colours from ${low} to ${high}`,
  };
}

/** Dates are said as dates; where there are others beside them, all are numbers. */
function saidOf({ series }: Numbers): ((value: number) => string) | undefined {
  const [first, ...others] = series.map(({ dtype }) => dtype);
  if (first?.kind !== "datetime" || others.some((dtype) => dtype !== first)) return undefined;
  return (value) => statisticText(BigInt(Math.round(value)), first).replace(/T00:00:00(\.0+)?$/, "");
}

/** By default a line for one axis, an image for two, planes for three, and bars where there is but one item. */
export function drawingOf(numbers: Numbers, options: DrawingOptions): Drawing {
  const ndim = numbers.shape.length;
  const kind = options.kind ?? (ndim >= 2 ? "image" : "line");
  if (kind === "image" && ndim < 2) {
    throw new InputFailure(`--kind image needs two axes, the selection has ${ndim}; use --kind line`);
  }
  if (kind === "line" && ndim > 2) {
    throw new InputFailure(`--kind line takes one or two axes, the selection has ${ndim}; choose some, as in '[0]'`);
  }
  const { width } = options;
  const said = saidOf(numbers);
  const drawn =
    kind === "hist"
      ? histogramOf(numbers, options)
      : kind === "image"
        ? imagesOf(numbers, options)
        : linesOf(numbers, options);
  const note = numbers.thinning > 1 ? `, one of ${numbers.thinning.toFixed(1)} items shown` : "";
  return { ...drawn, what: drawn.what + note, ...(width === undefined ? {} : { width }), ...(said && { said }) };
}
