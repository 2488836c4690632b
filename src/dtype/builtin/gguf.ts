/**
 * `[gguf:NAME]`: the tensor types of GGUF files under ggml's names. A quantised block is one item; those with a decoder
 * here read as arrays and convert to float32 in bulk, the others are opaque items of the right size. Block blockSizes:
 * ggml.h and ggml-common.h.
 */

import type { ElementName } from "../elements.js";
import { scalarDType } from "../make.js";
import type { DTypeResolver } from "../resolver.js";
import { blockType } from "./blocks.js";
import { decodeEach, decoders } from "./gguf-decode.js";

const numbers: Readonly<Record<string, ElementName>> = {
  f64: "float64",
  f32: "float32",
  f16: "float16",
  bf16: "bfloat16",
  i8: "int8",
  i16: "int16",
  i32: "int32",
  i64: "int64",
};

/** [values, bytes] of a block. */
export const blockSizes = {
  q4_0: [32, 18],
  q4_1: [32, 20],
  q5_0: [32, 22],
  q5_1: [32, 24],
  q8_0: [32, 34],
  q8_1: [32, 36],
  q1_0: [128, 18],
  q2_0: [64, 18],
  mxfp4: [32, 17],
  nvfp4: [64, 36],
  q2_K: [256, 84],
  q3_K: [256, 110],
  q4_K: [256, 144],
  q5_K: [256, 176],
  q6_K: [256, 210],
  q8_K: [256, 292],
  iq2_xxs: [256, 66],
  iq2_xs: [256, 74],
  iq2_s: [256, 82],
  iq3_xxs: [256, 98],
  iq3_s: [256, 110],
  iq1_s: [256, 50],
  iq1_m: [256, 56],
  iq4_nl: [32, 18],
  iq4_xs: [256, 136],
  tq1_0: [256, 54],
  tq2_0: [256, 66],
} as const;

const canonical = new Map(Object.keys(blockSizes).map((name) => [name.toLowerCase(), name as keyof typeof blockSizes]));

/** Names of types in ggml's spelling, by their lower case: they are read in either case, as people write them. */
export const ggufTypes: ReadonlyMap<string, string> = new Map([
  ...Object.keys(numbers).map((name) => [name, name] as const),
  ...canonical,
]);

/** Types that assembly/blocks.ts decodes too. */
const kernels: ReadonlySet<string> = new Set(["q8_0", "q4_0", "q4_K", "q5_K", "q6_K", "mxfp4", "nvfp4"]);

export const gguf: DTypeResolver = (body, { complex, littleEndian }) => {
  if (complex) return undefined;
  const lower = body.toLowerCase();
  if (Object.hasOwn(numbers, lower)) return scalarDType(numbers[lower]!, littleEndian ? "little" : "big");
  const name = canonical.get(lower);
  if (name === undefined) return undefined;
  const [count, itemsize] = blockSizes[name];
  const one = decoders[name];
  if (one === undefined) return { name, itemsize, alignment: 1, kind: "custom", honoursByteOrder: false };
  const decode = decodeEach(one, itemsize, count);
  const kernel = kernels.has(name) ? { kernel: `${name}ToF32` } : {};
  return blockType(name, itemsize, { count, element: "float32", decode, ...kernel });
};
