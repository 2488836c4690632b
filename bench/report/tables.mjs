/** The tables of RESULTS.md. */
import { sizes } from "../lib/geometry.mjs";
import {
  bestLoop,
  bestNative,
  bestPlain,
  duration,
  gainCell,
  gainOf,
  isLost,
  number,
  rate,
  rivalsOf,
  table,
  timeOf,
  variantOf,
} from "./figures.mjs";

const SMALL = (size) => size.startsWith("e");

export function machineText({ machine: m, method }) {
  const numpy = m.numpy
    ? `, NumPy ${m.numpy.numpy}${m.numpy.ml_dtypes ? ` with ml_dtypes ${m.numpy.ml_dtypes}` : ""}`
    : "";
  return `${m.cpu}, ${m.cores} cores, ${m.memoryGiB} GiB, ${m.system}; Node ${m.node} (V8 ${m.v8})${numpy}; commit ${m.commit}${
    m.modified ? " with local changes" : ""
  }, ${m.date} UTC, load ${m.load} at the start. ${howOften(method)}${method.quick ? " (quick run)" : ""}.${method.note ? ` Note: ${method.note}.` : ""}`;
}

function howOften({ launches = 1, close = 0, fewerLaunches = {}, rounds, roundMs, warmMs }) {
  const fewer = Object.entries(fewerLaunches)
    .filter(([, n]) => n < launches)
    .map(([group, n]) => `${group} ${n}`);
  const except = fewer.length ? ` (${fewer.join(", ")})` : "";
  const more = close ? `, and ${close} more of wasm and plain for lines that were won or lost by less than 30 %` : "";
  return `Launches in fresh processes: ${launches}${except}${more}; in each, ${rounds} rounds of ${roundMs} ms per variant after ${warmMs} ms of warming`;
}

/** What the figures of {@link caseTables} mean. */
export const definition =
  "GB/s = bytes of the larger side ÷ median time of one call (10⁹ bytes; gaps of strided sides count); cells of 16 and 128 elements are time per call. Ceiling = the platform's copy of the same traffic. " +
  "Ratio = best of plain JavaScript and platform methods ÷ `wasm staged`, in time: above 1 we are ahead. Spread = slowest ÷ fastest round of all launches: of `wasm staged` / the largest in the line.";

const cell = (record, ns) => (SMALL(record.size) ? duration(ns) : number(rate(record, ns)));
const named = (record, variant) =>
  variant ? `${cell(record, variant.ns)} (${variant.name.replace(/^js /, "")})` : "–";

function caseLine(record) {
  const staged = variantOf(record, "wasm staged");
  const numpy = record.variants.find((v) => v.kind === "numpy");
  const rival = rivalsOf(record)
    .toSorted((a, b) => a.ns - b.ns)
    .map((v) => `${v.name} ${cell(record, v.ns)}`)
    .join(", ");
  return [
    record.label,
    sizes[record.size].label,
    cell(record, timeOf(record, "memory.copy")),
    cell(record, timeOf(record, "wasm resident")),
    cell(record, timeOf(record, "TypedArray.set")),
    cell(record, staged?.ns),
    cell(record, timeOf(record, "js backend")),
    named(record, bestLoop(record)),
    named(record, bestNative(record)),
    rival || "–",
    numpy ? cell(record, numpy.ns) : "–",
    gainCell(gainOf(record)),
    [staged?.spread, Math.max(...record.variants.map((v) => v.spread))].map((x) => x?.toFixed(2) ?? "–").join(" / "),
  ];
}

/** The lines of 64 KiB and more that are lost, the worst first. */
export function lostLines(report) {
  const large = report.cases
    .filter((record) => !SMALL(record.size))
    .map((record) => ({ record, gain: gainOf(record) ?? Number.NaN }))
    .filter(({ gain }) => !Number.isNaN(gain));
  const lost = large.filter(({ gain }) => isLost(gain)).toSorted((a, b) => a.gain - b.gain);
  const rows = lost.map(({ record, gain }) => {
    const ours = cell(record, timeOf(record, "wasm staged"));
    return [record.label, sizes[record.size].label, ours, named(record, bestPlain(record)), number(gain)];
  });
  const count = `${lost.length} of ${large.length} lines of 64 KiB and more are lost: the fastest of plain JavaScript and the platform's own calls takes at least 5 % less time than \`wasm staged\`.`;
  return rows.length === 0
    ? count
    : `${count}\n\n${table(["operation", "size", "wasm staged, GB/s", "the fastest", "ratio"], rows)}`;
}

