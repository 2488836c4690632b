/**
 * What a view needs from the engine, and what the code beside the class needs from a view. Views are values and arithmetic;
 * whatever moves more than one item goes through `ViewHost`, so that `view/` imports nothing from `engine/` and two engines
 * (wasm and js) can live side by side.
 */

import type { DType } from "../dtype/dtype.js";
import type { Layout } from "./geometry.js";
import type { IndexEntry } from "./slices.js";
import type { Storage } from "./storage.js";

export interface ViewHost {
  /**
   * dst[...] = src for views of one shape and any layout (suboffsets included), as if `src` had been read completely before
   * the first write. Without an engine the dtypes differ in byte order at most.
   *
   * @throws EngineError where it takes an engine and there is none; what `copy` throws
   */
  copy(dst: AnyView, src: AnyView): void;
  /** The items as text. @throws what reading an item throws */
  print(view: AnyView): string;
}

/** A view of whatever items, as the code beside its class sees it: what each member means is said there. */
export interface AnyView extends Layout {
  readonly host: ViewHost;
  readonly storage: Storage;
  readonly dtype: DType;
  readonly format: string;
  readonly buffer: ArrayBufferLike;
  readonly ndim: number;
  readonly size: number;
  readonly itemsize: number;
  readonly nbytes: number;
  readonly readonly: boolean;
  get(...index: number[]): unknown;
  slice(...index: readonly IndexEntry[]): AnyView;
  isContiguous(order?: "C" | "F" | "A"): boolean;
  expandItems(): AnyView;
  live(): ArrayBufferLike;
  copied(order: "C" | "F"): AnyView;
  other(storage: Storage, dtype: DType, layout: Layout): AnyView;
}
