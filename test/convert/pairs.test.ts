/** All ordered pairs of element types against the golden casts, through the kernels and through their twins. */
import { describe, expect, test } from "vitest";
import type { ConvertStep } from "../../src/backend/backend.js";
import { elementSteps, type Overflow, runTwins } from "../../src/convert/pairs.js";
import { type ElementName, type ElementRow, elements } from "../../src/dtype/elements.js";
import { decodeSmall } from "../../src/dtype/small-float.js";
import { runKernel } from "../lib/kernels.js";
import { fromHex, toHex, vectors } from "../lib/vectors.js";

const short: Record<string, ElementName> = {
  i1: "int8",
  u1: "uint8",
  i2: "int16",
  u2: "uint16",
  i4: "int32",
  u4: "uint32",
  i8: "int64",
  u8: "uint64",
  f2: "float16",
  f4: "float32",
  f8: "float64",
};
const elementOf = (name: string): ElementName | undefined =>
  short[name] ?? (name in elements ? (name as ElementName) : undefined);

const runners: Record<string, (steps: readonly ConvertStep[], input: Uint8Array) => Uint8Array> = {
  kernels: (steps, input) =>
    steps.reduce((data, step) => (step.kernel ? runKernel(step, data) : new Uint8Array(runTwins([step], data))), input),
  twins: (steps, input) => new Uint8Array(runTwins(steps, input)),
};

function isNaNCode(row: ElementRow, bytes: Uint8Array): boolean {
  const view = new DataView(bytes.slice().buffer);
  if (row.small)
    return Number.isNaN(decodeSmall(row.small, row.width === 1 ? view.getUint8(0) : view.getUint16(0, true)));
  return Number.isNaN(row.width === 4 ? view.getFloat32(0, true) : view.getFloat64(0, true));
}

describe.each(Object.entries(runners))("%s", (_, run) => {
  test("every ordered pair gives the golden result, or the exact one where ml_dtypes differs", () => {
    const { inputs, cases } = vectors("casts");
    const failures: unknown[] = [];
    let pairs = 0;
    for (const c of cases) {
      const src = elementOf(c.src);
      const dst = elementOf(c.dst);
      if (!src || !dst || c.unsupported) continue;
      pairs++;
      const row: ElementRow = elements[dst];
      const input = fromHex(inputs[c.src].hex);
      const got = run(elementSteps(dst, src, "as"), input);
      const want = fromHex(c.out);
      const free = new Set<number>(c.undef);
      const nan = new Set<number>(c.nan_out);
      for (const [i, hex] of c.differs ?? []) {
        if (hex === null) free.add(i);
        else want.set(fromHex(hex), i * row.width);
      }
      for (let i = 0; i < want.length / row.width; i++) {
        const a = got.slice(i * row.width, (i + 1) * row.width);
        const b = want.slice(i * row.width, (i + 1) * row.width);
        if (free.has(i) || toHex(a) === toHex(b)) continue;
        if (nan.has(i) && isNaNCode(row, a) && isNaNCode(row, b)) continue;
        const width = elements[src].width;
        failures.push([c.src, c.dst, i, toHex(input.slice(i * width, (i + 1) * width)), toHex(a), toHex(b)]);
      }
    }
    expect(failures.slice(0, 10)).toEqual([]);
    expect(pairs).toBeGreaterThan(700);
  });
});

/** The documented rule, number by number, in exact arithmetic. */
function integerRule(x: number | bigint, dst: ElementName, overflow: Overflow): bigint {
  const { kind, bits } = elements[dst];
  const size = BigInt(bits);
  const lowest = kind === "int" ? -(1n << (size - 1n)) : 0n;
  const highest = (kind === "int" ? 1n << (size - 1n) : 1n << size) - 1n;
  const wrap = (n: bigint) => (kind === "int" ? BigInt.asIntN(bits, n) : BigInt.asUintN(bits, n));
  const clamp = (n: bigint) => (n < lowest ? lowest : n > highest ? highest : n);
  if (typeof x === "bigint") return overflow === "saturate" ? clamp(x) : wrap(x);
  if (Number.isNaN(x)) return 0n;
  if (!Number.isFinite(x)) return overflow === "wrap" ? 0n : x > 0 ? highest : lowest;
  const whole = BigInt(Math.trunc(x));
  return overflow === "wrap" ? wrap(whole) : clamp(whole);
}

const readers: Record<string, (v: DataView, o: number) => number | bigint> = {
  int8: (v, o) => BigInt(v.getInt8(o)),
  uint8: (v, o) => BigInt(v.getUint8(o)),
  int16: (v, o) => BigInt(v.getInt16(o, true)),
  uint16: (v, o) => BigInt(v.getUint16(o, true)),
  int32: (v, o) => BigInt(v.getInt32(o, true)),
  uint32: (v, o) => BigInt(v.getUint32(o, true)),
  int64: (v, o) => v.getBigInt64(o, true),
  uint64: (v, o) => v.getBigUint64(o, true),
  float32: (v, o) => v.getFloat32(o, true),
  float64: (v, o) => v.getFloat64(o, true),
};

const integers = ["int8", "uint8", "int16", "uint16", "int32", "uint32", "int64", "uint64", "int4", "uint4", "int2"];

describe.each(Object.entries(runners))("%s", (_, run) => {
  test.each(["as", "wrap", "saturate"] as Overflow[])(
    "%s: every number of the golden inputs into every integer",
    (rule) => {
      const { inputs } = vectors("casts");
      const failures: unknown[] = [];
      let count = 0;
      for (const [name, { hex }] of Object.entries<{ hex: string }>(inputs)) {
        const src = elementOf(name);
        if (!src) continue;
        const row: ElementRow = elements[src];
        const input = fromHex(hex);
        const view = new DataView(input.buffer);
        for (const dst of integers as ElementName[]) {
          const out = run(elementSteps(dst, src, rule), input);
          const outView = new DataView(out.slice().buffer);
          const { width, bits } = elements[dst];
          for (let i = 0; i < input.length / row.width; i++) {
            const code = row.width === 1 ? view.getUint8(i) : view.getUint16(i * 2, true);
            const x = row.small ? decodeSmall(row.small, code) : readers[src]?.(view, i * row.width);
            if (x === undefined) continue;
            count++;
            const want = BigInt.asUintN(bits, integerRule(x, dst, rule));
            const raw =
              width === 8
                ? outView.getBigUint64(i * 8, true)
                : BigInt(
                    [outView.getUint8, outView.getUint16, outView.getUint32][Math.log2(width)]!.call(
                      outView,
                      i * width,
                      true,
                    ),
                  );
            if (raw !== want) failures.push([src, dst, String(x), raw, want]);
          }
        }
      }
      expect(failures.slice(0, 10)).toEqual([]);
      expect(count).toBeGreaterThan(20_000);
    },
  );
});
