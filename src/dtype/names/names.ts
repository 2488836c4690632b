/** Names of dtypes in other systems, there and back, from the rows of builtin/systems.ts. */

import { stridebufError } from "../../errors.js";
import { arrow, arrowName } from "../builtin/arrow.js";
import type { DType } from "../dtype.js";
import { dtypes } from "../dtypes.js";
import { arrayDType, complexDType, scalarDType, textDType, voidDType } from "../make.js";
import { dtype } from "../read.js";
import { structDType } from "../records.js";
import { datetimeDType } from "../time-units.js";
import { isDType } from "../value.js";
import { dtypeFromNumpyDescr, type NumpyDescr, numpyDescr } from "./numpy-descr.js";
import { type SystemRow, systemRows } from "./systems.js";

export type NameSystem = "numpy" | "zarr" | "onnx" | "safetensors" | "dlpack" | "arrow" | "gguf";

/** A Zarr v3 `data_type`: a name, or a name with its configuration. */
export type ZarrName = string | { readonly name: string; readonly configuration: Readonly<Record<string, unknown>> };

/** DLPack's DLDataType. */
export interface DLPackName {
  readonly code: number;
  readonly bits: number;
  readonly lanes: number;
}

/** What each system calls a type: `toName` gives this, and `fromName` takes it (and for ONNX and GGUF the text too). */
export interface SystemNames {
  numpy: NumpyDescr;
  zarr: ZarrName;
  /** The number of TensorProto.DataType. */
  onnx: number;
  safetensors: string;
  dlpack: DLPackName;
  arrow: string;
  /** The number of ggml_type, for types that are no blocks. */
  gguf: number;
}

const rowDType = (row: SystemRow): DType => (row.pair ? complexDType(row.element) : scalarDType(row.element));

function rowOf(dtype: DType): SystemRow | undefined {
  if (dtype.element === undefined || dtype.codec !== undefined || dtype.unit !== undefined) return undefined;
  if (dtype.kind === "text" || dtype.kind === "pointer") return undefined;
  return systemRows.find((row) => row.element === dtype.element && (row.pair ? 2 : 1) === dtype.lanes);
}

/**
 * The dtype that a system's name means, in native byte order where the name does not say one.
 *
 * @throws {@link UnknownDTypeError}
 *
 * @example
 * fromName("safetensors", "BF16") === dtypes.bfloat16; // true
 * fromName("zarr", { name: "numpy.datetime64", configuration: { unit: "ms", scale_factor: 1 } });
 */
export function fromName(system: NameSystem, name: unknown): DType {
  const reader = Object.hasOwn(readers, system) ? readers[system] : undefined;
  if (reader === undefined) {
    throw new TypeError(`"system" expected one of ${Object.keys(readers).join(", ")}, got ${String(system)}`);
  }
  const found = reader(name);
  if (found !== undefined) return found;
  const text = typeof name === "string" ? name : (JSON.stringify(name) ?? String(name));
  throw stridebufError("UnknownDTypeError", `${system} has no fixed-size type ${text.slice(0, 80)}`, {
    dtype: text,
    known: systemRows.map((row) => row[system as "zarr"]).filter((known): known is string => typeof known === "string"),
  });
}

/** What a system calls a dtype, or undefined when it has no name for it. Zarr and ONNX keep byte order elsewhere. */
export function toName<S extends NameSystem>(system: S, dtype: DType): SystemNames[S] | undefined {
  return writers[system](dtype) as SystemNames[S] | undefined;
}

/** The names of a dtype in all systems that have one. */
export function dtypeNames(dtype: DType): Partial<SystemNames> {
  const names: Record<string, unknown> = {};
  for (const system of Object.keys(writers) as NameSystem[]) {
    const name = toName(system, dtype);
    if (name !== undefined) names[system] = name;
  }
  return names as Partial<SystemNames>;
}

/**
 * A dtype by what people type: a row's name (`bfloat16`, `complex64`, `int4`), NumPy's name of a date type
 * (`datetime64[ms]`), or else a format.
 */
export function dtypeFromName(text: string): DType {
  if (Object.hasOwn(dtypes, text)) return dtypes[text as keyof typeof dtypes];
  const date = /^(datetime|timedelta)64(\[.+\])?$/.exec(text);
  if (date !== null) return dtypeFromNumpyDescr(`<${date[1] === "datetime" ? "M" : "m"}8${date[2] ?? ""}`);
  return dtype(text);
}

