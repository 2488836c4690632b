/**
 * Memory to values: one record of a compiled format. Bytes are combined by hand because a DataView per record costs
 * more than the record (bench/special/struct), and the switch is inlined where a table of functions is not.
 */

import { fromHalf } from "../dtype/small-float.js";
import { Kind } from "./kinds.js";
import type { Operation } from "./parse.js";

/** A complex number. */
export interface ComplexValue {
  /** The real part. */
  readonly re: number;
  /** The imaginary part. */
  readonly im: number;
}

/** `c s p` give bytes, `?` a boolean, `q Q n N P` and 8-byte `l L` a bigint, complex codes `{re, im}`, the rest a number. */
export type StructValue = number | bigint | boolean | Uint8Array | ComplexValue;

const words = new Uint32Array(4);
const floats = new Float32Array(words.buffer);
const doubles = new Float64Array(words.buffer);
const signed = new BigInt64Array(words.buffer);
const unsigned = new BigUint64Array(words.buffer);

const little = (b: Uint8Array, at: number): number =>
  b[at]! | (b[at + 1]! << 8) | (b[at + 2]! << 16) | (b[at + 3]! << 24);
const big = (b: Uint8Array, at: number): number => (b[at]! << 24) | (b[at + 1]! << 16) | (b[at + 2]! << 8) | b[at + 3]!;

function load64(b: Uint8Array, at: number, isBig: boolean): void {
  words[0] = isBig ? big(b, at + 4) : little(b, at);
  words[1] = isBig ? big(b, at) : little(b, at + 4);
}

function copyOf(b: Uint8Array, at: number, nbytes: number): Uint8Array {
  const out = new Uint8Array(nbytes);
  for (let i = 0; i < nbytes; i++) out[i] = b[at + i]!;
  return out;
}

function complexAt(b: Uint8Array, at: number, kind: number): ComplexValue {
  if (kind >= Kind.complex128) {
    load64(b, at, kind !== Kind.complex128);
    const re = doubles[0]!;
    load64(b, at + 8, kind !== Kind.complex128);
    return { re, im: doubles[0]! };
  }
  const load = kind === Kind.complex64 ? little : big;
  words[0] = load(b, at);
  words[1] = load(b, at + 4);
  return { re: floats[0]!, im: floats[1]! };
}

/** The kinds that allocate, kept out of the loop below so that the rest of it stays inlined. */
function rareValue(b: Uint8Array, at: number, kind: number, width: number): StructValue {
  switch (kind) {
    case Kind.float16:
      return fromHalf(b[at]! | (b[at + 1]! << 8));
    case Kind.float16 + 1:
      return fromHalf((b[at]! << 8) | b[at + 1]!);
    case Kind.intptr32:
      return BigInt(little(b, at));
    case Kind.intptr32 + 1:
      return BigInt(big(b, at));
    case Kind.uintptr32:
      return BigInt(little(b, at) >>> 0);
    case Kind.uintptr32 + 1:
      return BigInt(big(b, at) >>> 0);
    case Kind.bytes:
    case Kind.char:
      return copyOf(b, at, width);
    case Kind.pascal:
      return width === 0 ? new Uint8Array(0) : copyOf(b, at + 1, Math.min(b[at]!, width - 1));
    default:
      return complexAt(b, at, kind);
  }
}

/** One entry per value, in flat arrays: reading an array of objects costs a third of the whole unpack. */
export interface ReadTable {
  readonly kinds: readonly number[];
  /** Bytes from the start of the record. */
  readonly byteOffsets: readonly number[];
  /** Bytes of the value. */
  readonly widths: readonly number[];
}

/** As long as a record has values: make it only when there is a record to read. */
export function readTable(operations: readonly Operation[]): ReadTable {
  const kinds: number[] = [];
  const byteOffsets: number[] = [];
  const widths: number[] = [];
  for (const { kind, byteOffset, width, count } of operations) {
    for (let i = 0; i < count; i++) {
      kinds.push(kind);
      byteOffsets.push(byteOffset + i * width);
      widths.push(width);
    }
  }
  return { kinds, byteOffsets, widths };
}

/** Reads the record at `start` (bytes); the caller has checked that it lies inside `b`. */
export function readRecord({ kinds, byteOffsets, widths }: ReadTable, b: Uint8Array, start: number): StructValue[] {
  const count = kinds.length;
  const values = new Array<StructValue>(count);
  for (let i = 0; i < count; i++) {
    const at = start + byteOffsets[i]!;
    switch (kinds[i]) {
      case Kind.int8:
        values[i] = (b[at]! << 24) >> 24;
        break;
      case Kind.uint8:
        values[i] = b[at]!;
        break;
      case Kind.bool:
        values[i] = b[at] !== 0;
        break;
      case Kind.int16:
        values[i] = ((b[at]! << 16) | (b[at + 1]! << 24)) >> 16;
        break;
      case Kind.int16 + 1:
        values[i] = ((b[at]! << 24) | (b[at + 1]! << 16)) >> 16;
        break;
      case Kind.uint16:
        values[i] = b[at]! | (b[at + 1]! << 8);
        break;
      case Kind.uint16 + 1:
        values[i] = (b[at]! << 8) | b[at + 1]!;
        break;
      case Kind.int32:
        values[i] = little(b, at);
        break;
      case Kind.int32 + 1:
        values[i] = big(b, at);
        break;
      case Kind.uint32:
        values[i] = little(b, at) >>> 0;
        break;
      case Kind.uint32 + 1:
        values[i] = big(b, at) >>> 0;
        break;
      case Kind.float32:
        words[0] = little(b, at);
        values[i] = floats[0]!;
        break;
      case Kind.float32 + 1:
        words[0] = big(b, at);
        values[i] = floats[0]!;
        break;
      case Kind.float64:
      case Kind.float64 + 1:
        load64(b, at, kinds[i] !== Kind.float64);
        values[i] = doubles[0]!;
        break;
      case Kind.int64:
      case Kind.int64 + 1:
        load64(b, at, kinds[i] !== Kind.int64);
        values[i] = signed[0]!;
        break;
      case Kind.uint64:
      case Kind.uint64 + 1:
        load64(b, at, kinds[i] !== Kind.uint64);
        values[i] = unsigned[0]!;
        break;
      default:
        values[i] = rareValue(b, at, kinds[i]!, widths[i]!);
    }
  }
  return values;
}
