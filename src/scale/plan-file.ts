/** Reads plans: any shard by its number, without reading the rest, or all lines one after the other. */

import { closeSync, fstatSync, openSync, readSync } from "node:fs";
import {
  damagedPlan,
  type FileLine,
  isFile,
  isShard,
  PLAN_FORMAT,
  type PlanHead,
  type PlanLine,
  type ShardLine,
  shardIds,
} from "./lines.js";

const BLOCK_BYTES = 32 << 10;
const NEWLINE = 10;
const KINDS: ReadonlySet<string> = new Set<PlanHead["kind"]>(["tensors", "uploads", "zarr"]);

export class PlanReader {
  readonly head: PlanHead;
  readonly #fd: number;
  readonly #byteLength: number;
  /** Where the second line begins. */
  readonly #begin: number;
  #file: { readonly at: number; readonly file: FileLine; readonly idOf: (json: string) => string } | undefined;

  /** @throws the system's error; PlanError for what is no plan, or one of another version */
  constructor(readonly path: string) {
    this.#fd = openSync(path, "r");
    try {
      this.#byteLength = fstatSync(this.#fd).size;
      const first = this.#lineAt(0);
      const head = first.line as PlanHead;
      if (typeof head?.stridebuf !== "string") throw damagedPlan(path, "is no plan; stridebuf plan makes one");
      if (head.plan !== PLAN_FORMAT || !KINDS.has(head.kind)) {
        throw damagedPlan(path, `is a plan of stridebuf ${head.stridebuf}, which this version does not read`);
      }
      this.head = head;
      this.#begin = first.end;
    } catch (error) {
      closeSync(this.#fd);
      throw error;
    }
  }

  close(): void {
    closeSync(this.#fd);
  }

  /** @throws PlanError when the plan has no such line, or the line is not what was planned */
  shard(index: number): ShardLine {
    let begin = this.#begin;
    let end = this.#byteLength;
    while (end - begin > BLOCK_BYTES) {
      const middle = Math.floor((begin + end) / 2);
      const at = this.#nextLine(middle);
      if (at < end && numberOf(this.#lineAt(at).line) <= index) begin = at;
      else end = middle + 1;
    }
    for (let at = begin; at < this.#byteLength; ) {
      const { line, end: next } = this.#lineAt(at);
      if (isShard(line) && line.shard === index) return this.#checked(line);
      if (numberOf(line) > index) break;
      at = next;
    }
    throw damagedPlan(this.path, `shard ${index} is not there`);
  }

  /** The file that a shard is a part of. */
  fileOf({ at }: ShardLine): FileLine {
    return this.#fileAt(at).file;
  }

  #fileAt(at: number): { file: FileLine; idOf: (json: string) => string } {
    if (this.#file?.at !== at) {
      const { line: file } = this.#lineAt(at);
      if (!isFile(file)) throw damagedPlan(this.path, `no file at byte ${at}`);
      this.#file = { at, file, idOf: shardIds(this.head.id, file) };
    }
    return this.#file;
  }

  /** Each file and its shards, all checked and complete. */
  *lines(): Generator<FileLine | ShardLine> {
    let shards = 0;
    let files = 0;
    for (let at = this.#begin; at < this.#byteLength; ) {
      const { line, end } = this.#lineAt(at);
      if (isShard(line) && line.shard === shards) {
        shards++;
        yield this.#checked(line);
      } else if (isFile(line) && line.file === files && line.first === shards) {
        files++;
        yield line;
      } else throw damagedPlan(this.path, `the line at byte ${at} does not belong there`);
      at = end;
    }
    if (shards === this.head.shards && files === this.head.files) return;
    const there = `${files} files and ${shards} shards`;
    throw damagedPlan(this.path, `is cut: ${there} of ${this.head.files} and ${this.head.shards} are there`);
  }

  #checked(shard: ShardLine): ShardLine {
    const { id, ...rest } = shard;
    if (this.#fileAt(shard.at).idOf(JSON.stringify(rest)) === id) return shard;
    throw damagedPlan(this.path, `the line of shard ${shard.shard} has been changed`);
  }

  #block(at: number): Uint8Array {
    const block = new Uint8Array(Math.min(BLOCK_BYTES, this.#byteLength - at));
    return block.subarray(0, readSync(this.#fd, block, 0, block.length, at));
  }

  #nextLine(from: number): number {
    for (let at = from; at < this.#byteLength; at += BLOCK_BYTES) {
      const found = this.#block(at).indexOf(NEWLINE);
      if (found >= 0) return at + found + 1;
    }
    return this.#byteLength;
  }

  #lineAt(begin: number): { line: PlanLine; end: number } {
    const blocks: Uint8Array[] = [];
    for (let at = begin; at < this.#byteLength; ) {
      const block = this.#block(at);
      const found = block.indexOf(NEWLINE);
      if (found >= 0) {
        blocks.push(block.subarray(0, found));
        try {
          return { line: JSON.parse(Buffer.concat(blocks).toString()) as PlanLine, end: at + found + 1 };
        } catch {
          throw damagedPlan(this.path, `the line at byte ${begin} is no JSON`);
        }
      }
      blocks.push(block);
      at += block.length;
    }
    throw damagedPlan(this.path, `is cut inside the line at byte ${begin}`);
  }
}

/** Orders lines: a file comes right before its first shard. */
const numberOf = (line: PlanLine): number => (isShard(line) ? line.shard : isFile(line) ? line.first - 0.5 : -1);
