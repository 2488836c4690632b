/**
 * Items ⇄ JavaScript values for every dtype: which codec reads and writes one item. Made once per dtype (dtypes are
 * interned) from the facts of the dtype, never from its text, except that `c` (exactly one byte) is told from `1s` by
 * its letter.
 */

import type { DType } from "../dtype/dtype.js";
import { stridebufError } from "../errors.js";
import { argumentError, bytesThere, listError, listOf, placeError, show } from "./checks.js";
import { codecItems } from "./codec.js";
import { characterOf } from "./encoding.js";
import { type Items, numberItems, real } from "./numbers.js";
import { scratch } from "./scratch.js";
import { contiguousStrides } from "./strides.js";
import type { Complex, Value } from "./values.js";

const known = new WeakMap<DType, Items<Value>>();

/** The codec of one item of a dtype. Items that cannot be decoded get one that throws when used. */
export function itemsOf(dtype: DType): Items<Value> {
  let items = known.get(dtype);
  if (items === undefined) {
    items = asksCodec(dtype) ? readApart(makeItems(dtype) as Items<Value>, dtype) : (makeItems(dtype) as Items<Value>);
    known.set(dtype, items);
  }
  return items;
}

/** Whether a codec reads an item, or a part of one. */
export function asksCodec({ codec, fields, base }: DType): boolean {
  return (
    codec !== undefined || fields?.some((field) => asksCodec(field.dtype)) || (base !== undefined && asksCodec(base))
  );
}

/** Items of which a codec is shown a copy: its functions may keep what they are handed, or take the memory away while they read. */
function readApart(items: Items<Value>, { itemsize }: DType): Items<Value> {
  const withItem = scratch(() => new Uint8Array(itemsize));
  const read: Items<Value>["read"] = (d, o) =>
    withItem((item) => {
      item.set(new Uint8Array(d.buffer, d.byteOffset + o, itemsize));
      return items.read(new DataView(item.buffer), 0);
    });
  return { ...items, read };
}

/** Whether an item is read part by part. */
export const hasParts = (dtype: DType): boolean =>
  dtype.codec === undefined && (dtype.kind === "struct" || dtype.kind === "array");

/** Elements of a sub-array. */
export const elementCount = (array: DType): number => array.shape!.reduce((n, m) => n * m, 1);

/** Values without parts in one item. */
export function leafCount(dtype: DType): number {
  if (!hasParts(dtype)) return 1;
  if (dtype.fields) return dtype.fields.reduce((n, field) => n + leafCount(field.dtype), 0);
  return elementCount(dtype) * leafCount(dtype.base!);
}

/** What reading one item makes: the values of its leaves, those of blocks counted one by one. */
export function valueCount(dtype: DType): number {
  if (!hasParts(dtype)) return dtype.codec?.block?.count ?? 1;
  if (dtype.fields) return dtype.fields.reduce((n, field) => n + valueCount(field.dtype), 0);
  return elementCount(dtype) * valueCount(dtype.base!);
}

/** Values in arrays and records at once; V8 takes 2^27 - 3 pointers in one array, and a list grows by half. */
const MAX_VALUES = 2 ** 26;

/**
 * Refuses more values than an engine can hold, which would end the process: elements without bytes take no memory, so any
 * number of them is claimed for free.
 *
 * @throws EngineError (`memory`)
 */
export function requireRoom(count: number): void {
  if (count <= MAX_VALUES) return;
  throw stridebufError("EngineError", `no memory for ${count} values in arrays (at most ${MAX_VALUES})`, {
    phase: "memory",
  });
}

function makeItems(dtype: DType): Items {
  if (dtype.codec !== undefined) return codecItems(dtype, dtype.codec);
  switch (dtype.kind) {
    case "complex":
      return complexItems(dtype);
    case "struct":
      return structItems(dtype);
    case "array":
      return arrayItems(dtype);
    case "text":
      return textItems(dtype);
    case "bytes":
    case "void":
      return bytesItems(dtype);
    case "pointer":
      return pointerItems(dtype);
    default:
      if (dtype.element === undefined) return opaqueItems(dtype);
      return numberItems(dtype.element, dtype.byteOrder !== "big");
  }
}

