/**
 * stridebuf/safetensors: checkpoints of named tensors. Reading parses the header only; each tensor is a zero-copy view
 * made when it is asked for. Writing lays tensors out as the reference library does. Bytes in, views out.
 */

import type { DType } from "../dtype/dtype.js";
import { withByteOrder } from "../dtype/order.js";
import { stridebufError } from "../errors.js";
import { view } from "../index.js";
import { requireKnownOptions } from "../options.js";
import { requireView } from "../view/require-view.js";
import type { StridedView } from "../view/view.js";
import { type BytesLike, bytesOf } from "./bytes-of.js";
import { into } from "./out.js";
import { packBits, unpackBits } from "./packed.js";
import { compareSafetensors, dtypeOfSafetensors, packedBitsOf, safetensorsOfDType } from "./safetensors-dtype.js";
import type { SafetensorsEntry } from "./safetensors-entry.js";
import { formatSafetensorsHeader, parseSafetensorsHeader } from "./safetensors-header.js";
import { listNames } from "./selection.js";

export type { SafetensorsEntry } from "./safetensors-entry.js";
export type { SafetensorsFault, SafetensorsType } from "./safetensors-rules.js";

/** Options of `readSafetensors`. */
export interface ReadSafetensorsOptions {
  /** Longest header that is read, in bytes: 16 MiB, of which each tensor and each string of metadata counts as 128 at least. */
  maxHeaderBytes?: number;
}

/**
 * A checkpoint in memory.
 *
 * @example
 * const file = readSafetensors(writeSafetensors({ bias: array([1, 2], "<f") }, { format: "pt" }));
 * file.names; // ["bias"]
 * file.metadata; // { format: "pt" }
 */
export class SafetensorsFile {
  readonly #bytes: Uint8Array;
  readonly #entries: ReadonlyMap<string, SafetensorsEntry>;
  /** The file's `__metadata__`; empty when it has none. */
  readonly metadata: Readonly<Record<string, string>>;
  /** Names of the tensors, in the order of the header. */
  readonly names: readonly string[];

  /** @internal */
  constructor(bytes: Uint8Array, options: ReadSafetensorsOptions) {
    const header = parseSafetensorsHeader(bytes, bytes.length, options.maxHeaderBytes);
    this.#bytes = bytes;
    this.#entries = header.entries;
    this.metadata = Object.freeze(Object.fromEntries(header.metadata));
    this.names = Object.freeze([...header.entries.keys()]);
  }

  /**
   * Whether there is a tensor of that name.
   *
   * @example
   * readSafetensors(writeSafetensors({ bias: array([1, 2], "<f") })).has("weight"); // false
   */
  has(name: string): boolean {
    return this.#entries.has(name);
  }

  /**
   * What the header says of a tensor: its type's name, shape, and place in bytes from the start of the file.
   *
   * @throws RangeError when there is no such tensor
   *
   * @example
   * const { type, shape } = readSafetensors(writeSafetensors({ bias: array([1, 2], "<f") })).info("bias");
   * [type, shape]; // ["F32", [2]]
   */
  info(name: string): SafetensorsEntry {
    const entry = this.#entries.get(name);
    if (entry !== undefined) return entry;
    const what = `"name" expected the name of a tensor, got ${JSON.stringify(name)}`;
    throw new RangeError(`${what}; the file has: ${listNames(this.names)}`);
  }

  /**
   * The stored bytes of a tensor, not copied; packed for F4 and F6.
   *
   * @example
   * readSafetensors(writeSafetensors({ bias: array([1, 2], "B") })).bytes("bias"); // Uint8Array.of(1, 2)
   */
  bytes(name: string): Uint8Array {
    const { byteOffset, nbytes } = this.info(name);
    return this.#bytes.subarray(byteOffset, byteOffset + nbytes);
  }

