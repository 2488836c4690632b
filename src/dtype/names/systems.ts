/**
 * One row per type that other dtype systems name, and what each calls it: the table behind every name but NumPy's.
 * Sources: Zarr v3 core and zarr-extensions, onnx.proto3, the safetensors header format, dlpack.h 1.1, Arrow's
 * Schema.fbs, ggml's type table. Names are of values: systems that pack types below 8 bits (DLPack, safetensors, ONNX)
 * name the same value type that here takes one byte.
 */

import type { DType } from "../dtype.js";
import type { ElementName } from "../elements.js";
import { scalarDType } from "../make.js";
import { complexDType } from "../make-other.js";

export interface SystemRow {
  /** A number type, or a pair of it. */
  readonly element: ElementName;
  readonly pair?: true;
  readonly zarr?: string;
  readonly onnx?: readonly [code: number, name: string];
  readonly safetensors?: string;
  readonly dlpack?: readonly [code: number, bits: number];
  readonly arrow?: string;
  readonly gguf?: readonly [code: number, name: string];
  /** Short names, as frameworks, compilers (MLIR) and papers write them; numbers in them count bits. */
  readonly ml?: readonly string[];
}

export const systemRows: readonly SystemRow[] = [
  { element: "bool", zarr: "bool", onnx: [9, "BOOL"], safetensors: "BOOL", dlpack: [6, 8], arrow: "arrow.bool8" },
  {
    element: "int8",
    zarr: "int8",
    onnx: [3, "INT8"],
    safetensors: "I8",
    dlpack: [0, 8],
    arrow: "int8",
    gguf: [24, "I8"],
    ml: ["i8"],
  },
  {
    element: "int16",
    zarr: "int16",
    onnx: [5, "INT16"],
    safetensors: "I16",
    dlpack: [0, 16],
    arrow: "int16",
    gguf: [25, "I16"],
    ml: ["i16"],
  },
  {
    element: "int32",
    zarr: "int32",
    onnx: [6, "INT32"],
    safetensors: "I32",
    dlpack: [0, 32],
    arrow: "int32",
    gguf: [26, "I32"],
    ml: ["i32"],
  },
  {
    element: "int64",
    zarr: "int64",
    onnx: [7, "INT64"],
    safetensors: "I64",
    dlpack: [0, 64],
    arrow: "int64",
    gguf: [27, "I64"],
    ml: ["i64"],
  },
  {
    element: "uint8",
    zarr: "uint8",
    onnx: [2, "UINT8"],
    safetensors: "U8",
    dlpack: [1, 8],
    arrow: "uint8",
    ml: ["u8"],
  },
  {
    element: "uint16",
    zarr: "uint16",
    onnx: [4, "UINT16"],
    safetensors: "U16",
    dlpack: [1, 16],
    arrow: "uint16",
    ml: ["u16"],
  },
  {
    element: "uint32",
    zarr: "uint32",
    onnx: [12, "UINT32"],
    safetensors: "U32",
    dlpack: [1, 32],
    arrow: "uint32",
    ml: ["u32"],
  },
  {
    element: "uint64",
    zarr: "uint64",
    onnx: [13, "UINT64"],
    safetensors: "U64",
    dlpack: [1, 64],
    arrow: "uint64",
    ml: ["u64"],
  },
  {
    element: "float16",
    zarr: "float16",
    onnx: [10, "FLOAT16"],
    safetensors: "F16",
    dlpack: [2, 16],
    arrow: "float16",
    gguf: [1, "F16"],
    ml: ["f16", "fp16"],
  },
  {
    element: "float32",
    zarr: "float32",
    onnx: [1, "FLOAT"],
    safetensors: "F32",
    dlpack: [2, 32],
    arrow: "float32",
    gguf: [0, "F32"],
    ml: ["f32", "fp32"],
  },
  {
    element: "float64",
    zarr: "float64",
    onnx: [11, "DOUBLE"],
    safetensors: "F64",
    dlpack: [2, 64],
    arrow: "float64",
    gguf: [28, "F64"],
    ml: ["f64", "fp64"],
  },
  {
    element: "bfloat16",
    zarr: "bfloat16",
    onnx: [16, "BFLOAT16"],
    safetensors: "BF16",
    dlpack: [4, 16],
    gguf: [30, "BF16"],
    ml: ["bf16"],
  },
  {
    element: "float32",
    pair: true,
    zarr: "complex64",
    onnx: [14, "COMPLEX64"],
    safetensors: "C64",
    dlpack: [5, 64],
    ml: ["c64"],
  },
  { element: "float64", pair: true, zarr: "complex128", onnx: [15, "COMPLEX128"], dlpack: [5, 128], ml: ["c128"] },
  { element: "float16", pair: true, zarr: "complex_float16", dlpack: [5, 32], ml: ["c32"] },
  { element: "bfloat16", pair: true, zarr: "complex_bfloat16" },
  { element: "float8_e3m4", zarr: "float8_e3m4", dlpack: [7, 8], ml: ["e3m4", "fp8_e3m4", "f8E3M4"] },
  { element: "float8_e4m3", zarr: "float8_e4m3", dlpack: [8, 8], ml: ["f8E4M3"] },
  {
    element: "float8_e4m3b11fnuz",
    zarr: "float8_e4m3b11fnuz",
    dlpack: [9, 8],
    ml: ["e4m3b11fnuz", "fp8_e4m3b11fnuz", "f8E4M3B11FNUZ"],
  },
  {
    element: "float8_e4m3fn",
    zarr: "float8_e4m3fn",
    onnx: [17, "FLOAT8E4M3FN"],
    safetensors: "F8_E4M3",
    dlpack: [10, 8],
    ml: ["fp8", "e4m3", "e4m3fn", "fp8_e4m3", "fp8_e4m3fn", "f8E4M3FN"],
  },
  {
    element: "float8_e4m3fnuz",
    zarr: "float8_e4m3fnuz",
    onnx: [18, "FLOAT8E4M3FNUZ"],
    safetensors: "F8_E4M3FNUZ",
    dlpack: [11, 8],
    ml: ["e4m3fnuz", "fp8_e4m3fnuz", "f8E4M3FNUZ"],
  },
  {
    element: "float8_e5m2",
    zarr: "float8_e5m2",
    onnx: [19, "FLOAT8E5M2"],
    safetensors: "F8_E5M2",
    dlpack: [12, 8],
    ml: ["e5m2", "fp8_e5m2", "f8E5M2"],
  },
  {
    element: "float8_e5m2fnuz",
    zarr: "float8_e5m2fnuz",
    onnx: [20, "FLOAT8E5M2FNUZ"],
    safetensors: "F8_E5M2FNUZ",
    dlpack: [13, 8],
    ml: ["e5m2fnuz", "fp8_e5m2fnuz", "f8E5M2FNUZ"],
  },
  {
    element: "float8_e8m0fnu",
    zarr: "float8_e8m0fnu",
    onnx: [24, "FLOAT8E8M0"],
    safetensors: "F8_E8M0",
    dlpack: [14, 8],
    ml: ["e8m0", "e8m0fnu", "fp8_e8m0", "f8E8M0FNU"],
  },
  {
    element: "float6_e2m3fn",
    zarr: "float6_e2m3fn",
    safetensors: "F6_E2M3",
    dlpack: [15, 6],
    ml: ["e2m3", "fp6_e2m3", "f6E2M3FN"],
  },
  {
    element: "float6_e3m2fn",
    zarr: "float6_e3m2fn",
    safetensors: "F6_E3M2",
    dlpack: [16, 6],
    ml: ["e3m2", "fp6_e3m2", "f6E3M2FN"],
  },
  {
    element: "float4_e2m1fn",
    zarr: "float4_e2m1fn",
    onnx: [23, "FLOAT4E2M1"],
    safetensors: "F4",
    dlpack: [17, 4],
    ml: ["fp4", "e2m1", "fp4_e2m1", "f4E2M1FN"],
  },
  { element: "int4", zarr: "int4", onnx: [22, "INT4"], dlpack: [0, 4], ml: ["i4"] },
  { element: "uint4", zarr: "uint4", onnx: [21, "UINT4"], dlpack: [1, 4], ml: ["u4"] },
  { element: "int2", zarr: "int2", onnx: [26, "INT2"], dlpack: [0, 2], ml: ["i2"] },
  { element: "uint2", zarr: "uint2", onnx: [25, "UINT2"], dlpack: [1, 2], ml: ["u2"] },
  { element: "int1", dlpack: [0, 1], ml: ["i1"] },
  { element: "uint1", dlpack: [1, 1], ml: ["u1"] },
];

/** The dtype of a row, in native byte order. */
export const dtypeOfRow = (row: SystemRow): DType => (row.pair ? complexDType(row.element) : scalarDType(row.element));

/** The row of a number type, whatever its byte order; undefined for what no system names by a plain name. */
export function rowOfDType(dtype: DType): SystemRow | undefined {
  if (dtype.element === undefined || dtype.codec !== undefined || dtype.unit !== undefined) return undefined;
  if (dtype.kind === "text" || dtype.kind === "pointer") return undefined;
  return systemRows.find((row) => row.element === dtype.element && (row.pair ? 2 : 1) === dtype.lanes);
}
