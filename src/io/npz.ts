/**
 * stridebuf/npz: `.npz` archives, zip files of `.npy` members, through fflate. What an archive may unpack to is limited
 * before anything is unpacked, and members that turn out otherwise than stated are refused.
 */

import { unzipSync, type Zippable, zipSync } from "fflate";
import { stridebufError } from "../errors.js";
import type { StridedView } from "../view/view.js";
import { type ReadNpyOptions, readNpy, writeNpy } from "./npy-array.js";
import { crc32, directoryChecksums } from "./zip-directory.js";

export interface ReadNpzOptions extends ReadNpyOptions {
  /** Bytes that all members together may unpack to; 1 GiB by default. */
  maxBytes?: number;
}

const DEFAULT_MAX_BYTES = 1 << 30;
const SUFFIX = ".npy";
/** A fixed date, so that equal arrays make equal archives; zip cannot say an earlier one. */
const EPOCH = new Date(1980, 0, 1);

const npzError = (message: string, cause?: unknown): Error =>
  stridebufError("FileFormatError", `.npz: ${message}`, { container: "npz" }, cause);

/**
 * The `.npy` members of an archive by name (without `.npy`), in the order in which they stand.
 *
 * @throws FileFormatError for broken archives, members that are not what they state, repeated names, and archives that
 *   would unpack to more than `maxBytes`
 */
export function unpackNpz(bytes: Uint8Array, maxBytes = DEFAULT_MAX_BYTES): Map<string, Uint8Array> {
  if (!(bytes instanceof Uint8Array)) throw new TypeError(`"bytes" expected a Uint8Array, got ${typeof bytes}`);
  const stated = new Map<string, number>();
  let total = 0;
  let members: Record<string, Uint8Array>;
  try {
    members = unzipSync(bytes, {
      filter({ name, originalSize }) {
        if (stated.has(name)) throw npzError(`member ${JSON.stringify(name)} is repeated`);
        total += originalSize;
        if (total > maxBytes) throw npzError(`unpacks to more than the limit of ${maxBytes} bytes`);
        stated.set(name, originalSize);
        return name.endsWith(SUFFIX);
      },
    });
  } catch (error) {
    if ((error as Error).name === "FileFormatError") throw error;
    throw npzError(`not a readable zip archive: ${(error as Error).message}`, error);
  }
  const checksums = directoryChecksums(bytes);
  if (checksums?.length !== stated.size) throw npzError("the directory is not readable to its end");
  const arrays = new Map<string, Uint8Array>();
  for (const [i, [name, size]] of [...stated].entries()) {
    if (!name.endsWith(SUFFIX)) continue;
    const member = members[name];
    if (member?.length !== size) throw npzError(`member ${JSON.stringify(name)} is not of the size stated`);
    if (crc32(member) !== checksums[i]) throw npzError(`member ${JSON.stringify(name)} is damaged: wrong checksum`);
    arrays.set(name.slice(0, -SUFFIX.length), member);
  }
  return arrays;
}

/**
 * The arrays of a `.npz` archive by name. Members are unpacked at once, so views are of new memory.
 *
 * @param options `format` says what items are that NumPy's headers call plain bytes, in every member
 * @throws FileFormatError naming the member
 */
export function readNpz(bytes: Uint8Array, options: ReadNpzOptions = {}): Map<string, StridedView> {
  const arrays = new Map<string, StridedView>();
  for (const [name, member] of unpackNpz(bytes, options.maxBytes)) {
    try {
      arrays.set(name, readNpy(member, options));
    } catch (error) {
      throw npzError(`member ${JSON.stringify(name)}: ${(error as Error).message}`, error);
    }
  }
  return arrays;
}

export interface WriteNpzOptions {
  /** Compresses members, as `numpy.savez_compressed` does; plain by default, as `numpy.savez`. */
  compress?: boolean;
}

/** An archive of `.npy` files by name. */
export function packNpz(files: Iterable<readonly [string, Uint8Array]>, compress = false): Uint8Array<ArrayBuffer> {
  const members: Zippable = {};
  for (const [name, bytes] of files) members[`${name}${SUFFIX}`] = bytes;
  return zipSync(members, { level: compress ? 6 : 0, mtime: EPOCH }) as Uint8Array<ArrayBuffer>;
}

/** A `.npz` archive of views by name; NumPy's `load` reads it. Equal arrays make equal bytes. */
export function writeNpz(
  arrays: ReadonlyMap<string, StridedView> | Readonly<Record<string, StridedView>>,
  options: WriteNpzOptions = {},
): Uint8Array<ArrayBuffer> {
  const entries = arrays instanceof Map ? [...arrays] : Object.entries(arrays as Record<string, StridedView>);
  return packNpz(
    entries.map(([name, view]) => [name, writeNpy(view)] as const),
    options.compress,
  );
}
