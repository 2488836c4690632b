/** Single values where views are accepted: a view without axes, which broadcasts to any shape. */

import type { DType } from "../dtype/dtype.js";
import { scalarDType } from "../dtype/make.js";
import { complexDType } from "../dtype/make-other.js";
import { argumentError, operandError } from "../view/checks.js";
import type { ViewHost } from "../view/host.js";
import type { Value } from "../view/values.js";
import type { StridedView } from "../view/view.js";
import { plainView } from "./empty.js";

/** One item of `dtype`, as `set` writes it. @throws TypeError, RangeError for values that it cannot hold */
export function itemView(host: ViewHost, value: Value, dtype: DType): StridedView {
  const item = plainView(host, [], dtype);
  item.set(value);
  return item;
}

/**
 * A number as what JavaScript has it in, so that it is converted as any other source; text and records as an item of the
 * destination.
 */
export function scalarView(host: ViewHost, value: Value, dtype: DType): StridedView {
  switch (typeof value) {
    case "number":
      return itemView(host, value, scalarDType("float64"));
    case "boolean":
      return itemView(host, value, scalarDType("bool"));
    case "bigint":
      if (BigInt.asIntN(64, value) === value) return itemView(host, value, scalarDType("int64"));
      if (BigInt.asUintN(64, value) === value) return itemView(host, value, scalarDType("uint64"));
      throw argumentError("src", "an integer of 64 bits", value);
    case "string":
      break;
    case "object":
      if (value === null || (Array.isArray(value) && !takesLists(dtype))) throw noSource(value);
      if (dtype.kind !== "struct" && "re" in value && "im" in value)
        return itemView(host, value, complexDType("float64"));
      break;
    default:
      throw noSource(value);
  }
  return itemView(host, value, dtype);
}

/** Whether an item is itself written from a list: of fields, of elements, of the values of a block. */
const takesLists = ({ kind, codec }: DType): boolean => kind === "struct" || kind === "array" || codec !== undefined;

const noSource = (value: unknown): Error =>
  operandError("src", "a view, a TypedArray, an ndbuffer exporter or a value", value);
