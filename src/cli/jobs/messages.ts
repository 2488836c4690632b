/** What the threads of `convert --jobs` are asked for, and what they answer; all of it survives being sent. */

import { dtype } from "../../index.js";
import { nameOf } from "../../scale/conversion.js";
import type { PlanFile, PlanShard } from "../../scale/lines.js";
import type { ConvertCommandOptions, Done } from "../conversion.js";
import type { ConvertTask } from "../targets.js";

/** An open file that all threads write into, and what it is called. */
export interface Part {
  readonly fd: number;
  readonly path: string;
}

/** A whole file. */
export interface FileWork {
  readonly kind: "file";
  readonly task: ConvertTask;
  readonly part: Part;
}

/** A part of a file. */
export interface ShardWork {
  readonly kind: "shard";
  readonly file: PlanFile;
  readonly shard: Pick<PlanShard, "write" | "tensors">;
  readonly part: Part;
}

/** Chunks of an array of a Zarr store. */
export interface ChunkWork {
  readonly kind: "chunks";
  readonly task: ConvertTask;
  /** Path of the array. */
  readonly array: string;
  readonly chunks: readonly number[];
  /** Where the unfinished store lies, and where files are written beside it. */
  readonly staging: readonly [store: string, beside: string];
}

export type Work = FileWork | ShardWork | ChunkWork;

export interface ChunksMade {
  readonly byteLength: number;
  readonly readBytes: number;
}

/** What comes of each kind of work. */
export interface Made {
  file: Done;
  shard: undefined;
  chunks: ChunksMade;
}

/** What a thread answers: how far it has come (from 0 to 1), what it has made, or why it could not. */
export type Answer = { share: number } | { made: Made[Work["kind"]] } | { failure: string };

/** What threads are given when they start. */
export interface Start {
  readonly options: SentOptions;
  /** One 32-bit integer; not 0 when nothing more may be written. */
  readonly stopped: SharedArrayBuffer;
}

/** Options with dtypes by their format. */
export type SentOptions = Omit<ConvertCommandOptions, "to" | "format"> & { to?: string; format?: string };

export const sentOptions = ({ to, format, ...rest }: ConvertCommandOptions): SentOptions => ({
  ...rest,
  ...(to === undefined ? {} : { to: nameOf(to) }),
  ...(format === undefined ? {} : { format: nameOf(format) }),
});

export const receivedOptions = ({ to, format, ...rest }: SentOptions): ConvertCommandOptions => ({
  ...rest,
  ...(to === undefined ? {} : { to: dtype(to) }),
  ...(format === undefined ? {} : { format: dtype(format) }),
});