  /**
   * A view of a tensor's values over the file's bytes. F4 and F6 values, which the file packs below one byte each, are
   * spread over one byte each in new memory; `bytes` gives them as they are.
   *
   * @param options `out` is filled instead, of the tensor's shape; values are converted to its dtype as `copy` does
   *   (only their byte order in a bundle that has none of the functions that copy)
   * @throws RangeError when there is no such tensor
   *
   * @example
   * const file = readSafetensors(writeSafetensors({ bias: array([1, 2], "bfloat16") }));
   * file.get("bias").toArray(); // [1, 2]
   * file.get("bias", { out: empty([2], "f") }).dtype.name; // "float32"
   */
  get(name: string, options: { out?: StridedView } = {}): StridedView {
    requireKnownOptions(options, ["out"]);
    return into(options.out, this.#view(name));
  }

  #view(name: string): StridedView {
    const { type, shape } = this.info(name);
    const format = dtypeOfSafetensors(type);
    const bits = packedBitsOf(type);
    const stored = this.bytes(name);
    if (bits === undefined) return view(stored, { format, shape });
    const size = shape.reduce((count, length) => count * length, 1);
    const values = new Uint8Array(size);
    unpackBits(values, stored, size, bits);
    return view(values, { format, shape });
  }

  /**
   * Every tensor with its name, in the order of the header.
   *
   * @example
   * const file = readSafetensors(writeSafetensors({ bias: array([1, 2], "<f") }));
   * for (const [name, tensor] of file) [name, tensor.shape]; // ["bias", [2]]
   */
  *[Symbol.iterator](): Generator<[name: string, tensor: StridedView]> {
    for (const name of this.names) yield [name, this.get(name)];
  }
}

/**
 * Reads a checkpoint's header; no tensor is touched.
 *
 * @param bytes the whole file
 * @throws FileFormatError whose `reason` names the broken rule of the format
 *
 * @example
 * const file = readSafetensors(writeSafetensors({ "lm_head.weight": array([0.5, 2], "float16") }));
 * convert(file.get("lm_head.weight"), "f").toTypedArray(); // Float32Array.of(0.5, 2)
 */
export function readSafetensors(bytes: BytesLike, options: ReadSafetensorsOptions = {}): SafetensorsFile {
  requireKnownOptions(options, ["maxHeaderBytes"]);
  return new SafetensorsFile(bytesOf(bytes), options);
}

function writable(name: string, tensor: StridedView) {
  requireView(`tensors.${name}`, tensor);
  const dtype: DType = withByteOrder(tensor.dtype, "little");
  const type = safetensorsOfDType(dtype);
  if (type !== undefined) return { name, type, shape: tensor.shape, tensor, dtype };
  const message = `.safetensors has no name for ${tensor.dtype.name} (tensor ${JSON.stringify(name)})`;
  throw stridebufError("FileFormatError", message, { container: "safetensors", reason: "dtype" });
}

/**
 * A checkpoint of tensors by name, in C order and little-endian whatever the views are. Tensors are laid out as the
 * reference library does (widest type first, then by name), so that each is aligned. F4 and F6 values are packed.
 *
 * @throws FileFormatError for dtypes that the format has no name for; RangeError when F4 or F6 values do not fill whole bytes
 *
 * @example
 * const file = writeSafetensors({ bias: array([1, 2], "<f") }, { format: "pt" });
 * readSafetensors(file).get("bias").toArray(); // [1, 2]
 */
export function writeSafetensors(
  tensors: ReadonlyMap<string, StridedView> | Readonly<Record<string, StridedView>>,
  metadata?: ReadonlyMap<string, string> | Readonly<Record<string, string>>,
): Uint8Array<ArrayBuffer> {
  const named = tensors instanceof Map ? [...tensors] : Object.entries(tensors as Record<string, StridedView>);
  const planned = named.map(([name, tensor]) => writable(name, tensor)).sort(compareSafetensors);
  const texts = metadata === undefined || metadata instanceof Map ? metadata : new Map(Object.entries(metadata));
  const { bytes: header, entries } = formatSafetensorsHeader(planned, texts as ReadonlyMap<string, string> | undefined);
  const last = entries.at(-1);
  const file = new Uint8Array(last === undefined ? header.length : last.byteOffset + last.nbytes);
  file.set(header);
  planned.forEach(({ tensor, dtype, type }, i) => {
    const stored = file.subarray(entries[i]!.byteOffset, entries[i]!.byteOffset + entries[i]!.nbytes);
    const bits = packedBitsOf(type);
    const values = bits === undefined ? stored : new Uint8Array(tensor.nbytes);
    const target = view(values, { format: dtype, shape: tensor.shape });
    target.host.copy(target, tensor);
    if (bits !== undefined) packBits(stored, values, tensor.size, bits);
  });
  return file;
}
