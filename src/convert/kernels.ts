/**
 * One row per convert kernel: its name in the Wasm module, which says the types of its elements, their widths, and its TypeScript twin.
 * Everything a conversion does is a sequence of these (see pairs.ts). Rows with parameters are made by the functions below.
 */

import type { ConvertStep, TileConverter } from "../backend/backend.js";
import type { NumberArray } from "../backend/js/arrays.js";
import * as bytes from "../backend/js/convert/bytes.js";
import * as casts from "../backend/js/convert/casts.js";
import { f32ToSmall, float32Bits } from "../backend/js/convert/minifloat.js";
import { bf16ToF32, f16ToF32, f32ToBf16, f32ToF16 } from "../backend/js/convert/small.js";
import * as wide from "../backend/js/convert/wide.js";
import { elements, type SmallFloatName } from "../dtype/elements.js";
import { type Kernel, type NativeKernel, nativeKernels } from "./kernel-names.js";
import { twinNames, twinOf } from "./twins.js";

/** Bytes of an element by the bits in its name; a bool has none there. */
const widthOf = (type: string): number => Number(/\d+/.exec(type)?.[0] ?? 8) / 8;

/** The names of source and destination; a kernel of one type has no other. */
function typesOf(kernel: string): [src: string, dst: string] {
  const [src, dst = src] = kernel.split("To") as [string, string?];
  return [src, dst];
}

function row(kernel: string, js: TileConverter): ConvertStep {
  const [src, dst] = typesOf(kernel);
  return { kernel, srcWidth: widthOf(src), dstWidth: widthOf(dst), js };
}

const arrays: Readonly<Record<string, NumberArray>> = {
  i8: Int8Array,
  u8: Uint8Array,
  i16: Int16Array,
  u16: Uint16Array,
  i32: Int32Array,
  u32: Uint32Array,
  f32: Float32Array,
  f64: Float64Array,
};

/** Source and destination of a kernel as arrays. */
const arrayTypesOf = (kernel: string) =>
  typesOf(kernel).map((type) => arrays[type.toLowerCase()]!) as [src: NumberArray, dst: NumberArray];

/** A conversion that is JavaScript's own; `platform`: see ConvertStep. */
function native(kernel: NativeKernel, platform: number): ConvertStep {
  const [Src, Dst] = arrayTypesOf(kernel);
  return {
    kernel,
    srcWidth: Src.BYTES_PER_ELEMENT,
    dstWidth: Dst.BYTES_PER_ELEMENT,
    platform,
    js: casts.castBySet(Dst, Src),
  };
}

/** The names of all kernels but those of small floats. */
export const kernelNames = (): Kernel[] => [...nativeKernels, ...twinNames()];

const rows = new Map<string, ConvertStep>();

/** A row is made when it is first asked for, since a program needs few of them, and stays the same object. */
function kept(kernel: string, make: () => ConvertStep): ConvertStep {
  let made = rows.get(kernel);
  if (made === undefined) {
    made = make();
    rows.set(kernel, made);
  }
  return made;
}

/** The arrays between which a conversion is JavaScript's own; undefined for other kernels. */
export const typesOfNative = (kernel: string): readonly [src: NumberArray, dst: NumberArray] | undefined =>
  (nativeKernels as readonly string[]).includes(kernel) ? arrayTypesOf(kernel) : undefined;

const isNative = (name: Kernel): name is NativeKernel => (nativeKernels as readonly Kernel[]).includes(name);

export const kernel = (name: Kernel): ConvertStep =>
  kept(name, () => {
    if (!isNative(name)) return row(name, twinOf(name));
    if (name === "f32ToF64") return { ...native(name, Infinity), line: casts.widenStrided };
    if (name === "f64ToF32") return { ...native(name, 4096), line: casts.narrowStrided };
    return native(name, Infinity);
  });

/** What a small float is called in the names of kernels: E4m3fn for float8_e4m3fn. */
function inKernels(name: SmallFloatName): string {
  if (name === "float16") return "F16";
  if (name === "bfloat16") return "Bf16";
  return name === "float8_e8m0fnu" ? "E8m0" : name.replace(/^float\d+_e/, "E");
}

