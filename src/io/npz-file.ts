/** The arrays of a `.npz` archive in a random-access source, opened one by one: only heads are unpacked. */

import { isStridebufError } from "../errors.js";
import { crc32 } from "./crc32.js";
import { MemberReader } from "./deflate.js";
import { ForwardSource } from "./forward-source.js";
import { readNpyTensor } from "./npy-tensor.js";
import { NPY_SUFFIX } from "./npz-target.js";
import type { RandomSource } from "./random-access.js";
import type { FileTensor, OpenedFile, OpenOptions } from "./tensor-file.js";
import { memberError } from "./zip-error.js";
import {
  locateDirectory,
  memberDataOffset,
  parseDirectory,
  STORED,
  ZIP_TAIL_BYTES,
  type ZipEntry,
} from "./zip-read.js";

/** Packed bytes that are read at once. */
const READ_BYTES = 256 << 10;

async function readBytes(source: RandomSource, byteOffset: number, nbytes: number): Promise<Uint8Array> {
  const bytes = new Uint8Array(nbytes);
  await source.read(bytes, byteOffset);
  return bytes;
}

/** A compressed member's bytes. Reading goes forwards; going back unpacks from the start again. */
class UnpackedSource implements RandomSource {
  readonly byteLength: number;
  #forward: ForwardSource | undefined;
  #at = 0;

  constructor(
    private readonly source: RandomSource,
    private readonly entry: ZipEntry,
    private readonly dataOffset: number,
  ) {
    this.byteLength = entry.size;
  }

  async read(dst: Uint8Array, byteOffset: number): Promise<void> {
    if (byteOffset < this.#at) this.#forward = undefined;
    this.#forward ??= new ForwardSource(this.#pieces(), this.byteLength);
    this.#at = byteOffset + dst.length;
    await this.#forward.read(dst, byteOffset);
  }

  async *#pieces(): AsyncGenerator<Uint8Array> {
    const { compressedSize } = this.entry;
    const reader = new MemberReader(this.entry);
    for (let at = 0; at === 0 || at < compressedSize; at += READ_BYTES) {
      const end = Math.min(at + READ_BYTES, compressedSize);
      yield* reader.read(await readBytes(this.source, this.dataOffset + at, end - at), end === compressedSize);
    }
  }
}

/** A stored member's bytes. Its checksum is compared when they are read in order to the end. */
class StoredSource implements RandomSource {
  readonly byteLength: number;

  constructor(
    private readonly source: RandomSource,
    private readonly entry: ZipEntry,
    private readonly dataOffset: number,
    private at = 0,
    private crc = 0,
  ) {
    this.byteLength = entry.size;
  }

  async read(dst: Uint8Array, byteOffset: number): Promise<void> {
    await this.source.read(dst, this.dataOffset + byteOffset);
    if (byteOffset > this.at || byteOffset + dst.length <= this.at) return;
    this.crc = crc32(dst.subarray(this.at - byteOffset), this.crc);
    this.at = byteOffset + dst.length;
    if (this.at === this.byteLength && this.crc !== this.entry.crc)
      throw memberError(this.entry.name, "is damaged: wrong checksum");
  }

  /** The same, at offsets in the whole file; goes on with the checksum of what has been read here. */
  inFile(): RandomSource {
    const { source, entry, dataOffset, at, crc } = this;
    const member = new StoredSource(source, entry, dataOffset, at, crc);
    return {
      byteLength: source.byteLength,
      read: (dst, byteOffset) => member.read(dst, byteOffset - dataOffset),
    };
  }
}

interface Member {
  readonly tensor: FileTensor;
  /** What the tensor is read from, at its offset. */
  open(): RandomSource;
}

async function openMember(source: RandomSource, entry: ZipEntry, options: OpenOptions): Promise<Member> {
  const name = entry.name.slice(0, -NPY_SUFFIX.length);
  const local = await readBytes(source, entry.localOffset, entry.localBytes);
  const dataOffset = memberDataOffset(entry, local);
  if (entry.method !== STORED) {
    const open = () => new UnpackedSource(source, entry, dataOffset);
    return { tensor: { ...(await readNpyTensor(open(), options)), name, compressed: true }, open };
  }
  const stored = new StoredSource(source, entry, dataOffset);
  const tensor = await readNpyTensor(stored, options);
  return { tensor: { ...tensor, name, byteOffset: dataOffset + tensor.byteOffset }, open: () => stored.inFile() };
}

/**
 * Lists the arrays of an archive.
 *
 * @throws FileFormatError for damaged archives; members that are damaged or hold no plain array are `unreadable`
 */
export async function openNpz(source: RandomSource, options: OpenOptions): Promise<OpenedFile> {
  const tailBytes = Math.min(ZIP_TAIL_BYTES, source.byteLength);
  const tail = await readBytes(source, source.byteLength - tailBytes, tailBytes);
  const { byteOffset, nbytes } = locateDirectory(tail, source.byteLength);
  const entries = parseDirectory(await readBytes(source, byteOffset, nbytes), byteOffset);
  const members = new Map<string, Member>();
  const unreadable = new Map<string, Error>();
  const arrays = entries.filter(({ name }) => name.endsWith(NPY_SUFFIX));
  // All at once, so that a source far away can fetch them together.
  const opened = await Promise.allSettled(arrays.map((entry) => openMember(source, entry, options)));
  for (const [i, result] of opened.entries()) {
    const { name } = arrays[i]!;
    const short = name.slice(0, -NPY_SUFFIX.length);
    if (result.status === "fulfilled") members.set(short, result.value);
    else if (!isStridebufError(result.reason, "FileFormatError")) throw result.reason;
    else unreadable.set(short, memberError(name, result.reason.message, result.reason));
  }
  const tensors = [...members.values()].map(({ tensor }) => tensor);
  const sourceOf = ({ name }: FileTensor) => members.get(name)!.open();
  return { container: "npz", tensors, metadata: new Map(), unreadable, sourceOf };
}
