/** Values to memory: one record of a compiled format, each value checked as CPython checks it. */

import { toHalf } from "../dtype/small-float.js";
import { bytesThere } from "../view/checks.js";
import { argCount, argType, floatOverflow, intRange } from "./errors.js";
import { Kind } from "./kinds.js";
import type { Compiled, Operation } from "./parse.js";

const words = new Uint32Array(2);
const floats = new Float32Array(words.buffer);
const doubles = new Float64Array(words.buffer);
const unsigned = new BigUint64Array(words.buffer);

/** Stores the low `width` bytes (1, 2 or 4) of an integer. */
function store(b: Uint8Array, at: number, width: number, isBig: boolean, value: number): void {
  for (let i = 0; i < width; i++) b[at + (isBig ? width - 1 - i : i)] = value >>> (8 * i);
}

function store64(b: Uint8Array, at: number, isBig: boolean): void {
  store(b, isBig ? at + 4 : at, 4, isBig, words[0]!);
  store(b, isBig ? at : at + 4, 4, isBig, words[1]!);
}

/** Python's truth: NaN is true, an empty sequence and a complex zero are not. */
function truth(value: unknown): boolean {
  if (typeof value === "number") return value !== 0;
  if (typeof value !== "object" || value === null) return Boolean(value);
  if (Array.isArray(value)) return value.length > 0;
  if (ArrayBuffer.isView(value) || value instanceof ArrayBuffer) return value.byteLength > 0;
  if (value instanceof Map || value instanceof Set) return value.size > 0;
  return "re" in value && "im" in value ? value.re !== 0 || value.im !== 0 : true;
}

function integer(value: unknown, index: number): number | bigint {
  if (typeof value === "bigint" || (typeof value === "number" && Number.isInteger(value))) return value;
  if (typeof value === "boolean") return value ? 1 : 0;
  throw argType(index, "an integer", value);
}

function real(value: unknown, index: number): number {
  if (typeof value === "number") return value;
  if (typeof value === "boolean") return value ? 1 : 0;
  if (typeof value !== "bigint") throw argType(index, "a number", value);
  const nearest = Number(value);
  if (!Number.isFinite(nearest)) throw floatOverflow(index, 64, value);
  return nearest;
}

function bytesOf(value: unknown, index: number): Uint8Array {
  if (value instanceof Uint8Array && value.length > 0) return value;
  if (ArrayBuffer.isView(value) || value instanceof ArrayBuffer) return bytesThere(value);
  throw argType(index, "bytes", value);
}

type Writer = (b: Uint8Array, at: number, value: unknown, index: number, operation: Operation) => void;

const smallInteger =
  (width: number, low: number, high: number, isBig: boolean): Writer =>
  (b, at, value, index) => {
    const number = integer(value, index);
    if (number < low || number > high) throw intRange(index, low, high, value);
    store(b, at, width, isBig, Number(number));
  };

const wideInteger =
  (low: bigint, high: bigint, isBig: boolean): Writer =>
  (b, at, value, index, { code }) => {
    const number = integer(value, index);
    // A pointer may be given as a negative number, in two's complement.
    const least = code === "P" ? -(2n ** 63n) : low;
    if (number < least || number > high) throw intRange(index, least, high, value);
    unsigned[0] = BigInt.asUintN(64, BigInt(number));
    store64(b, at, isBig);
  };

const pointer32 =
  (low: number, high: number, isBig: boolean): Writer =>
  (b, at, value, index, { code }) => {
    const number = integer(value, index);
    const least = code === "P" ? -(2 ** 31) : low;
    if (number < least || number > high) throw intRange(index, least, high, value);
    store(b, at, 4, isBig, Number(number));
  };

function storeFloat32(b: Uint8Array, at: number, isBig: boolean, x: number, index: number, native: boolean): void {
  floats[0] = x;
  if (!native && !Number.isFinite(floats[0]!) && Number.isFinite(x)) throw floatOverflow(index, 32, x);
  store(b, at, 4, isBig, words[0]!);
}

function storeFloat64(b: Uint8Array, at: number, isBig: boolean, x: number): void {
  doubles[0] = x;
  store64(b, at, isBig);
}

const float16 =
  (isBig: boolean): Writer =>
  (b, at, value, index) => {
    const x = real(value, index);
    const code = toHalf(x);
    if ((code & 0x7fff) === 0x7c00 && Number.isFinite(x)) throw floatOverflow(index, 16, value);
    store(b, at, 2, isBig, code);
  };

