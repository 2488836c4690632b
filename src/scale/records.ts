/**
 * What is done, in one file of fixed-length records, the record of shard n at byte 128 n: workers write theirs without meeting each other,
 * and a million of them are one file. A record is text: the shard's id, the SHA-256 of what it wrote, and a CRC-32 of both, so that one
 * which was torn, or is of another plan, counts for nothing. No record crosses a 512-byte sector.
 */

import { closeSync, fsyncSync, openSync, readSync, writeSync } from "node:fs";
import { crc32 } from "../io/crc32.js";
import type { ShardLine } from "./lines.js";

const RECORD_BYTES = 128;
const RECORD = /^([0-9a-f]{32}) ([0-9a-f]{64}) ([0-9a-f]{8}) *\n$/;

const checksum = (text: string): string => crc32(Buffer.from(text)).toString(16).padStart(8, "0");

export class Records {
  readonly #fd: number;

  /** @param flags of `open`: `r` fails when nothing has been recorded */
  constructor(path: string, flags: "r" | "r+" | "w+" | number) {
    this.#fd = openSync(path, flags, 0o666);
  }

  /** The SHA-256 of what a shard wrote; null unless it is done. */
  digestOf({ shard, id }: ShardLine): string | null {
    const bytes = Buffer.alloc(RECORD_BYTES);
    const count = readSync(this.#fd, bytes, 0, RECORD_BYTES, shard * RECORD_BYTES);
    const [, recorded, digest, check] = RECORD.exec(bytes.toString("latin1", 0, count)) ?? [];
    if (recorded !== id || digest === undefined) return null;
    return check === checksum(`${recorded} ${digest}`) ? digest : null;
  }

  /** Records that what a shard wrote is safely on the disk. */
  add({ shard, id }: ShardLine, digest: string): void {
    const what = `${id} ${digest}`;
    this.#write(shard, `${`${what} ${checksum(what)}`.padEnd(RECORD_BYTES - 1)}\n`);
  }

  /** Takes a record back. */
  remove({ shard }: ShardLine): void {
    this.#write(shard, "".padEnd(RECORD_BYTES, "\0"));
  }

  #write(shard: number, text: string): void {
    const bytes = Buffer.from(text);
    for (let done = 0; done < bytes.length; ) {
      done += writeSync(this.#fd, bytes, done, bytes.length - done, shard * RECORD_BYTES + done);
    }
    fsyncSync(this.#fd);
  }

  close(): void {
    closeSync(this.#fd);
  }
}
