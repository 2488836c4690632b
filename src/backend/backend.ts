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
  /** Items per axis. */
  readonly sizes: readonly number[];
  /** Bytes to the next item of the destination, per axis. */
  readonly dstStrides: readonly number[];
  /** Bytes to the next item of the source, per axis. */
  readonly srcStrides: readonly number[];
}

/** A place in memory: `buffer` may be the backend's own (resident) memory, an ArrayBuffer, or any shared or foreign one. */
export interface Place {
  /** The memory. */
  readonly buffer: ArrayBufferLike;
  /** Bytes from its start. */
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

/** Runs a loop over aligned elements of any strides. */
export type StridedTwin = (dst: Place, src: Place, loop: Loop) => void;

/** One stage of a conversion. */
export interface ConvertStep {
  /** Bytes per element before and after. */
  readonly srcWidth: number;
  /** Bytes per element after. */
  readonly dstWidth: number;
  /** Elements of the kernel's own that an element here is; 1 when not given. Both widths, and the twin, are of all of them. */
  readonly lanes?: number;
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
   * the wider side.
   */
  readonly platform?: number;
  /** The TypeScript twin. */
  readonly js: TileConverter;
  /** The twin over strided elements, aligned on both sides: a loop for these two types of array and no others. */
  readonly line?: StridedTwin;
  /** The twin is a user's function, which may do anything: call in here again, dispose or shrink memory, throw. */
  readonly isForeign?: boolean;
  /** Throws when the twin cannot run: a user's module that is no module of ours. */
  readonly prove?: () => void;
}

/** What happens to elements between the gather and the scatter. */
export interface Conversion {
  /** Bytes per element of the stored source and destination. */
  readonly srcWidth: number;
  /** Bytes per element of the stored destination. */
  readonly dstWidth: number;
  /** Whether stored elements are in the other byte order than the machine's. */
  readonly srcSwap: boolean;
  /** The same of the destination. */
  readonly dstSwap: boolean;
  /** One or more contiguous converters in sequence. */
  readonly steps: readonly ConvertStep[];
}

/**
 * Who executes a loop: nobody (`none`: no items, or each onto itself), the platform's own calls, one call of the module
 * over its own memory (`resident`), the module over tiles in its staging window (`staged`) or in a part of that which smaller caches hold
 * (`staged-small`), or TypeScript loops (`js`).
 */
export type Executor = "none" | "platform" | "resident" | "staged" | "staged-small" | "js";

/** What the inner problem of a loop is. */
export type Kind = "contiguous" | "reverse" | "fill" | "gather" | "scatter" | "strided" | "transpose";

/**
 * `disjoint`: no byte is shared. `same`: every item is copied onto itself. `forward`, `backward`: shared, but the loop
 * may run in that order, item by item. `temporary`: the source has to be copied out first.
 */
export type Overlap = "disjoint" | "same" | "forward" | "backward" | "temporary";

/** A loop that moves items of `width` bytes, reversed in units of `swapUnit` bytes (a divisor of `width`; 1 for none). */
export interface MoveLoop {
  /** What the innermost axis is. */
  readonly kind: Kind;
  /** The axes that are left. */
  readonly loop: Loop;
  /** Bytes per item: a run that is contiguous on both sides is one item. */
  readonly width: number;
  /** Bytes that are reversed together; 1 for none. */
  readonly swapUnit: number;
}

/** A loop that converts elements, which it counts. */
export interface TransformLoop {
  readonly kind: Kind;
  readonly loop: Loop;
}

/** Where the first items of a loop lie, as far as it matters who executes it. */
export interface Placement {
  readonly dstResident: boolean;
  readonly srcResident: boolean;
  /** Offsets in their buffers, modulo 8. */
  readonly dstAlign: number;
  readonly srcAlign: number;
}

/** An executor, why it was chosen, and who may be faster, which large loops find out while they run. */
export type Choice = readonly [executor: Executor, reason: string, ...rivals: Executor[]];

interface Chosen {
  readonly executor: Executor;
  /** Take turns with the executor, over the first pieces of a loop or over runs of it, and the fastest goes on. The bytes are the same. */
  readonly rivals?: readonly Executor[];
}

/** A move with its executor. */
export type ChosenMove = MoveLoop & Chosen;

/** A conversion's loop with its executor. */
export type ChosenTransform = TransformLoop & Chosen;

/** Who runs a loop that was raced, and how many times more before all are tried again. */
export interface Reign {
  readonly executor: Executor;
  left: number;
}

export interface Backend {
  readonly name: "wasm" | "js";
  /** Why this one is active when it is not the first choice. */
  readonly reason?: string | undefined;
  /** Whether kernels reach this memory without staging (`js`: always). */
  isResident(buffer: ArrayBufferLike): boolean;
  /** Who moves best. `overlap` is `disjoint`, `same`, or the order in which the loop must run. */
  chooseMove(move: MoveLoop, overlap: Overlap, placement: Placement): Choice;
  /**
   * Who converts best, of those who can.
   *
   * @throws EngineError (`compile`) when a kernel of a user's own module is missing
   */
  chooseTransform(transform: TransformLoop, conversion: Conversion, placement: Placement): Choice;
  /** dst[i…] = src[i…] over the loop, by the executor chosen. */
  move(dst: Place, src: Place, move: ChosenMove): void;
  /** The same with a conversion of each element on the way. */
  transform(dst: Place, src: Place, transform: ChosenTransform, conversion: Conversion): void;
  /** Who won the races of a loop, once it was run; who runs it then without the backend counts that as one of the runs. */
  readonly reignOf?: ((chosen: ChosenMove | ChosenTransform) => Reign | undefined) | undefined;
  /**
   * Whether each layout is C-contiguous. `packed` holds `count` layouts one after the other: axes, bytes per item, then
   * items and stride of each axis, outermost first. Absent where a check in TypeScript is all there is.
   */
  readonly areContiguous?: ((packed: Float64Array, count: number) => Uint8Array) | undefined;
  /**
   * Allocates resident memory, zeroed unless `zeroed` is false; the `js` backend gives ordinary ArrayBuffers.
   *
   * @throws EngineError (`memory`) when there is no room
   */
  allocate(nbytes: number, zeroed?: boolean): Allocation;
}

/** A block of backend memory. `buffer` may change when memory grows: ask each time, never keep it. */
export interface Allocation extends Place {
  readonly nbytes: number;
  free(): void;
}
