/** Files of this machine as sources and sinks. */

import { randomBytes } from "node:crypto";
import { closeSync, fstatSync, fsyncSync, openSync, read, readSync, renameSync, unlinkSync, write } from "node:fs";
import { basename, dirname, join } from "node:path";
import { endedEarly, type RandomSink, type RandomSource } from "../io/random-access.js";
import { Descriptor } from "./descriptor.js";

/** Below this a synchronous call costs less than handing the read to another thread, and nothing else waits for long. */
export const SYNC_BYTES: number = 256 << 10;

/** A file that can be read at any offset. */
export interface FileSource extends RandomSource {
  /** The file, as it was opened. */
  readonly path: string;
  /** Closes the file, as soon as reads that have begun end; others fail from then on. Does nothing the second time. */
  close(): void;
}

/**
 * A file that is open already; `close` closes it.
 *
 * @param syncBytes reads of up to this many bytes are synchronous
 */
export function descriptorSource(
  fd: number,
  path: string,
  byteLength: number,
  syncBytes: number = SYNC_BYTES,
): FileSource {
  const file = new Descriptor(fd, path);
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
      if (dst.length > syncBytes) return file.use("read", () => readAll(dst, byteOffset, 0));
      for (let done = 0; done < dst.length; ) {
        const count = readSync(file.number("read"), dst, done, dst.length - done, byteOffset + done);
        if (count === 0) throw endedEarly("file", byteOffset, dst.length, done);
        done += count;
      }
    },
    close: () => file.close(),
  };
}

/**
 * A file as a source. It stays open until `close()`.
 *
 * @throws the system's error; TypeError for what is no ordinary file
 *
 * @example
 * const sink = fileSink("volume.raw");
 * await sink.write(array([1, 2], "<f").toBytes(), 0);
 * sink.close();
 * const source = fileSource("volume.raw");
 * const half = fileSink("half.npy");
 * await convertFile(half, source, { container: "raw", format: "<f", to: "float16", into: "npy" });
 * half.close();
 * source.close();
 */
export function fileSource(path: string): FileSource {
  const fd = openSync(path, "r");
  try {
    const stat = fstatSync(fd);
    if (!stat.isFile()) throw new TypeError(`"path" expected an ordinary file, got ${path}`);
    return descriptorSource(fd, path, stat.size);
  } catch (error) {
    closeSync(fd);
    throw error;
  }
}

/** A file that is written; it has its name when `close` has returned. */
export interface FileSink extends RandomSink {
  /** The file that is being written. */
  readonly path: string;
  /**
   * Makes the file durable and gives it its name, in place of what was there; where that fails, gives it up.
   *
   * @throws the system's error; an error with the code EBUSY, and the file stays as it is, while writes have not ended
   */
  close(): void;
  /** Gives the file up: nothing is left of it, and what was there stays; writes fail from then on. Does nothing after `close`. */
  discard(): void;
}

/**
 * A file as a sink: written under a temporary name beside `path`, named when it is closed, so that it is there whole or not
 * at all.
 *
 * @throws the system's error when the folder cannot be written to
 *
 * @example
 * const sink = fileSink("pair.npy");
 * await sink.write(writeNpy(array([1, 2])), 0);
 * sink.close();
 */
export function fileSink(path: string): FileSink {
  const temporary = join(dirname(path), `.${basename(path).slice(0, 200)}.${randomBytes(6).toString("hex")}.part`);
  const fd = openSync(temporary, "wx");
  const file = new Descriptor(fd, path);
  let isDone = false;
  const discard = (): void => {
    if (isDone) return;
    isDone = true;
    try {
      file.close();
    } finally {
      unlinkSync(temporary);
    }
  };
  const writeAll = (src: Uint8Array, byteOffset: number, done: number): Promise<void> =>
    new Promise((resolve, reject) => {
      write(fd, src, done, src.length - done, byteOffset + done, (error, count) => {
        if (error) reject(error);
        else if (done + count < src.length) writeAll(src, byteOffset, done + count).then(resolve, reject);
        else resolve();
      });
    });
  return {
    path,
    write: (src, byteOffset) => file.use("write", () => writeAll(src, byteOffset, 0)),
    close() {
      if (isDone) return;
      if (file.users > 0) {
        const message = `EBUSY: writes have not ended (${file.users}): await them before close()`;
        throw Object.assign(new Error(message), { code: "EBUSY", syscall: "close", path });
      }
      try {
        fsyncSync(fd);
        file.close();
        renameSync(temporary, path);
        isDone = true;
      } catch (error) {
        try {
          discard();
        } catch {
          // The first failure says more.
        }
        throw error;
      }
    },
    discard,
  };
}
