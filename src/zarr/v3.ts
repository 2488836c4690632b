/** `zarr.json`: the metadata of an array in Zarr v3, read and changed. */

import type { DType } from "../dtype/dtype.js";
import { dtypeFromNumpyDescr, fromName, toName, withByteOrder } from "../index.js";
import {
  type Change,
  fillOf,
  type Items,
  requireHoldable,
  type Shards,
  variableLength,
  type ZarrArray,
} from "./array.js";
import { addedBytes, type CodecName, isCompressor, requireKnownCodec, unsupported } from "./codecs.js";
import { countsIn, gridOf, type KeyEncoding, separatorIn } from "./grid.js";
import { type Edit, edited, type JsonText, memberOf, metadataError, type Node, plainValue } from "./json-text.js";

type Json = Record<string, unknown>;

/** Types of variable length. */
const variable = new Set(["string", "variable_length_utf8", "variable_length_bytes", "bytes"]);

/** A name with its configuration, which may be left out. */
function named(key: string, value: unknown, what: string): { name: string; configuration: Json } {
  const { name, configuration } = (typeof value === "string" ? { name: value } : (value ?? {})) as Json;
  if (typeof name !== "string") throw metadataError(key, `${what} without a name: ${JSON.stringify(value)}`);
  return { name, configuration: (configuration ?? {}) as Json };
}

function keysOf(key: string, encoding: unknown): KeyEncoding {
  const { name, configuration } = named(key, encoding, '"chunk_key_encoding"');
  if (name === "default") return { prefix: ["c"], separator: separatorIn(key, configuration.separator, "/") };
  if (name === "v2") return { prefix: [], separator: separatorIn(key, configuration.separator, ".") };
  throw unsupported(key, `keys ${name}`, `keys of chunks are encoded as ${JSON.stringify(name)}, which is not known`);
}

function typeOf(type: unknown): DType | null {
  try {
    return typeof type === "string" && /^[<>|]/.test(type) ? dtypeFromNumpyDescr(type) : fromName("zarr", type);
  } catch {
    return null;
  }
}

interface Chain {
  readonly order: readonly number[];
  readonly endian: "little" | "big";
  readonly codecs: readonly CodecName[];
  /** The configuration of `sharding_indexed`. */
  readonly sharding: Json | null;
}

const endianOf = ({ endian }: Json): "little" | "big" => (endian === "big" ? "big" : "little");

function orderOf(key: string, order: unknown, rank: number): number[] {
  const axes = countsIn(key, "order", order, 0);
  if (axes.length === rank && new Set(axes).size === rank && axes.every((axis) => axis < rank)) return axes;
  throw metadataError(key, `"order" expected each of ${rank} axes once, got ${JSON.stringify(order)}`);
}

/** Takes a list of codecs apart: at most one transposition, one that makes bytes, then those of bytes. */
function chainOf(key: string, list: unknown, rank: number): Chain {
  const codecs = (Array.isArray(list) ? list : []).map((each) => named(key, each, "a codec"));
  let order: readonly number[] | null = null;
  const first = codecs[0];
  if (first?.name === "transpose") {
    order = orderOf(key, first.configuration.order, rank);
    codecs.shift();
  }
  const packing = codecs.shift();
  if (packing?.name !== "bytes" && packing?.name !== "sharding_indexed") {
    const name = packing?.name ?? "none";
    throw unsupported(key, `codec ${name}`, `the codec ${JSON.stringify(name)} is not known here in this place`);
  }
  const sharding = packing.name === "bytes" ? null : packing.configuration;
  if (sharding !== null && (order !== null || codecs.length > 0)) {
    throw unsupported(key, "sharding", "shards that are transposed or packed as a whole are not read here");
  }
  const names = codecs.map(({ name, configuration }) => ({ name: name.replace(/^numcodecs\./, ""), configuration }));
  for (const codec of names) requireKnownCodec(key, codec);
  const axes = Array.from({ length: rank }, (_, axis) => axis);
  return { order: order ?? axes, endian: endianOf(packing.configuration), codecs: names, sharding };
}

function shardsOf(key: string, { index_codecs: list, index_location: location }: Json, rank: number): Shards {
  const { codecs, endian, order } = chainOf(key, list, rank + 1);
  const other = codecs.find((codec) => addedBytes(codec) === undefined);
  if (other !== undefined || order.some((axis, i) => axis !== i)) {
    throw unsupported(key, "sharding", `an index through ${other?.name ?? "transpose"} has no fixed length`);
  }
  return { endian, codecs, location: location === "start" ? "start" : "end" };
}

