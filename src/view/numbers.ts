/**
 * One number in memory ⇄ one JavaScript number: a row per element type and byte order. Writers check like memoryview
 * (docs/format.md §10): integers take integers (booleans count as 0 and 1), floats take any number, a value
 * outside the type's range is refused; `f` overflows to infinity as a C cast does, `e` refuses.
 */

import { type ElementName, type ElementRow, elements } from "../dtype/elements.js";
import { readFloat80, readFloat128, writeFloat80, writeFloat128 } from "../dtype/long-double.js";
import { decodeSmall, encodeSmall } from "../dtype/small-float.js";
import { argumentError, show } from "./checks.js";

/** How one kind of item becomes a value and back. Offsets are bytes. */
export interface Items<T = unknown> {
  read(data: DataView, offset: number): T;
  /** Checks before it writes when `atomic`; otherwise a failing write may leave part of the item written. */
  write(data: DataView, offset: number, value: unknown): void;
  readonly atomic: boolean;
}

type Read = (data: DataView, offset: number) => unknown;
type Write = (data: DataView, offset: number, value: unknown) => void;

const typeError = (value: unknown, expected: string): Error => argumentError("value", expected, value, true);
const rangeError = (value: unknown, type: string, low: unknown, high: unknown): Error =>
  new RangeError(`"value" expected ${type} ${low}..${high}, got ${show(value)}`);

/** A value for an integer element of at most 32 bits. */
function int(value: unknown, low: number, high: number, type: string): number {
  if (typeof value === "number" && value >= low && value <= high && Math.floor(value) === value) return value;
  if (typeof value === "boolean" || typeof value === "bigint") {
    const n = Number(value);
    if (n >= low && n <= high) return n;
  } else if (!Number.isInteger(value)) throw typeError(value, "an integer");
  throw rangeError(value, type, low, high);
}

/** A value for a 64-bit integer element; numbers are taken when they are exact integers. */
function bigInt(value: unknown, low: bigint, high: bigint, type: string): bigint {
  const n =
    typeof value === "bigint"
      ? value
      : Number.isInteger(value) || typeof value === "boolean"
        ? BigInt(value as number)
        : undefined;
  if (n === undefined) throw typeError(value, "an integer (a bigint, or a number without fraction)");
  if (n >= low && n <= high) return n;
  throw rangeError(value, type, low, high);
}

/** A value for a float element. */
export function real(value: unknown): number {
  if (typeof value === "number") return value;
  if (typeof value === "boolean") return value ? 1 : 0;
  if (typeof value !== "bigint") throw typeError(value, "a number");
  const n = Number(value);
  if (Math.abs(n) === Infinity) throw rangeError(value, "float", -Number.MAX_VALUE, Number.MAX_VALUE);
  return n;
}

/** Python's truth: empty strings, bytes and lists are false, NaN is true. */
export function truth(value: unknown): boolean {
  if (typeof value === "number") return value !== 0;
  if (typeof value === "object" && value !== null)
    return Array.isArray(value) || ArrayBuffer.isView(value) ? (value as ArrayLike<unknown>).length !== 0 : true;
  return Boolean(value);
}

const MIN64 = -(2n ** 63n);
const MAX64 = 2n ** 63n - 1n;
const MAXU64 = 2n ** 64n - 1n;
const i16 = (v: unknown): number => int(v, -0x8000, 0x7fff, "int16");
const u16 = (v: unknown): number => int(v, 0, 0xffff, "uint16");
const i32 = (v: unknown): number => int(v, -0x80000000, 0x7fffffff, "int32");
const u32 = (v: unknown): number => int(v, 0, 0xffffffff, "uint32");
const i64 = (v: unknown): bigint => bigInt(v, MIN64, MAX64, "int64");
const u64 = (v: unknown): bigint => bigInt(v, 0n, MAXU64, "uint64");

/** Every row spelled out, so that each is one small function that the engine can inline. */
const bytes: { [name: string]: [Read, Write] } = {
  bool: [(d, o) => d.getUint8(o) !== 0, (d, o, v) => d.setUint8(o, truth(v) ? 1 : 0)],
  int8: [(d, o) => d.getInt8(o), (d, o, v) => d.setInt8(o, int(v, -128, 127, "int8"))],
  uint8: [(d, o) => d.getUint8(o), (d, o, v) => d.setUint8(o, int(v, 0, 255, "uint8"))],
};

