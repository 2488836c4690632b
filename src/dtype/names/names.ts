/** Names of dtypes in other systems, there and back. What each name means is in systems.ts and languages.ts. */

import { warnDeprecated } from "../../deprecated.js";
import { stridebufError } from "../../errors.js";
import { arrowName } from "../builtin/arrow.js";
import type { DType } from "../dtype.js";
import { arrayDType } from "../make.js";
import { dtype } from "../read.js";
import { nearestNames, systems } from "./languages.js";
import { dtypeFromNumpyDescr, type NumpyDescr, numpyDescr } from "./numpy-descr.js";
import { dtypeOfRow, rowOfDType, type SystemRow, systemRows } from "./systems.js";
import { fromZarr, toZarr, type ZarrName } from "./zarr.js";

export type { ZarrName } from "./zarr.js";

/** The systems that `fromName` and `toName` know. */
export type NameSystem = "numpy" | "zarr" | "onnx" | "safetensors" | "dlpack" | "arrow" | "gguf";

/** DLPack's DLDataType. */
export interface DLPackName {
  /** The number of DLDataTypeCode. */
  readonly code: number;
  /** Bits of one lane. */
  readonly bits: number;
  /** Lanes per item. */
  readonly lanes: number;
}

/** What each system calls a type: `toName` gives this, and `fromName` takes it (and for ONNX and GGUF the text too). */
export interface SystemNames {
  /** What `numpy.dtype` takes: text, or a list of fields. */
  numpy: NumpyDescr;
  /** Zarr 3's `data_type`: text, or a name with its configuration. */
  zarr: ZarrName;
  /** The number of TensorProto.DataType. */
  onnx: number;
  /** The `dtype` of a header. */
  safetensors: string;
  /** The fields of a DLDataType. */
  dlpack: DLPackName;
  /** The name of an Arrow type. */
  arrow: string;
  /** The number of ggml_type, for types that are no blocks. */
  gguf: number;
}

/** Characters of a name that a message shows; whatever is longer is no misspelling. */
const LONGEST_SHOWN = 80;

/** JSON where there is any: names may nest deeper than it goes, or hold themselves. */
function jsonOf(name: unknown): string {
  try {
    return JSON.stringify(name) ?? String(name);
  } catch {
    return "an object that is no JSON";
  }
}

/**
 * The dtype that a system's name means, in native byte order where the name does not say one.
 *
 * @throws {@link UnknownDTypeError}
 *
 * @example
 * fromName("safetensors", "BF16") === dtypes.bfloat16; // true
 * fromName("zarr", { name: "numpy.datetime64", configuration: { unit: "ms", scale_factor: 1 } }).name; // "datetime64[ms]"
 */
export function fromName(system: NameSystem, name: unknown): DType {
  if (!Object.hasOwn(writers, system)) {
    throw new TypeError(`"system" expected one of ${Object.keys(writers).join(", ")}, got ${String(system)}`);
  }
  const meaning =
    typeof name === "string" && system !== "dlpack" ? systems[system].read(name) : beyondText[system]?.(name);
  if (meaning !== undefined) return dtype(meaning);
  const text = typeof name === "string" ? name : jsonOf(name);
  const known = system === "dlpack" ? [] : systems[system].names();
  const near = nearestNames(text.slice(0, LONGEST_SHOWN), known);
  const hint = near.length === 0 ? "" : `: did you mean ${near.join(", ")}?`;
  throw stridebufError("UnknownDTypeError", `${system} has no fixed-size type ${text.slice(0, LONGEST_SHOWN)}${hint}`, {
    dtype: text,
    known,
  });
}

/**
 * What a system calls a dtype, or undefined when it has no name for it. Zarr and ONNX keep byte order elsewhere.
 *
 * @example
 * toName("onnx", dtypes.bfloat16); // 16
 * toName("numpy", dtype(">d")); // ">f8"
 */
export function toName<S extends NameSystem>(system: S, dtype: DType): SystemNames[S] | undefined {
  return writers[system](dtype) as SystemNames[S] | undefined;
}

/**
 * The names of a dtype in all systems that have one.
 *
 * @example
 * dtypeNames(dtypes.bfloat16).safetensors; // "BF16"
 */
export function dtypeNames(dtype: DType): Partial<SystemNames> {
  const names: Record<string, unknown> = {};
  for (const system of Object.keys(writers) as NameSystem[]) {
    const name = toName(system, dtype);
    if (name !== undefined) names[system] = name;
  }
  return names as Partial<SystemNames>;
}

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
  onnx: (d) => rowOfDType(d)?.onnx?.[0],
  safetensors: (d) => (d.byteOrder === "big" ? undefined : rowOfDType(d)?.safetensors),
  dlpack: (d) => {
    const lanes = d.kind === "array" && d.shape!.length === 1 ? d.shape![0]! : 1;
    const base = d.kind === "array" && d.shape!.length === 1 ? d.base! : d;
    const [code, bits] = (base.byteOrder === "big" ? undefined : rowOfDType(base)?.dlpack) ?? [];
    return code === undefined || lanes > 0xffff ? undefined : { code, bits, lanes };
  },
  arrow: (d) => (d.lanes === 1 ? rowOfDType(d)?.arrow : undefined) ?? arrowName(d),
  gguf: (d) => (d.byteOrder === "big" ? undefined : rowOfDType(d)?.gguf?.[0]),
};

/**
 * The dtype of a name. Warns once.
 *
 * @deprecated `dtype` reads names as well.
 *
 * @example
 * dtypeFromName("float32") === dtype("float32"); // true
 */
export function dtypeFromName(text: string): DType {
  warnDeprecated("dtypeFromName", "dtype reads names as well");
  return dtype(text);
}

/** How names that are no text are read. */
const beyondText: { readonly [S in NameSystem]?: (name: unknown) => DType | undefined } = {
  numpy: dtypeFromNumpyDescr,
  zarr: fromZarr,
  onnx: (name) => byNumber(name, ({ onnx }) => onnx),
  gguf: (name) => byNumber(name, ({ gguf }) => gguf),
  dlpack: fromDLPack,
};

function byNumber(name: unknown, column: (row: SystemRow) => SystemRow["onnx"]): DType | undefined {
  const row = typeof name === "number" ? systemRows.find((candidate) => column(candidate)?.[0] === name) : undefined;
  return row && dtypeOfRow(row);
}

function fromDLPack(name: unknown): DType | undefined {
  if (typeof name !== "object" || name === null) return undefined;
  const { code, bits, lanes = 1 } = name as Partial<DLPackName>;
  const row = systemRows.find((r) => r.dlpack?.[0] === code && r.dlpack?.[1] === bits);
  if (row === undefined || !Number.isInteger(lanes) || lanes < 1) return undefined;
  return lanes === 1 ? dtypeOfRow(row) : arrayDType(dtypeOfRow(row), [lanes]);
}
