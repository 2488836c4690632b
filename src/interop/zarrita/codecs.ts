/**
 * zarrita's codecs "bytes", "transpose" and "shuffle" with this package's copies in them. Everything else about them stays
 * zarrita's: each asks the codec that it replaces.
 */

import { copy, type DType, view, withByteOrder } from "../../index.js";
import { argumentError } from "../../view/checks.js";
import { bytesOf, chunkView, typeOfName, type ZarrChunk } from "./chunk.js";
import { shuffled } from "./shuffle.js";

/** zarrita's `registry`: factories of codec classes by name. */
export interface CodecRegistry {
  /** What makes the codec of a name. */
  // biome-ignore lint/suspicious/noExplicitAny: what zarrita's codecs are is known only by what is called on them
  get(name: string): (() => any) | undefined;
  /** Puts another maker in its place. */
  // biome-ignore lint/suspicious/noExplicitAny: the same
  set(name: string, factory: () => any): unknown;
}

interface ArrayMeta {
  readonly dataType: string;
  readonly shape: readonly number[];
}

interface Codec<Decoded, Encoded> {
  readonly kind: string;
  encode(decoded: Decoded): Encoded;
  decode(encoded: Encoded): Decoded;
}

interface CodecClass<Decoded, Encoded> {
  fromConfig(configuration: Record<string, unknown>, meta: ArrayMeta): Codec<Decoded, Encoded>;
}

/**
 * Registers faster codecs with zarrita: "bytes" swaps big-endian chunks into new memory (never in place, so caches keep what
 * they have), "transpose" and "shuffle" move whole chunks at once. Results are the same as zarrita's own.
 *
 * @throws TypeError for what is not zarrita's registry
 *
 * @example
 * registerCodecs(zarr.registry);
 * const volume = await zarr.open(store, { kind: "array" });
 */
export function registerCodecs(registry: CodecRegistry): void {
  const replace = (name: string, by: (original: CodecClass<never, never>) => object): void => {
    const factory = typeof registry?.get === "function" ? registry.get(name) : undefined;
    if (factory === undefined)
      throw argumentError("registry", `zarrita's registry with a codec "${name}"`, registry, true);
    registry.set(name, async () => by((await factory()) as CodecClass<never, never>));
  };
  replace("bytes", bytesCodec as never);
  replace("transpose", transposeCodec as never);
  replace("numcodecs.shuffle", () => shuffleCodec);
}

/** Array → bytes, swapped where the array is stored big-endian. */
function bytesCodec(original: CodecClass<ZarrChunk, Uint8Array>): CodecClass<ZarrChunk, Uint8Array> {
  return {
    fromConfig(configuration, meta) {
      const plain = original.fromConfig({ ...configuration, endian: "little" }, meta);
      if (configuration?.endian !== "big") return plain;
      const little = typeOfName(meta.dataType);
      const big = withByteOrder(little, "big");
      if (big === little) return plain;
      return {
        ...methodsOf(plain),
        kind: plain.kind,
        encode: (chunk) => swapped(bytesOf(chunk.data), big, little),
        decode: (bytes) => plain.decode(swapped(bytes, little, big)),
      };
    },
  };
}

/** What a codec of a class can do besides. */
const methodsOf = (codec: object): object => ({
  computeEncodedSize: (size: number) =>
    (codec as { computeEncodedSize(size: number): number }).computeEncodedSize(size),
});

function swapped(bytes: Uint8Array, to: DType, from: DType): Uint8Array {
  const out = new Uint8Array(bytes.length);
  copy(view(out, { format: to }), view(bytes, { format: from }));
  return out;
}

/** Array → array of another order; decoding only names the strides. */
function transposeCodec(original: CodecClass<ZarrChunk, ZarrChunk>): CodecClass<ZarrChunk, ZarrChunk> {
  return {
    fromConfig(configuration, meta) {
      const plain = original.fromConfig(configuration, meta);
      const dtype = typeOfName(meta.dataType);
      return {
        kind: plain.kind,
        decode: (chunk) => plain.decode(chunk),
        encode(chunk) {
          const { shape, stride } = plain.decode(chunk);
          if (shape.every((length, axis) => length === 1 || stride[axis] === chunk.stride[axis])) return chunk;
          const out = { data: emptyLike(chunk.data), shape, stride };
          copy(writable(out, dtype), chunkView(chunk, dtype));
          return out;
        },
      };
    },
  };
}

const writable = ({ data, shape, stride }: ZarrChunk, dtype: DType) =>
  view(bytesOf(data), { format: dtype, shape, strides: stride.map((items) => items * dtype.itemsize) });

/** New data of the same class; zarrita's arrays of strings take the number of characters first. */
function emptyLike(data: object): object {
  const { length, chars } = data as { length: number; chars?: number };
  const Data = data.constructor as new (...args: number[]) => object;
  return chars === undefined ? new Data(length) : new Data(chars, length);
}

/** numcodecs' Shuffle, `elementsize` 4 by default. */
const shuffleCodec: CodecClass<Uint8Array, Uint8Array> = {
  fromConfig(configuration) {
    const { elementsize = 4 } = configuration as { elementsize?: number };
    return { kind: "bytes_to_bytes", ...shuffled(elementsize) };
  },
};
