/** Single values where views are accepted: a view without axes, which broadcasts to any shape. */

import type { Backend } from "../backend/backend.js";
import type { DType } from "../dtype/dtype.js";
import { complexDType, scalarDType } from "../dtype/make.js";
import { isExporter } from "../view/acquired.js";
import { argumentError } from "../view/checks.js";
import type { ViewHost } from "../view/host.js";
import type { Value } from "../view/values.js";
import { StridedView } from "../view/view.js";
import { emptyView } from "./empty.js";
import type { Operand } from "./wrap.js";

/** Whether a source is a view, a TypedArray or an exporter, and not a value. A byte string is a TypedArray too: its bytes are items. */
export const isItems = (src: unknown): src is Operand =>
  src instanceof StridedView || ArrayBuffer.isView(src) || isExporter(src) || src === undefined || src === null;

/** One item of `dtype`, as `set` writes it. @throws TypeError, RangeError for values that it cannot hold */
export function itemView(backend: Backend, host: ViewHost, value: Value, dtype: DType): StridedView {
  const item = emptyView(backend, host, [], dtype);
  item.set(value);
  return item;
}

/**
 * A number as what JavaScript has it in, so that it is converted as any other source; text and records as an item of the
 * destination.
 */
export function scalarView(backend: Backend, host: ViewHost, value: Value, dtype: DType): StridedView {
  switch (typeof value) {
    case "number":
      return itemView(backend, host, value, scalarDType("float64"));
    case "boolean":
      return itemView(backend, host, value, scalarDType("bool"));
    case "bigint":
      if (BigInt.asIntN(64, value) === value) return itemView(backend, host, value, scalarDType("int64"));
      if (BigInt.asUintN(64, value) === value) return itemView(backend, host, value, scalarDType("uint64"));
      throw argumentError("src", "an integer of 64 bits", value);
    case "object":
      if (dtype.kind !== "struct" && "re" in value && "im" in value)
        return itemView(backend, host, value, complexDType("float64"));
  }
  return itemView(backend, host, value, dtype);
}
