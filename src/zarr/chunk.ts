/** The bytes of a chunk ⇄ a view of its items. */

import type { DType } from "../dtype/dtype.js";
import { stridebufError } from "../errors.js";
import { type StridedView, view } from "../index.js";
import { sizeOf } from "../io/tensor-file.js";
import { addedBytes, type BytesCodec, type CodecName, openCodecs } from "./codecs.js";

/** What the bytes of a chunk are. */
export interface ChunkFormat {
  readonly dtype: DType;
  readonly chunks: readonly number[];
  readonly order: readonly number[];
  readonly codecs: readonly CodecName[];
}

export class ChunkCoder {
  readonly nbytes: number;
  /** Bytes of an encoded chunk; undefined when they depend on the items. */
  readonly encodedBytes: number | undefined;
  #codecs: Promise<BytesCodec[]> | undefined;

  constructor(readonly format: ChunkFormat) {
    const { chunks, dtype, codecs } = format;
    this.nbytes = sizeOf(chunks) * dtype.itemsize;
    this.encodedBytes = codecs.reduce<number | undefined>((size, codec) => {
      const added = addedBytes(codec);
      return size === undefined || added === undefined ? undefined : size + added;
    }, this.nbytes);
  }

  /** The bytes of a chunk as an array with the chunk's axes. */
  items(bytes: Uint8Array): StridedView {
    const { dtype, chunks, order } = this.format;
    const axes = order.map((_, axis) => order.indexOf(axis));
    const stored = view(bytes, { format: dtype, shape: order.map((axis) => chunks[axis]!) });
    return order.length < 2 ? stored : stored.transpose(axes);
  }

  #opened(): Promise<BytesCodec[]> {
    this.#codecs ??= openCodecs(this.format.codecs, this.format.dtype);
    return this.#codecs;
  }

  /** @throws FileFormatError for bytes that are no such chunk */
  async decode(key: string, encoded: Uint8Array): Promise<StridedView> {
    let bytes = encoded;
    const codecs = await this.#opened();
    for (let i = codecs.length - 1; i >= 0; i--) {
      const before = this.format.codecs.slice(0, i).reduce((sum, codec) => sum + (addedBytes(codec) ?? 0), this.nbytes);
      try {
        bytes = await codecs[i]!.decode(bytes, before);
      } catch (error) {
        throw damaged(key, `${this.format.codecs[i]!.name}: ${error instanceof Error ? error.message : error}`);
      }
    }
    if (bytes.length === this.nbytes) return this.items(bytes);
    throw damaged(key, `${bytes.length} bytes where a chunk has ${this.nbytes}`);
  }

  async encode(bytes: Uint8Array): Promise<Uint8Array> {
    let encoded = bytes;
    for (const codec of await this.#opened()) encoded = await codec.encode(encoded);
    return encoded;
  }
}

export const damaged = (key: string, message: string): Error =>
  stridebufError("FileFormatError", `${key}: ${message}`, { container: "zarr" });
