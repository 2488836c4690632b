/** What the header of a safetensors file says of one tensor. */

import { MAX_NDIM } from "../view/checks.js";
import type { JsonReader, JsonScalar } from "./json.js";
import {
  type SafetensorsFault,
  type SafetensorsType,
  safetensorsBytes,
  safetensorsError,
  safetensorsTypes,
} from "./safetensors-rules.js";

/** What the header says of one tensor. */
export interface SafetensorsEntry {
  /** The name of the tensor. */
  readonly name: string;
  /** Its type, as the header spells it. */
  readonly type: SafetensorsType;
  /** Items per axis. */
  readonly shape: readonly number[];
  /** Bytes from the start of the file. */
  readonly byteOffset: number;
  /** Bytes of its data. */
  readonly nbytes: number;
}

/** A list as it is written, of which the first `most` items are kept; undefined for what is no list. */
interface Listed {
  readonly length: number;
  readonly items: readonly (JsonScalar | undefined)[];
}

function readList(json: JsonReader, most: number): Listed | undefined {
  if (!json.isAt("[")) return void json.skip();
  const items: (JsonScalar | undefined)[] = [];
  const length = json.array((index) => {
    const item = json.scalar();
    if (index < most) items.push(item);
  });
  // A copy has no room to spare, of which growing leaves more than a shape takes.
  return { length, items: items.slice() };
}

const isCount = (value: unknown): value is number => typeof value === "number" && value >= 0;

/** The names that the format knows; others are passed over. */
const KEYS: readonly string[] = ["dtype", "shape", "data_offsets"];

/** What a tensor's object says, before any of it is believed. */
interface Said {
  readonly keys: readonly string[];
  dtype: JsonScalar | undefined;
  shape: Listed | undefined;
  offsets: Listed | undefined;
}

/** How programs write what a tensor's object says. Whatever looks otherwise is read name by name, which takes longer. */
const USUAL =
  /\{"dtype": ?"(\w+)", ?"shape": ?\[((?:0|[1-9]\d{0,14})(?:, ?(?:0|[1-9]\d{0,14}))*)?\], ?"data_offsets": ?\[(0|[1-9]\d{0,14}), ?(0|[1-9]\d{0,14})\]\}/y;

function readUsual(json: JsonReader): Said | null {
  const found = json.match(USUAL);
  if (found === null) return null;
  const all = found[2] === undefined ? [] : found[2].split(",").map(Number);
  const shape = { length: all.length, items: all.length > MAX_NDIM ? [] : all };
  const offsets = { length: 2, items: [Number(found[3]), Number(found[4])] };
  return { keys: KEYS, dtype: found[1], shape, offsets };
}

function readSaid(json: JsonReader): Said | undefined {
  if (!json.isAt("{")) return json.skip();
  const usual = readUsual(json);
  if (usual !== null) return usual;
  const keys: string[] = [];
  const said: Said = { keys, dtype: undefined, shape: undefined, offsets: undefined };
  json.object(
    (key) => keys.includes(key),
    (key) => {
      if (key === "dtype") said.dtype = json.scalar();
      else if (key === "shape") said.shape = readList(json, MAX_NDIM);
      else if (key === "data_offsets") said.offsets = readList(json, 2);
      else return json.skip();
      keys.push(key);
    },
  );
  return said;
}

/**
 * Reads and checks a tensor's object.
 *
 * @param dataOffset bytes from the start of the file to the first tensor
 * @throws FileFormatError whose `reason` names the broken rule
 */
export function readEntry(json: JsonReader, name: string, dataOffset: number): SafetensorsEntry {
  const said = readSaid(json);
  const fault = (reason: SafetensorsFault, what: string) =>
    safetensorsError(reason, `tensor ${JSON.stringify(name)} ${what}`);
  if (said === undefined) throw fault("tensor-info", `is not an object`);
  const { keys, dtype: type, shape, offsets } = said;
  if (keys.length < KEYS.length)
    throw fault("tensor-info", `has no ${JSON.stringify(KEYS.find((key) => !keys.includes(key)))}`);
  if (typeof type !== "string" || !Object.hasOwn(safetensorsTypes, type)) {
    const shown = typeof type === "string" ? JSON.stringify(type) : "that is not a string";
    throw fault("dtype", `has an unknown dtype ${shown}`);
  }
  if (shape === undefined) throw fault("shape", `has a shape that is not a list`);
  if (shape.length > MAX_NDIM) throw fault("shape", `has ${shape.length} axes, at most ${MAX_NDIM} are allowed`);
  let count = 1;
  shape.items.forEach((length, axis) => {
    if (typeof length === "bigint" && length > 0n) {
      throw fault("overflow", `has shape[${axis}] beyond 2^53`);
    }
    if (!isCount(length)) throw fault("shape", `has shape[${axis}] that is not an integer >= 0`);
    count *= length;
    if (count > Number.MAX_SAFE_INTEGER) throw fault("overflow", `has more than 2^53 values`);
  });
  if (offsets === undefined || offsets.length !== 2) {
    throw fault("offsets", `has data_offsets that are not a pair`);
  }
  const [begin, end] = offsets.items;
  if (!isCount(begin) || !isCount(end)) {
    const large = [begin, end].some((offset) => typeof offset === "bigint" && offset > 0n);
    if (large) throw fault("overflow", `has data_offsets beyond 2^53`);
    throw fault("offsets", `has data_offsets that are not integers >= 0`);
  }
  if (end < begin) throw fault("offsets", `has data_offsets that run backwards: [${begin}, ${end}]`);
  const nbytes = safetensorsBytes(type as SafetensorsType, count);
  if (nbytes === undefined) {
    throw fault("alignment", `has ${count} values of ${type}, which do not fill whole bytes`);
  }
  if (nbytes > Number.MAX_SAFE_INTEGER) throw fault("overflow", `has more than 2^53 bytes`);
  if (nbytes !== end - begin) {
    throw fault("size", `needs ${nbytes} bytes, but its data_offsets span ${end - begin}`);
  }
  const lengths = shape.items as readonly number[];
  return { name, type: type as SafetensorsType, shape: lengths, byteOffset: dataOffset + begin, nbytes };
}
