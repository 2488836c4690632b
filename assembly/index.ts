/**
 * The export list is the binary interface: one line per kernel. Kernels take byte pointers, byte strides and item
 * counts, allocate nothing and never throw.
 */

import "./abort";

/** 1 when this build has SIMD; asc leaves SIMD off, silently, unless the target enables it. */
export const HAS_SIMD: i32 = ASC_FEATURE_SIMD ? 1 : 0;

export { DESCRIPTOR } from "./layout";
export { allocate, release } from "./memory";
export { move } from "./move";

export { bf16ToF32 } from "./bfloat16";
