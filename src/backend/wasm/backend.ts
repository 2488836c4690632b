/** The backend over the Wasm module. Memories outside the module pass through its staging window. */

import type { WasmCodec } from "../../dtype/dtype.js";
import type { Backend, Conversion, ConvertStep, Loop, Place } from "../backend.js";
import { transformScript } from "../js/transform.js";
import { withAxis } from "../loop.js";
import { instantiateCodec, type UserKernel } from "../user-module.js";
import type { StagingWindow } from "./cut.js";
import { type Allocator, allocateIn, type ModuleMemory } from "./memory.js";
import { isLine, runStaged, runStagedLine } from "./stage.js";

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

/** Words of CONVERSION before the converters' places in the table, and how many converters there is room for. */
const CONVERSION_HEAD = 6;
const MOST_STEPS = 10;

/** Bytes of one tile of a conversion: two of them and what they are filled from stay in L1 (bench/NOTES.md, thresholds: tile). */
const TILE_BYTES = 8192;

export function createWasmBackend(memory: ModuleMemory, exports: ModuleExports): Backend {
  const descriptor = exports.DESCRIPTOR.value / 4;
  const conversionAt = exports.CONVERSION.value / 4;
  const { move, transform, table } = exports;
  const window: StagingWindow = {
    memory,
    in: exports.WINDOW_IN.value,
    out: exports.WINDOW_OUT.value,
    bytes: exports.WINDOW_BYTES.value,
    cuts: [],
  };
  const places = new Map<string, number>();
  const users = new WeakMap<
    WasmCodec,
    { readonly kernel: (name: string) => UserKernel; readonly places: Map<string, number> }
  >();

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

  function addToTable(kernel: unknown): number {
    const place = table.grow(1);
    table.set(place, kernel);
    return place;
  }

  /** The table place of a step's kernel, put there at first use; undefined when there is no such kernel. */
  function placeOf({ kernel, user }: ConvertStep): number | undefined {
    if (user !== undefined) return userPlace(user.codec, user.name);
    if (kernel === undefined) return undefined;
    let place = places.get(kernel);
    if (place === undefined) {
      const exported = exports[kernel];
      if (typeof exported !== "function") return undefined;
      place = addToTable(exported);
      places.set(kernel, place);
    }
    return place;
  }

  /** The same for a kernel of a user's module, which is instantiated over this memory at first use. May grow memory. */
  function userPlace(codec: WasmCodec, name: string): number {
    let known = users.get(codec);
    if (known === undefined) {
      const kernel = instantiateCodec(codec, memory.memory, (nbytes) => allocateIn(memory, exports, nbytes).byteOffset);
      known = { kernel, places: new Map() };
      users.set(codec, known);
    }
    const place = known.places.get(name) ?? addToTable(known.kernel(name));
    known.places.set(name, place);
    return place;
  }

  /** Writes CONVERSION and the kernels' parameters. @returns whether the module can do it */
  function prepare(conversion: Conversion): boolean {
    const { steps, srcWidth, dstWidth, srcSwap, dstSwap } = conversion;
    if (steps.length > MOST_STEPS) return false;
    let widest = Math.max(srcWidth, dstWidth);
    for (const step of steps) {
      widest = Math.max(widest, step.srcWidth, step.dstWidth);
      if (placeOf(step) === undefined) return false;
    }
    if (widest > TILE_BYTES) return false;
    const words = memory.words;
    for (let i = 0; i < steps.length; i++) {
      const step = steps[i]!;
      words[conversionAt + CONVERSION_HEAD + i] = placeOf(step)!;
      if (step.params) memory.bytes.set(step.params.bytes, (exports[step.params.area] as WebAssembly.Global).value);
    }
    words[conversionAt] = srcWidth;
    words[conversionAt + 1] = dstWidth;
    words[conversionAt + 2] = srcSwap ? srcWidth : 1;
    words[conversionAt + 3] = dstSwap ? dstWidth : 1;
    words[conversionAt + 4] = TILE_BYTES / widest;
    words[conversionAt + 5] = steps.length;
    return true;
  }

  const holds = (buffer: ArrayBufferLike): boolean => buffer === memory.buffer;

  return {
    name: "wasm",
    holds,
    move(dst: Place, src: Place, loop: Loop, width: number, swapUnit: number): void {
      const dstHeld = holds(dst.buffer);
      const srcHeld = holds(src.buffer);
      if (dstHeld && srcHeld) {
        move(dst.byteOffset, src.byteOffset, describe(loop), width, swapUnit);
        return;
      }
      // Long items are runs of units: as an axis of their own they can be cut.
      const nest = swapUnit > 1 && width > swapUnit ? withAxis(loop, width / swapUnit, swapUnit) : loop;
      const item = nest === loop ? width : swapUnit;
      if (isLine(nest, item, item)) {
        const stride = nest.srcStrides[0]!;
        const count = nest.sizes[0]!;
        runStagedLine(window, dst, src, dstHeld, srcHeld, count, stride, item, item, stride === item, (to, from, n) => {
          if (stride === item) move(to, from, 0, n * item, swapUnit);
          else {
            const words = memory.words;
            words[descriptor] = n;
            words[descriptor + 1] = item;
            words[descriptor + 2] = stride;
            move(to, from, 1, item, swapUnit);
          }
        });
        return;
      }
      runStaged(window, dst, src, dstHeld, srcHeld, nest, item, item, (to, from, tile) => {
        const last = tile.sizes.length - 1;
        if (last >= 0 && tile.dstStrides[last] === item && tile.srcStrides[last] === item) {
          describe(tile);
          move(to, from, last, tile.sizes[last]! * item, swapUnit);
        } else move(to, from, describe(tile), item, swapUnit);
      });
    },
    transform(dst: Place, src: Place, loop: Loop, conversion: Conversion): void {
      if (!prepare(conversion)) {
        transformScript(dst, src, loop, conversion);
        return;
      }
      const dstHeld = holds(dst.buffer);
      const srcHeld = holds(src.buffer);
      if (dstHeld && srcHeld) transform(dst.byteOffset, src.byteOffset, describe(loop));
      else if (isLine(loop, conversion.dstWidth, conversion.srcWidth)) {
        const stride = loop.srcStrides[0]!;
        const { dstWidth, srcWidth } = conversion;
        runStagedLine(
          window,
          dst,
          src,
          dstHeld,
          srcHeld,
          loop.sizes[0]!,
          stride,
          dstWidth,
          srcWidth,
          false,
          (to, from, n) => {
            const words = memory.words;
            words[descriptor] = n;
            words[descriptor + 1] = dstWidth;
            words[descriptor + 2] = stride;
            transform(to, from, 1);
          },
        );
      } else
        runStaged(
          window,
          dst,
          src,
          dstHeld,
          srcHeld,
          loop,
          conversion.dstWidth,
          conversion.srcWidth,
          (to, from, tile) => transform(to, from, describe(tile)),
        );
    },
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
    allocate: (nbytes) => allocateIn(memory, exports, nbytes),
  };
}
