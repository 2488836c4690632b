/** What `convert` and `plan` are asked for, and what they tell. */

import type { DType } from "../dtype/dtype.js";
import type { SelectionOptions } from "../io/selection.js";
import type { ConvertedTensor, FilePlan } from "../io/stream-core.js";
import type { ValueOptions } from "../io/stream-task.js";
import type { Container } from "../io/tensor-file.js";
import type { Compressor } from "../zarr/options.js";
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
  /** Threads that convert files, and parts of large ones. */
  jobs?: number;
  /** Bytes of the result that a thread writes at a time. */
  shard?: number;
  quiet?: boolean;
  json?: boolean;
}

/** What became of one tensor, in words and numbers that threads can send each other. */
export interface TensorFact {
  readonly name: string;
  readonly from: string;
  readonly to: string;
  readonly converted: boolean;
  readonly shape: readonly number[];
  readonly nbytes: number;
}

/** What a dtype is called where people read it. */
export const spelled = ({ name, byteOrder }: DType): string => (byteOrder === "big" ? `big-endian ${name}` : name);

export const factOf = ({ name, from, to, shape, nbytes }: ConvertedTensor): TensorFact => ({
  ...{ name, from: spelled(from), to: spelled(to), converted: from !== to, shape, nbytes },
});

/** What was done, as it is told. */
export interface Done {
  readonly tensors: readonly TensorFact[];
  /** Bytes of the result. */
  readonly byteLength: number;
  readonly seconds: number;
  /** Bytes of the source. */
  readonly readBytes: number;
  readonly container: Container | "zarr";
  readonly notes: readonly string[];
  /** Members of an archive that are left out, and why. */
  readonly unreadable: readonly string[];
}

/** What became of a task. */
export type Outcome = { readonly task: ConvertTask } & ({ readonly done: Done } | { readonly error: unknown });

/** What a dry run tells. */
export interface Planned {
  readonly plan: Pick<FilePlan, "byteLength" | "tensors"> & { readonly container: Container | "zarr" };
  readonly input: { readonly kind: string; readonly byteLength: number };
  readonly notes: readonly string[];
  /** Members of an archive that are left out, and why. */
  readonly unreadable: readonly string[];
}
