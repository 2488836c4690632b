/** Tiles of a user's dtype, as its codec reads and writes them. */

import { codecKernels } from "../../../dtype/codec-kernels.js";
import type { ItemCodec, WasmCodec } from "../../../dtype/dtype.js";
import type { TileConverter } from "../../backend.js";

export type Hub = "float64" | "int64" | "uint64";

function hubArray(hub: Hub, buffer: ArrayBufferLike, byteOffset: number, count: number) {
  // The constructors take shared memory too; their type does not say so.
  const memory = buffer as ArrayBuffer;
  if (hub === "float64") return new Float64Array(memory, byteOffset, count);
  return hub === "int64" ? new BigInt64Array(memory, byteOffset, count) : new BigUint64Array(memory, byteOffset, count);
}

/** Items → hub values, in TypeScript; undefined when the codec does that in Wasm alone, or not at all. */
export function decoder(codec: ItemCodec, hub: Hub, itemsize: number): TileConverter | undefined {
  if (codec.decodeTile) {
    return (dst, dstOffset, src, srcOffset, count) =>
      codec.decodeTile!(hubArray(hub, dst, dstOffset, count), new Uint8Array(src, srcOffset, count * itemsize), count);
  }
  if (!codec.read || codec.wasm?.decode !== undefined) return undefined;
  return (dst, dstOffset, src, srcOffset, count) => {
    const values = hubArray(hub, dst, dstOffset, count);
    const items = new DataView(src as ArrayBuffer, srcOffset, count * itemsize);
    for (let i = 0; i < count; i++) values[i] = codec.read!(items, i * itemsize, true) as never;
  };
}

/** Hub values → items. */
export function encoder(codec: ItemCodec, hub: Hub, itemsize: number): TileConverter | undefined {
  if (codec.encodeTile) {
    return (dst, dstOffset, src, srcOffset, count) =>
      codec.encodeTile!(new Uint8Array(dst, dstOffset, count * itemsize), hubArray(hub, src, srcOffset, count), count);
  }
  if (!codec.write || codec.wasm?.encode !== undefined) return undefined;
  return (dst, dstOffset, src, srcOffset, count) => {
    const values = hubArray(hub, src, srcOffset, count);
    const items = new DataView(dst as ArrayBuffer, dstOffset, count * itemsize);
    for (let i = 0; i < count; i++) codec.write!(items, i * itemsize, values[i], true);
  };
}

/** The twin of a kernel that only the user's module has. */
export function inWasm(wasm: WasmCodec, name: string, dstWidth: number, srcWidth: number): TileConverter {
  return (dst, dstOffset, src, srcOffset, count) =>
    codecKernels().apart(wasm, name)(
      new Uint8Array(dst, dstOffset, count * dstWidth),
      dstWidth,
      new Uint8Array(src, srcOffset, count * srcWidth),
      srcWidth,
      count,
    );
}
