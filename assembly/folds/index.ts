/**
 * Folds of one tile: contiguous items at TILE, whose extremes, sum, spread and zeros are left at RESULT. A module of its own
 * for the command line, with its own memory. src/cli/folds/kernels-js.ts does the same, bit for bit: the order of additions
 * is part of both.
 */

import "../abort";

export { TILE, RESULT } from "./place";
export { narrow8, narrow16 } from "./narrow";
export { int32 } from "./int32";
export { float32, float64 } from "./floats";
export { int64, uint64 } from "./int64";
export { FEW, few8, few16, few32, few64, fewF32, fewF64 } from "./few";
