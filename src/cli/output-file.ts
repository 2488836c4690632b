/**
 * Output that is there whole or not at all: written under a temporary name beside the target, synced, and renamed over
 * it. Whatever ends the run early, a signal included, removes the temporary file; what a killed run left behind goes when a
 * later one writes into the folder. A file that is replaced keeps its mode and owner, a symbolic link goes on pointing.
 */

import { randomBytes } from "node:crypto";
import * as nodeFs from "node:fs";
import { hostname } from "node:os";
import { dirname, join } from "node:path";
import type { RandomSink } from "../io/random-access.js";
import { AT_ONCE_BYTES } from "../io/stream-plan.js";
import { inherit, placeOf, type ReplaceCalls, syncFolder } from "../node/replace.js";
import { FileWriter, type WriteCalls } from "./file-writer.js";
import { begin, end, isUnfinished, type Unfinished } from "./unfinished.js";

/** The calls that touch the disk, so that tests can make them fail. */
export type OutputCalls = ReplaceCalls &
  WriteCalls &
  Pick<typeof nodeFs, "fsync" | "ftruncateSync" | "renameSync" | "unlinkSync" | "readdirSync">;

/** Whose a temporary file is: the machine's name, since folders may be shared, and the process. */
const HOST = hostname().replace(/[^\w]/g, "_").slice(0, 32);
const LEFT_BEHIND = /^\.stridebuf-(\w+)-(\d+)-[0-9a-f]+\.part$/;

/** The target's own name would make long names too long. */
export const temporaryName = (): string => `.stridebuf-${HOST}-${process.pid}-${randomBytes(6).toString("hex")}.part`;

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code !== "ESRCH";
  }
}

/** Removes what runs on this machine that were killed have left in a folder. */
export function removeLeftBehind(
  folder: string,
  calls: Pick<OutputCalls, "readdirSync">,
  remove: (path: string) => void,
): void {
  for (const name of calls.readdirSync(folder)) {
    const [, host, pid] = LEFT_BEHIND.exec(name) ?? [];
    if (host !== HOST || pid === undefined || isAlive(Number(pid))) continue;
    try {
      remove(join(folder, name));
    } catch {
      // Another run was faster, or it is not ours to remove.
    }
  }
}

export class OutputFile implements RandomSink, Unfinished {
  readonly #path: string;
  /** The path behind symbolic links. */
  readonly #target: string;
  readonly #temporary: string;
  readonly #calls: OutputCalls;
  #fd: number | null = null;
  #writer: FileWriter | undefined;

  /** @throws the system's error when the target's folder cannot be written to, or the target is a folder */
  constructor(path: string, calls: OutputCalls = nodeFs) {
    this.#path = path;
    this.#calls = calls;
    const { target, existing } = placeOf(path, calls);
    this.#target = target;
    this.#temporary = join(dirname(this.#target), temporaryName());
    begin(this);
    try {
      removeLeftBehind(dirname(this.#target), calls, calls.unlinkSync);
      // Nobody else may look before the mode is right.
      this.#fd = calls.openSync(this.#temporary, "wx", existing === undefined ? 0o666 : 0o600);
      if (existing !== undefined) inherit(this.#fd, existing, calls);
      this.#writer = new FileWriter(this.#fd, path, calls);
    } catch (error) {
      this.#abandon();
      // The temporary name is not what the user asked for.
      throw Object.assign(error as Error, { path });
    }
  }

  write(src: Uint8Array, byteOffset: number): void | Promise<void> {
    return this.#writer!.write(src, byteOffset);
  }

  /** The open file, into which threads may write parts: its number, and what it is called in messages. */
  get part(): { readonly fd: number; readonly path: string } {
    return { fd: this.#fd!, path: this.#path };
  }

  /** Gives the file its length before its parts are there. */
  allocate(nbytes: number): void {
    try {
      this.#calls.ftruncateSync(this.#fd!, nbytes);
    } catch (error) {
      throw this.#named(error);
    }
  }

  /** Makes the file durable and gives it its name. */
  async commit(): Promise<void> {
    try {
      await new Promise<void>((resolve, reject) => {
        this.#calls.fsync(this.#fd!, (error) => (error ? reject(error) : resolve()));
      });
      this.#close();
      this.#calls.renameSync(this.#temporary, this.#target);
    } catch (error) {
      throw this.#named(error);
    }
    end(this);
    syncFolder(dirname(this.#target), this.#calls);
  }

  /** Removes the temporary file; does nothing after `commit`. */
  discard(): void {
    if (!isUnfinished(this)) return;
    try {
      this.#close();
    } finally {
      try {
        this.#calls.unlinkSync(this.#temporary);
      } finally {
        end(this);
      }
    }
  }

  /** After a failure to begin: what was made goes, the failure itself is reported. */
  #abandon(): void {
    const made = this.#fd !== null;
    try {
      this.#close();
      if (made) this.#calls.unlinkSync(this.#temporary);
    } catch {
      // The first failure says more.
    }
    end(this);
  }

  /** Once, even where it fails: the number may be another file's by then. */
  #close(): void {
    const fd = this.#fd;
    this.#fd = null;
    if (fd !== null) this.#calls.closeSync(fd);
  }

  #named(error: unknown): Error {
    return Object.assign(error as Error, { path: this.#path });
  }
}

/** A target that is made when the first bytes are there: a refused conversion never touches it. */
export class LazyOutput implements RandomSink {
  #file: OutputFile | null = null;
  readonly chunkBytes: number = AT_ONCE_BYTES;
  constructor(private readonly path: string) {}

  write(src: Uint8Array, byteOffset: number): void | Promise<void> {
    return this.#open().write(src, byteOffset);
  }
  commit(): Promise<void> {
    return this.#open().commit();
  }
  discard(): void {
    this.#file?.discard();
  }
  #open(): OutputFile {
    this.#file ??= new OutputFile(this.path);
    return this.#file;
  }
}
