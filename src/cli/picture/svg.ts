/** Drawings as SVG: Observable Plot over linkedom's document, images inside as PNG. */

import * as Plot from "@observablehq/plot";
import { encode } from "fast-png";
import { parseHTML } from "linkedom";
import type { Bars, Drawing, Images, Lines } from "./drawing.js";

const WIDTH = 960;
const HEIGHT = 480;
/** Across, where there are several planes. */
const PANEL = 480;
/** Pixels around what is drawn, and of the title above. */
export const MARGIN = { left: 72, right: 24, top: 28, bottom: 36 };
export const TITLE = 30;
const RAMP = { height: 12, gap: 34 };
const GREY = [200, 200, 200] as const;

const { document } = parseHTML("<html><body></body></html>");

/** What every plot has: the document to draw in, no style that only browsers read. */
const base = (width: number, height: number): Plot.PlotOptions => ({
  document: document as unknown as Document,
  width,
  height,
  marginLeft: MARGIN.left,
  marginRight: MARGIN.right,
  marginTop: MARGIN.top,
  marginBottom: MARGIN.bottom,
  style: { fontFamily: "DejaVu Sans, sans-serif", fontSize: "11px", background: "white" },
});

/** Pixels that a character takes, about. */
const CHARACTER = 7;

/** How ticks of values are written: dates as such, and numbers that would take many zeros by their powers of ten. */
function ticksOf({ said }: Drawing, low: number, high: number): { tickFormat?: (value: number) => string } {
  if (said !== undefined) return { tickFormat: said };
  const most = Math.max(Math.abs(low), Math.abs(high));
  const isPlain = most === 0 || (most >= 1e-3 && most < 1e7);
  return isPlain ? {} : { tickFormat: (value) => (value === 0 ? "0" : Number(value.toPrecision(6)).toExponential()) };
}

/** Ticks of indices stand at whole ones. */
const wholeTicks = (from: number, to: number) => ({ ticks: Math.max(1, Math.min(10, Math.abs(to - from))) });

function extent(arrays: readonly Float64Array[]): [low: number, high: number] {
  let [low, high] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (const values of arrays) {
    for (const value of values) {
      if (value < low && value > Number.NEGATIVE_INFINITY) low = value;
      if (value > high && value < Number.POSITIVE_INFINITY) high = value;
    }
  }
  return [low, high];
}

interface Panel {
  readonly node: Element;
  readonly width: number;
  readonly height: number;
}

