/**
 * Array metadata as zarrita reads it. Types that it has no name for are carried: items of 1, 2, 4 and 8 bytes as unsigned
 * integers of that size, others as byte strings, in the stored byte order, so that nothing is swapped on the way. What
 * they really are is remembered beside.
 */

import { type DType, dtypeFromNumpyDescr, fromName, isStridebufError, withByteOrder } from "../../shared.js";
import { fillBytes } from "./fill.js";

/** What the items of a carried array are. */
export interface Carried {
  readonly dtype: DType;
  /** Items of a missing chunk hold this instead of the fill value, which no carrier could spell. */
  readonly marker?: Uint8Array;
  readonly fill: Uint8Array;
}

type Json = Record<string, unknown>;

/** Data types that zarrita reads itself; float16 it reads only where the runtime has a Float16Array. */
const native = new Set([
  "bool",
  "int8",
  "int16",
  "int32",
  "int64",
  "uint8",
  "uint16",
  "uint32",
  "uint64",
  "float32",
  "float64",
]);

/** Types of variable length, which stay zarrita's. */
const variable = new Set(["string", "variable_length_utf8", "variable_length_bytes", "bytes"]);

const carriers: Readonly<Record<number, string>> = { 1: "uint8", 2: "uint16", 4: "uint32", 8: "uint64" };
const v2Letters: Readonly<Record<string, string>> = { uint8: "|u1", uint16: "<u2", uint32: "<u4", uint64: "<u8" };

/** Metadata as text, with every integer that a number does not hold kept as text in `fill_value`. */
function parse(text: string): Json {
  const metadata = JSON.parse(text) as Json;
  if (metadata === null || typeof metadata !== "object") return {};
  const quoted = text.replace(/"(?:[^"\\]|\\.)*"|-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?/g, (token) =>
    /^-?\d{16,}$/.test(token) ? `"${token}"` : token,
  );
  if ("fill_value" in metadata) metadata.fill_value = (JSON.parse(quoted) as Json).fill_value;
  return metadata;
}

/**
 * `zarr.json` or `.zarray` with what zarrita can read in it, and what was carried.
 *
 * @throws UnknownDTypeError for a type that nobody here knows and zarrita would stumble over
 */
export function rewritten(bytes: Uint8Array, version: 2 | 3): { bytes: Uint8Array; carried: Carried | undefined } {
  const metadata = parse(new TextDecoder().decode(bytes));
  const isArray = version === 2 ? metadata.dtype !== undefined : metadata.node_type === "array";
  if (!isArray) return { bytes, carried: undefined };
  const carried = version === 2 ? rewriteV2(metadata) : rewriteV3(metadata);
  return { bytes: new TextEncoder().encode(JSON.stringify(metadata)), carried };
}

function rewriteV2(metadata: Json): Carried | undefined {
  const { dtype: descr } = metadata;
  if (descr === "|O") return undefined;
  const dtype = dtypeFromNumpyDescr(descr as never);
  if (dtype.kind === "text") {
    if (metadata.fill_value === 0) metadata.fill_value = "";
    return undefined;
  }
  const isNative = dtype.element !== undefined && native.has(dtype.name) && dtype.lanes === 1;
  if (isNative && dtype.unit === undefined) return undefined;
  const carrier = carrierOf(dtype, metadata.fill_value);
  metadata.dtype = v2Letters[carrier.name] ?? `|${carrier.name.slice(3)}`;
  metadata.fill_value = carrier.fillValue;
  return carrier.carried;
}

function rewriteV3(metadata: Json): Carried | undefined {
  const { data_type: name, fill_value: fill } = metadata;
  if (typeof name === "string" && native.has(name)) {
    if (typeof fill === "string" && fill.startsWith("0x")) metadata.fill_value = decoded(fromName("zarr", name), fill);
    return undefined;
  }
  if (variable.has(typeof name === "string" ? name : String((name as Json)?.name))) return undefined;
  const endian = endianOf(metadata.codecs);
  const dtype = withByteOrder(typeOf(name), endian);
  const carrier = carrierOf(dtype, fill);
  metadata.data_type = carrier.name;
  metadata.fill_value = carrier.fillValue;
  metadata.codecs = littleEndian(metadata.codecs);
  return carrier.carried;
}

function typeOf(name: unknown): DType {
  try {
    return fromName("zarr", name);
  } catch (error) {
    // zarr-python's own spelling of NumPy's types.
    if (!isStridebufError(error, "UnknownDTypeError") || typeof name !== "string" || !/^[<>|]/.test(name)) throw error;
    return dtypeFromNumpyDescr(name);
  }
}

/** A number, or the text that JSON has for what is none. */
function decoded(dtype: DType, fill: string): number | string {
  const bytes = fillBytes(dtype, fill);
  const data = new DataView(bytes.buffer as ArrayBuffer);
  const value = dtype.itemsize === 4 ? data.getFloat32(0, true) : data.getFloat64(0, true);
  return Number.isFinite(value) ? value : String(value);
}

function carrierOf(dtype: DType, value: unknown): { name: string; fillValue: unknown; carried: Carried } {
  const fill = fillBytes(dtype, value);
  const name = carriers[dtype.itemsize];
  if (name !== undefined) {
    let bits = 0n;
    for (let i = fill.length - 1; i >= 0; i--) bits = (bits << 8n) | BigInt(fill[i]!);
    const fillValue = name === "uint64" ? String(bits) : Number(bits);
    return { name, fillValue, carried: { dtype, fill } };
  }
  // zarrita fills byte strings with UTF-8, which cannot spell all bytes.
  const isText = fill.every((byte) => byte < 0x80);
  const marker = isText ? undefined : crypto.getRandomValues(new Uint8Array(dtype.itemsize)).map((byte) => byte & 0x7f);
  const fillValue = String.fromCharCode(...(marker ?? fill));
  return { name: `v2:S${dtype.itemsize}`, fillValue, carried: { dtype, fill, ...(marker && { marker }) } };
}

/** The order that the codec "bytes" states, also inside shards; little where it states none. */
function endianOf(codecs: unknown): "little" | "big" {
  for (const { name, configuration } of (codecs ?? []) as { name: string; configuration?: Json }[]) {
    if (name === "sharding_indexed") return endianOf(configuration?.codecs);
    if (name === "bytes") return configuration?.endian === "big" ? "big" : "little";
  }
  return "little";
}

/** The codecs of the items (not those of a shard's index) without a swap. */
function littleEndian(codecs: unknown): unknown {
  return ((codecs ?? []) as { name: string; configuration?: Json }[]).map((codec) => {
    const { name, configuration } = codec;
    if (name === "sharding_indexed")
      return { name, configuration: { ...configuration, codecs: littleEndian(configuration?.codecs) } };
    return name === "bytes" ? { name, configuration: { ...configuration, endian: "little" } } : codec;
  });
}
