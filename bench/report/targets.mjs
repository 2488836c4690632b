/**
 * The targets as data, and the table that holds every figure against them. R: resident beside `memory.copy` of the same
 * traffic. S: staged beside `TypedArray.set` of the same traffic. The others are speeds beside a rival. Three numbers
 * are for 64 KiB, 1 MiB and 64 MiB; null is "no target".
 */
import { OVER_EMPTY } from "../special/startup.mjs";
import { bestLoop, bestNative, duration, indexCases, number, ratio, table, timeOf, variantOf } from "./figures.mjs";

const large = ["64K", "1M", "64M"];
const R = (record) => ratio(record, "wasm resident", "memory.copy");
const S = (record) => ratio(record, "wasm staged", "TypedArray.set");
const beside = (pick) => (record) => {
  const other = pick(record);
  const mine = timeOf(record, "wasm staged");
  return other && mine ? other.ns / mine : undefined;
};
const besideNamed = (pattern) =>
  beside((record) =>
    record.variants.filter((v) => pattern.test(v.name)).reduce((a, b) => (!a || b.ns < a.ns ? b : a), undefined),
  );
const overLoop = beside(bestLoop);
const overNative = beside(bestNative);
const halfOfR = (record) => {
  const [s, r] = [S(record), R(record)];
  return s && r ? s / r : undefined;
};

const goal = (row, ids, what, measure, values, sizes = large) =>
  ids.flatMap((id) => sizes.map((size, i) => ({ row, id, size, what, measure, target: values[i] ?? null })));

const swaps = [2, 4, 8, 16].flatMap((w) => [`swap${w}`, `swap${w}-inplace`]);
const strides = [
  "stride2-1",
  "stride2-2",
  "stride2-4",
  "stride2-8",
  "stride3-1",
  "stride3-4",
  "reverse-1",
  "reverse-4",
].concat(["reverse-8", "field-12", "field-13", "field-16", "field-24"]);
const channels = [3, 4, 64].flatMap((c) => [`nchw-${c}`, `nhwc-${c}`]);
const encode = ["f32-e4m3", "f32-e5m2"];
const decode = ["e4m3-f32", "e5m2-f32"];
const widening = ["f64-f32", "f32-f64", "i32-f64", "i16-f32"];

