/**
 * Arrow's C data interface: `ArrowSchema` and `ArrowArray` structures in the memory of another Wasm module
 * (CDataInterface.rst, "Structure definitions"), read field by field. Nothing is called: `release` stays with whoever owns
 * the structures, and they must outlive the columns.
 */

import { stridebufError } from "../../errors.js";
import { requireKnownOptions } from "../../options.js";
import type { WasmMemory } from "../../platform.js";
import { argumentError, integer } from "../../view/checks.js";
import { typeOfCFormat } from "./c-format.js";
import type { ArrowColumn, ArrowData, MemoryRange } from "./chunk.js";
import { type ArrowType, dtypeOfArrow, isFlat, TypeId, widthOf } from "./types.js";

/** What addresses of the C data interface are. */
export interface CDataOptions {
  /** Bytes of a pointer in that module: 4 (wasm32, the default) or 8. */
  readonly pointerSize?: 4 | 8;
}

/** A column in another module's memory: what {@link fromArrow} and {@link chunks} read. A record batch is a struct. */
export interface CDataColumn extends ArrowColumn {
  /** The name of the field; empty for the column that was read. */
  readonly name: string;
  /** Items that are not valid, -1 where the producer did not count. */
  readonly nullCount: number;
  /** The fields of a struct, the items of a list. */
  readonly children: readonly CDataColumn[];
  /** The child of that name; the first one where several have it. */
  getChild(name: string): CDataColumn | undefined;
}

/** Structures hold pointers to structures; deeper than this they are no schema but a loop. */
const MAX_DEPTH = 64;

/** Fields of a structure in memory that may grow between two reads. */
class Reader {
  constructor(
    readonly memory: WasmMemory,
    readonly pointerSize: 4 | 8,
  ) {}

  at<T>(address: number, nbytes: number, read: (data: DataView) => T): T {
    const { buffer } = this.memory;
    if (address > 0 && address + nbytes <= buffer.byteLength) return read(new DataView(buffer, address, nbytes));
    const text = `${nbytes} bytes at address ${address} of a memory of ${buffer.byteLength} bytes`;
    throw stridebufError("BoundsError", `the C data structures lead to ${text}`, { byteOffset: address });
  }

  int64(address: number): number {
    return this.at(address, 8, (data) => exact(data.getBigInt64(0, true)));
  }

  pointer(address: number): number {
    if (this.pointerSize === 4) return this.at(address, 4, (data) => data.getUint32(0, true));
    return this.at(address, 8, (data) => exact(data.getBigUint64(0, true)));
  }

  text(address: number): string {
    if (address === 0) return "";
    const bytes = new Uint8Array(this.memory.buffer);
    const end = bytes.indexOf(0, address);
    if (end < 0) return this.at(address, bytes.length, () => "");
    // A copy: TextDecoder refuses shared memory.
    return new TextDecoder().decode(bytes.slice(address, end));
  }
}

function exact(value: bigint): number {
  const number = Number(value);
  if (BigInt(number) === value && Math.abs(number) <= Number.MAX_SAFE_INTEGER) return number;
  throw stridebufError("BoundsError", `the C data structures say ${value}, which no memory has`, {});
}

/** Where fields stand. After three pointers `flags` is aligned to 8; `ArrowArray` begins with five int64. */
const places = (p: 4 | 8) => ({
  schema: {
    format: 0,
    name: p,
    nChildren: p === 4 ? 24 : 32,
    children: p === 4 ? 32 : 40,
    dictionary: p === 4 ? 36 : 48,
  },
  schemaRelease: p === 4 ? 40 : 56,
  array: {
    length: 0,
    nullCount: 8,
    offset: 16,
    nBuffers: 24,
    nChildren: 32,
    buffers: 40,
    children: 40 + p,
    dictionary: 40 + 2 * p,
  },
  arrayRelease: 40 + 3 * p,
});

interface Context {
  readonly reader: Reader;
  readonly places: ReturnType<typeof places>;
}

/**
 * The column (or record batch) that an `ArrowSchema` and an `ArrowArray` describe in the memory of another Wasm module.
 * Nothing is copied, and views of it follow the memory when it grows. The structures and what they point to must stay:
 * call their `release` (or the library's `free`) when the views are no longer used.
 *
 * @param memory - the module's memory
 * @param schema - address of the `ArrowSchema`, bytes
 * @param array - address of the `ArrowArray`, bytes
 * @throws BoundsError when a structure or buffer leads outside the memory, or was released; FormatSyntaxError for a format
 * that is none
 *
 * @example
 * const ffi = readParquet(file).recordBatches()[0].intoFFI(); // parquet-wasm
 * const batch = readCData(wasmMemory(), ffi.schemaAddr(), ffi.arrayAddr());
 * fromArrow(batch.getChild("x"), { as: "float64" }).toArray(); // [0.5, 1.5]
 */
