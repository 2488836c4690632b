/**
 * stridebuf/npz: `.npz` archives, zip files of `.npy` members. What an archive may unpack to is limited before anything is
 * unpacked, and no member is unpacked beyond the size that it states.
 */

import { requireKnownOptions } from "../options.js";
import { requireView } from "../view/require-view.js";
import type { StridedView } from "../view/view.js";
import { type BytesLike, bytesOf } from "./bytes-of.js";
import { crc32 } from "./crc32.js";
import { deflate, unpackMember } from "./deflate.js";
import { type ReadNpyOptions, readNpy, writeNpy } from "./npy-array.js";
import { NPY_SUFFIX } from "./npz-target.js";
import { memberError, npzError } from "./zip-error.js";
import { DEFLATED, locateDirectory, memberDataOffset, parseDirectory, STORED, ZIP_TAIL_BYTES } from "./zip-read.js";
import { directory, localHeader, localHeaderBytes, type ZipMember } from "./zip-write.js";

/** How a `.npz` archive is read. */
export interface ReadNpzOptions extends Omit<ReadNpyOptions, "out"> {
  /** Bytes that all members together may unpack to; 1 GiB by default. */
  maxBytes?: number;
}

const DEFAULT_MAX_BYTES = 1 << 30;

/**
 * The `.npy` members of an archive by name (without `.npy`), in the order in which they stand.
 *
 * @throws FileFormatError for broken archives, members that are not what they state, and archives that would unpack to more
 *   than `maxBytes`
 *
 * @example
 * [...unpackNpz(packNpz([["x", writeNpy(array([1, 2]))]])).keys()]; // ["x"]
 */
export function unpackNpz(source: BytesLike, maxBytes: number = DEFAULT_MAX_BYTES): Map<string, Uint8Array> {
  const bytes = bytesOf(source);
  const { byteOffset, nbytes } = locateDirectory(bytes.subarray(-ZIP_TAIL_BYTES), bytes.length);
  const entries = parseDirectory(bytes.subarray(byteOffset, byteOffset + nbytes), byteOffset).filter(({ name }) =>
    name.endsWith(NPY_SUFFIX),
  );
  const total = entries.reduce((sum, { size }) => sum + size, 0);
  if (total > maxBytes) throw npzError(`unpacks to ${total} bytes, more than the limit of ${maxBytes} bytes`);
  const arrays = new Map<string, Uint8Array>();
  for (const entry of entries) {
    const { name, localOffset, localBytes, compressedSize } = entry;
    const dataOffset = memberDataOffset(entry, bytes.subarray(localOffset, localOffset + localBytes));
    const packed = bytes.subarray(dataOffset, dataOffset + compressedSize);
    arrays.set(name.slice(0, -NPY_SUFFIX.length), unpackMember(packed, entry));
  }
  return arrays;
}

/**
 * The arrays of a `.npz` archive by name. Members are unpacked at once, so views are of new memory.
 *
 * @param options `format` says what items are that NumPy's headers call plain bytes, in every member
 * @throws FileFormatError naming the member; TypeError for unknown options
 *
 * @example
 * const file = writeNpz({ ids: array([1, 2], "<i"), x: array([0.5, 1.5]) });
 * readNpz(file).get("x")?.toArray(); // [0.5, 1.5]
 */
export function readNpz(bytes: BytesLike, options: ReadNpzOptions = {}): Map<string, StridedView> {
  requireKnownOptions(options, ["format", "maxHeaderBytes", "trailing", "maxBytes"]);
  const { maxBytes, ...each } = options;
  const arrays = new Map<string, StridedView>();
  for (const [name, member] of unpackNpz(bytes, maxBytes)) {
    try {
      arrays.set(name, readNpy(member, each));
    } catch (error) {
      throw memberError(name, (error as Error).message, error);
    }
  }
  return arrays;
}

/** How a `.npz` archive is written. */
export interface WriteNpzOptions {
  /** Compresses members, as `numpy.savez_compressed` does; plain by default, as `numpy.savez`. */
  compress?: boolean;
}

/**
 * An archive of `.npy` files by name.
 *
 * @example
 * packNpz([["x", writeNpy(array([1, 2]))]], true).length < 400; // true
 */
export function packNpz(files: Iterable<readonly [string, Uint8Array]>, compress = false): Uint8Array<ArrayBuffer> {
  const parts: Uint8Array[] = [];
  const members: { member: ZipMember; crc: number }[] = [];
  let at = 0;
  for (const [name, bytes] of files) {
    const packed = compress ? deflate(bytes) : bytes;
    const member: ZipMember = {
      name: `${name}${NPY_SUFFIX}`,
      method: compress ? DEFLATED : STORED,
      size: bytes.length,
      compressedSize: packed.length,
      localOffset: at,
      describedBehind: false,
    };
    const crc = crc32(bytes);
    members.push({ member, crc });
    parts.push(localHeader(member, crc), packed);
    at += localHeaderBytes(member) + packed.length;
  }
  parts.push(directory(members, at));
  const archive = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0));
  let end = 0;
  for (const part of parts) {
    archive.set(part, end);
    end += part.length;
  }
  return archive;
}

/**
 * A `.npz` archive of views by name; NumPy's `load` reads it. Equal arrays make equal bytes.
 *
 * @throws FileFormatError as `writeNpy`; TypeError for unknown options
 *
 * @example
 * const file = writeNpz({ ids: array([1, 2], "<i") }, { compress: true });
 * [...readNpz(file).keys()]; // ["ids"]
 */
export function writeNpz(
  arrays: ReadonlyMap<string, StridedView> | Readonly<Record<string, StridedView>>,
  options: WriteNpzOptions = {},
): Uint8Array<ArrayBuffer> {
  requireKnownOptions(options, ["compress"]);
  const entries = arrays instanceof Map ? [...arrays] : Object.entries(arrays as Record<string, StridedView>);
  return packNpz(
    entries.map(([name, view]) => {
      requireView(`arrays.${name}`, view);
      return [name, writeNpy(view)] as const;
    }),
    options.compress,
  );
}