export const targets = [
  ...goal("byteswap", swaps, "R", R, [0.65, 0.9, 0.85]),
  ...goal("byteswap", swaps, "S", S, [0.28, 0.5, 0.5]),
  ...goal("byteswap", swaps, "× best JS loop", overLoop, [4, 4, 1.8]),
  ...goal("byteswap", ["swap2", "swap2-inplace"], "× Buffer.swap16", overNative, [1, 1, 1]),
  ...goal("byteswap", swaps, "× zarrita, endianness, numpy-ts", besideNamed(/zarrita|endianness|numpy-ts/), [1, 1, 1]),
  ...goal("stride", strides, "R", R, [0.55, 0.85, 0.85]),
  ...goal("stride", strides, "S", S, [0.25, 0.4, 0.4]),
  ...goal("stride", strides, "× best JS loop", overLoop, [3, 3, 1.5]),
  ...goal("transpose", ["transpose-8"], "R", R, [0.5, 0.6, 0.55]),
  ...goal("transpose", ["transpose-4"], "R", R, [0.45, 0.5, 0.33]),
  ...goal("transpose", ["transpose-2"], "R", R, [0.33, 0.48, 0.35]),
  ...goal("transpose", ["transpose-1"], "R", R, [0.26, 0.36, 0.26]),
  ...goal("transpose", ["transpose-4"], "S", S, [0.2], ["64M"]),
  ...goal("transpose", ["transpose-4"], "× ndarray-ops", besideNamed(/ndarray-ops/), [2.5], ["64M"]),
  ...goal("transpose", ["transpose-4"], "× tiled JS", overLoop, [2.5], ["64M"]),
  ...goal("transpose", ["transpose-4"], "× NumPy", besideNamed(/^NumPy/), [8], ["64M"]),
  ...goal("transpose", ["transpose-4"], "× ndarray-ops", besideNamed(/ndarray-ops/), [4], ["256K"]),
  ...goal("permute", ["permute-210"], "R", R, [0.3, 0.4, 0.28]),
  ...goal("permute", channels, "R", R, [0.5, 0.85, 0.65]),
  ...goal("permute", ["permute-210", ...channels], "S", S, [0.15, 0.15, 0.15]),
  ...goal("permute", ["permute-210", ...channels], "× tiled JS", overLoop, [3, 3, 3]),
  ...goal("permute", ["permute-210"], "× NumPy", besideNamed(/^NumPy/), [5, 5, 5]),
  ...goal("contiguous", ["copy-4"], "R", R, [0.95, 0.95, 0.95]),
  ...goal("contiguous", ["copy-4"], "S", S, [0.95, 0.95, 0.95]),
  ...goal("bf16-f32", ["bf16-f32"], "R", R, [0.55, 0.9, 0.85]),
  ...goal("bf16-f32", ["bf16-f32"], "S", S, [0.3, 0.5, 0.45]),
  ...goal("bf16-f32", ["bf16-f32"], "× best JS loop", overLoop, [3, 2.5, 1.8]),
  ...goal("f32-bf16", ["f32-bf16"], "R", R, [0.2, 0.4, 0.8]),
  ...goal("f32-bf16", ["f32-bf16"], "S", S, [0.15, 0.25, 0.4]),
  ...goal("f32-bf16", ["f32-bf16"], "× best JS loop", overLoop, [3, 3, 2.5]),
  ...goal("f16-f32", ["f16-f32"], "R", R, [0.22, 0.4, 0.85]),
  ...goal("f16-f32", ["f16-f32"], "S", S, [0.15, 0.25, 0.4]),
  ...goal("f16-f32", ["f16-f32"], "× 64 Ki table", besideNamed(/64 Ki table/), [2, 1.5, 2]),
  ...goal("f16-f32", ["f16-f32"], "× Float32Array.set(Float16Array)", overNative, [3, 3, 3]),
  ...goal("f16-f32", ["f16-f32"], "× NumPy", besideNamed(/^NumPy/), [3, 3, 3]),
  ...goal("f32-f16", ["f32-f16"], "R", R, [0.1, 0.2, 0.5]),
  ...goal("f32-f16", ["f32-f16"], "S", S, [0.08, 0.16, 0.28]),
  ...goal("f32-f16", ["f32-f16"], "× Float16Array.set", overNative, [1.5, 1.5, 1.5]),
  ...goal("f32-f16", ["f32-f16"], "× best JS loop", overLoop, [2, 2, 2]),
  ...goal("f32-f16", ["f32-f16"], "× NumPy", besideNamed(/^NumPy/), [2, 2, 2]),
  ...goal("f8", decode, "R", R, [0.18, 0.35, 0.75]),
  ...goal("f8", encode, "R", R, [0.1, 0.19, 0.5]),
  ...goal("f8", [...decode, ...encode], "S ÷ R", halfOfR, [0.5, 0.5, 0.5]),
  ...goal("f8", [...decode, ...encode], "× best JS loop", overLoop, [3, 3, 3]),
  ...goal("f8", [...decode, ...encode], "× ml_dtypes", besideNamed(/^NumPy/), [3, 3, 3]),
  ...goal("cast", widening, "R", R, [0.55, 0.9, 0.85]),
  ...goal("cast", ["u8-f32"], "R", R, [0.4, 0.8, 0.85]),
  ...goal("cast", [...widening, "u8-f32"], "× TypedArray.set", overNative, [0.95, 0.95, 0.95]),
  ...goal("cast64", ["f64-i32"], "R", R, [0.27, 0.55, 0.8]),
  ...goal("cast64", ["i64-f64", "f64-i64"], "R", R, [0.3, 0.6, 0.9]),
  ...goal("cast64", ["i64-i32"], "R", R, [0.6, 0.9, 0.9]),
  ...goal("cast64", ["f64-i32", "i64-f64", "f64-i64", "i64-i32"], "S", S, [0.2, 0.2, 0.2]),
  ...goal("cast64", ["f64-i32", "i64-f64", "f64-i64", "i64-i32"], "× best JS loop", overLoop, [2, 2, 2]),
  ...goal(
    "cast64",
    ["i64-f64", "f64-i64", "i64-i32"],
    "× BigInt64Array loop",
    besideNamed(/js BigInt64Array/),
    [20, 20, 20],
  ),
];

