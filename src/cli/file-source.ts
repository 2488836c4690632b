/**
 * Files as random-access sources. Conversions read them in pieces that stay in the cache and are read and written at once: handing
 * larger ones to other threads takes a quarter more processor time. What can only be read
 * forwards (standard input, named pipes) is laid down in a temporary file without a name first.
 */

import {
  closeSync,
  createReadStream,
  createWriteStream,
  fstatSync,
  mkdtempSync,
  openSync,
  rmSync,
  unlinkSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pipeline } from "node:stream/promises";
import { descriptorSource, type FileSource, SYNC_BYTES } from "../node/files.js";
import { InputFailure } from "./failure.js";

export type { FileSource } from "../node/files.js";

/** Standard input as a source, standard output as a target. */
export const STANDARD = "-";

/** Whether a path is the address of a file on a server. */
export const isUrl = (path: string): boolean => /^https?:\/\//i.test(path);

/** What a path is called in messages. */
export const spoken = (path: string): string => (path === STANDARD ? "standard input" : path);

/** All that comes out of a pipe, in a file that is gone as soon as it is closed, whatever ends the run. */
async function spooled(fd: number, path: string): Promise<FileSource> {
  const folder = mkdtempSync(join(tmpdir(), "stridebuf-"));
  const file = join(folder, "input");
  const spool = openSync(file, "wx+", 0o600);
  try {
    unlinkSync(file);
    rmSync(folder, { recursive: true });
    const from = createReadStream("", { fd, autoClose: fd !== 0, highWaterMark: 1 << 20 });
    await pipeline(from, createWriteStream("", { fd: spool, autoClose: false }));
    return descriptorSource(spool, path, fstatSync(spool).size);
  } catch (error) {
    closeSync(spool);
    throw error;
  }
}

/** Whether standard input comes from something that can only be read forwards. */
export const isPiped = (path: string): boolean => path === STANDARD && !fstatSync(0).isFile();

/** Only the ranges that are read are fetched. */
async function remoteSource(url: string): Promise<FileSource> {
  const { httpSource } = await import("../io/http-source.js");
  const closing = new AbortController();
  const source = await httpSource(url, { signal: closing.signal });
  return {
    path: url,
    byteLength: source.byteLength,
    get parallel() {
      return source.parallel ?? 1;
    },
    read: (dst, byteOffset) => source.read(dst, byteOffset),
    close: () => closing.abort(),
  };
}

/**
 * Opens a path, the address of a file on a server, or standard input for `-`.
 *
 * @throws the system's error, or InputFailure when the path is a folder
 */
export async function openFileSource(path: string): Promise<FileSource> {
  if (isUrl(path)) return remoteSource(path);
  const fd = path === STANDARD ? 0 : openSync(path, "r");
  try {
    const stat = fstatSync(fd);
    if (stat.isDirectory()) throw new InputFailure(`${spoken(path)}: is a folder`);
    if (path === STANDARD && process.stdin.isTTY) {
      throw new InputFailure("standard input is the keyboard; pipe a file into it: … < FILE");
    }
    return stat.isFile()
      ? { ...descriptorSource(fd, path, stat.size), chunkBytes: SYNC_BYTES }
      : await spooled(fd, path);
  } catch (error) {
    if (fd !== 0) closeSync(fd);
    throw error;
  }
}
