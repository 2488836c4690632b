/**
 * Files as random-access sources. Conversions read them in pieces that stay in the cache and are read and written at once: handing
 * them to other threads takes a quarter more processor time. What can only be read
 * forwards (standard input, named pipes) is laid down in a temporary file without a name first.
 */

import { closeSync, fstatSync, mkdtempSync, openSync, read, rmSync, write } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { AT_ONCE_BYTES } from "../io/stream-plan.js";
import { descriptorSource, type FileSource } from "../node/files.js";
import { isRemote } from "../remote/address.js";
import { InputFailure } from "./failure.js";

export type { FileSource } from "../node/files.js";

/** Standard input as a source, standard output as a target. */
export const STANDARD = "-";

/** What a path is called in messages. */
export const spoken = (path: string): string => (path === STANDARD ? "standard input" : path);

const CHUNK_BYTES = 1 << 20;

/** An open file that has no name and is gone as soon as it is closed, whatever ends the run. */
function namelessFile(): number {
  const folder = mkdtempSync(join(tmpdir(), "stridebuf-"));
  let fd: number | undefined;
  try {
    fd = openSync(join(folder, "input"), "wx+", 0o600);
    rmSync(folder, { recursive: true });
    return fd;
  } catch (error) {
    if (fd !== undefined) closeSync(fd);
    rmSync(folder, { recursive: true, force: true });
    throw error;
  }
}

/** Copies what is left of one open file to the start of another. Streams would close both, also when told not to, where one fails. */
async function copyRest(from: number, to: number): Promise<number> {
  const chunk = new Uint8Array(CHUNK_BYTES);
  for (let byteLength = 0; ; ) {
    const count = await new Promise<number>((resolve, reject) =>
      read(from, chunk, 0, chunk.length, null, (error, n) => (error ? reject(error) : resolve(n))),
    );
    if (count === 0) return byteLength;
    for (let done = 0; done < count; ) {
      const at = byteLength + done;
      done += await new Promise<number>((resolve, reject) =>
        write(to, chunk, done, count - done, at, (error, n) => (error ? reject(error) : resolve(n))),
      );
    }
    byteLength += count;
  }
}

/** All that comes out of a pipe, in such a file; the pipe stays open. */
async function spooled(pipe: number, path: string): Promise<FileSource> {
  const file = namelessFile();
  try {
    return descriptorSource(file, path, await copyRest(pipe, file));
  } catch (error) {
    closeSync(file);
    // It is the folder of temporary files that is full, whatever was being converted to where.
    const isWritten = (error as NodeJS.ErrnoException).syscall === "write";
    throw Object.assign(error as Error, { path: isWritten ? tmpdir() : spoken(path) });
  }
}

/** Whether standard input comes from something that can only be read forwards. */
export const isPiped = (path: string): boolean => path === STANDARD && !fstatSync(0).isFile();

/** Only the ranges that are read are fetched. */
async function remoteSource(path: string): Promise<FileSource> {
  const { openRemote } = await import("../remote/open.js");
  const source = await openRemote(path);
  return {
    path,
    byteLength: source.byteLength,
    get parallel() {
      return source.parallel ?? 1;
    },
    read: (dst, byteOffset) => source.read(dst, byteOffset),
    close: () => source.close(),
  };
}

/**
 * Opens a path, the address of a file on a server, or standard input for `-`.
 *
 * @throws the system's error, or InputFailure when the path is a folder
 */
export async function openFileSource(path: string): Promise<FileSource> {
  if (isRemote(path)) return remoteSource(path);
  const fd = path === STANDARD ? 0 : openSync(path, "r");
  try {
    const stat = fstatSync(fd);
    if (stat.isDirectory()) throw new InputFailure(`${spoken(path)}: is a folder`);
    if (path === STANDARD && process.stdin.isTTY) {
      throw new InputFailure("standard input is the keyboard; pipe a file into it: … < FILE");
    }
    if (stat.isFile()) {
      return { ...descriptorSource(fd, path, stat.size, AT_ONCE_BYTES), chunkBytes: AT_ONCE_BYTES };
    }
  } catch (error) {
    if (fd !== 0) closeSync(fd);
    throw error;
  }
  try {
    return await spooled(fd, path);
  } finally {
    if (fd !== 0) closeSync(fd);
  }
}
