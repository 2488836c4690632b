/**
 * One row per type that other dtype systems name, and what each calls it. Sources: Zarr v3 core and zarr-extensions,
 * onnx.proto3, the safetensors header format, dlpack.h 1.1, Arrow's Schema.fbs, ggml's type table. Names are of values:
 * systems that pack types below 8 bits (DLPack, safetensors, ONNX) name the same value type that here takes one byte.
 */

import type { ElementName } from "../elements.js";

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
  },
  {
    element: "int16",
    zarr: "int16",
    onnx: [5, "INT16"],
    safetensors: "I16",
    dlpack: [0, 16],
    arrow: "int16",
    gguf: [25, "I16"],
  },
  {
    element: "int32",
    zarr: "int32",
    onnx: [6, "INT32"],
    safetensors: "I32",
    dlpack: [0, 32],
    arrow: "int32",
    gguf: [26, "I32"],
  },
  {
    element: "int64",
    zarr: "int64",
    onnx: [7, "INT64"],
    safetensors: "I64",
    dlpack: [0, 64],
    arrow: "int64",
    gguf: [27, "I64"],
  },
  { element: "uint8", zarr: "uint8", onnx: [2, "UINT8"], safetensors: "U8", dlpack: [1, 8], arrow: "uint8" },
  { element: "uint16", zarr: "uint16", onnx: [4, "UINT16"], safetensors: "U16", dlpack: [1, 16], arrow: "uint16" },
  { element: "uint32", zarr: "uint32", onnx: [12, "UINT32"], safetensors: "U32", dlpack: [1, 32], arrow: "uint32" },
  { element: "uint64", zarr: "uint64", onnx: [13, "UINT64"], safetensors: "U64", dlpack: [1, 64], arrow: "uint64" },
  {
    element: "float16",
    zarr: "float16",
    onnx: [10, "FLOAT16"],
    safetensors: "F16",
    dlpack: [2, 16],
    arrow: "float16",
    gguf: [1, "F16"],
  },
  {
    element: "float32",
    zarr: "float32",
    onnx: [1, "FLOAT"],
    safetensors: "F32",
    dlpack: [2, 32],
    arrow: "float32",
    gguf: [0, "F32"],
  },
  {
    element: "float64",
    zarr: "float64",
    onnx: [11, "DOUBLE"],
    safetensors: "F64",
    dlpack: [2, 64],
    arrow: "float64",
    gguf: [28, "F64"],
  },
  {
    element: "bfloat16",
    zarr: "bfloat16",
    onnx: [16, "BFLOAT16"],
    safetensors: "BF16",
    dlpack: [4, 16],
    gguf: [30, "BF16"],
  },
  { element: "float32", pair: true, zarr: "complex64", onnx: [14, "COMPLEX64"], safetensors: "C64", dlpack: [5, 64] },
  { element: "float64", pair: true, zarr: "complex128", onnx: [15, "COMPLEX128"], dlpack: [5, 128] },
  { element: "float16", pair: true, zarr: "complex_float16", dlpack: [5, 32] },
  { element: "bfloat16", pair: true, zarr: "complex_bfloat16" },
  { element: "float8_e3m4", zarr: "float8_e3m4", dlpack: [7, 8] },
  { element: "float8_e4m3", zarr: "float8_e4m3", dlpack: [8, 8] },
  { element: "float8_e4m3b11fnuz", zarr: "float8_e4m3b11fnuz", dlpack: [9, 8] },
  {
    element: "float8_e4m3fn",
    zarr: "float8_e4m3fn",
    onnx: [17, "FLOAT8E4M3FN"],
    safetensors: "F8_E4M3",
    dlpack: [10, 8],
  },
  {
    element: "float8_e4m3fnuz",
    zarr: "float8_e4m3fnuz",
    onnx: [18, "FLOAT8E4M3FNUZ"],
    safetensors: "F8_E4M3FNUZ",
    dlpack: [11, 8],
  },
  { element: "float8_e5m2", zarr: "float8_e5m2", onnx: [19, "FLOAT8E5M2"], safetensors: "F8_E5M2", dlpack: [12, 8] },
  {
    element: "float8_e5m2fnuz",
    zarr: "float8_e5m2fnuz",
    onnx: [20, "FLOAT8E5M2FNUZ"],
    safetensors: "F8_E5M2FNUZ",
    dlpack: [13, 8],
  },
  {
    element: "float8_e8m0fnu",
    zarr: "float8_e8m0fnu",
    onnx: [24, "FLOAT8E8M0"],
    safetensors: "F8_E8M0",
    dlpack: [14, 8],
  },
  { element: "float6_e2m3fn", zarr: "float6_e2m3fn", safetensors: "F6_E2M3", dlpack: [15, 6] },
  { element: "float6_e3m2fn", zarr: "float6_e3m2fn", safetensors: "F6_E3M2", dlpack: [16, 6] },
  { element: "float4_e2m1fn", zarr: "float4_e2m1fn", onnx: [23, "FLOAT4E2M1"], safetensors: "F4", dlpack: [17, 4] },
  { element: "int4", zarr: "int4", onnx: [22, "INT4"], dlpack: [0, 4] },
  { element: "uint4", zarr: "uint4", onnx: [21, "UINT4"], dlpack: [1, 4] },
  { element: "int2", zarr: "int2", onnx: [26, "INT2"], dlpack: [0, 2] },
  { element: "uint2", zarr: "uint2", onnx: [25, "UINT2"], dlpack: [1, 2] },
  { element: "int1", dlpack: [0, 1] },
  { element: "uint1", dlpack: [1, 1] },
];
