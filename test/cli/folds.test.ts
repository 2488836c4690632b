/** Statistics by Wasm and by plain loops: the same, bit for bit, and what they should be. */
import fc from "fast-check";
import { expect, test } from "vitest";
import { foldFloats } from "../../src/cli/folds/floats.js";
import type { Fold } from "../../src/cli/folds/fold.js";
import { foldInt32, foldInt64, foldNarrow } from "../../src/cli/folds/integers.js";
import { jsKernels } from "../../src/cli/folds/kernels-js.js";
import { wasmKernels } from "../../src/cli/folds/kernels-wasm.js";
import type { Kernels } from "../../src/cli/folds/piece.js";

type Values =
  | Int8Array<ArrayBuffer>
  | Uint8Array<ArrayBuffer>
  | Int16Array<ArrayBuffer>
  | Uint16Array<ArrayBuffer>
  | Int32Array<ArrayBuffer>
  | Uint32Array<ArrayBuffer>
  | BigInt64Array<ArrayBuffer>
  | BigUint64Array<ArrayBuffer>
  | Float32Array<ArrayBuffer>
  | Float64Array<ArrayBuffer>;

const wasm = wasmKernels();
const BIG = 20_000;
const long = { minLength: 0, maxLength: BIG, size: "max" } as const;

const cases: Record<string, [fc.Arbitrary<Values>, (kernels: Kernels) => Fold]> = {
  int8: [fc.int8Array(long), (kernels) => foldNarrow(kernels, "int8")],
  uint8: [fc.uint8Array(long), (kernels) => foldNarrow(kernels, "uint8")],
  int16: [fc.int16Array(long), (kernels) => foldNarrow(kernels, "int16")],
  uint16: [fc.uint16Array(long), (kernels) => foldNarrow(kernels, "uint16")],
  int32: [fc.int32Array(long), (kernels) => foldInt32(kernels, "int32", null)],
  uint32: [fc.uint32Array(long), (kernels) => foldInt32(kernels, "uint32", null)],
  int64: [fc.bigInt64Array(long), (kernels) => foldInt64(kernels, true, false, null)],
  uint64: [fc.bigUint64Array(long), (kernels) => foldInt64(kernels, false, false, null)],
  dates: [fc.bigInt64Array(long), (kernels) => foldInt64(kernels, true, true, null)],
  float32: [fc.float32Array(long), (kernels) => foldFloats(kernels, 4, null)],
  float64: [fc.float64Array(long), (kernels) => foldFloats(kernels, 8, null)],
  "finite float32": [
    fc.float32Array({ ...long, noNaN: true, min: -8, max: 8 }),
    (kernels) => foldFloats(kernels, 4, null),
  ],
};

const bytesOf = ({ buffer, byteOffset, byteLength }: Values) => new Uint8Array(buffer, byteOffset, byteLength);

function statisticsBy(kernels: Kernels, make: (kernels: Kernels) => Fold, ...tiles: Values[]) {
  const fold = make(kernels);
  for (const tile of tiles) fold.add(bytesOf(tile));
  return fold.result();
}

test.each(Object.entries(cases))("%s: Wasm gives what plain loops give", (_, [values, make]) => {
  fc.assert(
    fc.property(values, values, (first, second) => {
      expect(statisticsBy(wasm, make, first, second)).toEqual(statisticsBy(jsKernels, make, first, second));
    }),
    { numRuns: 30 },
  );
});

/** Values that every lane of every kernel sees at the ends of the type. */
const ends: Record<string, Values> = {
  int8: new Int8Array(10_007).map((_, i) => (i % 3 === 0 ? -128 : 127)),
  uint8: new Uint8Array(10_007).map((_, i) => (i % 3 === 0 ? 255 : 0)),
  int16: new Int16Array(40_009).fill(-0x8000),
  uint16: new Uint16Array(40_009).fill(0xffff),
  int32: new Int32Array(10_007).map((_, i) => (i % 2 === 0 ? -(2 ** 31) : 2 ** 31 - 1)),
  uint32: new Uint32Array(10_007).map((_, i) => (i % 2 === 0 ? 0 : 2 ** 32 - 1)),
};

test.each(Object.entries(ends))("%s: the ends of the type neither overflow nor get lost", (name, values) => {
  const numbers = Array.from(values as Int32Array, BigInt);
  const count = BigInt(numbers.length);
  const sum = numbers.reduce((total, value) => total + value, 0n);
  const squares = numbers.reduce((total, value) => total + value * value, 0n);
  const std = Math.sqrt(Number(count * squares - sum * sum)) / Number(count);
  for (const kernels of [wasm, jsKernels]) {
    expect(statisticsBy(kernels, cases[name]![1], values)).toMatchObject({
      min: Number(numbers.reduce((a, b) => (a < b ? a : b))),
      max: Number(numbers.reduce((a, b) => (a > b ? a : b))),
      mean: Number(sum) / Number(count),
      std: std === 0 ? 0 : expect.closeTo(std, 4),
      zeros: numbers.filter((value) => value === 0n).length,
      unique: new Set(numbers).size,
    });
  }
});

test("different values are counted up to 64, across tiles", () => {
  for (const kernels of [wasm, jsKernels]) {
    const of = (count: number, make: (at: number) => number) =>
      statisticsBy(
        kernels,
        cases.float64![1],
        Float64Array.from({ length: count }, (_, i) => make(i)),
        new Float64Array(3),
      ).unique;
    expect(of(5000, (i) => i % 64)).toBe(64);
    expect(of(5000, (i) => (i % 64) + 1)).toBeNull();
    expect(of(100, (i) => (i % 2 === 0 ? -0 : Number.NaN))).toBe(2);
    const bytes = statisticsBy(
      kernels,
      cases.uint8![1],
      new Uint8Array(64).map((_, i) => i * 4),
    );
    expect(bytes.unique).toBe(64);
  }
});
