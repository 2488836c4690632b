/**
 * The text of a plan: one JSON value a line. First what the whole plan is, then each file to be made followed by its shards, so that
 * shards stand in the order of their numbers and any of them is found without reading the others. All ranges are half-open and in bytes.
 */

import { createHash } from "node:crypto";
import { stridebufError } from "../errors.js";
import type { ConvertFileOptions } from "../io/stream-core.js";
import type { Container } from "../io/tensor-file.js";
import type { StoreOptions } from "../zarr/options.js";
import type { SourceIdentity } from "./source.js";

/** Raised when older programs would misread a plan. */
export const PLAN_FORMAT = 1;

export type ByteRange = readonly [begin: number, end: number];

/** The first line. */
export interface PlanHead {
  /** Version of the package that made the plan. */
  readonly stridebuf: string;
  /** {@link PLAN_FORMAT} */
  readonly plan: number;
  /** What shards are parts of: files of tensors, such files as objects in buckets, Zarr stores. */
  readonly kind: "tensors" | "uploads" | "zarr";
  readonly files: number;
  readonly shards: number;
  /** Bytes that a shard was meant to write. */
  readonly shardBytes: number;
  /** Names the plan: a digest of all that was planned. */
  readonly id: string;
  /** The folder that holds unfinished files and the records of what is done; of objects, how what is noted of uploads begins. */
  readonly work: string;
}

/** A conversion as text: dtypes by their format. */
export type PlanOptions = Omit<ConvertFileOptions, "to" | "format" | "onProgress" | "signal" | "memoryBytes"> & {
  readonly to?: string;
  readonly format?: string;
};

/** What is made, of whatever kind. */
export interface FileLine {
  readonly file: number;
  readonly src: string;
  readonly dst: string;
  /** Number of the first shard, and how many there are. */
  readonly first: number;
  readonly shards: number;
}

/** A part of that. */
export interface ShardLine {
  readonly shard: number;
  /** Where the line of its file begins in the plan. */
  readonly at: number;
  /** A digest of the plan's id, the line of the file, and the rest of this line. */
  readonly id: string;
}

/** A file that is made. */
export interface PlanFile extends FileLine {
  readonly source: SourceIdentity;
  readonly container: Container;
  readonly options: PlanOptions;
  /** Bytes of the result. */
  readonly byteLength: number;
}

/** A part of a file: a range of the result, and what it is made from. */
export interface PlanShard extends ShardLine {
  /** What is read: bytes of the source, or of unpacked members of it. */
  readonly read: readonly ByteRange[];
  readonly write: ByteRange;
  /** Items of tensors, counted in the order of the result. */
  readonly tensors: readonly (readonly [name: string, first: number, end: number])[];
}

/** A Zarr store that is made. */
export interface StoreFile extends FileLine {
  /** A digest of all metadata of the source. */
  readonly source: string;
  readonly options: StorePlanOptions;
}

/** How a store is converted, as text. */
export type StorePlanOptions = Omit<StoreOptions, "to"> & { readonly to?: string };

/** A part of a store: chunks of one of its arrays. */
export interface StoreShard extends ShardLine {
  /** Path of the array. */
  readonly array: string;
  /** Half-open ranges of chunks of the result, counted in C order. */
  readonly chunks: readonly (readonly [begin: number, end: number])[];
  /** A digest of which chunks the array has. */
  readonly listing: string;
  /** A digest of size and time of change of what these are made from. */
  readonly source: string;
}

/** A short digest of text. */
export const digest = (text: string): string => createHash("sha256").update(text).digest("hex").slice(0, 32);

export const planId = (head: Omit<PlanHead, "id" | "work">, files: readonly FileLine[]): string =>
  digest([head, ...files].map((line) => JSON.stringify(line)).join("\n"));

/** Names the shards of a file by their JSON without the id; what all have in common is hashed once. */
export function shardIds(plan: string, file: FileLine): (json: string) => string {
  const common = createHash("sha256").update(`${plan}\n${JSON.stringify(file)}\n`);
  return (json) => common.copy().update(json).digest("hex").slice(0, 32);
}

export const damagedPlan = (path: string, message: string): Error =>
  stridebufError("PlanError", `${path}: ${message}`, { reason: "damaged" });

export type PlanLine = PlanHead | FileLine | ShardLine;

export const isShard = (line: PlanLine): line is ShardLine => "shard" in line;
export const isFile = (line: PlanLine): line is FileLine => "file" in line;
