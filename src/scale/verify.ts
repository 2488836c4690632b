/** Checks that all of a plan is done, byte by byte, and only then gives the results their names. */

import * as fs from "node:fs";
import { dirname } from "node:path";
import { isShard, type PlanFile, type PlanHead, type PlanShard } from "./lines.js";
import { digestOfRange } from "./part-sink.js";
import { PlanReader } from "./plan-file.js";
import { readReceipt, writeReceipt } from "./receipt.js";
import { syncFolder, WorkFolder } from "./work-folder.js";

export interface Verified {
  readonly head: PlanHead;
  /** Numbers of shards that have not been recorded. */
  readonly missing: readonly number[];
  /** Numbers of shards whose bytes are not those that were recorded; their records are taken back, so that they are done again. */
  readonly damaged: readonly number[];
  /** What is in place; all or none. */
  readonly results: readonly PlanFile[];
}

/** Opens a file that may be in its place already, where an earlier run was ended between two steps. */
function openData(path: string, file: PlanFile): number | null {
  for (const each of [path, file.dst]) {
    try {
      return fs.openSync(each, "r");
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "ENOENT") throw error;
    }
  }
  return null;
}

/** A file takes the place of what is there: behind symbolic links, with its mode. */
function putInPlace(path: string, { dst, byteLength }: PlanFile): void {
  const there = fs.statSync(dst, { throwIfNoEntry: false });
  const target = there === undefined ? dst : fs.realpathSync(dst);
  const fd = fs.openSync(path, fs.constants.O_RDWR | (byteLength === 0 ? fs.constants.O_CREAT : 0));
  try {
    if (there !== undefined) fs.fchmodSync(fd, there.mode & 0o7777);
    fs.fsyncSync(fd);
  } finally {
    fs.closeSync(fd);
  }
  fs.renameSync(path, target);
  syncFolder(dirname(target));
}

class Verification {
  readonly missing: number[] = [];
  readonly damaged: number[] = [];
  readonly files: PlanFile[] = [];
  #fd: number | null = null;
  #whole = false;

  constructor(private readonly folder: WorkFolder) {}

  begin(file: PlanFile): void {
    this.end();
    this.files.push(file);
    this.#fd = openData(this.folder.dataOf(file), file);
    this.#whole = this.#fd !== null && fs.fstatSync(this.#fd).size === file.byteLength;
  }

  async check(shard: PlanShard): Promise<void> {
    const records = this.folder.recordsThere();
    const digest = records?.digestOf(shard) ?? null;
    if (digest === null) {
      this.missing.push(shard.shard);
      return;
    }
    const found = this.#fd !== null && this.#whole ? await digestOfRange(this.#fd, shard.write) : null;
    if (found === digest) return;
    records!.remove(shard);
    this.damaged.push(shard.shard);
  }

  end(): void {
    if (this.#fd !== null) fs.closeSync(this.#fd);
    this.#fd = null;
  }
}

/**
 * Checks every record and every byte. When nothing is missing, the results are put in place, each at once, and what was needed until then is
 * removed. A verification that was ended at any moment can be made again.
 *
 * @throws PlanError when the plan is damaged; the system's errors
 */
export async function verifyPlan(path: string): Promise<Verified> {
  const plan = new PlanReader(path);
  const { head } = plan;
  const folder = new WorkFolder(head);
  const verification = new Verification(folder);
  const { files, missing, damaged } = verification;
  try {
    const isInPlace = readReceipt(path, head);
    const all = [...plan.lines()].filter((line): line is PlanFile => !isShard(line));
    if (all.every(isInPlace)) {
      folder.remove();
      return { head, missing, damaged, results: all };
    }
    for (const line of plan.lines()) {
      if (isShard(line)) await verification.check(line);
      else verification.begin(line);
    }
    verification.end();
    if (missing.length + damaged.length > 0) return { head, missing, damaged, results: [] };
    for (const file of files) {
      const data = folder.dataOf(file);
      if (file.shards === 0) fs.mkdirSync(folder.path, { recursive: true });
      if (file.shards === 0 || fs.existsSync(data)) putInPlace(data, file);
    }
    writeReceipt(path, head, files);
    folder.remove();
    return { head, missing, damaged, results: files };
  } finally {
    verification.end();
    folder.close();
    plan.close();
  }
}