export function caseTables(report, rows) {
  const head = [
    "operation",
    "size",
    "memory.copy",
    "wasm resident",
    "TypedArray.set",
    "wasm staged",
    "js backend",
  ].concat(["best JS loop", "platform", "rivals", "NumPy", "ratio", "spread"]);
  return Object.entries(rows)
    .map(([row, title]) => {
      const records = report.cases.filter((c) => c.row === row);
      if (records.length === 0) return "";
      const ids = [...new Set(records.map((r) => r.id))];
      const lines = ids.flatMap((id) => records.filter((r) => r.id === id).map(caseLine));
      return `## ${title}\n\n${table(head, lines)}\n`;
    })
    .join("\n")
    .concat(refusals(report), versions(report));
}

function refusals(report) {
  const seen = new Map();
  for (const c of report.cases) for (const r of c.refused) seen.set(`${r.name}: ${c.id}`, r.reason);
  if (seen.size === 0) return "";
  const lines = [...seen].map(([key, reason]) => `- ${key}: ${reason}`);
  return `\n### Left out, because the result was wrong or the type unknown\n\n${lines.join("\n")}\n`;
}

function versions(report) {
  const all = new Map();
  for (const { variants } of [...report.cases, ...report.suites])
    for (const v of variants) if (v.version) all.set(v.name, [v.version, v.note]);
  const lines = [...all].sort().map(([name, [version, note]]) => `${name} ${version}${note ? ` (${note})` : ""}`);
  return `\nRivals: ${lines.join("; ")}.\n`;
}

export function suiteTables(report) {
  return report.suites
    .map(({ suite, variants, refused }) => {
      const topics = [...new Set(variants.map((v) => v.topic))];
      const lines = topics.flatMap((topic) =>
        variants
          .filter((v) => v.topic === topic)
          .toSorted((a, b) => a.ns / (a.per ?? 1) - b.ns / (b.per ?? 1))
          .map((v) => [
            topic,
            v.kind === "ours" ? `**${v.name}**` : v.name + (v.version ? ` ${v.version}` : ""),
            duration(v.ns),
            v.per ? duration(v.ns / v.per) : "",
            v.spread.toFixed(2),
          ]),
      );
      const left = refused.map((r) => `\n${r.name} is left out: ${r.reason}.`).join("");
      return `## ${suite}\n\n${table(["what", "who", "median of one call", "per record", "spread"], lines)}\n${left}`;
    })
    .join("\n\n");
}

/** Node versions side by side: resident and staged of every case at 1 MiB and 64 MiB. */
export function matrixTable(main, others) {
  if (others.length === 0) return "";
  const reports = [main, ...others].toSorted(
    (a, b) => Number.parseInt(a.machine.node, 10) - Number.parseInt(b.machine.node, 10),
  );
  const find = (report, id, size) => report.cases.find((c) => c.id === id && c.size === size);
  const head = [
    "operation",
    "size",
    ...["wasm resident", "wasm staged", "best plain JS"].flatMap((what) =>
      reports.map((r) => `${what}, Node ${r.machine.node.split(".")[0]}`),
    ),
  ];
  const lines = main.cases
    .filter((c) => ["64K", "1M", "64M"].includes(c.size))
    .map((c) => {
      const records = reports.map((r) => find(r, c.id, c.size));
      const each = (get) => records.map((record) => (record ? number(rate(record, get(record))) : "–"));
      return [
        c.label,
        sizes[c.size].label,
        ...each((r) => timeOf(r, "wasm resident")),
        ...each((r) => timeOf(r, "wasm staged")),
        ...each((r) => bestPlain(r)?.ns),
      ];
    });
  return `## Node versions side by side\n\nGB/s of payload.\n\n${table(head, lines)}\n\n${others.map(machineText).join("\n\n")}\n`;
}

/** The verdicts of several processors side by side: ratios, since GB/s of one say nothing of another's. */
export function processorsTable(main, elsewhere) {
  if (elsewhere.length === 0) return "";
  const reports = [main, ...elsewhere];
  const name = ({ machine }) => `${machine.cpu}, Node ${machine.node.split(".")[0]}`;
  const lines = main.cases
    .filter((c) => !SMALL(c.size))
    .map((c) => {
      const gains = reports.map((r) =>
        gainOf(r.cases.find((o) => o.id === c.id && o.size === c.size) ?? { variants: [] }),
      );
      return [c.label, sizes[c.size].label, ...gains.map(gainCell)];
    });
  const lost = elsewhere.map((report) => `### ${name(report)}\n\n${machineText(report)}\n\n${lostLines(report)}`);
  return `## Processors side by side\n\nThe best of plain JavaScript and platform methods ÷ \`wasm staged\`, in time: above 1 we are ahead; bold is lost.\n\n${table(
    ["operation", "size", ...reports.map(name)],
    lines,
  )}\n\n${lost.join("\n\n")}\n`;
}
