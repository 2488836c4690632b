/** A file as a random-access source. Small reads are made at once, large ones go on beside the conversion. */

import { closeSync, fstatSync, openSync, read, readSync } from "node:fs";
import { endedEarly, type RandomSource } from "../io/random-access.js";
import { InputFailure } from "./failure.js";

/** Below this a synchronous call costs less than handing the read to another thread. */
const SYNC_BYTES = 256 << 10;

export interface FileSource extends RandomSource {
  readonly path: string;
  close(): void;
}

/** @throws the system's error, or InputFailure when the path is not an ordinary file */
export function openFileSource(path: string): FileSource {
  const fd = openSync(path, "r");
  let byteLength: number;
  try {
    const stat = fstatSync(fd);
    if (!stat.isFile())
      throw new InputFailure(`${path}: is ${stat.isDirectory() ? "a folder" : "not an ordinary file"}`);
    byteLength = stat.size;
  } catch (error) {
    closeSync(fd);
    throw error;
  }
  const readAll = (dst: Uint8Array, byteOffset: number, done: number): Promise<void> =>
    new Promise((resolve, reject) => {
      read(fd, dst, done, dst.length - done, byteOffset + done, (error, count) => {
        if (error) reject(error);
        else if (count === 0) reject(endedEarly("file", byteOffset, dst.length, done));
        else if (done + count < dst.length) readAll(dst, byteOffset, done + count).then(resolve, reject);
        else resolve();
      });
    });
  return {
    path,
    byteLength,
    read(dst, byteOffset) {
      if (dst.length > SYNC_BYTES) return readAll(dst, byteOffset, 0);
      for (let done = 0; done < dst.length; ) {
        const count = readSync(fd, dst, done, dst.length - done, byteOffset + done);
        if (count === 0) throw endedEarly("file", byteOffset, dst.length, done);
        done += count;
      }
    },
    close: () => closeSync(fd),
  };
}
