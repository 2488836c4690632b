/** The one tensor of a `.npy` file, from its head alone. */

import type { DType } from "../dtype/dtype.js";
import { dtype } from "../index.js";
import { dtypeOfDescr } from "./npy-dtype.js";
import { MAX_NPY_HEADER_BYTES, NPY_PREFIX_BYTES, npyError, npyHeaderBytes, parseNpyHeader } from "./npy-header.js";
import type { RandomSource } from "./random-access.js";
import { checkedBytes, type FileTensor, type OpenOptions, readHead } from "./tensor-file.js";

/** The dtype of a `.npy` file: its own, or the one that the caller says its plain bytes are. */
export function npyDType(descr: unknown, format: string | DType | undefined): DType {
  const own = dtypeOfDescr(descr);
  if (format === undefined) return own;
  const given = dtype(format);
  if (given.itemsize !== own.itemsize) {
    throw npyError(
      `items take ${own.itemsize} bytes (${own.name}), but the format given takes ${given.itemsize} (${given.name})`,
    );
  }
  return given;
}

/** @param prefix the first bytes, where they have been read already */
export async function readNpyTensor(
  source: RandomSource,
  options: OpenOptions,
  prefix: Uint8Array = new Uint8Array(0),
): Promise<FileTensor> {
  const limit = options.maxHeaderBytes ?? MAX_NPY_HEADER_BYTES;
  const first = await readHead(source, Math.min(NPY_PREFIX_BYTES, source.byteLength), prefix);
  const headBytes = npyHeaderBytes(first, limit);
  if (headBytes > source.byteLength)
    throw npyError(`file ends inside the header (${source.byteLength} bytes in all)`, 8);
  const { descr, fortranOrder, shape, dataOffset } = parseNpyHeader(await readHead(source, headBytes, first), limit);
  const type = npyDType(descr, options.format);
  const nbytes = checkedBytes(shape, type.itemsize, npyError);
  if (dataOffset + nbytes > source.byteLength) {
    throw npyError(`data of ${nbytes} bytes expected, ${source.byteLength - dataOffset} there`, dataOffset);
  }
  const order = fortranOrder ? "F" : "C";
  const place = { name: "", dtype: type, shape, order, byteOffset: dataOffset, nbytes } as const;
  return typeof descr === "string" ? { ...place, type: descr } : place;
}
