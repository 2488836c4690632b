/** Makes plans: from the heads of files alone, and the same bytes for the same files and options. */

import { stridebufError } from "../errors.js";
import { fileEngine } from "../io/file-engine.js";
import { type Conversion, type ConvertFileOptions, openConversion, targetBytes } from "../io/stream-core.js";
import { planOptions } from "./conversion.js";
import { type Cut, cutsOf, readRange } from "./cut.js";
import type { ByteRange, PlanFile, PlanShard } from "./lines.js";
import { type Planned, type PlanRequest, planText, requireShardBytes } from "./plan-text.js";
import { openSource } from "./source.js";

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
    const { identity } = source;
    const what = { container: conversion.into, options: planOptions(options), byteLength: byteLengthOf(conversion) };
    const line: PlanFile = { file, src, source: identity, dst, ...what, first, shards: cuts.length };
    return { file: line, shards: shardsOf(cuts) };
  } finally {
    source.close();
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
  yield* planText("tensors", planned, request);
}
