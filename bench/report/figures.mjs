/** Reading the recorded JSON: one place that knows how a figure, a ratio or "the best JavaScript" is found in it. */

export const OURS = ["wasm resident", "wasm staged", "js backend"];

export function indexCases(report) {
  const map = new Map(report.cases.map((c) => [`${c.id} ${c.size}`, c]));
  return (id, size) => map.get(`${id} ${size}`);
}

export const variantOf = (record, name) => record?.variants.find((v) => v.name === name);

/** Nanoseconds per call of a named variant. */
export const timeOf = (record, name) => variantOf(record, name)?.ns;

const fastest = (variants) => variants.reduce((best, v) => (!best || v.ns < best.ns ? v : best), undefined);

/** The fastest hand-written loop. */
export const bestLoop = (record) => fastest(record.variants.filter((v) => v.kind === "js"));

/** The fastest thing JavaScript offers without a library: loops and the platform's own methods. */
export const bestPlain = (record) => fastest(record.variants.filter((v) => v.kind === "js" || v.kind === "native"));

export const bestNative = (record) => fastest(record.variants.filter((v) => v.kind === "native"));

export const rivalsOf = (record) => record.variants.filter((v) => v.kind === "rival");

/** GB/s of payload: bytes of the larger side by the time of one call. */
export const rate = (record, ns) => (ns ? record.payload / ns : undefined);

/** How many times as fast `a` is as `b`. */
export const ratio = (record, a, b) => {
  const [x, y] = [timeOf(record, a), timeOf(record, b)];
  return x && y ? y / x : undefined;
};

/** What plain JavaScript or the platform's own calls take, in times of what `wasm staged` takes: above 1 we are ahead. */
export const gainOf = (record) => {
  const [ours, plain] = [timeOf(record, "wasm staged"), bestPlain(record)?.ns];
  return ours && plain ? plain / ours : undefined;
};

/** A line is lost where plain JavaScript is at least 5 % faster: less is what two runs differ by. */
const LOST = 1 / 1.05;

export const isLost = (gain) => gain !== undefined && gain <= LOST;

/** A gain as a cell: bold where the line is lost. */
export const gainCell = (gain) => (isLost(gain) ? `**${number(gain)}**` : number(gain));

export const number = (x) => {
  if (x === undefined) return "–";
  if (x >= 100) return x.toFixed(0);
  if (x >= 10) return x.toFixed(1);
  return x >= 0.095 ? x.toFixed(2) : x.toFixed(3);
};

export const duration = (ns) => {
  if (ns === undefined) return "–";
  if (ns < 1e3) return `${ns.toFixed(0)} ns`;
  if (ns < 1e6) return `${(ns / 1e3).toFixed(ns < 1e4 ? 2 : 1)} µs`;
  return `${(ns / 1e6).toFixed(ns < 1e7 ? 2 : 1)} ms`;
};

export const table = (head, rows) =>
  [head, head.map((_, i) => (i === 0 ? ":--" : "--:")), ...rows].map((cells) => `| ${cells.join(" | ")} |`).join("\n");