const escaped = (text: string): string =>
  text.replace(/[&<>"]/g, (sign) => `&${{ "&": "amp", "<": "lt", ">": "gt", '"': "quot" }[sign]};`);

function linesPanel(drawing: Lines): Panel {
  const width = drawing.width ?? WIDTH;
  const points = drawing.lines.map(({ name, values }) =>
    Plot.lineY(values, {
      x: Float64Array.from(values, (_, i) => drawing.start + i * drawing.step),
      y: values,
      stroke: drawing.lines.length > 1 ? () => name : "#1f77b4",
      strokeWidth: 1.25,
    }),
  );
  const [low, high] = extent(drawing.lines.map(({ values }) => values));
  const room = drawing.said === undefined ? 0 : drawing.said(high).length * CHARACTER + 16;
  const node = Plot.plot({
    ...base(width, HEIGHT),
    marginLeft: Math.max(MARGIN.left, room),
    x: { label: "index" },
    y: { label: null, grid: true, ...ticksOf(drawing, low, high) },
    ...(drawing.lines.length > 1 ? { color: { legend: false, domain: drawing.lines.map(({ name }) => name) } } : {}),
    marks: [Plot.frame({ stroke: "#ccc" }), ...points, ...legend(drawing)],
  });
  return { node, width, height: HEIGHT };
}

/** Names beside the last points would cover each other; they stand in a row above. */
function legend({ lines }: Lines): Plot.Markish[] {
  if (lines.length < 2) return [];
  let right = 0;
  const marks = [...lines].reverse().map(({ name }) => {
    const mark = Plot.text([name], {
      ...{ frameAnchor: "top-right", text: [name], fill: () => name, fontWeight: "bold" },
      ...{ dx: -right, dy: -16 },
    });
    right += name.length * CHARACTER + 16;
    return mark;
  });
  return marks.reverse();
}

function barsPanel(drawing: Bars): Panel {
  const { counts, low, high, width = WIDTH } = drawing;
  const step = (high - low) / counts.length || 1;
  const bars = counts.map((count, i) => ({ count, x1: low + i * step, x2: low + (i + 1) * step }));
  const node = Plot.plot({
    ...base(width, HEIGHT),
    x: { label: "value", ...ticksOf(drawing, low, high) },
    y: { label: "items", grid: true },
    marks: [Plot.rectY(bars, { x1: "x1", x2: "x2", y: "count", fill: "#1f77b4", inset: 0.5 }), Plot.ruleY([0])],
  });
  return { node, width, height: HEIGHT };
}

const dataUrl = (width: number, height: number, data: Uint8Array): string =>
  `data:image/png;base64,${Buffer.from(encode({ width, height, data, depth: 8, channels: 3 })).toString("base64")}`;

/** One dot per value; what is not finite is grey. */
function pixels({ rows, columns, low, high, colormap }: Images, values: Float64Array): string {
  const data = new Uint8Array(rows * columns * 3);
  const scale = high > low ? 1 / (high - low) : 0;
  for (let i = 0; i < values.length; i++) {
    const value = values[i]!;
    data.set(Number.isNaN(value) ? GREY : colormap((value - low) * scale), i * 3);
  }
  return dataUrl(columns, rows, data);
}

function imagePanels(drawing: Images): Panel[] {
  const { planes, rows, columns, rowSpan, columnSpan } = drawing;
  const single = planes.length === 1;
  const across = (drawing.width ?? (single ? WIDTH : PANEL)) - MARGIN.left - MARGIN.right;
  // Dots stay square, within reason.
  const down = Math.round(across * Math.min(2, Math.max(0.1, rows / columns)));
  const width = across + MARGIN.left + MARGIN.right;
  const height = down + MARGIN.top + MARGIN.bottom;
  return planes.map(({ name, values }) => {
    const [x1, x2] = columnSpan;
    const [y1, y2] = rowSpan;
    const image = Plot.image([0], {
      src: () => pixels(drawing, values),
      x: (x1 + x2) / 2,
      y: (y1 + y2) / 2,
      width: across,
      height: down,
      preserveAspectRatio: "none",
      imageRendering: "pixelated",
    });
    const node = Plot.plot({
      ...base(width, height),
      x: { domain: [x1, x2], label: null, ...wholeTicks(x1, x2) },
      y: { domain: [y2, y1], label: name === "" ? null : name, labelArrow: "none", ...wholeTicks(y1, y2) },
      marks: [image, Plot.frame({ stroke: "#888" })],
    });
    return { node, width, height };
  });
}

/** The colours and the values that they stand for. */
function ramp(drawing: Images): Panel {
  const { low, high, colormap, width = WIDTH } = drawing;
  const across = Math.min(320, width - MARGIN.left - MARGIN.right);
  const data = new Uint8Array(256 * 3);
  for (let i = 0; i < 256; i++) data.set(colormap(i / 255), i * 3);
  const height = RAMP.height + RAMP.gap;
  const node = Plot.plot({
    ...base(across + MARGIN.left + MARGIN.right, height),
    marginTop: 8,
    marginBottom: height - 8 - RAMP.height,
    x: { domain: high > low ? [low, high] : [low, low + 1], label: null, ticks: 5, ...ticksOf(drawing, low, high) },
    y: { axis: null },
    marks: [
      Plot.image([0], {
        src: () => dataUrl(256, 1, data),
        frameAnchor: "middle",
        width: across,
        height: RAMP.height,
        preserveAspectRatio: "none",
      }),
    ],
  });
  return { node, width: across + MARGIN.left + MARGIN.right, height };
}

/** Panels side by side in rows, under a title. */
function joined(title: string, panels: readonly Panel[], below: Panel | null): string {
  const perRow = Math.ceil(Math.sqrt(panels.length));
  const [first] = panels as [Panel, ...Panel[]];
  const rows = Math.ceil(panels.length / perRow);
  const top = TITLE;
  const width = Math.max(first.width * Math.min(perRow, panels.length), below?.width ?? 0);
  const height = top + first.height * rows + (below?.height ?? 0);
  const place = ({ node }: Panel, x: number, y: number): string => {
    node.setAttribute("x", String(x));
    node.setAttribute("y", String(y));
    return node.toString().replace(/<style>[\s\S]*?<\/style>/, "");
  };
  const parts = panels.map((panel, i) =>
    place(panel, (i % perRow) * first.width, top + Math.floor(i / perRow) * first.height),
  );
  if (below !== null) parts.push(place(below, 0, height - below.height));
  return `<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" font-family="DejaVu Sans, sans-serif">
<rect width="100%" height="100%" fill="white"/>
<text x="${MARGIN.left}" y="20" font-size="13" font-weight="bold">${escaped(title)}</text>
${parts.join("\n")}
</svg>
`;
}

export function svgOf(drawing: Drawing): string {
  if (drawing.kind === "image") return joined(drawing.title, imagePanels(drawing), ramp(drawing));
  return joined(drawing.title, [drawing.kind === "line" ? linesPanel(drawing) : barsPanel(drawing)], null);
}
