/**
 * Output that is there whole or not at all: written under a temporary name beside the target, synced, and renamed over
 * it. Whatever ends the run early, a signal included, removes the temporary file.
 */

import { randomBytes } from "node:crypto";
import * as nodeFs from "node:fs";
import { basename, dirname, join } from "node:path";
import type { RandomSink } from "../io/random-access.js";
import { InputFailure } from "./failure.js";

/** The calls that touch the disk, so that tests can make them fail. */
export type OutputCalls = Pick<
  typeof nodeFs,
  "openSync" | "write" | "writeSync" | "fsync" | "fsyncSync" | "closeSync" | "renameSync" | "unlinkSync" | "statSync"
>;

const SYNC_BYTES = 256 << 10;
const SIGNALS = ["SIGINT", "SIGTERM", "SIGHUP"] as const;

/** What must not outlive the run. */
const unfinished = new Set<OutputFile>();

/** Removes what unfinished runs have written so far. */
export function discardUnfinished(): void {
  for (const file of unfinished) file.discard();
}

function onSignal(signal: NodeJS.Signals): void {
  discardUnfinished();
  for (const name of SIGNALS) process.off(name, onSignal);
  process.kill(process.pid, signal);
}

export class OutputFile implements RandomSink {
  readonly #path: string;
  readonly #temporary: string;
  readonly #calls: OutputCalls;
  #fd: number | null = null;

  /** @throws the system's error when the target's folder cannot be written to, or the target is a folder */
  constructor(path: string, calls: OutputCalls = nodeFs) {
    this.#path = path;
    this.#calls = calls;
    const existing = calls.statSync(path, { throwIfNoEntry: false });
    if (existing?.isDirectory()) {
      throw Object.assign(new Error(`${path} is a folder`), { code: "EISDIR", syscall: "open", path });
    }
    // Renaming over a device would replace it.
    if (existing !== undefined && !existing.isFile()) throw new InputFailure(`${path}: is not an ordinary file`);
    this.#temporary = join(dirname(path), `.${basename(path)}.${randomBytes(6).toString("hex")}.part`);
    // Signals are watched before the file is there, so that none can come in between.
    if (unfinished.size === 0) for (const name of SIGNALS) process.on(name, onSignal);
    unfinished.add(this);
    try {
      this.#fd = calls.openSync(this.#temporary, "wx", existing?.mode ?? 0o666);
    } catch (error) {
      this.#forget();
      // The temporary name is not what the user asked for.
      throw Object.assign(error as Error, { path });
    }
  }

  write(src: Uint8Array, byteOffset: number): void | Promise<void> {
    if (src.length > SYNC_BYTES) return this.#writeAll(src, byteOffset, 0);
    try {
      for (let done = 0; done < src.length; ) {
        done += this.#calls.writeSync(this.#fd!, src, done, src.length - done, byteOffset + done);
      }
    } catch (error) {
      throw this.#named(error);
    }
  }

  #writeAll(src: Uint8Array, byteOffset: number, done: number): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#calls.write(this.#fd!, src, done, src.length - done, byteOffset + done, (error, count) => {
        if (error) reject(this.#named(error));
        else if (done + count < src.length) this.#writeAll(src, byteOffset, done + count).then(resolve, reject);
        else resolve();
      });
    });
  }

  /** Makes the file durable and gives it its name. */
  async commit(): Promise<void> {
    try {
      await new Promise<void>((resolve, reject) => {
        this.#calls.fsync(this.#fd!, (error) => (error ? reject(error) : resolve()));
      });
      this.#close();
      this.#calls.renameSync(this.#temporary, this.#path);
    } catch (error) {
      throw this.#named(error);
    }
    this.#forget();
    this.#syncFolder();
  }

  /** Removes the temporary file; does nothing after `commit`. */
  discard(): void {
    if (!unfinished.has(this)) return;
    try {
      this.#close();
    } finally {
      try {
        this.#calls.unlinkSync(this.#temporary);
      } finally {
        this.#forget();
      }
    }
  }

  #close(): void {
    if (this.#fd !== null) this.#calls.closeSync(this.#fd);
    this.#fd = null;
  }

  #forget(): void {
    unfinished.delete(this);
    if (unfinished.size === 0) for (const name of SIGNALS) process.off(name, onSignal);
  }

  /** The rename itself lasts only once the folder is synced; some systems cannot, which is no failure of the run. */
  #syncFolder(): void {
    try {
      const fd = this.#calls.openSync(dirname(this.#path), "r");
      try {
        this.#calls.fsyncSync(fd);
      } finally {
        this.#calls.closeSync(fd);
      }
    } catch {
      // The data are complete and named; nothing more can be done here.
    }
  }

  #named(error: unknown): Error {
    return Object.assign(error as Error, { path: this.#path });
  }
}
