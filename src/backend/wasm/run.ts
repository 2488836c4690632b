/** Runs loops by the module. Memories outside it pass through its staging window. */

import type { Allocation, ChosenMove, ChosenTransform, Conversion, Loop, Place, Reign } from "../backend.js";
import { transformJs } from "../js/transform.js";
import { withAxis } from "../loop.js";
import { moveHere } from "../platform.js";
import type { StagingWindow } from "./cut.js";
import { type Allocator, allocateIn, type ModuleMemory } from "./memory.js";
import { Races, raceMove, raceTransform } from "./race.js";
import { isLine, runStaged, runStagedLine } from "./stage.js";
import type { KernelTable } from "./table.js";

export interface ModuleExports extends Allocator {
  readonly DESCRIPTOR: WebAssembly.Global;
  readonly CONVERSION: WebAssembly.Global;
  readonly WINDOW_IN: WebAssembly.Global;
  readonly WINDOW_OUT: WebAssembly.Global;
  readonly WINDOW_BYTES: WebAssembly.Global;
  readonly HAS_SIMD: WebAssembly.Global;
  readonly table: WebAssembly.Table;
  readonly [kernelOrArea: string]: WebAssembly.ExportValue;
  move(dst: number, src: number, ndim: number, width: number, unit: number): void;
  transform(dst: number, src: number, ndim: number): void;
  areContiguous(answers: number, layouts: number, count: number): void;
}

/** Words of CONVERSION before the converters' slots of the table, and how many converters there is room for. */
const CONVERSION_HEAD = 6;
const MOST_STEPS = 10;
/** Words of CONVERSION before the converters' elements per item. */
const CONVERSION_LANES = CONVERSION_HEAD + MOST_STEPS;

/** Bytes of one tile of a conversion: two of them and what they are filled from stay in L1 (bench/NOTES.md, thresholds: tile). */
const TILE_BYTES = 8192;

/** Bytes of the widest element that a conversion meets. */
function widestOf({ steps, srcWidth, dstWidth }: Conversion): number {
  let widest = Math.max(srcWidth, dstWidth);
  for (const step of steps) widest = Math.max(widest, step.srcWidth, step.dstWidth);
  return widest;
}

/** The module, ready to run. */
export interface ModuleRunner {
  /** Whether kernels reach this memory without staging. */
  isResident(buffer: ArrayBufferLike): boolean;
  /** Whether the module has all kernels of a conversion. May grow its memory. */
  canTransform(conversion: Conversion): boolean;
  /** Moves by the executor chosen, whoever that is, or by the fastest of it and its rivals. */
  move(dst: Place, src: Place, move: ChosenMove): void;
  /** The same with a conversion of each element on the way. */
  transform(dst: Place, src: Place, transform: ChosenTransform, conversion: Conversion): void;
  /** As `reignOf` of backends. */
  reignOf(chosen: ChosenMove | ChosenTransform): Reign | undefined;
  /** As `areContiguous` of backends. */
  areContiguous(packed: Float64Array, count: number): Uint8Array;
  /** As `allocate` of backends. */
  allocate(nbytes: number, zeroed?: boolean): Allocation;
}

