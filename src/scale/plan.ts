/** Makes plans: from the heads of files alone, and the same bytes for the same files and options. */

import { stridebufError } from "../errors.js";
import { fileEngine } from "../io/file-engine.js";
import { type Conversion, type ConvertFileOptions, openConversion, targetBytes } from "../io/stream-core.js";
import { isS3 } from "../remote/address.js";
import { planOptions } from "./conversion.js";
import { type Cut, cutsOf, readRange } from "./cut.js";
import type { ByteRange, PlanFile, PlanShard } from "./lines.js";
import { type Planned, type PlanRequest, planText, requireShardBytes } from "./plan-text.js";
import { openSource } from "./source.js";

/** https://docs.aws.amazon.com/AmazonS3/latest/userguide/qfacts.html */
const MOST_PARTS = 10_000;
const LEAST_PART_BYTES = 5 * 2 ** 20;
const MOST_PART_BYTES = 5 * 2 ** 30;

/** A file to be made. */
export interface PlannedTask {
  readonly src: string;
  readonly dst: string;
  readonly options: ConvertFileOptions;
}

function byteLengthOf({ target }: Conversion): number {
  return target.tensors.reduce(
    (end, placed) => Math.max(end, placed.place.byteOffset + targetBytes(placed)),
    target.header.length,
  );
}

/** What a file consists of, as a plan says it. */
export async function planFile(
  task: PlannedTask,
  file: number,
  first: number,
  shardBytes: number,
): Promise<Planned<PlanShard> & { readonly file: PlanFile }> {
  const { src, dst, options } = task;
  const source = await openSource(src);
  try {
    const conversion = await openConversion(fileEngine, source, options);
    if (conversion.into === "npz") {
      const instead =
        "plan a .safetensors, which holds named tensors too, or let stridebuf convert make it in one piece";
      throw stridebufError("PlanError", `${dst}: an archive cannot be made in shards; ${instead}`, {
        reason: "impossible",
      });
    }
    const cuts = [...cutsOf(conversion, shardBytes)];
    if (isS3(dst)) requireParts(dst, cuts, byteLengthOf(conversion));
    const { identity } = source;
    const what = { container: conversion.into, options: planOptions(options), byteLength: byteLengthOf(conversion) };
    const line: PlanFile = { file, src, source: identity, dst, ...what, first, shards: cuts.length };
    return { file: line, shards: shardsOf(cuts) };
  } finally {
    source.close();
  }
}

/** @throws PlanError when shards cannot be the parts of an upload, naming what can */
function requireParts(dst: string, cuts: readonly Cut[], byteLength: number): void {
  const impossible = (why: string, shardBytes: number): Error => {
    const message = `${dst}: ${why}; --shard ${Math.ceil(shardBytes / 2 ** 20)}MiB makes others`;
    return stridebufError("PlanError", message, { reason: "impossible" });
  };
  if (cuts.length > MOST_PARTS) {
    // Not all parts get full.
    const enough = Math.max(LEAST_PART_BYTES, (byteLength / MOST_PARTS) * 1.1);
    throw impossible(`${cuts.length} shards, and an upload has at most ${MOST_PARTS} parts`, enough);
  }
  for (const [i, { write }] of cuts.entries()) {
    const nbytes = write[1] - write[0];
    if (nbytes > MOST_PART_BYTES) {
      throw impossible(`shard ${i} has ${nbytes} bytes, and a part of an upload at most 5 GiB`, MOST_PART_BYTES);
    }
    if (nbytes < LEAST_PART_BYTES && i < cuts.length - 1) {
      const why = `shard ${i} has ${nbytes} bytes, and all parts of an upload but the last have at least 5 MiB`;
      throw impossible(why, Math.max(LEAST_PART_BYTES, 2 * (cuts[i + 1]!.write[1] - write[0])));
    }
  }
}

function mergedRanges(ranges: readonly ByteRange[]): ByteRange[] {
  const merged: [number, number][] = [];
  for (const [begin, end] of ranges) {
    const last = merged.at(-1);
    if (last !== undefined && last[1] === begin) last[1] = end;
    else if (last === undefined || last[0] !== begin || last[1] !== end) merged.push([begin, end]);
  }
  return merged;
}

function* shardsOf(cuts: readonly Cut[]): Generator<Omit<PlanShard, "shard" | "at" | "id">> {
  for (const { write, pieces } of cuts) {
    const read = mergedRanges(pieces.map(readRange));
    const tensors = pieces.map(({ placed, first, end }) => [placed.tensor.name, first, end] as const);
    yield { read, write, tensors };
  }
}

/**
 * The lines of a plan.
 *
 * @throws PlanError for what cannot be made in parts, and whatever a conversion refuses before it reads data
 */
export async function* planLines(tasks: readonly PlannedTask[], request: PlanRequest): AsyncGenerator<string> {
  requireShardBytes(request);
  const planned: Planned[] = [];
  let shards = 0;
  for (const [file, task] of tasks.entries()) {
    const one = await planFile(task, file, shards, request.shardBytes);
    shards += one.file.shards;
    planned.push(one);
  }
  const uploads = tasks.filter(({ dst }) => isS3(dst)).length;
  if (uploads > 0 && uploads < tasks.length) {
    throw stridebufError("PlanError", "files and objects in buckets cannot share a plan", { reason: "impossible" });
  }
  yield* planText(uploads > 0 ? "uploads" : "tensors", planned, request);
}
