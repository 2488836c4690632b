/**
 * Small floats, exhaustively: every code decoded; every code, every midpoint between two codes and the binary32 numbers
 * next to each encoded, with both signs; kernels and twins against the scalar reference of src/dtype/small-float.ts.
 */
import { describe, expect, test } from "vitest";
import { float32Bits } from "../../../src/backend/js/convert/minifloat.js";
import { fromF32, kernel, toF32 } from "../../../src/convert/kernels.js";
import { type ElementName, type ElementRow, elements, type SmallFloatName } from "../../../src/dtype/elements.js";
import { decodeSmall, encodeSmall, smallFloatCodes } from "../../../src/dtype/small-float.js";
import { random, runKernel, runTwin } from "../../lib/kernels.js";

const names = (Object.keys(elements) as ElementName[]).filter(
  (name): name is SmallFloatName => "small" in elements[name],
);
const runners = { kernel: runKernel, twin: runTwin };
const scratch = new DataView(new ArrayBuffer(4));

/** The bits of x as binary32, and those two below and above. */
function neighbours(x: number): number[] {
  scratch.setFloat32(0, x);
  const bits = scratch.getUint32(0);
  return [bits - 1, bits, bits + 1].map((b) => b >>> 0);
}

function interesting(name: (typeof names)[number]): Uint32Array {
  const row: ElementRow = elements[name];
  const small = row.small!;
  const { max } = smallFloatCodes(small);
  const bits: number[] = [];
  for (let code = 0; code <= max; code++) {
    const value = decodeSmall(small, code);
    const next = code < max ? decodeSmall(small, code + 1) : value + (value - decodeSmall(small, code - 1));
    bits.push(...neighbours(value), ...neighbours((value + next) / 2), ...neighbours(next));
  }
  for (const b of [0, 1, 2, 0x7fffff, 0x800000, 0x7f7fffff, 0x7f800000, 0x7f800001, 0x7fc00000, 0x7fffffff])
    bits.push(b);
  const positive = bits.filter((b) => b <= 0x7fffffff);
  return Uint32Array.from([...positive, ...positive.map((b) => (b | 0x80000000) >>> 0)]);
}

function expected(name: (typeof names)[number], inputs: ArrayLike<number>): Uint8Array | Uint16Array {
  const row: ElementRow = elements[name];
  const out = row.width === 1 ? new Uint8Array(inputs.length) : new Uint16Array(inputs.length);
  for (let i = 0; i < inputs.length; i++) out[i] = encodeSmall(row.small!, inputs[i]!, false);
  return out;
}

/** NaN loses its sign on its way through a JavaScript number, so the reference is told of it separately. */
function withNaN(name: (typeof names)[number], bits: Uint32Array, want: Uint8Array | Uint16Array): void {
  const { sign, nan } = smallFloatCodes((elements[name] as ElementRow).small!);
  for (let i = 0; i < bits.length; i++) {
    if ((bits[i]! & 0x7fffffff) <= 0x7f800000) continue;
    const negative = bits[i]! >>> 31 === 1 ? sign : 0;
    want[i] = nan < 0 ? sign - negative : nan === sign || sign === 0 ? nan : nan | negative;
  }
}

function firstDifference(got: Uint8Array, want: Uint8Array, width: number, input: Uint8Array, inputWidth: number) {
  if (Buffer.compare(got, want) === 0) return undefined;
  const i = Math.floor(got.findIndex((b, j) => b !== want[j]) / width);
  const hex = (a: Uint8Array, w: number) => Buffer.from(a.slice(i * w, i * w + w).reverse()).toString("hex");
  return { input: hex(input, inputWidth), got: hex(got, width), want: hex(want, width) };
}

describe.each(Object.entries(runners))("%s", (_, run) => {
  test.each(names)("decodes every code of %s", (name) => {
    const row: ElementRow = elements[name];
    const codes = row.width === 1 ? new Uint8Array(256) : new Uint16Array(65536);
    for (let i = 0; i < codes.length; i++) codes[i] = i;
    const want = Uint32Array.from(codes, (code) =>
      name === "bfloat16" ? code << 16 : float32Bits(row.small!, code & (2 ** row.bits - 1)),
    );
    const input = new Uint8Array(codes.buffer);
    expect(firstDifference(run(toF32(name), input), new Uint8Array(want.buffer), 4, input, row.width)).toBeUndefined();
  });

  test.each(names)("encodes every code, midpoint and neighbour of %s from float32", (name) => {
    const bits = interesting(name);
    const want = expected(name, new Float32Array(bits.buffer));
    withNaN(name, bits, want);
    const { width } = elements[name];
    const input = new Uint8Array(bits.buffer);
    const got = run(fromF32(name), input);
    expect(firstDifference(got, new Uint8Array(want.buffer), width, input, 4)).toBeUndefined();
  });

  test.each(names)("encodes %s from float64 with one rounding", (name) => {
    const row: ElementRow = elements[name];
    const { max } = smallFloatCodes(row.small!);
    const next = random(5);
    const inputs: number[] = [
      0,
      -0,
      5e-324,
      1e300,
      -1e300,
      Infinity,
      -Infinity,
      3.4e38,
      2 ** 128,
      2 ** -150,
      2 ** -149,
    ];
    for (let k = 0; k < 4000; k++) {
      const code = next() % (max + 1);
      const value = decodeSmall(row.small!, code);
      const above = code < max ? decodeSmall(row.small!, code + 1) : value * 1.25;
      const middle = (value + above) / 2;
      // The numbers next to a midpoint that binary32 cannot tell from it are where rounding twice goes wrong.
      inputs.push(middle, middle * (1 + 2 ** -40), middle * (1 - 2 ** -40), -middle * (1 + 2 ** -50));
      inputs.push((next() / 2 ** 32 - 0.5) * 2 ** ((next() % 320) - 160));
    }
    const doubles = Float64Array.from(inputs);
    const odd = run(kernel("f64ToF32Odd"), new Uint8Array(doubles.buffer));
    const want = expected(name, doubles);
    const got = run(fromF32(name), odd);
    const input = new Uint8Array(doubles.buffer);
    expect(firstDifference(got, new Uint8Array(want.buffer), row.width, input, 8)).toBeUndefined();
  });
});
