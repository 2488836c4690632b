/**
 * The platform's own bulk calls, which read and write user memory without a trip through the module: `set`,
 * `copyWithin`, `reverse`, and in Node the byte swaps of `Buffer`.
 */

import type { Choice, Executor, MoveLoop, Overlap, Place, Placement } from "./backend.js";
import { bytesAt, copyBytes } from "./copy-bytes.js";
import { arraysOf } from "./js/arrays.js";
import { copy32 } from "./js/lines.js";
import { moveJs } from "./js/move.js";
import { itemsOf } from "./loop.js";
import { LARGE_BYTES, PLATFORM_PAIR, PLATFORM_ROW } from "./thresholds.js";

/**
 * Bytes per step where two calls follow each other over the same memory that caches may not hold: a step stays in L2. What they do hold is
 * one step (bench/NOTES.md, thresholds: steps).
 */
const stepOf = (nbytes: number): number => (nbytes < LARGE_BYTES ? nbytes : 262144);

/** What is used of Node's Buffer: functions that take any Uint8Array for a Buffer, whose making costs as much as swapping a kilobyte. */
interface NodeBuffer {
  readonly prototype: Readonly<Record<"swap16" | "swap32" | "swap64", (this: Uint8Array) => void>>;
}

/** Node's Buffer; look-alikes elsewhere are plain loops. */
const nodeBuffer: NodeBuffer | undefined = (() => {
  const { Buffer, process } = globalThis as {
    Buffer?: NodeBuffer;
    process?: { versions?: { node?: string; bun?: string } };
  };
  return process?.versions?.node !== undefined && process.versions.bun === undefined ? Buffer : undefined;
})();

const swapName = { 2: "swap16", 4: "swap32", 8: "swap64" } as const;

/** Whether {@link swapRun} can reverse units of this many bytes. */
export function canSwap(unit: number): unit is 2 | 4 | 8 {
  return nodeBuffer !== undefined && (unit === 2 || unit === 4 || unit === 8);
}

/** What reverses units of this many bytes in place, where {@link canSwap} says that something does. */
export const swapMethod = (unit: 2 | 4 | 8): ((this: Uint8Array) => void) => nodeBuffer!.prototype[swapName[unit]];

/** Up to this many bytes a loop takes less time than making an array for `set`: bench/NOTES.md, thresholds: small. */
const SHORT_RUN = 128;

/** One contiguous run; the two may overlap in any way. */
function copyRun(dst: Place, src: Place, nbytes: number): void {
  if (nbytes <= SHORT_RUN && ((nbytes | dst.byteOffset | src.byteOffset) & 3) === 0 && dst.buffer !== src.buffer) {
    const to = arraysOf(dst.buffer).u32;
    const from = arraysOf(src.buffer).u32;
    copy32(to, from, dst.byteOffset / 4, src.byteOffset / 4, 1, 1, nbytes / 4);
  } else copyBytes(dst.buffer, dst.byteOffset, src.buffer, src.byteOffset, nbytes);
}

/** One contiguous run, reversed in units; disjoint, or both the same. */
function swapRun(dst: Place, src: Place, nbytes: number, unit: 2 | 4 | 8): void {
  const swap = swapMethod(unit);
  const inPlace = dst.buffer === src.buffer && dst.byteOffset === src.byteOffset;
  if (inPlace) {
    swap.call(bytesAt(dst.buffer, dst.byteOffset, nbytes));
    return;
  }
  const step = stepOf(nbytes);
  for (let done = 0; done < nbytes; done += step) {
    const n = Math.min(step, nbytes - done);
    const at = dst.byteOffset + done;
    copyBytes(dst.buffer, at, src.buffer, src.byteOffset + done, n);
    swap.call(bytesAt(dst.buffer, at, n));
  }
}

