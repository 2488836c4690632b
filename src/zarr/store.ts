/**
 * A store in a folder, read as zarrita reads its stores (`AsyncReadable` of @zarrita/storage: keys begin with a slash), and listed. What is
 * shorter than asked for is refused: a cut file is no chunk of zeros.
 */

import { type FileHandle, open, readdir, readFile, stat } from "node:fs/promises";
import { join } from "node:path";
import { damaged } from "./chunk.js";

/** A part of the bytes under a key. */
export type Range = { readonly offset: number; readonly length: number } | { readonly suffixLength: number };

/** What chunks are read from. */
export interface ReadableStore {
  get(key: string): Promise<Uint8Array | undefined>;
  getRange(key: string, range: Range): Promise<Uint8Array | undefined>;
}

export interface Listing {
  readonly files: readonly string[];
  readonly folders: readonly string[];
}

/** A store that can be converted. */
export interface SourceStore extends ReadableStore {
  /** Where it is. */
  readonly root: string;
  /** Bytes that have been read. */
  readonly bytesRead: number;
  /** What a folder of the store holds, sorted by the code points of names; of a server, what metadata are known to be there. */
  list(key: string): Promise<Listing>;
  /**
   * Paths of all files below a folder, relative to it, at most `depth` folders deep; null where nobody tells, as on servers: any chunk may
   * be there.
   */
  filesBelow(key: string, depth: number): AsyncIterable<string> | null;
}

const isAbsent = (error: unknown): boolean =>
  ["ENOENT", "ENOTDIR"].includes((error as NodeJS.ErrnoException).code ?? "");

async function unlessAbsent<T>(work: Promise<T>): Promise<T | undefined> {
  try {
    return await work;
  } catch (error) {
    if (isAbsent(error)) return undefined;
    throw error;
  }
}

export class FolderStore implements SourceStore {
  /** Bytes that have been read. */
  bytesRead = 0;

  constructor(readonly root: string) {}

  pathOf(key: string): string {
    return join(this.root, key);
  }

  async get(key: string): Promise<Uint8Array | undefined> {
    const bytes = await unlessAbsent(readFile(this.pathOf(key)));
    this.bytesRead += bytes?.length ?? 0;
    return bytes;
  }

  async getRange(key: string, range: Range): Promise<Uint8Array | undefined> {
    const handle = await unlessAbsent(open(this.pathOf(key), "r"));
    if (handle === undefined) return undefined;
    try {
      const { size } = await handle.stat();
      const length = "suffixLength" in range ? range.suffixLength : range.length;
      const offset = "suffixLength" in range ? size - length : range.offset;
      if (offset < 0 || offset + length > size) {
        throw damaged(key, `bytes ${offset} to ${offset + length} are asked for, and ${size} are there`);
      }
      this.bytesRead += length;
      return await readFully(key, handle, offset, length);
    } finally {
      await handle.close();
    }
  }

  /** What a folder of the store holds, sorted by the code points of names; symbolic links are what they lead to. */
  async list(key: string): Promise<Listing> {
    const files: string[] = [];
    const folders: string[] = [];
    for (const entry of await readdir(this.pathOf(key), { withFileTypes: true })) {
      const isLink = entry.isSymbolicLink();
      const what = isLink ? await stat(join(this.pathOf(key), entry.name)) : entry;
      if (what.isDirectory()) folders.push(entry.name);
      else files.push(entry.name);
    }
    return { files: files.sort(), folders: folders.sort() };
  }

  /** Paths of all files below a folder, relative to it, at most `depth` folders deep. */
  async *filesBelow(key: string, depth: number, below = ""): AsyncGenerator<string> {
    const { files, folders } = await this.list(`${key}/${below}`);
    for (const name of files) yield below + name;
    for (const name of folders) {
      if (depth > 0) yield* this.filesBelow(key, depth - 1, `${below}${name}/`);
      else yield `${below}${name}/`;
    }
  }

  /** What tells whether a file has been written to; null when it is not there. */
  async identity(key: string): Promise<string | null> {
    const there = await unlessAbsent(stat(this.pathOf(key), { bigint: true }));
    return there === undefined ? null : `${there.size} ${there.mtimeNs}`;
  }
}

async function readFully(key: string, handle: FileHandle, offset: number, length: number): Promise<Uint8Array> {
  const bytes = new Uint8Array(length);
  for (let done = 0; done < length; ) {
    const { bytesRead } = await handle.read(bytes, done, length - done, offset + done);
    if (bytesRead === 0) throw damaged(key, "has been cut while it was read");
    done += bytesRead;
  }
  return bytes;
}