export function readCData(memory: WasmMemory, schema: number, array: number, options: CDataOptions = {}): CDataColumn {
  requireKnownOptions(options, ["pointerSize"]);
  const { pointerSize = 4 } = options;
  if (pointerSize !== 4 && pointerSize !== 8) throw argumentError("options.pointerSize", "4 or 8", pointerSize);
  if (typeof (memory?.buffer as ArrayBufferLike | undefined)?.byteLength !== "number")
    throw argumentError("memory", "a WebAssembly.Memory", memory, true);
  const context = { reader: new Reader(memory, pointerSize), places: places(pointerSize) };
  return columnOf(context, integer("schema", schema, 1), integer("array", array, 1), 0, undefined, 0);
}

/** @param skip - items that the parent's offset takes off the front; `count` is how many it leaves, where it says */
function columnOf(
  context: Context,
  schema: number,
  array: number,
  skip: number,
  count: number | undefined,
  depth: number,
): CDataColumn {
  const { reader, places } = context;
  const s = places.schema;
  const a = places.array;
  if (depth > MAX_DEPTH) throw stridebufError("BoundsError", `the C data structures nest deeper than ${MAX_DEPTH}`, {});
  for (const [name, release] of [
    ["ArrowSchema", schema + places.schemaRelease],
    ["ArrowArray", array + places.arrayRelease],
  ] as const)
    if (reader.pointer(release) === 0) throw stridebufError("BoundsError", `the ${name} has been released`, {});
  const format = reader.text(reader.pointer(schema + s.format));
  const bare = typeOfCFormat(format);
  const own = reader.int64(array + a.length);
  const length = count ?? own;
  const offset = reader.int64(array + a.offset) + skip;
  if (own < 0 || offset < 0 || skip + length > own)
    throw stridebufError("BoundsError", `an array of ${own} items is asked for ${length} from ${skip} on`, {});
  const width = bare.typeId === TypeId.fixedSizeList ? widthOf(bare) : 1;
  const isCut = bare.typeId === TypeId.struct || bare.typeId === TypeId.fixedSizeList;
  const children = pointers(context, schema, s, array, a).map(([childSchema, childArray]) =>
    isCut
      ? columnOf(context, childSchema, childArray, offset * width, length * width, depth + 1)
      : columnOf(context, childSchema, childArray, 0, undefined, depth + 1),
  );
  const dictionary = reader.pointer(schema + s.dictionary);
  const values =
    dictionary === 0
      ? undefined
      : columnOf(context, dictionary, reader.pointer(array + a.dictionary), 0, undefined, depth + 1);
  const fields = children.map(({ name, type }) => ({ name, type }));
  const type: ArrowType = values
    ? { typeId: TypeId.dictionary, dictionary: values.type, indices: bare }
    : { ...bare, children: fields };
  const nullCount = reader.int64(array + a.nullCount);
  const data: ArrowData = {
    type,
    length,
    nullCount: nullCount === 0 ? 0 : -1,
    offset,
    values: buffer(context, array, bare, 1, offset, length),
    validity: buffer(context, array, undefined, 0, offset, length),
    children: children.map((child) => child.data[0]!),
    ...(values === undefined ? {} : { dictionary: values }),
  };
  return {
    name: reader.text(reader.pointer(schema + s.name)),
    type,
    length,
    nullCount,
    data: [data],
    children,
    getChild: (name) => children.find((child) => child.name === name),
  };
}

type Offsets = ReturnType<typeof places>;

function pointers(
  { reader }: Context,
  schema: number,
  s: Offsets["schema"],
  array: number,
  a: Offsets["array"],
): [number, number][] {
  const count = reader.int64(schema + s.nChildren);
  if (count !== reader.int64(array + a.nChildren) || count < 0)
    throw stridebufError(
      "BoundsError",
      `a schema of ${count} children for an array of ${reader.int64(array + a.nChildren)}`,
      {},
    );
  const [schemas, arrays] = [reader.pointer(schema + s.children), reader.pointer(array + a.children)];
  return Array.from({ length: count }, (_, i) => [
    reader.pointer(schemas + i * reader.pointerSize),
    reader.pointer(arrays + i * reader.pointerSize),
  ]);
}

/**
 * A buffer of an array. The structures do not say how long it is: as long as its items need. Bits begin at `offset` and are
 * given whole; items of a fixed size are cut to their own.
 */
function buffer(
  { reader, places }: Context,
  array: number,
  type: ArrowType | undefined,
  index: number,
  offset: number,
  length: number,
): MemoryRange | null {
  const isBits = type === undefined || type.typeId === TypeId.bool;
  if (index >= reader.int64(array + places.array.nBuffers) || !(isBits || isFlat(type))) return null;
  const itemsize = isBits ? 0 : dtypeOfArrow(type).itemsize;
  const address = reader.pointer(reader.pointer(array + places.array.buffers) + index * reader.pointerSize);
  if (address === 0) return null;
  const start = isBits ? address : address + offset * itemsize;
  const byteLength = isBits ? Math.ceil((offset + length) / 8) : length * itemsize;
  if (byteLength > 0) reader.at(start, byteLength, () => 0);
  return { memory: reader.memory, address: start, byteLength };
}