/** What items of so many bytes are moved as whole. */
export const itemArrays: {
  readonly 1: Uint8ArrayConstructor;
  readonly 2: Uint16ArrayConstructor;
  readonly 4: Uint32ArrayConstructor;
  readonly 8: BigUint64ArrayConstructor;
} = { 1: Uint8Array, 2: Uint16Array, 4: Uint32Array, 8: BigUint64Array };
type ItemWidth = keyof typeof itemArrays;

/** Whether {@link reverseRun} and {@link fillRun} can take items of this width at these places. */
function areItems(width: number, dstOffset: number, srcOffset: number): width is ItemWidth {
  return width in itemArrays && dstOffset % width === 0 && srcOffset % width === 0;
}

/** A contiguous run filled with the one item at `src`. */
function fillRun(dst: Place, src: Place, count: number, width: ItemWidth): void {
  const Items = itemArrays[width];
  const [item] = new Items(src.buffer as ArrayBuffer, src.byteOffset, 1);
  (new Items(dst.buffer as ArrayBuffer, dst.byteOffset, count) as Uint32Array).fill(item as number);
}

/** A contiguous run of items in opposite order; `src` is the place of the first item, the highest. Disjoint. */
function reverseRun(dst: Place, src: Place, count: number, width: ItemWidth): void {
  const Items = itemArrays[width];
  const step = stepOf(count * width) / width;
  for (let done = 0; done < count; done += step) {
    const n = Math.min(step, count - done);
    const at = dst.byteOffset + done * width;
    copyBytes(dst.buffer, at, src.buffer, src.byteOffset - (done + n - 1) * width, n * width);
    (new Items(dst.buffer as ArrayBuffer, at, n) as Uint32Array).reverse();
  }
}

/**
 * Who moves where no module helps: the platform, or loops that the overlap forces; undefined where a module, if there is
 * one, has to be compared.
 *
 * @param swapsBetter - whether the platform's swap of a contiguous run of so many bytes wins over what else there is
 */
export function choosePlatform(
  { kind, loop, width, swapUnit }: MoveLoop,
  overlap: Overlap,
  { dstAlign, srcAlign }: Placement,
  swapsBetter: (unit: 2 | 4 | 8, nbytes: number) => boolean,
): Choice | undefined {
  if (swapUnit === 1 && kind === "contiguous") return ["platform", "one contiguous run"];
  if (swapUnit === 1 && width >= PLATFORM_ROW) return ["platform", "long runs, a platform call for each"];
  if (overlap === "forward" || overlap === "backward") return ["js", "the overlap bears one order only"];
  const nbytes = width * itemsOf(loop);
  if (nbytes < PLATFORM_PAIR) return undefined;
  if (kind === "contiguous" && canSwap(swapUnit) && swapsBetter(swapUnit, nbytes))
    return ["platform", "Buffer swaps bytes in place"];
  const isDense = swapUnit === 1 && loop.sizes.length === 1 && loop.dstStrides[0] === width;
  if (!isDense || !areItems(width, dstAlign, srcAlign)) return undefined;
  if (kind === "fill") return ["platform", "one item repeated"];
  return kind === "reverse" && width > 1 ? ["platform", "a copy, then reversed in place"] : undefined;
}

/** Moves by the platform's calls or by loops, as chosen. */
export function moveHere(dst: Place, src: Place, move: MoveLoop & { readonly executor: Executor }): void {
  const { executor, kind, loop, width, swapUnit } = move;
  if (executor !== "platform") moveJs(dst, src, loop, width, swapUnit);
  else if (kind === "contiguous") {
    if (swapUnit > 1) swapRun(dst, src, width, swapUnit as 2 | 4 | 8);
    else copyRun(dst, src, width);
  } else if (kind === "reverse" && width <= 8) reverseRun(dst, src, loop.sizes[0]!, width as 2 | 4 | 8);
  else if (kind === "fill" && width <= 8) fillRun(dst, src, loop.sizes[0]!, width as ItemWidth);
  else moveJs(dst, src, loop, width, swapUnit);
}