/** @param table - where kernels are found */
export function createRunner(memory: ModuleMemory, exports: ModuleExports, table: KernelTable): ModuleRunner {
  const descriptor = exports.DESCRIPTOR.value / 4;
  const conversionAt = exports.CONVERSION.value / 4;
  const { move, transform } = exports;
  const window: StagingWindow = {
    memory,
    in: exports.WINDOW_IN.value,
    out: exports.WINDOW_OUT.value,
    bytes: exports.WINDOW_BYTES.value,
    cuts: [],
  };
  /** Writes a loop into DESCRIPTOR; returns its number of axes. */
  function describe(loop: Loop): number {
    const words = memory.words;
    const ndim = loop.sizes.length;
    for (let axis = 0, at = descriptor; axis < ndim; axis++) {
      words[at++] = loop.sizes[axis]!;
      words[at++] = loop.dstStrides[axis]!;
      words[at++] = loop.srcStrides[axis]!;
    }
    return ndim;
  }

  function describeLine(count: number, dstStride: number, srcStride: number): number {
    const words = memory.words;
    words[descriptor] = count;
    words[descriptor + 1] = dstStride;
    words[descriptor + 2] = srcStride;
    return 1;
  }

  function canTransform(conversion: Conversion): boolean {
    const { steps } = conversion;
    return (
      steps.length <= MOST_STEPS &&
      widestOf(conversion) <= TILE_BYTES &&
      steps.every((step) => table.slotOf(step) !== undefined)
    );
  }

  /** Writes CONVERSION and the kernels' parameters. */
  function prepare(conversion: Conversion): void {
    const { steps, srcWidth, dstWidth, srcSwap, dstSwap } = conversion;
    const words = memory.words;
    for (let i = 0; i < steps.length; i++) {
      const step = steps[i]!;
      words[conversionAt + CONVERSION_HEAD + i] = table.slotOf(step)!;
      words[conversionAt + CONVERSION_LANES + i] = step.lanes ?? 1;
      if (step.params) memory.bytes.set(step.params.bytes, (exports[step.params.area] as WebAssembly.Global).value);
    }
    words[conversionAt] = srcWidth;
    words[conversionAt + 1] = dstWidth;
    words[conversionAt + 2] = srcSwap ? srcWidth : 1;
    words[conversionAt + 3] = dstSwap ? dstWidth : 1;
    words[conversionAt + 4] = TILE_BYTES / widestOf(conversion);
    words[conversionAt + 5] = steps.length;
  }

  const races = new Races();
  const isResident = (buffer: ArrayBufferLike): boolean => buffer === memory.buffer;

  function runMove(dst: Place, src: Place, chosen: ChosenMove): void {
    const { executor, loop, width, swapUnit } = chosen;
    if (executor === "js" || executor === "platform") {
      moveHere(dst, src, chosen);
      return;
    }
    const dstResident = isResident(dst.buffer);
    const srcResident = isResident(src.buffer);
    if (dstResident && srcResident) {
      move(dst.byteOffset, src.byteOffset, describe(loop), width, swapUnit);
      return;
    }
    // Long items are runs of units: as an axis of their own they can be cut.
    const nest = swapUnit > 1 && width > swapUnit ? withAxis(loop, width / swapUnit, swapUnit) : loop;
    const item = nest === loop ? width : swapUnit;
    if (isLine(nest, item, item)) {
      const stride = nest.srcStrides[0]!;
      const count = nest.sizes[0]!;
      runStagedLine(
        window,
        dst,
        src,
        dstResident,
        srcResident,
        count,
        stride,
        item,
        item,
        stride === item,
        (to, from, n) => {
          if (stride === item) move(to, from, 0, n * item, swapUnit);
          else move(to, from, describeLine(n, item, stride), item, swapUnit);
        },
      );
      return;
    }
    const isSmall = executor === "staged-small";
    runStaged(window, dst, src, dstResident, srcResident, isSmall, nest, item, item, (to, from, tile) => {
      const last = tile.sizes.length - 1;
      if (last >= 0 && tile.dstStrides[last] === item && tile.srcStrides[last] === item) {
        describe(tile);
        move(to, from, last, tile.sizes[last]! * item, swapUnit);
      } else move(to, from, describe(tile), item, swapUnit);
    });
  }

  function runTransform(dst: Place, src: Place, { executor, loop }: ChosenTransform, conversion: Conversion): void {
    if (executor === "js" || executor === "platform") {
      transformJs(dst, src, loop, conversion, executor);
      return;
    }
    prepare(conversion);
    const dstResident = isResident(dst.buffer);
    const srcResident = isResident(src.buffer);
    if (dstResident && srcResident) transform(dst.byteOffset, src.byteOffset, describe(loop));
    else if (isLine(loop, conversion.dstWidth, conversion.srcWidth)) {
      const stride = loop.srcStrides[0]!;
      const { dstWidth, srcWidth } = conversion;
      runStagedLine(
        window,
        dst,
        src,
        dstResident,
        srcResident,
        loop.sizes[0]!,
        stride,
        dstWidth,
        srcWidth,
        false,
        (to, from, n) => transform(to, from, describeLine(n, dstWidth, stride)),
      );
    } else
      runStaged(
        window,
        dst,
        src,
        dstResident,
        srcResident,
        executor === "staged-small",
        loop,
        conversion.dstWidth,
        conversion.srcWidth,
        (to, from, tile) => transform(to, from, describe(tile)),
      );
  }

  return {
    isResident,
    canTransform,
    move(dst, src, chosen): void {
      const { executor, rivals = [] } = chosen;
      if (rivals.length === 0) runMove(dst, src, chosen);
      else raceMove(races, [executor, ...rivals], dst, src, chosen, runMove);
    },
    transform(dst, src, chosen, conversion): void {
      const { executor, rivals = [] } = chosen;
      if (rivals.length === 0) runTransform(dst, src, chosen, conversion);
      else raceTransform(races, [executor, ...rivals], dst, src, chosen, conversion, runTransform);
    },
    reignOf: (chosen) => races.reignOf(chosen),
    areContiguous(packed: Float64Array, count: number): Uint8Array {
      const answers = new Uint8Array(count);
      let at = 0;
      for (let done = 0; done < count; ) {
        const start = at;
        const first = done;
        while (done < count && (at + 2 + 2 * packed[at]! - start) * 8 <= window.bytes) {
          at += 2 + 2 * packed[at]!;
          done++;
        }
        if (done === first) throw new RangeError('"packed" holds fewer layouts than "count" says');
        const layouts = packed.subarray(start, at);
        memory.bytes.set(new Uint8Array(layouts.buffer, layouts.byteOffset, layouts.byteLength), window.in);
        exports.areContiguous(window.out, window.in, done - first);
        answers.set(memory.bytes.subarray(window.out, window.out + done - first), first);
      }
      return answers;
    },
    allocate: (nbytes, zeroed) => allocateIn(memory, exports, nbytes, zeroed),
  };
}
