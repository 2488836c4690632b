/** Codecs from bytes to bytes, by the names that Zarr v2 and v3 give them. The compressors themselves are Node's and numcodecs'. */

import { promisify } from "node:util";
import * as zlib from "node:zlib";
import type { DType } from "../dtype/dtype.js";
import { stridebufError } from "../errors.js";
import { shuffled } from "../interop/zarrita/shuffle.js";
import type { Compressor } from "./options.js";

export interface BytesCodec {
  encode(bytes: Uint8Array): Promise<Uint8Array> | Uint8Array;
  /** @param nbytes that come out; where a codec can, it stops there */
  decode(bytes: Uint8Array, nbytes: number): Promise<Uint8Array> | Uint8Array;
}

/** A codec as metadata name it, without `numcodecs.`. */
export interface CodecName {
  readonly name: string;
  readonly configuration: Readonly<Record<string, unknown>>;
}

type Pack = (bytes: Uint8Array, options: zlib.ZlibOptions) => Promise<Uint8Array>;

const gzip: readonly [Pack, Pack] = [promisify(zlib.gzip), promisify(zlib.gunzip)];
const deflate: readonly [Pack, Pack] = [promisify(zlib.deflate), promisify(zlib.inflate)];

const levelOf = ({ level }: CodecName["configuration"], byDefault: number): number =>
  typeof level === "number" ? level : byDefault;

const zipped = ([pack, unpack]: readonly [Pack, Pack], level: number): BytesCodec => ({
  encode: (bytes) => pack(bytes, { level }),
  decode: (bytes, nbytes) => unpack(bytes, { maxOutputLength: Math.max(1, nbytes) }),
});

/** numcodecs takes what to write into where others take a size. */
const plain = (codec: {
  encode(bytes: Uint8Array): Promise<Uint8Array>;
  decode: (bytes: Uint8Array) => Promise<Uint8Array>;
}): BytesCodec => ({
  encode: (bytes) => codec.encode(bytes),
  decode: (bytes) => codec.decode(bytes),
});

const BLOSC_SHUFFLES: Readonly<Record<string, number>> = { noshuffle: 0, shuffle: 1, bitshuffle: 2 };

/** NumCodecs' own numbers, of which -1 leaves the choice to the size of the items. */
function bloscShuffle(shuffle: unknown, itemsize: number): number {
  if (typeof shuffle === "string") return BLOSC_SHUFFLES[shuffle] ?? 1;
  return shuffle === -1 ? (itemsize === 1 ? 2 : 1) : ((shuffle as number | undefined) ?? 1);
}

type Maker = (configuration: CodecName["configuration"], dtype: DType) => Promise<BytesCodec> | BytesCodec;

const makers: Readonly<Record<string, Maker>> = {
  gzip: (configuration) => zipped(gzip, levelOf(configuration, 1)),
  zlib: (configuration) => zipped(deflate, levelOf(configuration, 1)),
  async blosc({ clevel, cname, shuffle, blocksize }, { itemsize }) {
    const { default: Blosc } = await import("numcodecs/blosc");
    const how = bloscShuffle(shuffle, itemsize) as 0 | 1 | 2;
    const codec = plain(new Blosc(clevel as number, cname as never, how, blocksize as number));
    return { ...codec, decode: (bytes, nbytes) => codec.decode(sized(bytes, nbytes), nbytes) };
  },
  async zstd(configuration) {
    const { default: Zstd } = await import("numcodecs/zstd");
    return plain(new Zstd(levelOf(configuration, 1)));
  },
  async lz4({ acceleration }) {
    const { default: LZ4 } = await import("numcodecs/lz4");
    return plain(new LZ4(acceleration as number));
  },
  async crc32c() {
    const { default: crc } = await import("crc-32/crc32c.js");
    return checked((bytes) => crc.buf(bytes) >>> 0);
  },
  shuffle: ({ elementsize }) => shuffled((elementsize as number | undefined) ?? 4),
};

/** The head of a Blosc frame says how much comes out; more than a chunk has is refused before it is unpacked. */
function sized(bytes: Uint8Array, nbytes: number): Uint8Array {
  const claimed = bytes.length < 16 ? -1 : new DataView(bytes.buffer, bytes.byteOffset).getUint32(4, true);
  if (claimed === nbytes) return bytes;
  throw new RangeError(`a Blosc frame of ${claimed} bytes where a chunk has ${nbytes}`);
}

/** Bytes followed by their checksum, little-endian. */
const checked = (sum: (bytes: Uint8Array) => number): BytesCodec => ({
  encode(bytes) {
    const result = new Uint8Array(bytes.length + 4);
    result.set(bytes);
    new DataView(result.buffer).setUint32(bytes.length, sum(bytes), true);
    return result;
  },
  decode(bytes) {
    const end = bytes.length - 4;
    const stated = end < 0 ? -1 : new DataView(bytes.buffer, bytes.byteOffset).getUint32(end, true);
    const data = bytes.subarray(0, Math.max(0, end));
    if (stated !== sum(data)) throw new RangeError("the checksum does not fit the bytes");
    return data;
  },
});

/** Bytes that a codec adds; undefined when that depends on the data. */
export const addedBytes = ({ name }: CodecName): number | undefined => (name === "crc32c" ? 4 : undefined);

export const compressors: readonly Compressor[] = ["gzip", "zlib", "blosc", "zstd", "lz4"];
export const isCompressor = (name: string): boolean => (compressors as readonly string[]).includes(name);

export const isKnownCodec = (name: string): boolean => Object.hasOwn(makers, name);

/** @throws FileFormatError for a codec that is not known here, naming it */
export function requireKnownCodec(key: string, { name }: CodecName): void {
  if (isKnownCodec(name)) return;
  const known = Object.keys(makers).join(", ");
  throw unsupported(key, `codec ${name}`, `the codec ${JSON.stringify(name)} is not known here (${known} are)`);
}

/** The error of what Zarr has and this program does not. */
export const unsupported = (key: string, feature: string, message: string): Error =>
  stridebufError("FileFormatError", `${key}: ${message}`, { container: "zarr", reason: feature });

/** Loads codecs; libraries are loaded when the first array needs them. */
export const openCodecs = (codecs: readonly CodecName[], dtype: DType): Promise<BytesCodec[]> =>
  Promise.all(codecs.map(({ name, configuration }) => makers[name]!(configuration, dtype)));
