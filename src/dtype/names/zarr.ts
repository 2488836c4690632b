/** Zarr v3 data types ⇄ dtypes: names, and names with a configuration. */

import { stridebufError } from "../../errors.js";
import type { DType } from "../dtype.js";
import { textDType, voidDType } from "../make-other.js";
import { structDType } from "../records.js";
import { datetimeDType } from "../time-units.js";
import { MAX_DEPTH } from "../value.js";
import { dtypeFromNumpyDescr } from "./numpy-descr.js";
import { dtypeOfRow, rowOfDType, systemRows } from "./systems.js";

/** A Zarr v3 `data_type`: a name, or a name with its configuration. */
export type ZarrName = string | { readonly name: string; readonly configuration: Readonly<Record<string, unknown>> };

/** The dtype of bits without a meaning, such as `r16`; undefined for other names. */
export function readRawBytes(name: string): DType | undefined {
  const bits = Number(/^r(\d{1,9})$/.exec(name)?.[1]);
  return bits % 8 === 0 ? voidDType(bits / 8) : undefined;
}

/** The dtype of a data type, or undefined. @throws LayoutError (`dtype`) for records nested too deep */
export const fromZarr = (name: unknown): DType | undefined => read(name, 0);

function read(name: unknown, depth: number): DType | undefined {
  if (typeof name === "string") {
    const row = systemRows.find((row) => row.zarr === name);
    return row === undefined ? readRawBytes(name) : dtypeOfRow(row);
  }
  if (typeof name !== "object" || name === null) return undefined;
  const { name: kind, configuration = {} } = name as { name?: unknown; configuration?: Record<string, unknown> };
  const nbytes = configuration.length_bytes;
  const counted = typeof nbytes === "number" && Number.isSafeInteger(nbytes) && nbytes >= 0;
  switch (kind) {
    case "numpy.datetime64":
    case "numpy.timedelta64": {
      const unit = configuration.unit === "μs" ? "us" : configuration.unit;
      const { scale_factor: scale = 1 } = configuration;
      if (typeof unit !== "string" || typeof scale !== "number") return undefined;
      return datetimeDType(kind === "numpy.datetime64" ? "datetime" : "timedelta", [unit, scale]);
    }
    case "fixed_length_utf32":
      return counted && nbytes % 4 === 0 ? textDType(nbytes / 4, 4) : undefined;
    case "null_terminated_bytes":
      return counted ? dtypeFromNumpyDescr(`|S${nbytes}`) : undefined;
    case "raw_bytes":
      return counted ? voidDType(nbytes) : undefined;
    case "struct":
    case "structured":
      return fromZarrFields(configuration.fields, depth + 1);
  }
  return typeof kind === "string" ? read(kind, depth) : undefined;
}

/** Fields as `{ name, data_type }`, or as `[name, data_type]` in the older spelling; packed. */
function fromZarrFields(list: unknown, depth: number): DType | undefined {
  if (depth > MAX_DEPTH) throw stridebufError("LayoutError", "data_type nests too deep", { reason: "dtype" });
  if (!Array.isArray(list)) return undefined;
  let offset = 0;
  const fields: { name: string; offset: number; dtype: DType }[] = [];
  for (const entry of list) {
    const [name, type] = Array.isArray(entry) ? entry : [entry?.name, entry?.data_type];
    const inner = typeof name === "string" ? read(type, depth) : undefined;
    if (inner === undefined) return undefined;
    fields.push({ name, offset, dtype: inner });
    offset += inner.itemsize;
  }
  return structDType(fields);
}

/** The data type of a dtype, or undefined; byte order is kept elsewhere. */
export function toZarr(d: DType): ZarrName | undefined {
  const plain = rowOfDType(d)?.zarr;
  if (plain !== undefined) return plain;
  const named = (name: string, configuration: Record<string, unknown>): ZarrName => ({ name, configuration });
  switch (d.kind) {
    case "datetime":
    case "timedelta":
      return named(`numpy.${d.kind}64`, { unit: d.unit![0], scale_factor: d.unit![1] });
    case "text":
      return d.width === 4 ? named("fixed_length_utf32", { length_bytes: d.itemsize }) : undefined;
    case "bytes":
      return d.codec ? undefined : named("null_terminated_bytes", { length_bytes: d.itemsize });
    case "void":
      return `r${d.itemsize * 8}`;
    case "struct": {
      let end = 0;
      const fields: { name: string; data_type: ZarrName }[] = [];
      for (const { name, offset, dtype: inner } of d.fields!) {
        const type = offset === end ? toZarr(inner) : undefined;
        if (type === undefined) return undefined;
        fields.push({ name, data_type: type });
        end += inner.itemsize;
      }
      return end === d.itemsize ? named("struct", { fields }) : undefined;
    }
  }
  return undefined;
}
