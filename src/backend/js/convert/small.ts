/** TypeScript twins for halves and bfloat16: through a table made by the scalar reference, or by integer arithmetic on the bits of binary32. */

import { elements } from "../../../dtype/elements.js";
import type { TileConverter } from "../../backend.js";
import { float32Bits } from "./minifloat.js";

const scratch = new Float32Array(1);
const scratchBits = new Uint32Array(scratch.buffer);

let halves: Uint32Array | undefined;

export const f16ToF32: TileConverter = (dst, dstOffset, src, srcOffset, count) => {
  halves ??= Uint32Array.from({ length: 65536 }, (_, code) => float32Bits(elements.float16.small!, code));
  const table = halves;
  const out = new Uint32Array(dst, dstOffset, count);
  const input = new Uint16Array(src, srcOffset, count);
  for (let i = 0; i < count; i++) out[i] = table[input[i]!]!;
};

export const bf16ToF32: TileConverter = (dst, dstOffset, src, srcOffset, count) => {
  const out = new Int32Array(dst, dstOffset, count);
  const input = new Uint16Array(src, srcOffset, count);
  for (let i = 0; i < count; i++) out[i] = input[i]! << 16;
};

export const f32ToBf16: TileConverter = (dst, dstOffset, src, srcOffset, count) => {
  const out = new Uint16Array(dst, dstOffset, count);
  const input = new Int32Array(src, srcOffset, count);
  for (let i = 0; i < count; i++) {
    const bits = input[i]!;
    out[i] =
      (bits & 0x7fffffff) > 0x7f800000 ? ((bits >> 16) & 0x8000) | 0x7fc0 : (bits + 0x7fff + ((bits >> 16) & 1)) >>> 16;
  }
};

const HALF_ROUNDER = 2 ** -1;

/** The loop of `encode8` with binary16's numbers in it. */
export const f32ToF16: TileConverter = (dst, dstOffset, src, srcOffset, count) => {
  const out = new Uint16Array(dst, dstOffset, count);
  const input = new Int32Array(src, srcOffset, count);
  for (let i = 0; i < count; i++) {
    const bits = input[i]!;
    const sign = (bits >>> 16) & 0x8000;
    const magnitude = bits & 0x7fffffff;
    if (magnitude >= 0x38800000) {
      if (magnitude < 0x477ff000) out[i] = sign | ((magnitude - 0x38000000 + 0xfff + ((magnitude >> 13) & 1)) >> 13);
      else out[i] = sign | (magnitude > 0x7f800000 ? 0x7e00 : 0x7c00);
    } else {
      scratchBits[0] = magnitude;
      scratch[0] = scratch[0]! + HALF_ROUNDER;
      out[i] = sign | (scratchBits[0]! - 0x3f000000);
    }
  }
};
