/** Writes anywhere into an open file: small pieces at once, larger ones by the threads that wait for disks. */

import * as nodeFs from "node:fs";
import type { RandomSink } from "../io/random-access.js";
import { AT_ONCE_BYTES } from "../io/stream-plan.js";

/** The calls that write, so that tests can make them fail. */
export type WriteCalls = Pick<typeof nodeFs, "write" | "writeSync">;

export class FileWriter implements RandomSink {
  readonly chunkBytes: number = AT_ONCE_BYTES;

  /** @param path what the file is called in messages */
  constructor(
    private readonly fd: number,
    private readonly path: string,
    private readonly calls: WriteCalls = nodeFs,
  ) {}

  write(src: Uint8Array, byteOffset: number): void | Promise<void> {
    if (src.length > AT_ONCE_BYTES) return this.#writeAll(src, byteOffset, 0);
    try {
      for (let done = 0; done < src.length; ) {
        done += this.calls.writeSync(this.fd, src, done, src.length - done, byteOffset + done);
      }
    } catch (error) {
      throw this.#named(error);
    }
  }

  #writeAll(src: Uint8Array, byteOffset: number, done: number): Promise<void> {
    return new Promise((resolve, reject) => {
      this.calls.write(this.fd, src, done, src.length - done, byteOffset + done, (error, count) => {
        if (error) reject(this.#named(error));
        else if (done + count < src.length) this.#writeAll(src, byteOffset, done + count).then(resolve, reject);
        else resolve();
      });
    });
  }

  #named(error: unknown): Error {
    return Object.assign(error as Error, { path: this.path });
  }
}
