/**
 * Shards of objects in buckets. A file of the plan is one multipart upload and a shard is one part of it: a part is there whole or not at all, is
 * compared by the store with its MD5 when it comes, and says by being there that its shard is done. Which uploads belong to
 * a plan stands in the bucket too, as empty objects `WORK/FILE/UPLOAD`: whoever comes first begins one, and where several began at once,
 * the oldest counts. What the plan is called stands with the object, so that whoever comes later finds it done.
 */

import { stridebufError } from "../errors.js";
import type { RandomSink } from "../io/random-access.js";
import { parseS3 } from "../remote/address.js";
import { Absent, bucketOf, etagOfParts, type Part, type S3Bucket } from "../remote/bucket.js";
import type { ShardChecker, ShardState, ShardWorker } from "./kind.js";
import type { PlanFile, PlanHead, PlanShard } from "./lines.js";
import type { PlanReader } from "./plan-file.js";
import { ShardSource } from "./shard-source.js";

const META = "stridebuf-plan";

/** Parts are numbered from 1. */
const partNumber = ({ first }: PlanFile, { shard }: PlanShard): number => shard - first + 1;
const bytesOf = ({ write: [begin, end] }: PlanShard): number => end - begin;

/** The object that a file of a plan becomes, and its upload. */
class Upload {
  readonly #bucket: S3Bucket;
  readonly #key: string;
  /** What the uploads of this file are noted under. */
  readonly #notes: string;

  constructor(
    private readonly head: PlanHead,
    private readonly file: PlanFile,
  ) {
    const { bucket, key } = bucketOf(file.dst);
    this.#bucket = bucket;
    this.#key = key;
    this.#notes = `${parseS3(head.work).key}/${file.file}/`;
  }

  /** Whether the object is there as this plan makes it. */
  async isInPlace(): Promise<boolean> {
    const there = await this.#bucket.head(this.#key);
    return there?.meta(META) === this.head.id && there.byteLength === this.file.byteLength;
  }

  /** All that were begun, the one that counts first. */
  async #begun(): Promise<string[]> {
    const keys = await this.#bucket.list(this.#notes);
    return keys.map((key) => decodeURIComponent(key.slice(this.#notes.length)));
  }

  #note = (upload: string): string => this.#notes + encodeURIComponent(upload);

  async #forget(upload: string): Promise<void> {
    await this.#bucket.abort(this.#key, upload);
    await this.#bucket.remove(this.#note(upload));
  }

  /** A part that is there as it should be. */
  async #partOf(upload: string, number: number, byteLength: number): Promise<Part | undefined> {
    for await (const part of this.#bucket.parts(this.#key, upload, number, 1)) {
      return part.number === number && part.byteLength === byteLength ? part : undefined;
    }
    return undefined;
  }

