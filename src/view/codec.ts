/**
 * Items of a user's dtype: through `read` and `write` when the codec has them, else as a block, or through its tile functions
 * or its Wasm kernels with a tile of one item. Tiles are native-endian, so a foreign byte order is reversed here.
 */

import { decodeStep, encodeStep } from "../convert/codecs.js";
import type { DType, ItemCodec } from "../dtype/dtype.js";
import { stridebufError } from "../errors.js";
import { blockItems } from "./blocks.js";
import { argumentError } from "./checks.js";
import { type Items, real } from "./numbers.js";
import { scratch } from "./scratch.js";

const hubArrays = { float64: Float64Array, int64: BigInt64Array, uint64: BigUint64Array } as const;

export function codecItems(dtype: DType, codec: ItemCodec): Items {
  const isLittle = dtype.byteOrder !== "big";
  const tile =
    codec.block !== undefined
      ? blockItems(dtype, codec.block)
      : codec.hub === "value"
        ? undefined
        : tileItems(dtype, codec.hub, isLittle);
  const missing = (what: string) => (): never => {
    throw stridebufError("UnsupportedFormatError", `the codec of ${dtype.format} has no way to ${what} an item`, {
      format: dtype.format,
      index: 0,
      feature: `${what} of a custom item`,
    });
  };
  return {
    read: codec.read ? (d, o) => codec.read!(d, o, isLittle) : (tile?.read ?? missing("read")),
    write: codec.write ? (d, o, v) => codec.write!(d, o, v, isLittle) : (tile?.write ?? missing("write")),
    atomic: false,
  };
}

function tileItems(
  dtype: DType,
  hub: "float64" | "int64" | "uint64",
  isLittle: boolean,
): { read?: Items["read"]; write?: Items["write"] } {
  const { itemsize } = dtype;
  const withValue = scratch(() => ({ item: new Uint8Array(itemsize), values: new hubArrays[hub](1) }));
  // An item whose parts nobody has stated is one number.
  const unit = dtype.width > 1 ? dtype.width : itemsize;
  const turn = (item: Uint8Array): void => {
    if (isLittle) return;
    for (let from = 0; from < itemsize; from += unit) item.subarray(from, from + unit).reverse();
  };
  const out: { read?: Items["read"]; write?: Items["write"] } = {};
  const decode = decodeStep(dtype)?.step.js;
  if (decode)
    out.read = (d, o) =>
      withValue(({ item, values }) => {
        item.set(new Uint8Array(d.buffer, d.byteOffset + o, itemsize));
        turn(item);
        decode(values.buffer, 0, item.buffer, 0, 1);
        return values[0];
      });
  const encode = encodeStep(dtype)?.step.js;
  if (encode)
    out.write = (d, o, value) =>
      withValue(({ item, values }) => {
        values[0] = hub === "float64" ? real(value) : hubInteger(value, hub);
        encode(item.buffer, 0, values.buffer, 0, 1);
        turn(item);
        new Uint8Array(d.buffer, d.byteOffset + o, itemsize).set(item);
      });
  return out;
}

function hubInteger(value: unknown, hub: "int64" | "uint64"): bigint {
  if (typeof value !== "bigint" && !Number.isInteger(value)) throw argumentError("value", "an integer", value, true);
  const n = BigInt(value as number);
  if ((hub === "int64" ? BigInt.asIntN(64, n) : BigInt.asUintN(64, n)) === n) return n;
  throw argumentError("value", `an ${hub}`, value);
}