export function readV3(path: string, json: JsonText): ZarrArray {
  const { key, text, root } = json;
  const fields = plainValue(text, root) as Json;
  if (fields.zarr_format !== 3) throw metadataError(key, `"zarr_format" expected 3, got ${fields.zarr_format}`);
  const { name: kind, configuration } = named(key, fields.chunk_grid, '"chunk_grid"');
  if (kind !== "regular") throw unsupported(key, `grid ${kind}`, `the grid ${JSON.stringify(kind)} is not known here`);
  const grid = gridOf(key, fields.shape, configuration.chunk_shape, keysOf(key, fields.chunk_key_encoding));
  const type = typeOf(fields.data_type);
  const rank = grid.shape.length;
  const read = (): Items => {
    if (type === null) {
      const { name } = named(key, fields.data_type, '"data_type"');
      if (!variable.has(name)) fromName("zarr", fields.data_type);
      throw variableLength(key, name);
    }
    if (Array.isArray(fields.storage_transformers) && fields.storage_transformers.length > 0)
      throw unsupported(key, "storage transformers", "storage transformers are not known here");
    const outer = chainOf(key, fields.codecs, rank);
    const { sharding } = outer;
    const inner = sharding === null ? outer : chainOf(key, sharding.codecs, rank);
    if (inner !== outer && inner.sharding !== null) throw unsupported(key, "sharding", "shards in shards are not read");
    const chunks = sharding === null ? grid.chunks : countsIn(key, "chunk_shape", sharding.chunk_shape, 1);
    if (chunks.length !== rank || chunks.some((length, axis) => grid.chunks[axis]! % length !== 0))
      throw metadataError(key, `shards of ${grid.chunks.join(", ")} are no multiples of their chunks`);
    const dtype = withByteOrder(type, inner.endian);
    requireHoldable(key, chunks, dtype);
    const { order, codecs } = inner;
    const shards = sharding === null ? null : shardsOf(key, sharding, rank);
    return { dtype, chunks, order, codecs, shards, fill: fillOf(key, dtype, fields.fill_value) };
  };
  let items: Items | undefined;
  const dtype = type === null ? null : orderedAs(type, fields.codecs);
  return { path, version: 3, json, grid, dtype, items: () => (items ??= read()) };
}

/** The byte order that the codec "bytes" states, wherever it stands. */
function orderedAs(type: DType, codecs: unknown): DType {
  for (const each of Array.isArray(codecs) ? codecs : []) {
    const { name, configuration } = (each ?? {}) as { name?: string; configuration?: Json };
    if (name === "sharding_indexed") return orderedAs(type, configuration?.codecs);
    if (name === "bytes") return withByteOrder(type, endianOf(configuration ?? {}));
  }
  return type;
}

/** The list of codecs for other items. */
function changedCodecs(list: unknown, before: Items, change: Change): unknown[] {
  const { dtype, chunks, compressor } = change;
  const { itemsize } = dtype;
  const isReplaced = (name: string): boolean => compressor !== undefined && isCompressor(name);
  const codecs = (list as unknown[]).map((each) => (typeof each === "string" ? { name: each } : (each as Json)));
  const result: unknown[] = [];
  for (const codec of codecs) {
    const { name, configuration = {} } = codec as { name: string; configuration?: Json };
    const plain = name.replace(/^numcodecs\./, "");
    const configured = (more: Json): Json => ({ ...codec, configuration: { ...configuration, ...more } });
    if (plain === "sharding_indexed") {
      result.push(configured({ chunk_shape: chunks, codecs: changedCodecs(configuration.codecs, before, change) }));
    } else if (plain === "bytes") {
      const isOrdered = dtype.byteOrder === "big" || itemsize > 1;
      result.push(isOrdered ? configured({ endian: dtype.byteOrder === "big" ? "big" : "little" }) : { name });
      if (compressor) result.push(withItemsize(compressor, itemsize));
    } else if (isReplaced(plain)) continue;
    else if (plain === "shuffle" && configuration.elementsize === before.dtype.itemsize) {
      result.push(configured({ elementsize: itemsize }));
    } else result.push(plain === "blosc" && "typesize" in configuration ? configured({ typesize: itemsize }) : codec);
  }
  return result;
}

/** Zarr v3 spells Blosc's configuration in its own way. */
const withItemsize = ({ name, configuration }: CodecName, typesize: number): CodecName => ({
  name: name === "zlib" || name === "lz4" ? `numcodecs.${name}` : name,
  configuration: name === "blosc" ? { ...configuration, shuffle: "shuffle", typesize } : configuration,
});

/** The text of the document with something changed. */
export function changeV3({ json, grid, items }: ZarrArray, change: Change): string {
  const { key, text, root } = json;
  const before = items();
  const { dtype, chunks, fill } = change;
  const edits: Edit[] = [];
  const set = (node: Node | undefined, value: string): void => {
    if (node !== undefined) edits.push({ node, text: value });
  };
  if (dtype !== before.dtype) {
    const type = toName("zarr", dtype);
    if (type === undefined) throw unsupported(key, dtype.name, `Zarr v3 has no ${dtype.name}`);
    set(memberOf(root, "data_type"), JSON.stringify(type));
  }
  if (fill !== null) set(memberOf(root, "fill_value"), fill);
  if (before.shards === null) {
    set(memberOf(root, "chunk_grid", "configuration", "chunk_shape"), JSON.stringify(chunks));
  } else if (chunks.some((length, axis) => grid.chunks[axis]! % length !== 0)) {
    const shard = grid.chunks.join(", ");
    throw unsupported(key, "sharding", `chunks of ${chunks.join(", ")} do not fill its shards of ${shard} evenly`);
  }
  const codecs = memberOf(root, "codecs");
  set(codecs, JSON.stringify(changedCodecs(plainValue(text, codecs), before, change)));
  return edited(text, edits);
}