const float32 =
  (isBig: boolean): Writer =>
  (b, at, value, index, { native }) =>
    storeFloat32(b, at, isBig, real(value, index), index, native);

const float64 =
  (isBig: boolean): Writer =>
  (b, at, value, index) =>
    storeFloat64(b, at, isBig, real(value, index));

const complex =
  (isBig: boolean): Writer =>
  (b, at, value, index, { native, width }) => {
    const isPair = typeof value === "object" && value !== null && "re" in value && "im" in value;
    const re = real(isPair ? value.re : value, index);
    const im = isPair ? real(value.im, index) : 0;
    if (width === 16) {
      storeFloat64(b, at, isBig, re);
      storeFloat64(b, at + 8, isBig, im);
    } else {
      storeFloat32(b, at, isBig, re, index, native);
      storeFloat32(b, at + 4, isBig, im, index, native);
    }
  };

const bool: Writer = (b, at, value) => {
  b[at] = truth(value) ? 1 : 0;
};

const char: Writer = (b, at, value, index) => {
  const bytes = bytesOf(value, index);
  if (bytes.length !== 1) throw argType(index, "1 byte", value);
  b[at] = bytes[0]!;
};

const byteString: Writer = (b, at, value, index, { width }) => {
  const bytes = bytesOf(value, index);
  b.set(bytes.length > width ? bytes.subarray(0, width) : bytes, at);
};

const pascalString: Writer = (b, at, value, index, { width }) => {
  const bytes = bytesOf(value, index);
  if (width === 0) return;
  const kept = Math.min(bytes.length, width - 1);
  b[at] = Math.min(kept, 255);
  b.set(bytes.subarray(0, kept), at + 1);
};

const bothOrders = (kind: number, make: (isBig: boolean) => Writer): [number, Writer][] => [
  [kind, make(false)],
  [kind + 1, make(true)],
];

const writers: Writer[] = [];
for (const [kind, writer] of [
  [Kind.int8, smallInteger(1, -128, 127, false)],
  [Kind.uint8, smallInteger(1, 0, 255, false)],
  [Kind.bool, bool],
  [Kind.char, char],
  [Kind.bytes, byteString],
  [Kind.pascal, pascalString],
  ...bothOrders(Kind.int16, (isBig) => smallInteger(2, -(2 ** 15), 2 ** 15 - 1, isBig)),
  ...bothOrders(Kind.uint16, (isBig) => smallInteger(2, 0, 2 ** 16 - 1, isBig)),
  ...bothOrders(Kind.int32, (isBig) => smallInteger(4, -(2 ** 31), 2 ** 31 - 1, isBig)),
  ...bothOrders(Kind.uint32, (isBig) => smallInteger(4, 0, 2 ** 32 - 1, isBig)),
  ...bothOrders(Kind.intptr32, (isBig) => pointer32(-(2 ** 31), 2 ** 31 - 1, isBig)),
  ...bothOrders(Kind.uintptr32, (isBig) => pointer32(0, 2 ** 32 - 1, isBig)),
  ...bothOrders(Kind.int64, (isBig) => wideInteger(-(2n ** 63n), 2n ** 63n - 1n, isBig)),
  ...bothOrders(Kind.uint64, (isBig) => wideInteger(0n, 2n ** 64n - 1n, isBig)),
  ...bothOrders(Kind.float16, float16),
  ...bothOrders(Kind.float32, float32),
  ...bothOrders(Kind.float64, float64),
  ...bothOrders(Kind.complex64, complex),
  ...bothOrders(Kind.complex128, complex),
] as [number, Writer][]) {
  writers[kind] = writer;
}

/**
 * Writes a record at the start of `bytes`, which is zero there and at least a record long.
 *
 * @throws TypeError (`arg_count`, `arg_type`), RangeError (`int_range`, `float_overflow`); `bytes` may be half written then.
 */
export function writeRecord({ operations, valueCount }: Compiled, bytes: Uint8Array, values: readonly unknown[]): void {
  if (values.length !== valueCount) throw argCount(valueCount, values.length);
  let index = 0;
  for (const operation of operations) {
    const write = writers[operation.kind]!;
    let position = operation.byteOffset;
    for (let left = operation.count; left > 0; left--) {
      write(bytes, position, values[index], index, operation);
      index++;
      position += operation.width;
    }
  }
}
