/**
 * A user's dtype at the convert stage: steps between its items and the hub type that its codec names. The tile functions
 * are used where there are any, then its Wasm kernels, and single reads and writes at last.
 */

import type { ConvertStep, TileConverter } from "../backend/backend.js";
import { runPrivately } from "../backend/user-module.js";
import type { DType, ItemCodec } from "../dtype/dtype.js";

type Hub = "float64" | "int64" | "uint64";

/** The hub's element and the step between it and the items. */
export interface CodecStep {
  readonly hub: Hub;
  readonly step: ConvertStep;
}

const HUB_BYTES = 8;

function hubArray(hub: Hub, buffer: ArrayBufferLike, byteOffset: number, count: number) {
  // The constructors take shared memory too; their type does not say so.
  const memory = buffer as ArrayBuffer;
  if (hub === "float64") return new Float64Array(memory, byteOffset, count);
  return hub === "int64" ? new BigInt64Array(memory, byteOffset, count) : new BigUint64Array(memory, byteOffset, count);
}

/** Items → hub values; undefined when the codec does not decode to numbers. */
export function decodeStep({ codec, itemsize }: DType): CodecStep | undefined {
  if (codec === undefined || codec.hub === "value") return undefined;
  const js = decoder(codec, codec.hub, itemsize) ?? inWasm(codec, codec.wasm?.decode, HUB_BYTES, itemsize);
  return js && { hub: codec.hub, step: stepOf(codec, codec.wasm?.decode, itemsize, HUB_BYTES, js) };
}

/** Hub values → items; undefined when the codec does not encode from numbers. */
export function encodeStep({ codec, itemsize }: DType): CodecStep | undefined {
  if (codec === undefined || codec.hub === "value") return undefined;
  const js = encoder(codec, codec.hub, itemsize) ?? inWasm(codec, codec.wasm?.encode, itemsize, HUB_BYTES);
  return js && { hub: codec.hub, step: stepOf(codec, codec.wasm?.encode, HUB_BYTES, itemsize, js) };
}

function stepOf(
  { wasm }: ItemCodec,
  name: string | undefined,
  srcWidth: number,
  dstWidth: number,
  js: TileConverter,
): ConvertStep {
  const user = wasm === undefined || name === undefined ? {} : { user: { codec: wasm, name } };
  return { srcWidth, dstWidth, ...user, js };
}

function decoder(codec: ItemCodec, hub: Hub, itemsize: number): TileConverter | undefined {
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

function encoder(codec: ItemCodec, hub: Hub, itemsize: number): TileConverter | undefined {
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
function inWasm(
  { wasm }: ItemCodec,
  name: string | undefined,
  dstWidth: number,
  srcWidth: number,
): TileConverter | undefined {
  if (wasm === undefined || name === undefined) return undefined;
  return (dst, dstOffset, src, srcOffset, count) =>
    runPrivately(
      wasm,
      name,
      new Uint8Array(dst, dstOffset, count * dstWidth),
      dstWidth,
      new Uint8Array(src, srcOffset, count * srcWidth),
      srcWidth,
      count,
    );
}
