/** Makes plans: from the heads of files alone, and the same bytes for the same files and options. */

import { dirname, join } from "node:path";
import { stridebufError } from "../errors.js";
import { type Conversion, type ConvertFileOptions, openConversion, targetBytes } from "../io/stream-core.js";
import { engine, planOptions } from "./conversion.js";
import { type Cut, cutsOf, readRange } from "./cut.js";
import {
  type ByteRange,
  PLAN_FORMAT,
  type PlanFile,
  type PlanHead,
  type PlanLine,
  type PlanShard,
  planId,
  shardId,
} from "./lines.js";
import { openSource } from "./source.js";

/** A file to be made. */
export interface PlannedTask {
  readonly src: string;
  readonly dst: string;
  readonly options: ConvertFileOptions;
}

export interface PlanRequest {
  /** Version of the package. */
  readonly version: string;
  /** Bytes that a shard writes at most, where its items can be parted. */
  readonly shardBytes: number;
}

interface Planned {
  readonly file: PlanFile;
  readonly cuts: readonly Cut[];
}

function byteLengthOf({ target }: Conversion): number {
  return target.tensors.reduce(
    (end, placed) => Math.max(end, placed.place.byteOffset + targetBytes(placed)),
    target.header.length,
  );
}

async function planFile(task: PlannedTask, file: number, first: number, shardBytes: number): Promise<Planned> {
  const { src, dst, options } = task;
  const source = await openSource(src);
  try {
    const conversion = await openConversion(engine, source, options);
    if (conversion.into === "npz") {
      throw stridebufError("PlanError", `${dst}: archives cannot be made in parts; choose another container`, {
        reason: "impossible",
      });
    }
    const cuts = [...cutsOf(conversion, shardBytes)];
    const { identity } = source;
    const what = { container: conversion.into, options: planOptions(options), byteLength: byteLengthOf(conversion) };
    return { file: { file, src, source: identity, dst, ...what, first, shards: cuts.length }, cuts };
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

/** A folder beside the result, so that the result can be renamed into its place. */
function workFolder(id: string, files: readonly PlanFile[]): string {
  const short = id.slice(0, 8);
  const [only] = files;
  if (only === undefined) return `stridebuf.${short}.parts`;
  return files.length === 1 ? `${only.dst}.${short}.parts` : join(dirname(only.dst), `stridebuf.${short}.parts`);
}

function shardLine(id: string, file: PlanFile, shard: number, at: number, { write, pieces }: Cut): PlanShard {
  const read = mergedRanges(pieces.map(readRange));
  const tensors = pieces.map(({ placed, first, end }) => [placed.tensor.name, first, end] as const);
  const line = { shard, at, read, write, tensors };
  return { ...line, id: shardId(id, file, line) };
}

/**
 * The lines of a plan.
 *
 * @throws PlanError for what cannot be made in parts, and whatever a conversion refuses before it reads data
 */
export async function* planLines(tasks: readonly PlannedTask[], request: PlanRequest): AsyncGenerator<string> {
  const { version, shardBytes } = request;
  if (!Number.isSafeInteger(shardBytes) || shardBytes < 1) {
    throw new RangeError(`"shardBytes" expected integer >= 1, got ${shardBytes}`);
  }
  const planned: Planned[] = [];
  let shards = 0;
  for (const [file, task] of tasks.entries()) {
    const one = await planFile(task, file, shards, shardBytes);
    shards += one.cuts.length;
    planned.push(one);
  }
  const files = planned.map(({ file }) => file);
  const counts = { files: files.length, shards, shardBytes };
  const what = { stridebuf: version, plan: PLAN_FORMAT, kind: "tensors" as const, ...counts };
  const id = planId(what, files);
  const head: PlanHead = { ...what, id, work: workFolder(id, files) };
  let at = 0;
  const text = (line: PlanLine): string => {
    const json = `${JSON.stringify(line)}\n`;
    at += Buffer.byteLength(json);
    return json;
  };
  yield text(head);
  let shard = 0;
  for (const { file, cuts } of planned) {
    const fileAt = at;
    yield text(file);
    for (const cut of cuts) yield text(shardLine(id, file, shard++, fileAt, cut));
  }
}