const smallest = (record) =>
  ["wasm staged", "wasm resident"]
    .map((n) => variantOf(record, n))
    .reduce((a, b) => (!a || (b && b.ns > a.ns) ? b : a), undefined);

/** What 16 and 128 elements must reach: the slower of staged and resident counts. */
function smallWork(report, suites) {
  const out = [];
  for (const record of report.cases) {
    const mine = smallest(record);
    const loop = bestLoop(record);
    if (!mine || (record.size !== "e16" && record.size !== "e128")) continue;
    if (record.size === "e16") {
      out.push({ row: "small", id: record.id, size: "e16", what: "ns", figure: mine.ns, target: 400, upTo: true });
      if (loop)
        out.push({
          row: "small",
          id: record.id,
          size: "e16",
          what: "× time of the JS loop",
          figure: mine.ns / loop.ns,
          target: 3,
          upTo: true,
        });
    } else if (loop && record.shape.length === 1)
      out.push({
        row: "small",
        id: record.id,
        size: "e128",
        what: "× best JS loop",
        figure: loop.ns / mine.ns,
        target: 1,
      });
  }
  const start = suites.get("startup")?.variants.find((v) => v.topic === OVER_EMPTY && v.name === "stridebuf");
  if (start)
    out.push({
      row: "start-up",
      id: "import to first result",
      size: "",
      what: "ms over an empty module",
      figure: start.ns / 1e6,
      target: Number.parseInt(report.machine.node, 10) < 24 ? 20 : 12,
      upTo: true,
    });
  return out;
}

/** Every target with its figure, which is undefined where the recording lacks it. */
export function evaluate(report) {
  const find = indexCases(report);
  const suites = new Map(report.suites.map((s) => [s.suite, s]));
  const measured = targets.map(({ measure, ...rest }) => {
    const record = find(rest.id, rest.size);
    return { ...rest, figure: record ? measure(record) : undefined };
  });
  return [...measured, ...smallWork(report, suites)].map((t) => ({
    ...t,
    met: t.target === null || (t.upTo ? t.figure <= t.target : t.figure >= t.target * 0.995),
  }));
}

/** One line per case and measure, the sizes side by side. */
export function targetTable(report) {
  const results = evaluate(report);
  const groups = new Map();
  for (const t of results) {
    const key = `${t.row}|${t.id}|${t.what}`;
    groups.set(key, [...(groups.get(key) ?? []), t]);
  }
  const cell = (t) => {
    if (!t) return "";
    const text = t.what === "ns" ? duration(t.figure) : number(t.figure);
    const figure = t.figure === undefined ? "missing" : text;
    return `${t.met ? "" : "**"}${figure}${t.met ? "" : "**"} (${t.upTo ? "≤" : "≥"} ${t.target})`;
  };
  const sizes = ["e16", "e128", "64K", "256K", "1M", "64M"];
  const lines = [...groups.values()].map((ts) => {
    const bySize = (s) => cell(ts.find((t) => t.size === s));
    const plain = ts.find((t) => t.size === "");
    return [
      ts[0].id,
      ts[0].what,
      ...(plain ? [cell(plain), "", "", "", "", ""] : sizes.map(bySize)),
      ts.every((t) => t.met) ? "met" : "**missed**",
    ];
  });
  const missing = results.filter((t) => t.figure === undefined);
  const missed = results.filter((t) => t.figure !== undefined && !t.met);
  return {
    text: table(["case", "measure", ...sizes.map((s) => s.replace(/^e/, "n = ")), "verdict"], lines),
    met: results.length - missed.length - missing.length,
    total: results.length,
    missed,
    missing,
  };
}
