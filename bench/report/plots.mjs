/** One SVG per operation: GB/s of payload against payload, both logarithmic, every contestant labelled at its line's end. */
import * as Plot from "@observablehq/plot";
import { parseHTML } from "linkedom";
import { bestLoop, bestNative, OURS, rate, rivalsOf, variantOf } from "./figures.mjs";

const colours = {
  "wasm resident": "#0b6e4f",
  "wasm staged": "#2fa36b",
  "js backend": "#a3c644",
  "memory.copy": "#9aa0a6",
  "TypedArray.set": "#bdc1c6",
  "best JS loop": "#d1495b",
  platform: "#edae49",
  NumPy: "#30638e",
};
const rivalColours = ["#7b4fa3", "#b5739d", "#5c7cfa", "#8d6e63", "#c77dff"];

/** Points `{ name, bytes, rate }` of one case over its sizes. */
export function series(records) {
  const points = [];
  const add = (record, name, variant) => {
    if (variant) points.push({ name, bytes: record.payload, rate: rate(record, variant.ns) });
  };
  for (const record of records) {
    for (const name of [...OURS, "memory.copy", "TypedArray.set"]) add(record, name, variantOf(record, name));
    add(record, "best JS loop", bestLoop(record));
    add(record, "platform", bestNative(record));
    add(
      record,
      "NumPy",
      record.variants.find((v) => v.kind === "numpy"),
    );
    for (const v of rivalsOf(record)) add(record, v.name, v);
  }
  return points;
}

/** Moves labels apart, in the order of their values, so that none lie on each other. */
function spreadLabels(ends, low, high) {
  const gap = (Math.log10(high) - Math.log10(low)) / 24;
  let previous = Number.NEGATIVE_INFINITY;
  for (const end of ends.toSorted((a, b) => a.rate - b.rate)) {
    const at = Math.max(Math.log10(end.rate), previous + gap);
    end.labelAt = 10 ** at;
    previous = at;
  }
  return ends;
}

/** Labels at 1, 2 and 5 of each decade only. */
export const decade = (v) => (/^[125]/.test(v.toExponential()) ? (v < 1 ? v.toPrecision(1) : String(v)) : "");

const sizeLabel = (b) => (b >= 2 ** 20 ? `${b / 2 ** 20} MiB` : b >= 1024 ? `${b / 1024} KiB` : `${b} B`);

export function plot(title, points, { width = 760, height = 430 } = {}) {
  const { document } = parseHTML("<html><body></body></html>");
  const names = [...new Set(points.map((p) => p.name))];
  let next = 0;
  const colour = new Map(names.map((n) => [n, colours[n] ?? rivalColours[next++ % rivalColours.length]]));
  const last = Math.max(...points.map((p) => p.bytes));
  const low = Math.min(...points.map((p) => p.rate)) * 0.8;
  const high = Math.max(...points.map((p) => p.rate)) * 1.3;
  const ends = names.map((name) => ({
    ...points.filter((p) => p.name === name).reduce((a, b) => (a.bytes > b.bytes ? a : b)),
  }));
  const svg = Plot.plot({
    document,
    width,
    height,
    marginLeft: 60,
    marginRight: 190,
    marginTop: 52,
    style: { background: "#ffffff", color: "#202124", fontFamily: "system-ui, sans-serif", fontSize: "12px" },
    x: {
      type: "log",
      base: 2,
      label: null,
      ticks: [64, 1024, 65536, 2 ** 20, 2 ** 26],
      tickFormat: sizeLabel,
    },
    y: {
      type: "log",
      label: null,
      domain: [low, high],
      grid: true,
      tickFormat: decade,
      tickSize: 0,
    },
    marks: [
      Plot.line(points, {
        x: "bytes",
        y: "rate",
        z: "name",
        stroke: (d) => colour.get(d.name),
        strokeWidth: (d) => (OURS.includes(d.name) ? 2.6 : 1.3),
        // Plot takes a channel here, which its types do not know.
        strokeDasharray: /** @type {any} */ ((d) => (/memory.copy|TypedArray.set/.test(d.name) ? "4,3" : null)),
      }),
      Plot.dot(points, { x: "bytes", y: "rate", fill: (d) => colour.get(d.name), r: 2.5 }),
      Plot.text(spreadLabels(ends, low, high), {
        x: () => last,
        y: "labelAt",
        text: "name",
        fill: (d) => colour.get(d.name),
        textAnchor: "start",
        dx: 10,
        fontWeight: /** @type {any} */ ((d) => (OURS.includes(d.name) ? 700 : 400)),
      }),
      Plot.text([title], { frameAnchor: "top-left", dy: -38, dx: -40, fontSize: 15, fontWeight: 600 }),
      Plot.text(["GB/s of payload by bytes of the larger side; both axes logarithmic"], {
        frameAnchor: "top-left",
        dy: -18,
        dx: -40,
        fill: "#5f6368",
      }),
    ],
  });
  svg.setAttribute("xmlns", "http://www.w3.org/2000/svg");
  svg.setAttribute("role", "img");
  svg.setAttribute("aria-label", `${title}: GB/s by payload`);
  return `${svg.outerHTML}\n`;
}
