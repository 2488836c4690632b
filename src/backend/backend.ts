/**
 * The one interface between the engine and what executes its plans. `wasm` and `js` implement it with the same results,
 * bit for bit. A backend knows no dtypes and no policy: it moves bytes along a normalised loop nest, and may run a
 * chain of contiguous converters over tiles on the way. All offsets, strides and widths are bytes; counts are items.
 * The engine has proven that every address the nest touches lies inside the buffers, and that source and destination
 * do not overlap in a way the chosen direction cannot bear.
 */

import type { WasmCodec } from "../dtype/dtype.js";

/** A normalised loop nest: axes of size > 1 only, outermost first, destination strides falling in magnitude. */
export interface Loop {
  readonly sizes: readonly number[];
  readonly dstStrides: readonly number[];
  readonly srcStrides: readonly number[];
}

/** A place in memory: `buffer` may be the backend's own (resident) memory, an ArrayBuffer, or any shared or foreign one. */
export interface Place {
  readonly buffer: ArrayBufferLike;
  readonly byteOffset: number;
}

/**
 * Converts `count` contiguous, native-endian elements. Offsets are bytes and are multiples of the element width (8 at
 * most). Source and destination never overlap.
 */
export type TileConverter = (
  dst: ArrayBufferLike,
  dstOffset: number,
  src: ArrayBufferLike,
  srcOffset: number,
  count: number,
) => void;

/** One stage of a conversion. */
export interface ConvertStep {
  /** Bytes per element before and after. */
  readonly srcWidth: number;
  readonly dstWidth: number;
  /** Name of the kernel export `(dst, src, count) => void`, when the Wasm module has one. */
  readonly kernel?: string;
  /**
   * What the kernel reads besides `src`: `bytes` must stand at the module's exported address `area` while it runs. No two
   * steps of one conversion use the same area.
   */
  readonly params?: { readonly area: string; readonly bytes: Uint8Array };
  /** Instead of `kernel`: a kernel of a user's own module. */
  readonly user?: { readonly codec: WasmCodec; readonly name: string };
  /**
   * The twin is one call of the platform's `TypedArray.set`, which wins over staging for runs of up to this many bytes of
   * the wider side: bench/NOTES.md, thresholds: platform.
   */
  readonly platform?: number;
  /** The TypeScript twin. */
  readonly js: TileConverter;
}

/** What happens to elements between the gather and the scatter. */
export interface Conversion {
  /** Bytes per element of the stored source and destination. */
  readonly srcWidth: number;
  readonly dstWidth: number;
  /** Whether stored elements are in the other byte order than the machine's. */
  readonly srcSwap: boolean;
  readonly dstSwap: boolean;
  /** One or more contiguous converters in sequence. */
  readonly steps: readonly ConvertStep[];
}

export interface Backend {
  readonly name: "wasm" | "js";
  /** Why this one is active when it is not the first choice. */
  readonly reason?: string;
  /** Whether kernels reach this memory without staging (`js`: always). */
  holds(buffer: ArrayBufferLike): boolean;
  /**
   * dst[i…] = src[i…] over the nest, items of `width` bytes; when `swapUnit` is over 1, bytes are reversed in units of
   * `swapUnit` (a divisor of `width`) on the way.
   */
  move(dst: Place, src: Place, loop: Loop, width: number, swapUnit: number): void;
  /** The same with a conversion of each element on the way; `loop` counts elements. */
  transform(dst: Place, src: Place, loop: Loop, conversion: Conversion): void;
  /**
   * Whether each layout is C-contiguous. `packed` holds `count` layouts one after the other: axes, bytes per item, then
   * items and stride of each axis, outermost first. Absent where a check in TypeScript is all there is.
   */
  areContiguous?(packed: Float64Array, count: number): Uint8Array;
  /** Allocates resident memory, or throws EngineError{phase:"memory"}; the `js` backend gives ordinary ArrayBuffers. */
  allocate(nbytes: number): Allocation;
}

/** A block of backend memory. `buffer` may change when memory grows: ask each time, never keep it. */
export interface Allocation extends Place {
  readonly nbytes: number;
  free(): void;
}
