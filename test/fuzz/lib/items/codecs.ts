/** A user's dtypes, one for each way to write a codec: `[fuzz:tiles]`, `[fuzz:items]`, … They say when they are called. */
import { registerDType } from "../../../../src/index.js";
import type { ItemCodec, ResolvedDType } from "../../../../src/shared.js";

type Memory = ArrayBufferLike;

/** What a target wants done at every call into one of the codecs, before it does its work; it is told what it was handed. */
export const calls: { listener?: ((handed: readonly Memory[]) => void) | undefined } = {};

const called = (...handed: readonly { readonly buffer: Memory }[]) => calls.listener?.(handed.map((x) => x.buffer));

/** `decode` and `encode` between two-byte integers and binary64, written in WebAssembly. */
const kernels =
  "AGFzbQEAAAABBwFgA39/fwACDwEDZW52Bm1lbW9yeQIAAQMDAgAABxMCBmRlY29kZQAABmVuY29kZQABClwCLAADQCACBEAgACABLgEAtzkDACAA" +
  "QQhqIQAgAUECaiEBIAJBAWshAgwBCwsLLQADQCACBEAgACABKwMA/AI7AQAgAEECaiEAIAFBCGohASACQQFrIQIMAQsLCw==";

/** What an integer of `bits` keeps of a number. */
const whole = (value: unknown, bits: number): number => Math.trunc(Number(value) % 2 ** bits) || 0;

interface Written {
  readonly itemsize: number;
  readonly make: () => ItemCodec;
}

const codecs = {
  /** Three bytes, read and written in tiles. */
  tiles: {
    itemsize: 3,
    make: () => ({
      hub: "float64",
      decodeTile(dst, src, count) {
        called(dst, src);
        for (let i = 0; i < count; i++) dst[i] = src[3 * i]! + 256 * src[3 * i + 1]!;
      },
      encodeTile(dst, src, count) {
        called(dst, src);
        for (let i = 0; i < count; i++) dst.set([whole(src[i], 16) & 255, (whole(src[i], 16) >> 8) & 255, 0], 3 * i);
      },
    }),
  },
  /** Counts of halves in two bytes, one after the other. */
  items: {
    itemsize: 2,
    make: () => ({
      hub: "float64",
      read(items, offset, littleEndian) {
        called(items);
        return items.getInt16(offset, littleEndian) / 2;
      },
      write(items, offset, value, littleEndian) {
        called(items);
        items.setInt16(offset, whole(2 * Number(value), 16), littleEndian);
      },
    }),
  },
  /** 64-bit counts, in tiles. */
  counts: {
    itemsize: 8,
    make: () => ({
      hub: "int64",
      decodeTile(dst, src, count) {
        called(dst, src);
        const items = new DataView(src.buffer, src.byteOffset);
        for (let i = 0; i < count; i++) dst[i] = ~items.getBigInt64(8 * i, true);
      },
      encodeTile(dst, src, count) {
        called(dst, src);
        const items = new DataView(dst.buffer, dst.byteOffset);
        for (let i = 0; i < count; i++) items.setBigInt64(8 * i, ~(src[i] as bigint), true);
      },
    }),
  },
  /** Values that are no numbers. */
  values: {
    itemsize: 2,
    make: () => ({
      hub: "value",
      read(items, offset) {
        called(items);
        return `#${items.getUint16(offset, true)}`;
      },
      write(items, offset, value) {
        called(items);
        items.setUint16(offset, whole(String(value).slice(1), 16), true);
      },
    }),
  },
  /** Two values in two bytes. */
  blocks: {
    itemsize: 2,
    make: () => ({
      hub: "value",
      block: {
        count: 2,
        element: "float64",
        decode(dst, dstOffset, src, srcOffset, items) {
          calls.listener?.([dst, src]);
          const values = new Float64Array(dst as ArrayBuffer, dstOffset, 2 * items);
          values.set(new Uint8Array(src as ArrayBuffer, srcOffset, 2 * items));
        },
        encode(dst, dstOffset, src, srcOffset, items) {
          calls.listener?.([dst, src]);
          const bytes = new Uint8Array(dst as ArrayBuffer, dstOffset, 2 * items);
          const values = new Float64Array(src as ArrayBuffer, srcOffset, 2 * items);
          for (let i = 0; i < bytes.length; i++) bytes[i] = whole(values[i], 8);
        },
      },
    }),
  },
  /** Two-byte integers, by kernels in WebAssembly. */
  wasm: {
    itemsize: 2,
    make: () => ({
      hub: "float64",
      wasm: {
        module: new WebAssembly.Module(Buffer.from(kernels, "base64")),
        decode: "decode",
        encode: "encode",
        staticBytes: 16,
      },
    }),
  },
} satisfies Record<string, Written>;

export type CodecName = keyof typeof codecs;
export const codecNames = Object.keys(codecs) as CodecName[];

registerDType("fuzz", (body): ResolvedDType | undefined => {
  const codec = (codecs as Readonly<Record<string, Written>>)[body];
  if (codec === undefined) return undefined;
  return {
    kind: body === "values" || body === "blocks" ? "custom" : "float",
    itemsize: codec.itemsize,
    codec: codec.make(),
  };
});
