/** The `descr` of a `.npy` header ⇄ dtypes, with what `.npy` refuses beyond NumPy's own rules: pickled objects. */

import type { DType } from "../dtype/dtype.js";
import { dtypeFromNumpyDescr, type NumpyDescr, numpyDescr } from "../dtype/names/numpy-descr.js";
import { npyError } from "./npy-header.js";

const holdsObjects = (dtype: DType): boolean =>
  !dtype.copyable ||
  (dtype.base !== undefined && holdsObjects(dtype.base)) ||
  (dtype.fields ?? []).some((field) => holdsObjects(field.dtype));

/**
 * The dtype of a header's `descr`.
 *
 * @throws FileFormatError for descr that NumPy does not write, and for Python objects, whose data are a pickle
 */
export function dtypeOfDescr(descr: unknown): DType {
  if (Array.isArray(descr) && !descr.every((field) => Array.isArray(field))) {
    throw npyError("descr is not a list of fields");
  }
  let dtype: DType;
  try {
    dtype = dtypeFromNumpyDescr(descr);
  } catch (cause) {
    throw npyError(`descr is not a dtype: ${(cause as Error).message.split("\n", 1)[0]}`, undefined, cause);
  }
  if (holdsObjects(dtype)) {
    throw npyError("holds Python objects, which are stored as a pickle: save it from NumPy with a plain dtype");
  }
  return dtype;
}

/** Whether NumPy's name of a dtype says less than the dtype: plain bytes for bfloat16, float8, int4 and the like. */
function losesMeaning(dtype: DType): boolean {
  if (dtype.kind === "struct") return dtype.fields!.some((field) => losesMeaning(field.dtype));
  if (dtype.kind === "array") return losesMeaning(dtype.base!);
  return dtype.kind !== "void" && String(numpyDescr(dtype)).includes("V");
}

/**
 * The `descr` of a dtype, and whether it says less than the dtype does.
 *
 * @throws FileFormatError for Python objects; LayoutError for records that no descr can describe
 */
export function descrOfDType(dtype: DType): { descr: NumpyDescr; lossy: boolean } {
  if (holdsObjects(dtype)) throw npyError(`${dtype.name} refers to memory outside the array and cannot be written`);
  return { descr: numpyDescr(dtype), lossy: losesMeaning(dtype) };
}
