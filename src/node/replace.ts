/**
 * How a finished file takes the place of another: behind symbolic links, as `cp` does, with the mode and the owner of what was there, at
 * once, and to last.
 */

import { randomBytes } from "node:crypto";
import * as nodeFs from "node:fs";
import { dirname, join } from "node:path";

/** The calls that touch the disk, so that tests can make them fail. */
export type ReplaceCalls = Pick<
  typeof nodeFs,
  "openSync" | "closeSync" | "fsyncSync" | "statSync" | "lstatSync" | "realpathSync" | "fchmodSync" | "fchownSync"
>;

/** Where a file goes, and what is there. */
export interface Place {
  /** The path behind symbolic links. */
  readonly target: string;
  readonly existing: nodeFs.Stats | undefined;
}

/** @throws the system's error for a folder; TypeError for what is no ordinary file, such as a device, and links to nothing */
export function placeOf(path: string, calls: ReplaceCalls = nodeFs): Place {
  const existing = calls.statSync(path, { throwIfNoEntry: false });
  if (existing?.isDirectory()) {
    throw Object.assign(new Error(`${path} is a folder`), { code: "EISDIR", syscall: "open", path });
  }
  // Renaming over a device would replace it.
  if (existing !== undefined && !existing.isFile()) throw new TypeError(`${path}: is not an ordinary file`);
  if (!calls.lstatSync(path, { throwIfNoEntry: false })?.isSymbolicLink()) return { target: path, existing };
  if (existing !== undefined) return { target: calls.realpathSync(path), existing };
  throw new TypeError(`${path}: is a symbolic link to nothing; remove it, or name the file`);
}

/** Gives an open file the owner and mode of another; the owner first, since changing it clears the set-id bits of the mode. */
export function inherit(fd: number, { mode, uid, gid }: nodeFs.Stats, calls: ReplaceCalls = nodeFs): void {
  try {
    calls.fchownSync(fd, uid, gid);
  } catch {
    // Only the superuser may give files away; the bits that then belong to someone else are left out.
    mode &= 0o1777;
  }
  calls.fchmodSync(fd, mode & 0o7777);
}

/** Makes the names in a folder last; some systems cannot, which is no failure: the data are complete and named. */
export function syncFolder(path: string, calls: ReplaceCalls = nodeFs): void {
  try {
    const fd = calls.openSync(path, "r");
    try {
      calls.fsyncSync(fd);
    } finally {
      calls.closeSync(fd);
    }
  } catch {
    // Nothing more can be done here.
  }
}

/** Copies what lies on another file system beside its place, so that it can be renamed. */
function copiedBeside(target: string, path: string): string {
  const temporary = join(dirname(target), `.stridebuf-${randomBytes(6).toString("hex")}.part`);
  try {
    nodeFs.copyFileSync(path, temporary, nodeFs.constants.COPYFILE_EXCL);
    return temporary;
  } catch (error) {
    nodeFs.rmSync(temporary, { force: true });
    throw error;
  }
}

function synced(path: string, existing: nodeFs.Stats | undefined): void {
  const fd = nodeFs.openSync(path, "r+");
  try {
    if (existing !== undefined) inherit(fd, existing);
    nodeFs.fsyncSync(fd);
  } finally {
    nodeFs.closeSync(fd);
  }
}

/**
 * Renames a finished file to `path`.
 *
 * @throws the system's error; TypeError for places that no file can take
 */
export function putInPlace(finished: string, path: string): void {
  const { target, existing } = placeOf(path);
  synced(finished, existing);
  try {
    nodeFs.renameSync(finished, target);
  } catch (error) {
    // A link may lead to another file system.
    if ((error as NodeJS.ErrnoException).code !== "EXDEV") throw error;
    const copy = copiedBeside(target, finished);
    synced(copy, existing);
    nodeFs.renameSync(copy, target);
    nodeFs.unlinkSync(finished);
  }
  syncFolder(dirname(target));
}
