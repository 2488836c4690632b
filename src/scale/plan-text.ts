/** The lines of a plan of any kind, from what is to be made and what its shards say. */

import { dirname, join } from "node:path";
import { isRemote } from "../remote/address.js";
import { type FileLine, PLAN_FORMAT, type PlanHead, planId, type ShardLine, shardIds } from "./lines.js";

export interface PlanRequest {
  /** Version of the package. */
  readonly version: string;
  /** Bytes that a shard writes at most, where its items can be parted. */
  readonly shardBytes: number;
}

/** A file, and what its shards say besides their numbers and ids. */
export interface Planned<Shard extends ShardLine = ShardLine> {
  readonly file: FileLine;
  readonly shards: Iterable<Omit<Shard, keyof ShardLine>>;
}

/** A folder beside the result, so that the result can be renamed into its place; in buckets, a prefix. */
function workFolder(id: string, files: readonly FileLine[]): string {
  const short = id.slice(0, 8);
  const [only] = files;
  if (only === undefined) return `stridebuf.${short}.parts`;
  if (files.length === 1) return `${only.dst}.${short}.parts`;
  const name = `stridebuf.${short}.parts`;
  return isRemote(only.dst) ? only.dst.replace(/[^/]*$/, name) : join(dirname(only.dst), name);
}

/** @throws RangeError for shards of no bytes */
export function requireShardBytes({ shardBytes }: PlanRequest): void {
  if (Number.isSafeInteger(shardBytes) && shardBytes >= 1) return;
  throw new RangeError(`"shardBytes" expected integer >= 1, got ${shardBytes}`);
}

export function* planText(
  kind: PlanHead["kind"],
  planned: readonly Planned[],
  { version, shardBytes }: PlanRequest,
): Generator<string> {
  const files = planned.map(({ file }) => file);
  const shards = files.reduce((sum, file) => sum + file.shards, 0);
  const what = { stridebuf: version, plan: PLAN_FORMAT, kind, files: files.length, shards, shardBytes };
  const id = planId(what, files);
  const head: PlanHead = { ...what, id, work: workFolder(id, files) };
  let at = 0;
  const line = (json: string): string => {
    at += Buffer.byteLength(json) + 1;
    return `${json}\n`;
  };
  yield line(JSON.stringify(head));
  let shard = 0;
  for (const { file, shards } of planned) {
    const fileAt = at;
    yield line(JSON.stringify(file));
    const idOf = shardIds(id, file);
    for (const says of shards) {
      const json = JSON.stringify({ shard: shard++, at: fileAt, ...says });
      yield line(`${json.slice(0, -1)},"id":"${idOf(json)}"}`);
    }
  }
}