const little: { [name: string]: [Read, Write] } = {
  int16: [(d, o) => d.getInt16(o, true), (d, o, v) => d.setInt16(o, i16(v), true)],
  uint16: [(d, o) => d.getUint16(o, true), (d, o, v) => d.setUint16(o, u16(v), true)],
  int32: [(d, o) => d.getInt32(o, true), (d, o, v) => d.setInt32(o, i32(v), true)],
  uint32: [(d, o) => d.getUint32(o, true), (d, o, v) => d.setUint32(o, u32(v), true)],
  int64: [(d, o) => d.getBigInt64(o, true), (d, o, v) => d.setBigInt64(o, i64(v), true)],
  uint64: [(d, o) => d.getBigUint64(o, true), (d, o, v) => d.setBigUint64(o, u64(v), true)],
  float32: [(d, o) => d.getFloat32(o, true), (d, o, v) => d.setFloat32(o, real(v), true)],
  float64: [(d, o) => d.getFloat64(o, true), (d, o, v) => d.setFloat64(o, real(v), true)],
};

const big: { [name: string]: [Read, Write] } = {
  int16: [(d, o) => d.getInt16(o), (d, o, v) => d.setInt16(o, i16(v))],
  uint16: [(d, o) => d.getUint16(o), (d, o, v) => d.setUint16(o, u16(v))],
  int32: [(d, o) => d.getInt32(o), (d, o, v) => d.setInt32(o, i32(v))],
  uint32: [(d, o) => d.getUint32(o), (d, o, v) => d.setUint32(o, u32(v))],
  int64: [(d, o) => d.getBigInt64(o), (d, o, v) => d.setBigInt64(o, i64(v))],
  uint64: [(d, o) => d.getBigUint64(o), (d, o, v) => d.setBigUint64(o, u64(v))],
  float32: [(d, o) => d.getFloat32(o), (d, o, v) => d.setFloat32(o, real(v))],
  float64: [(d, o) => d.getFloat64(o), (d, o, v) => d.setFloat64(o, real(v))],
};

/** intN and uintN of 1, 2 and 4 bits: one byte each, upper bits ignored on read and zero on write (docs/format.md §13). */
function narrowInt(name: string, row: ElementRow): [Read, Write] {
  const mask = (1 << row.bits) - 1;
  const sign = row.kind === "int" ? 1 << (row.bits - 1) : 0;
  return [
    (d, o) => ((d.getUint8(o) & mask) ^ sign) - sign,
    (d, o, v) => d.setUint8(o, int(v, -sign, mask - sign, name) & mask),
  ];
}

/** Small floats: all codes of 8 bits or fewer from a table, binary16 and bfloat16 by arithmetic. */
function smallFloat(name: ElementName, row: ElementRow, isLittle: boolean): [Read, Write] {
  const format = row.small!;
  const encode = (value: unknown): number => {
    const x = real(value);
    const code = encodeSmall(format, x, false);
    if (name === "float16" && (code & 0x7fff) === 0x7c00 && Math.abs(x) !== Infinity)
      throw rangeError(value, name, -65504, 65504);
    return code;
  };
  if (row.width === 2)
    return [(d, o) => decodeSmall(format, d.getUint16(o, isLittle)), (d, o, v) => d.setUint16(o, encode(v), isLittle)];
  const mask = (1 << row.bits) - 1;
  const table = Float64Array.from({ length: mask + 1 }, (_, code) => decodeSmall(format, code));
  return [(d, o) => table[d.getUint8(o) & mask]!, (d, o, v) => d.setUint8(o, encode(v))];
}

function makeRow(name: ElementName, isLittle: boolean): [Read, Write] {
  const row: ElementRow = elements[name];
  const plain = bytes[name] ?? (isLittle ? little : big)[name];
  if (plain !== undefined) return plain;
  if (row.small !== undefined) return smallFloat(name, row, isLittle);
  if (row.width === 1) return narrowInt(name, row);
  if (name === "float128")
    return [(d, o) => readFloat128(d, o, isLittle), (d, o, v) => writeFloat128(d, o, real(v), isLittle)];
  const padding = isLittle ? 0 : row.width - 10;
  return [
    (d, o) => readFloat80(d, o + padding, isLittle),
    (d, o, v) => writeFloat80(d, o, real(v), isLittle, row.width),
  ];
}

const made = new Map<string, Items>();

/** The codec of one element; made at first use and kept. */
export function numberItems(name: ElementName, isLittle: boolean): Items {
  const key = `${name}${isLittle ? "<" : ">"}`;
  let items = made.get(key);
  if (items === undefined) {
    const [read, write] = makeRow(name, isLittle);
    items = { read, write, atomic: true };
    made.set(key, items);
  }
  return items;
}
