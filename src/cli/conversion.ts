/** What `convert` and `plan` are asked for, and what they tell. */

import type { DType } from "../dtype/dtype.js";
import type { SelectionOptions } from "../io/selection.js";
import type { ValueOptions } from "../io/stream-convert.js";
import type { ConvertedFile, FilePlan } from "../io/stream-core.js";
import type { Container } from "../io/tensor-file.js";
import type { Compressor } from "../zarr/codecs.js";
import type { RawOptions } from "./arguments.js";
import type { ConvertTask } from "./targets.js";

export interface ConvertCommandOptions extends RawOptions, SelectionOptions, ValueOptions {
  to?: DType;
  /** Container of the result; by default the target's extension says it. */
  into?: Container;
  /** Order of the result. */
  intoOrder?: "C" | "F";
  /** Of Zarr stores: items per axis of a chunk. */
  chunks?: number[];
  /** Of Zarr stores. */
  compressor?: Compressor | "none";
  outDir?: string;
  /** Says what would be done and does nothing. */
  dryRun?: boolean;
  /** False leaves targets alone that are there; true lets source and target be one file. */
  clobber?: boolean;
  /** Files at a time. */
  jobs?: number;
  quiet?: boolean;
  json?: boolean;
}

export interface Done {
  readonly task: ConvertTask;
  readonly result: ConvertedFile;
  readonly seconds: number;
  /** Bytes of the source. */
  readonly readBytes: number;
  readonly container: Container | "zarr";
  readonly notes: readonly string[];
  /** Members of an archive that are left out, and why. */
  readonly unreadable?: readonly string[];
}

/** What a dry run tells. */
export interface Planned {
  readonly plan: Pick<FilePlan, "byteLength" | "tensors"> & { readonly container: Container | "zarr" };
  readonly input: { readonly kind: string; readonly byteLength: number };
  readonly notes: readonly string[];
  /** Members of an archive that are left out, and why. */
  readonly unreadable?: readonly string[];
}