/** float32 → a small float. */
export function fromF32(name: SmallFloatName): ConvertStep {
  const kernel = `f32To${inKernels(name)}`;
  const { width, small } = elements[name];
  const twin = () => (name === "float16" ? f32ToF16 : name === "bfloat16" ? f32ToBf16 : f32ToSmall(small!));
  return kept(kernel, () => ({ kernel, srcWidth: 4, dstWidth: width, js: twin() }));
}

/** A small float → float32, exactly. */
export function toF32(name: SmallFloatName): ConvertStep {
  const kernel = `${inKernels(name).toLowerCase()}ToF32`;
  const twin = () => (name === "float16" ? f16ToF32 : name === "bfloat16" ? bf16ToF32 : decoder(name));
  return kept(kernel, () => ({ kernel, srcWidth: elements[name].width, dstWidth: 4, js: twin() }));
}

/** Of a small float of one byte. */
function decoder(name: SmallFloatName): TileConverter {
  let js: TileConverter | undefined;
  const { small } = elements[name];
  return (dst, dstOffset, src, srcOffset, count) => {
    js ??= bytes.mapBytes(Uint32Array.from({ length: 256 }, (_, code) => float32Bits(small!, code)));
    js(dst, dstOffset, src, srcOffset, count);
  };
}

/** Any conversion of a one-byte type: each byte becomes its entry of `table`, whose 256 entries have the new width. */
export function mapStep(table: Uint8Array | Uint16Array | Uint32Array | BigUint64Array): ConvertStep {
  const dstWidth = table.BYTES_PER_ELEMENT;
  const params = {
    area: "MAP_TABLE",
    bytes: new Uint8Array(table.buffer, table.byteOffset, table.byteLength),
  };
  return { kernel: `map${dstWidth}`, srcWidth: 1, dstWidth, params, js: bytes.mapBytes(table) };
}

/** int64 limited to lowest..highest. */
export function clampI64Step(lowest: bigint, highest: bigint): ConvertStep {
  const params = { area: "CLAMP_BOUNDS", bytes: new Uint8Array(BigInt64Array.of(lowest, highest).buffer) };
  return { kernel: "clampI64", srcWidth: 8, dstWidth: 8, params, js: wide.clampI64(lowest, highest) };
}

/** uint64 limited to at most highest. */
export function clampU64Step(highest: bigint): ConvertStep {
  const params = { area: "CLAMP_BOUNDS", bytes: new Uint8Array(BigUint64Array.of(0n, highest).buffer) };
  return { kernel: "clampU64", srcWidth: 8, dstWidth: 8, params, js: wide.clampU64(highest) };
}

/** int8 limited to lowest..highest, then masked. */
export function clampI8Step(lowest: number, highest: number, mask: number): ConvertStep {
  const params = { area: "BYTE_BOUNDS", bytes: Uint8Array.of(lowest, highest, mask) };
  return { kernel: "clampI8", srcWidth: 1, dstWidth: 1, params, js: casts.clampI8(lowest, highest, mask) };
}

/** float64: x * scale + offset. */
export function scaleStep(scale: number, offset: number): ConvertStep {
  const params = { area: "SCALE_OFFSET", bytes: new Uint8Array(Float64Array.of(scale, offset).buffer) };
  return { kernel: "scaleF64", srcWidth: 8, dstWidth: 8, params, js: casts.scaleF64(scale, offset) };
}

/** Counts of time multiplied, or divided and rounded down; NaT stays. `js` is the twin. */
export function timesStep(way: "multiplyTimes" | "divideTimes", factor: bigint, js: TileConverter): ConvertStep {
  const params = { area: "TIME_FACTOR", bytes: new Uint8Array(BigInt64Array.of(factor).buffer) };
  return { kernel: way, srcWidth: 8, dstWidth: 8, params, js };
}

/** float32: finite numbers limited to ±limit. */
export function clampF32Step(limit: number): ConvertStep {
  const params = { area: "FLOAT_LIMIT", bytes: new Uint8Array(Float32Array.of(limit).buffer) };
  return { kernel: "clampF32", srcWidth: 4, dstWidth: 4, params, js: casts.clampF32(limit) };
}

/** float64: finite numbers limited to ±limit. */
export function clampF64Step(limit: number): ConvertStep {
  const params = { area: "FLOAT_LIMIT", bytes: new Uint8Array(Float64Array.of(limit).buffer) };
  return { kernel: "clampF64", srcWidth: 8, dstWidth: 8, params, js: casts.clampF64(limit) };
}