function complexItems(dtype: DType): Items<Complex> {
  const half = dtype.itemsize / 2;
  const part =
    dtype.element === undefined ? itemsOf(dtype.base!) : numberItems(dtype.element, dtype.byteOrder !== "big");
  return {
    read: (d, o) => ({ re: part.read(d, o) as number, im: part.read(d, o + half) as number }),
    write(d, o, value) {
      const isPair = typeof value === "object" && value !== null && "re" in value && "im" in value;
      part.write(d, o, isPair ? value.re : real(value));
      part.write(d, o + half, isPair ? value.im : 0);
    },
    atomic: false,
  };
}

function structItems(dtype: DType): Items<Record<string, Value>> {
  const fields = dtype.fields!.map((f) => ({ name: f.name, offset: f.offset, items: itemsOf(f.dtype) }));
  return {
    read(d, o) {
      const record: Record<string, Value> = {};
      for (const f of fields) {
        const value = f.items.read(d, o + f.offset);
        if (f.name === "__proto__") defineOwn(record, f.name, value);
        else record[f.name] = value;
      }
      return record;
    },
    write(d, o, value) {
      if (typeof value !== "object" || value === null)
        throw argumentError("value", "an object by field name, or an array of the fields in order", value, true);
      const list = Array.isArray(value) ? value : undefined;
      if (list !== undefined && list.length !== fields.length) throw listError(`${fields.length} fields`, value, list);
      fields.forEach((f, i) => {
        if (list === undefined && !Object.hasOwn(value, f.name))
          throw argumentError(`value.${f.name}`, "a value for this field", undefined, true);
        try {
          f.items.write(d, o + f.offset, list === undefined ? (value as Record<string, unknown>)[f.name] : list[i]);
        } catch (error) {
          throw placeError(error, list === undefined ? `value.${f.name}` : `value[${i}]`);
        }
      });
    },
    atomic: false,
  };
}

/** Plain assignment to `__proto__` would set the prototype and lose the field. */
function defineOwn(record: object, name: string, value: unknown): void {
  Object.defineProperty(record, name, { value, writable: true, enumerable: true, configurable: true });
}

function arrayItems(dtype: DType): Items<Value[]> {
  const base = itemsOf(dtype.base!);
  const shape = dtype.shape!;
  const strides = contiguousStrides(shape, dtype.base!.itemsize);
  const read = (d: DataView, o: number, axis: number): Value[] => {
    const out: Value[] = [];
    const last = axis === shape.length - 1;
    for (let i = 0; i < shape[axis]!; i++) {
      const at = o + i * strides[axis]!;
      out.push(last ? base.read(d, at) : read(d, at, axis + 1));
    }
    return out;
  };
  const write = (d: DataView, o: number, value: unknown, axis: number): void => {
    if (axis === shape.length) {
      base.write(d, o, value);
      return;
    }
    const list = listOf(value);
    if (list?.length !== shape[axis]) throw listError(`an array of ${shape[axis]}`, value, list);
    for (let i = 0; i < shape[axis]!; i++) {
      try {
        write(d, o + i * strides[axis]!, list![i], axis + 1);
      } catch (error) {
        throw placeError(error, `value[${i}]`);
      }
    }
  };
  const count = valueCount(dtype);
  return {
    read(d, o) {
      requireRoom(count);
      return read(d, o, 0);
    },
    write: (d, o, v) => write(d, o, v, 0),
    atomic: false,
  };
}

