/** The one table and the one chart of the project's README. */
import * as Plot from "@observablehq/plot";
import { parseHTML } from "linkedom";
import { bestPlain, gainCell, gainOf, indexCases, number, rate, rivalsOf, table, timeOf } from "./figures.mjs";
import { decade } from "./plots.mjs";

const shown = [
  ["swap4", "byte swap of float32"],
  ["transpose-4", "transpose of float32, 512² / 4096²"],
  ["permute-210", "permute (2,1,0) of float32"],
  ["nchw-3", "NHWC → NCHW, 3 channels"],
  ["field-12", "one float32 of 12-byte records"],
  ["reverse-4", "`[::-1]` of float32"],
  ["bf16-f32", "bfloat16 → float32"],
  ["f32-bf16", "float32 → bfloat16"],
  ["f16-f32", "float16 → float32"],
  ["f32-f16", "float32 → float16"],
  ["e4m3-f32", "float8_e4m3fn → float32"],
  ["f32-e4m3", "float32 → float8_e4m3fn"],
  ["f64-i32", "float64 → int32"],
  ["i64-f64", "int64 → float64"],
  ["f64-f32", "float64 → float32"],
  ["i16-f32", "int16 → float32"],
];

const best = (variants) => variants.reduce((a, b) => (!a || b.ns < a.ns ? b : a), undefined);

export function readmeSection(report) {
  const find = indexCases(report);
  const pair = (id, get) =>
    ["1M", "64M"]
      .map((size) => {
        const record = find(id, size);
        return record ? number(rate(record, get(record))) : "–";
      })
      .join(" / ");
  const lines = shown
    .filter(([id]) => find(id, "1M"))
    .map(([id, label]) => {
      const gains = ["1M", "64M"].map((size) => {
        const record = find(id, size);
        return gainCell(record && gainOf(record));
      });
      return [
        label,
        pair(id, (r) => timeOf(r, "wasm resident")),
        pair(id, (r) => timeOf(r, "wasm staged")),
        pair(id, (r) => bestPlain(r)?.ns),
        pair(id, (r) => best(rivalsOf(r))?.ns),
        pair(id, (r) => r.variants.find((v) => v.kind === "numpy")?.ns),
        gains.join(" / "),
      ];
    });
  const { machine: m } = report;
  const numpy = m.numpy ? `, NumPy ${m.numpy.numpy}` : "";
  const note = report.method.note ? "; recorded in parts, as RESULTS.md says" : "";
  const markdown = `
${table(["GB/s at 1 MiB / 64 MiB", "resident", "your ArrayBuffers", "best plain JS", "best library", "NumPy", "× best plain JS"], lines)}

GB/s = bytes of the larger side ÷ time, into a reused destination. "Resident": both sides live in Wasm memory. "Best plain JS" is the fastest of several hand-written
loops and the platform's own methods (\`set\`, \`Buffer.swap32\`, Float16Array); "best library" the fastest of ndarray-ops, @stdlib, numpy-ts, zarrita, endianness,
@petamoriken/float16 and npyjs that can do the job. Bold: plain JavaScript is at least 5 % faster. ${m.cpu}, Node ${m.node}${numpy}, commit ${m.commit}, ${m.date.slice(0, 10)}${note}.
[All cases, sizes, Node versions and losses](https://github.com/stridebuf/stridebuf/blob/main/bench/RESULTS.md).

![GB/s beside the best plain JavaScript and NumPy](https://raw.githubusercontent.com/stridebuf/stridebuf/main/bench/readme.svg)
`;
  return { markdown, chart: chart(find) };
}

function chart(find) {
  const { document } = parseHTML("<html><body></body></html>");
  const bars = shown.flatMap(([id, label]) => {
    const record = find(id, "1M");
    if (!record) return [];
    const numpy = record.variants.find((v) => v.kind === "numpy");
    const name = label.replaceAll("`", "").replace(", 512² / 4096²", "");
    return [
      { name, who: "stridebuf, resident", rate: rate(record, timeOf(record, "wasm resident")) },
      { name, who: "stridebuf, your ArrayBuffers", rate: rate(record, timeOf(record, "wasm staged")) },
      { name, who: "best plain JavaScript", rate: rate(record, bestPlain(record)?.ns) },
      { name, who: "NumPy", rate: rate(record, numpy?.ns) },
    ].filter((b) => b.rate);
  });
  const who = ["stridebuf, resident", "stridebuf, your ArrayBuffers", "best plain JavaScript", "NumPy"];
  const range = ["#0b6e4f", "#2fa36b", "#d1495b", "#30638e"];
  const spans = [...new Set(bars.map((b) => b.name))].map((name) => {
    const rates = bars.filter((b) => b.name === name).map((b) => b.rate ?? 0);
    return { name, low: Math.min(...rates), high: Math.max(...rates) };
  });
  const plot = Plot.plot({
    document,
    width: 820,
    height: 520,
    marginLeft: 215,
    marginTop: 50,
    style: { background: "#ffffff", color: "#202124", fontFamily: "system-ui, sans-serif", fontSize: "12px" },
    x: {
      type: "log",
      label: "GB/s at 1 MiB →",
      grid: true,
      tickFormat: decade,
      tickSize: 0,
      ticks: 6,
    },
    y: { label: null, domain: spans.map((s) => s.name) },
    color: { domain: who, range },
    marks: [
      Plot.link(spans, { x1: "low", x2: "high", y1: "name", y2: "name", stroke: "#dadce0", strokeWidth: 2 }),
      Plot.dot(bars, { x: "rate", y: "name", fill: "who", r: 5.5 }),
      ...who.map((w, i) =>
        Plot.text([w], {
          frameAnchor: "top-left",
          dx: [0, 160, 385, 560][i] - 195,
          dy: -30,
          text: () => `● ${w}`,
          fill: range[i],
          fontWeight: 600,
        }),
      ),
    ],
  });
  plot.setAttribute("xmlns", "http://www.w3.org/2000/svg");
  return `${plot.outerHTML}\n`;
}