  /** Whether a part is there, or the object. */
  async has(number: number, byteLength: number): Promise<boolean> {
    const [upload] = await this.#begun();
    if (upload === undefined) return this.isInPlace();
    try {
      return (await this.#partOf(upload, number, byteLength)) !== undefined;
    } catch (error) {
      if (error instanceof Absent) return this.isInPlace();
      throw error;
    }
  }

  /** Puts a part into the upload that counts, once more when that turns out to be another by then. */
  async put(number: number, bytes: Uint8Array): Promise<void> {
    for (let into: string | undefined; ; ) {
      const upload = (await this.#begun())[0] ?? (await this.#begin());
      if (upload === into) return;
      try {
        await this.#bucket.putPart(this.#key, upload, number, bytes);
        into = upload;
      } catch (error) {
        if (!(error instanceof Absent)) throw error;
        // It has become the object, or was given up.
        if (await this.isInPlace()) return;
        await this.#forget(upload);
      }
    }
  }

  async #begin(): Promise<string> {
    const upload = await this.#bucket.begin(this.#key, { [META]: this.head.id });
    await this.#bucket.put(this.#note(upload), new Uint8Array(0));
    return (await this.#begun())[0] ?? upload;
  }

  /** The parts that are there, by their numbers; none when no upload is. */
  async parts(): Promise<Map<number, Part>> {
    const parts = new Map<number, Part>();
    const [upload] = await this.#begun();
    if (upload === undefined) return parts;
    try {
      for await (const part of this.#bucket.parts(this.#key, upload)) parts.set(part.number, part);
    } catch (error) {
      if (!(error instanceof Absent)) throw error;
    }
    return parts;
  }

  /** Makes the object. @throws PlanError when what the store made of it is not what was uploaded */
  async complete(parts: readonly Part[]): Promise<void> {
    const { dst, byteLength } = this.file;
    if (parts.length === 0) {
      await this.#bucket.put(this.#key, new Uint8Array(0), { [META]: this.head.id });
      return;
    }
    const [upload] = await this.#begun();
    try {
      await this.#bucket.complete(this.#key, upload!, parts);
    } catch (error) {
      // The answer to an earlier try may have been lost.
      if (!(error instanceof Absent && (await this.isInPlace()))) throw error;
    }
    const there = await this.#bucket.head(this.#key);
    const expected = etagOfParts(parts);
    const etag = there?.etag?.replace(/"/g, "");
    if (there?.byteLength === byteLength && (expected === undefined || etag === expected)) return;
    const what = `${there?.byteLength} bytes, ETag ${etag}; expected ${byteLength}, ${expected}`;
    throw stridebufError("PlanError", `${dst}: the store made another object of its parts (${what})`, {
      reason: "damaged",
    });
  }

  /** Removes what is noted of uploads, and those that lost. */
  async clear(): Promise<void> {
    for (const upload of await this.#begun()) await this.#forget(upload);
  }
}

/** One part in memory. */
class PartBytes implements RandomSink {
  readonly bytes: Uint8Array;
  constructor(private readonly shard: PlanShard) {
    this.bytes = new Uint8Array(bytesOf(shard));
  }
  write(src: Uint8Array, byteOffset: number): void {
    this.bytes.set(src, byteOffset - this.shard.write[0]);
  }
}

export class UploadWorker implements ShardWorker {
  readonly #source = new ShardSource();
  readonly #head: PlanHead;

  constructor({ head }: PlanReader) {
    this.#head = head;
  }

  isDone(file: PlanFile, shard: PlanShard): Promise<boolean> {
    return new Upload(this.#head, file).has(partNumber(file, shard), bytesOf(shard));
  }

  async make(file: PlanFile, shard: PlanShard): Promise<void> {
    const { make, requireUnchanged } = await this.#source.of(file, shard);
    const part = new PartBytes(shard);
    await make(part);
    requireUnchanged();
    await new Upload(this.#head, file).put(partNumber(file, shard), part.bytes);
  }

  close(): void {
    this.#source.close();
  }
}

export class UploadChecker implements ShardChecker {
  readonly #head: PlanHead;
  /** Of each file, by its number, the parts that are as they should be; null where the object itself is there. */
  readonly #parts: (Part[] | null)[] = [];
  #file: PlanFile | undefined;
  #there: ReadonlyMap<number, Part> = new Map();

  constructor({ head }: PlanReader) {
    this.#head = head;
  }

  #upload = (file: PlanFile): Upload => new Upload(this.#head, file);

  isInPlace(file: PlanFile): Promise<boolean> {
    return this.#upload(file).isInPlace();
  }

  async begin(file: PlanFile): Promise<void> {
    this.#file = file;
    // An earlier verification may have been ended between two files.
    const isInPlace = await this.isInPlace(file);
    this.#parts[file.file] = isInPlace ? null : [];
    if (!isInPlace) this.#there = await this.#upload(file).parts();
  }

  async check(shard: PlanShard): Promise<ShardState> {
    const file = this.#file!;
    const parts = this.#parts[file.file]!;
    if (parts === null) return "done";
    const part = this.#there.get(partNumber(file, shard));
    if (part === undefined) return "missing";
    if (part.byteLength !== bytesOf(shard)) return "damaged";
    parts.push(part);
    return "done";
  }

  /** An object is made of the parts that the plan names, and of no other. */
  async strangers(): Promise<string[]> {
    return [];
  }

  async place(file: PlanFile): Promise<void> {
    const parts = this.#parts[file.file]!;
    if (parts !== null) await this.#upload(file).complete(parts);
  }

  async finish(files: readonly PlanFile[]): Promise<void> {
    for (const file of files) {
      if (!(await this.isInPlace(file))) {
        const message = `${file.dst}: is no longer there as it was made; run and verify again`;
        throw stridebufError("PlanError", message, { reason: "damaged" });
      }
      await this.#upload(file).clear();
    }
  }

  close(): void {
    this.#there = new Map();
  }
}