type Reader = (name: unknown) => DType | undefined;

const byText =
  (column: "safetensors" | "zarr"): Reader =>
  (name) => {
    const row = typeof name === "string" ? systemRows.find((r) => r[column] === name) : undefined;
    return row && rowDType(row);
  };

const byCode =
  (column: "onnx" | "gguf"): Reader =>
  (name) => {
    const row = systemRows.find((r) => r[column]?.[0] === name || r[column]?.[1] === name);
    return row && rowDType(row);
  };

const readers: { readonly [S in NameSystem]: Reader } = {
  numpy: (name) => {
    if (typeof name !== "string") return dtypeFromNumpyDescr(name);
    return Object.hasOwn(dtypes, name) || /^(datetime|timedelta)64/.test(name)
      ? dtypeFromName(name)
      : dtypeFromNumpyDescr(name);
  },
  zarr: fromZarr,
  onnx: byCode("onnx"),
  safetensors: byText("safetensors"),
  dlpack: fromDLPack,
  arrow: (name) => {
    if (typeof name !== "string") return undefined;
    try {
      const type = arrow(name, { order: "@", littleEndian: true, complex: false, params: name, abi: "lp64" });
      return type === undefined || isDType(type) ? type : dtype(`[arrow:${name}]`);
    } catch {
      return undefined;
    }
  },
  // ggml's numbers for plain types; its names, blocks included, are those of [gguf:…].
  gguf: (name) => {
    if (typeof name === "number") return byCode("gguf")(name);
    return typeof name === "string" && /^[a-z0-9_]+$/i.test(name) ? dtype(`[gguf:${name}]`) : undefined;
  },
};

type Writer = (dtype: DType) => unknown;

const writers: { readonly [S in NameSystem]: Writer } = {
  numpy: (d) => {
    try {
      return numpyDescr(d);
    } catch {
      return undefined;
    }
  },
  zarr: toZarr,
  onnx: (d) => rowOf(d)?.onnx?.[0],
  safetensors: (d) => (d.byteOrder === "big" ? undefined : rowOf(d)?.safetensors),
  dlpack: (d) => {
    const lanes = d.kind === "array" && d.shape!.length === 1 ? d.shape![0]! : 1;
    const base = d.kind === "array" && d.shape!.length === 1 ? d.base! : d;
    const [code, bits] = (base.byteOrder === "big" ? undefined : rowOf(base)?.dlpack) ?? [];
    return code === undefined || lanes > 0xffff ? undefined : { code, bits, lanes };
  },
  arrow: (d) => (d.lanes === 1 ? rowOf(d)?.arrow : undefined) ?? arrowName(d),
  gguf: (d) => (d.byteOrder === "big" ? undefined : rowOf(d)?.gguf?.[0]),
};

function fromDLPack(name: unknown): DType | undefined {
  if (typeof name !== "object" || name === null) return undefined;
  const { code, bits, lanes = 1 } = name as Partial<DLPackName>;
  const row = systemRows.find((r) => r.dlpack?.[0] === code && r.dlpack?.[1] === bits);
  if (row === undefined || !Number.isInteger(lanes) || lanes < 1) return undefined;
  return lanes === 1 ? rowDType(row) : arrayDType(rowDType(row), [lanes]);
}

function fromZarr(name: unknown): DType | undefined {
  if (typeof name === "string") {
    const raw = /^r(\d{1,9})$/.exec(name);
    if (raw !== null) return Number(raw[1]) % 8 === 0 ? voidDType(Number(raw[1]) / 8) : undefined;
    return byText("zarr")(name);
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
      return fromZarrFields(configuration.fields);
  }
  return typeof kind === "string" ? fromZarr(kind) : undefined;
}

/** Fields as `{ name, data_type }`, or as `[name, data_type]` in the older spelling; packed. */
function fromZarrFields(list: unknown): DType | undefined {
  if (!Array.isArray(list)) return undefined;
  let offset = 0;
  const fields: { name: string; offset: number; dtype: DType }[] = [];
  for (const entry of list) {
    const [name, type] = Array.isArray(entry) ? entry : [entry?.name, entry?.data_type];
    const inner = typeof name === "string" ? fromZarr(type) : undefined;
    if (inner === undefined) return undefined;
    fields.push({ name, offset, dtype: inner });
    offset += inner.itemsize;
  }
  return structDType(fields);
}

function toZarr(d: DType): ZarrName | undefined {
  const plain = rowOf(d)?.zarr;
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
