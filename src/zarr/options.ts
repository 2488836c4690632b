/** What may be asked of the conversion of a store. Plans say it too, so it stands apart from what does it. */

import type { DType } from "../dtype/dtype.js";
import type { SelectionOptions } from "../io/selection.js";
import type { ValueOptions } from "../io/stream-task.js";

/** Compressors, of which `--compressor` takes one for another. */
export type Compressor = "gzip" | "zlib" | "blosc" | "zstd" | "lz4";

export interface StoreOptions extends Pick<SelectionOptions, "only" | "skip" | "floatsOnly">, ValueOptions {
  /** The dtype of the converted arrays. */
  readonly to?: DType;
  /** Items per axis of a chunk, for the converted arrays with as many axes. */
  readonly chunks?: readonly number[];
  /** Instead of the compressors that are there. */
  readonly compressor?: Compressor | "none";
}