/** `s` and named padding: raw bytes, NULs kept; shorter values are filled up with NULs. */
function bytesItems(dtype: DType): Items<Uint8Array> {
  const n = dtype.itemsize;
  const exact = dtype.kind === "void" || dtype.format === "c";
  return {
    read: (d, o) => new Uint8Array(d.buffer, d.byteOffset + o, n).slice(),
    write(d, o, value) {
      const bytes = bytesOf(value);
      if (bytes.length > n || (exact && bytes.length !== n))
        throw argumentError("value", `${exact ? "" : "at most "}${n} bytes`, `${bytes.length} bytes`);
      const target = new Uint8Array(d.buffer, d.byteOffset + o, n);
      target.set(bytes);
      target.fill(0, bytes.length);
    },
    atomic: true,
  };
}

function bytesOf(value: unknown): Uint8Array {
  if (ArrayBuffer.isView(value) || value instanceof ArrayBuffer) return bytesThere(value);
  throw argumentError("value", "a Uint8Array", value, true);
}

/** Fixed-width text: `u` counts UTF-16 units, `w` code points. NULs are kept on read and fill up on write. */
function textItems(dtype: DType): Items<string> {
  const width = dtype.width;
  const length = dtype.itemsize / width;
  const isLittle = dtype.byteOrder !== "big";
  return {
    read(d, o) {
      let text = "";
      for (let i = 0; i < length; i++) {
        if (width === 2) text += String.fromCharCode(d.getUint16(o + 2 * i, isLittle));
        else text += characterOf(d.getUint32(o + 4 * i, isLittle), dtype.format);
      }
      return text;
    },
    write(d, o, value) {
      if (typeof value !== "string") throw argumentError("value", "a string", value, true);
      const codes =
        width === 2
          ? Array.from({ length: value.length }, (_, i) => value.charCodeAt(i))
          : Array.from(value, (c) => c.codePointAt(0)!);
      if (codes.length > length)
        throw argumentError("value", `at most ${length} ${width === 2 ? "UTF-16 units" : "code points"}`, value);
      for (let i = 0; i < length; i++) {
        if (width === 2) d.setUint16(o + 2 * i, codes[i] ?? 0, isLittle);
        else d.setUint32(o + 4 * i, codes[i] ?? 0, isLittle);
      }
    },
    atomic: true,
  };
}

/** Pointers are bigints of any width; memoryview's `P` takes negative ones in two's complement. */
function pointerItems(dtype: DType): Items<bigint> {
  const bits = dtype.itemsize * 8;
  const row = numberItems(bits === 64 ? "uint64" : "uint32", dtype.byteOrder !== "big");
  return {
    read: (d, o) => BigInt(row.read(d, o) as number | bigint),
    write(d, o, value) {
      const n = Number.isInteger(value) ? BigInt(value as number) : value;
      if (typeof n === "bigint" && n < 0n && n >= -(1n << BigInt(bits - 1))) row.write(d, o, BigInt.asUintN(bits, n));
      else row.write(d, o, value);
    },
    atomic: true,
  };
}

/** Unresolved customs, object references: carried, moved, compared as bytes, never read. */
function opaqueItems(dtype: DType): Items {
  const refuse = (): never => {
    if (dtype.custom?.resolved)
      throw stridebufError(
        "UnsupportedFormatError",
        `items of ${dtype.name} can be moved, not read: ${dtype.custom.owner} knows their size only; cast the view to "B" for their bytes`,
        { format: dtype.format, index: 0, feature: "reading the item" },
      );
    if (dtype.custom !== undefined)
      throw stridebufError(
        "UnknownDTypeError",
        `items of ${dtype.format} cannot be read: nothing is registered for ${dtype.custom.aliases.map(show).join(", ")}; use registerDType, or cast the view to bytes`,
        { dtype: dtype.format, known: [] },
      );
    throw stridebufError(
      "UnsupportedFormatError",
      `items of ${dtype.format} cannot be read: object references mean nothing here`,
      {
        format: dtype.format,
        index: 0,
        feature: "object references",
      },
    );
  };
  return { read: refuse, write: refuse, atomic: true };
}
