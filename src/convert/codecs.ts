/**
 * A user's dtype at the convert stage: steps between its items and the hub type that its codec names. The tile functions
 * are used where there are any, then its Wasm kernels, and single reads and writes at last.
 */

import type { ConvertStep } from "../backend/backend.js";
import { decoder, encoder, type Hub, inWasm } from "../backend/js/convert/codec.js";
import { codecKernels } from "../dtype/codec-kernels.js";
import type { DType, ItemCodec } from "../dtype/dtype.js";

/** The hub's element and the step between it and the items. */
export interface CodecStep {
  readonly hub: Hub;
  readonly step: ConvertStep;
}

const HUB_BYTES = 8;

/** Items → hub values; undefined when the codec does not decode to numbers. */
export function decodeStep({ codec, itemsize }: DType): CodecStep | undefined {
  if (codec === undefined || codec.hub === "value") return undefined;
  const js = decoder(codec, codec.hub, itemsize);
  return stepOf(codec, codec.hub, codec.wasm?.decode, js, itemsize, HUB_BYTES);
}

/** Hub values → items; undefined when the codec does not encode from numbers. */
export function encodeStep({ codec, itemsize }: DType): CodecStep | undefined {
  if (codec === undefined || codec.hub === "value") return undefined;
  const js = encoder(codec, codec.hub, itemsize);
  return stepOf(codec, codec.hub, codec.wasm?.encode, js, HUB_BYTES, itemsize);
}

function stepOf(
  { wasm }: ItemCodec,
  hub: Hub,
  name: string | undefined,
  js: ConvertStep["js"] | undefined,
  srcWidth: number,
  dstWidth: number,
): CodecStep | undefined {
  if (wasm === undefined || name === undefined) return js && { hub, step: { srcWidth, dstWidth, js, isForeign: true } };
  const user = { codec: wasm, name };
  if (js !== undefined) return { hub, step: { srcWidth, dstWidth, user, js, isForeign: true } };
  const twin = inWasm(wasm, name, dstWidth, srcWidth);
  const prove = () => void codecKernels().apart(wasm, name);
  return { hub, step: { srcWidth, dstWidth, user, js: twin, prove } };
}
