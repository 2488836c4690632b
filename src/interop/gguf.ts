/**
 * stridebuf/gguf: tensors of a GGUF file. @huggingface/gguf reads the head of a file and leaves the data to others; with its
 * header the tensors are views of the file's bytes, quantised blocks included.
 */

import { blockSizes } from "../dtype/builtin/gguf.js";
import { dtype } from "../dtype/read.js";
import { stridebufError } from "../errors.js";
import { type StridedView, view } from "../index.js";
import { requireKnownOptions } from "../options.js";
import { fromName } from "../shared.js";
import { delivered, READ_OPTIONS, type ReadOptions } from "./out.js";

/** What @huggingface/gguf's `gguf()` returns, as far as it is read here. */
export interface GgufHeader {
  /** What the head says of each tensor. */
  readonly tensorInfos: readonly GgufTensorInfo[];
  /** Bytes of the file before the first tensor. */
  readonly tensorDataOffset: bigint | number;
}

/** What the head of a GGUF file says of one tensor. */
export interface GgufTensorInfo {
  /** The name of the tensor. */
  readonly name: string;
  /** Values per axis, the fastest first. */
  readonly shape: readonly (bigint | number)[];
  /** The number of ggml's type. */
  readonly dtype: number;
  /** Bytes after `tensorDataOffset`. */
  readonly offset: bigint | number;
}

/** What becomes of a tensor: blocks are values in anything but a type of blocks. */
export type GgufTensorOptions = ReadOptions;

/** ggml's numbers of the types that are blocks (ggml.h, enum ggml_type). */
const blockTypes: Readonly<Record<number, keyof typeof blockSizes>> = {
  2: "q4_0",
  3: "q4_1",
  6: "q5_0",
  7: "q5_1",
  8: "q8_0",
  9: "q8_1",
  10: "q2_K",
  11: "q3_K",
  12: "q4_K",
  13: "q5_K",
  14: "q6_K",
  15: "q8_K",
  16: "iq2_xxs",
  17: "iq2_xs",
  18: "iq3_xxs",
  19: "iq1_s",
  20: "iq4_nl",
  21: "iq3_s",
  22: "iq2_s",
  23: "iq4_xs",
  29: "iq1_m",
  34: "tq1_0",
  35: "tq2_0",
  39: "mxfp4",
};

/**
 * One tensor of a file, over the file's own bytes: shape `[…, n]` with the fastest axis last. A quantised tensor's last axis
 * counts blocks, until `as` or `out` decodes them to values.
 *
 * @param bytes - the whole file
 * @param header - what @huggingface/gguf's `gguf()` returned for it
 * @throws FileFormatError for a name that is not there (the message lists some), a row that is no whole number of blocks, and a
 * file that ends before the tensor; UnknownDTypeError; ConversionError for blocks that cannot be decoded; LayoutError when `out`
 * has another shape or dtype or is read-only
 *
 * @example
 * // const info = await gguf("model.gguf", { allowLocalFile: true });
 * const info = { tensorDataOffset: 64, tensorInfos: [{ name: "norm", shape: [2], dtype: 0, offset: 0 }] };
 * tensor(new Uint8Array(72), info, "norm", { as: "<d" }).toArray(); // [0, 0]
 */
export function tensor(
  bytes: ArrayBufferLike | ArrayBufferView,
  header: GgufHeader,
  name: string,
  options: GgufTensorOptions = {},
): StridedView {
  requireKnownOptions(options, READ_OPTIONS);
  const info = header.tensorInfos.find((t) => t.name === name);
  if (info === undefined) {
    const known = header.tensorInfos.slice(0, 8).map((t) => t.name);
    throw invalid(`no tensor ${JSON.stringify(name)}; there are ${header.tensorInfos.length}: ${known.join(", ")}`);
  }
  const block = Object.hasOwn(blockTypes, info.dtype) ? blockTypes[info.dtype]! : undefined;
  const type = block === undefined ? fromName("gguf", info.dtype) : dtype(`[gguf:${block}]`);
  const count = block === undefined ? 1 : blockSizes[block][0];
  const shape = info.shape.map(Number).reverse();
  const last = shape.pop() ?? 1;
  if (last % count !== 0) throw invalid(`${name}: rows of ${last} values are no whole blocks of ${count}`);
  const items = view(bytes, { format: "B" });
  const byteOffset = Number(header.tensorDataOffset) + Number(info.offset);
  const counts = info.shape.length === 0 ? [] : [...shape, last / count];
  const nbytes = counts.reduce((product, n) => product * n, type.itemsize);
  if (byteOffset + nbytes > items.nbytes)
    throw invalid(`${name} needs bytes ${byteOffset} to ${byteOffset + nbytes}, the file has ${items.nbytes}`);
  return delivered(view(bytes, { format: type, shape: counts, byteOffset, readonly: true }), options);
}

const invalid = (why: string): Error => stridebufError("FileFormatError", why, { container: "gguf" });
