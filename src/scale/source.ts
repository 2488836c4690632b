/** What a plan reads, and how it is known again: size, time of change or what a server calls its state, and a digest of both ends. */

import { createHash } from "node:crypto";
import { closeSync, existsSync, fstatSync, openSync } from "node:fs";
import { dirname } from "node:path";
import { stridebufError } from "../errors.js";
import type { RandomSource } from "../io/random-access.js";
import { descriptorSource } from "../node/files.js";
import { isRemote } from "../remote/address.js";

export interface SourceIdentity {
  readonly byteLength: number;
  /** When a file was written last, in nanoseconds since 1970, as far as the platform tells; of a file on a server its `ETag`, or else `Last-Modified`. */
  readonly state: string;
  /** SHA-256 of the first and the last 64 KiB. */
  readonly ends: string;
}

export interface PlannedSource extends RandomSource {
  readonly identity: SourceIdentity;
  /** @throws PlanError when the source has changed since it was opened */
  requireUnchanged(): void;
  close(): void;
}

const END_BYTES = 64 << 10;

export const changed = (path: string, what: string): Error =>
  stridebufError("PlanError", `${path}: has changed since the plan was made (${what}); make a new plan`, {
    reason: "changed",
  });

/** Deno tells times of change in whole milliseconds where others tell nanoseconds: then these count. */
const WHOLE_MILLISECONDS = /^\d+000000$/;
const milliseconds = (state: string): string => state.replace(/^(\d+)\d{6}$/, "$1");
const isSameState = (a: string, b: string): boolean =>
  a === b || ([a, b].some((state) => WHOLE_MILLISECONDS.test(state)) && milliseconds(a) === milliseconds(b));

/** A file system that is not mounted here looks like this. */
export const absentFolder = (path: string): Error =>
  stridebufError("PlanError", `${path}: its folder is not there on this machine`, { reason: "absent" });

async function digestOfEnds(source: RandomSource): Promise<string> {
  const { byteLength } = source;
  const hash = createHash("sha256");
  const head = new Uint8Array(Math.min(END_BYTES, byteLength));
  await source.read(head, 0);
  const tail = new Uint8Array(Math.min(END_BYTES, byteLength - head.length));
  await source.read(tail, byteLength - tail.length);
  return hash.update(head).update(tail).digest("hex");
}

/** A file on a server: each read sees to it that it is the one that was opened. */
async function openRemoteSource(path: string): Promise<PlannedSource> {
  const { openRemote } = await import("../remote/open.js");
  const source = await openRemote(path);
  const { etag, modified } = source.validators;
  const state = etag ?? modified;
  try {
    if (state === null) {
      const message = `${path}: the server does not say when it has changed (ETag, Last-Modified): download it first`;
      throw stridebufError("PlanError", message, { reason: "impossible" });
    }
    const { byteLength } = source;
    const identity = { byteLength, state, ends: await digestOfEnds(source) };
    return {
      byteLength,
      parallel: source.parallel ?? 1,
      identity,
      read: (dst, byteOffset) => source.read(dst, byteOffset),
      requireUnchanged: () => {},
      close: () => source.close(),
    };
  } catch (error) {
    source.close();
    throw error;
  }
}

/**
 * Opens a file, or the address of one, and tells what it is known by.
 *
 * @param syncBytes reads of a file of up to this many bytes are synchronous
 * @throws the system's error; TypeError for what is no ordinary file; FileFormatError when a server refuses
 */
export async function openSource(path: string, syncBytes?: number): Promise<PlannedSource> {
  if (isRemote(path)) return openRemoteSource(path);
  const fd = openSync(path, "r");
  try {
    const stat = fstatSync(fd, { bigint: true });
    if (!stat.isFile()) throw new TypeError(`${path}: a plan reads ordinary files only`);
    const source = descriptorSource(fd, path, Number(stat.size), syncBytes);
    const ends = await digestOfEnds(source);
    const requireUnchanged = (): void => {
      const { size, mtimeNs } = fstatSync(fd, { bigint: true });
      if (size !== stat.size) throw changed(path, `${size} bytes, ${stat.size} before`);
      if (mtimeNs !== stat.mtimeNs) throw changed(path, "it was written to");
    };
    requireUnchanged();
    const identity = { byteLength: Number(stat.size), state: String(stat.mtimeNs), ends };
    return { ...source, identity, requireUnchanged };
  } catch (error) {
    closeSync(fd);
    throw error;
  }
}

/**
 * Opens the file that a plan was made for.
 *
 * @throws PlanError when it is another or none (`changed`), or even its folder is not there (`absent`)
 */
export async function openPlanned(path: string, expected: SourceIdentity, syncBytes?: number): Promise<PlannedSource> {
  let source: PlannedSource;
  try {
    source = await openSource(path, syncBytes);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ENOENT") throw error;
    if (!existsSync(dirname(path))) throw absentFolder(path);
    throw changed(path, "it is not there");
  }
  const { byteLength, state, ends } = source.identity;
  let difference = "";
  if (byteLength !== expected.byteLength) difference = `${byteLength} bytes, ${expected.byteLength} planned`;
  else if (!isSameState(state, expected.state)) difference = "it was written to";
  else if (ends !== expected.ends) difference = "other bytes";
  if (difference === "") return source;
  source.close();
  throw changed(path, difference);
}
