/** Every convert kernel against its TypeScript twin: bit for bit, at every short count, off alignment, with guard bytes. */
import { describe, expect, test } from "vitest";
import type { ConvertStep } from "../../../src/backend/backend.js";
import { countsBy } from "../../../src/backend/js/convert/times.js";
import {
  clampF32Step,
  clampF64Step,
  clampI8Step,
  clampI64Step,
  clampU64Step,
  fromF32,
  kernel,
  kernelNames,
  mapStep,
  scaleStep,
  timesStep,
  toF32,
} from "../../../src/convert/kernels.js";
import { unitConverter, unitRatio } from "../../../src/datetime/convert.js";
import { type ElementName, elements, type SmallFloatName } from "../../../src/dtype/elements.js";
import type { Unit } from "../../../src/dtype/time-units.js";
import { kernelExports, random, runKernel, runTwin } from "../../lib/kernels.js";

const smallFloats = (Object.keys(elements) as ElementName[]).filter(
  (name): name is SmallFloatName => "small" in elements[name],
);

const steps: Record<string, ConvertStep> = {
  ...Object.fromEntries(kernelNames().map((name) => [name, kernel(name)])),
  ...Object.fromEntries(smallFloats.map((name) => [name, fromF32(name)])),
  ...Object.fromEntries(smallFloats.map((name) => [`from ${name}`, toF32(name)])),
  map1: mapStep(Uint8Array.from({ length: 256 }, (_, i) => (i * 167 + 13) & 255)),
  map2: mapStep(Uint16Array.from({ length: 256 }, (_, i) => (i * 16_777 + 13) & 0xffff)),
  map4: mapStep(Uint32Array.from({ length: 256 }, (_, i) => Math.imul(i + 1, 0x9e3779b1))),
  map8: mapStep(BigUint64Array.from({ length: 256 }, (_, i) => BigInt(i + 1) * 0x9e3779b97f4a7c15n)),
  clampI64: clampI64Step(-(2n ** 31n), 2n ** 32n - 1n),
  clampU64: clampU64Step(2n ** 63n - 1n),
  clampI8: clampI8Step(-8, 7, 15),
  clampF32: clampF32Step(448),
  clampF64: clampF64Step(3.4028234663852886e38),
  scale: scaleStep(0.1, -273.15),
  ...Object.fromEntries(
    (
      [
        ["s", 1],
        ["ms", 7],
        ["us", 25],
        ["fs", 3],
      ] as const
    ).map((unit) => [`divide to ${unit}`, timesOf(["as", 1], unit)]),
  ),
};

/** One of the kernels that tell counts of a fine unit in a coarse one. */
function timesOf(from: Unit, to: Unit): ConvertStep {
  const { multiplier, divisor } = unitRatio(from, to, "timedelta")!;
  expect(multiplier).toBe(1n);
  const convert = unitConverter(from, to, "timedelta");
  return timesStep("divideTimes", divisor, countsBy(convert));
}

/** Patterns that matter as floats and as integers of any width, then random ones of three kinds. */
function patterns(width: number, seed: number): Uint8Array {
  const next = random(seed);
  const count = 6000;
  const bytes = new Uint8Array(count * width);
  const view = new DataView(bytes.buffer);
  for (let i = 0; i < count; i++) {
    const at = i * width;
    if (width === 1) view.setUint8(at, i < 512 ? i : next());
    else if (width === 2) view.setUint16(at, next() & 0xffff, true);
    else if (width === 4) {
      const kind = i % 3;
      if (kind === 0) view.setUint32(at, next(), true);
      else if (kind === 1) view.setFloat32(at, ((next() % 4001) - 2000) * 2 ** ((next() % 50) - 25), true);
      else view.setUint32(at, (next() & 0x80000000) | (((next() & 15) + 120) << 23) | (next() & 0xf00000), true);
    } else {
      const kind = i % 4;
      if (kind === 0) view.setBigUint64(at, (BigInt(next()) << 32n) | BigInt(next()), true);
      else if (kind === 1) view.setFloat64(at, ((next() % 4001) - 2000) * 2 ** ((next() % 200) - 100), true);
      else if (kind === 2) view.setFloat64(at, (next() - 2 ** 31) * 2 ** (next() % 34) + (next() % 1000) / 1000, true);
      else view.setBigInt64(at, BigInt.asIntN(64, (1n << BigInt(next() % 64)) + BigInt((next() % 5) - 2)), true);
    }
  }
  return bytes;
}

const specials = (width: number): Uint8Array => {
  const doubles = [0, -0, 1, -1, 0.5, 1.5, 2.5, -0.5, 127, 127.9, 128, -128.9, -129, 255, 255.9, 256, 32767.5, 32768];
  doubles.push(65535.5, 65536, 2 ** 31 - 0.5, 2 ** 31, -(2 ** 31) - 0.9, -(2 ** 31) - 1, 2 ** 32 - 0.5, 2 ** 32);
  doubles.push(2 ** 51, 2 ** 51 - 0.5, -(2 ** 51), 2 ** 52 + 1, 2 ** 53 - 1, 2 ** 53, 2 ** 63, -(2 ** 63), 2 ** 64);
  doubles.push(2 ** 63 - 1024, 2 ** 64 - 2048, 2 ** 66 + 2 ** 14, -(2 ** 70), 1e300, -1e300, Infinity, -Infinity, NaN);
  doubles.push(3.4028234663852886e38, 3.4028235677973366e38, 1e-45, 7e-46, 2 ** -126, 2 ** -126 - 2 ** -150, 5e-324);
  if (width === 8) return new Uint8Array(Float64Array.from(doubles).buffer);
  if (width === 4) return new Uint8Array(Float32Array.from(doubles).buffer);
  return new Uint8Array(0);
};

describe("every kernel equals its twin", () => {
  for (const [name, step] of Object.entries(steps)) {
    test(name, () => {
      expect(kernelExports[step.kernel!], step.kernel).toBeTypeOf("function");
      const input = [patterns(step.srcWidth, 1), patterns(step.srcWidth, 77), specials(step.srcWidth)];
      for (const bytes of input) {
        const got = runKernel(step, bytes);
        const want = runTwin(step, bytes);
        const differ = Buffer.compare(got, want) !== 0;
        if (differ) {
          const i = Math.floor(got.findIndex((b, j) => b !== want[j]) / step.dstWidth);
          const hex = (a: Uint8Array, w: number) => Buffer.from(a.slice(i * w, i * w + w)).toString("hex");
          expect([i, hex(bytes, step.srcWidth), hex(got, step.dstWidth)]).toEqual([
            i,
            hex(bytes, step.srcWidth),
            hex(want, step.dstWidth),
          ]);
        }
      }
      for (let count = 0; count <= 70; count++) {
        const bytes = input[0]!.slice(300 * step.srcWidth, (300 + count) * step.srcWidth);
        expect(runKernel(step, bytes, count % 8), `count ${count}`).toEqual(runTwin(step, bytes));
      }
    });
  }
});
