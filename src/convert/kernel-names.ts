/** What kernels are called in the Wasm module: by the types of their elements. */

/** The names of kernels, but for those of small floats. */
export type Kernel =
  | `f32To${"F64" | "Bool" | `${"I" | "U"}${8 | 16 | 32}`}`
  | `f64To${"F32" | "F32Odd" | "Bool" | `${"I" | "U"}${32 | 64}` | "I64Wrap"}`
  | "roundF64"
  | `${"i" | "u"}8To${"I16" | "I32" | "F32"}`
  | `${"i" | "u"}16To${"I32" | "I64" | "F32"}`
  | `${"i" | "u"}32To${"I64" | "F32" | "F64"}`
  | `${"i" | "u"}64To${"F32" | "F64" | "F64Odd"}`
  | `i64To${"I8" | "I16" | "I32"}`
  | `i32To${"I8" | "I16" | `${"I" | "U"}${8 | 16}Sat`}`
  | "i16ToI8"
  | `${"f16" | "i16" | "i32" | "i64"}ToBool`;

/** Conversions that are JavaScript's own, wherever they are; to them come those between float32 and float64. */
export const nativeKernels = [
  "i8ToF32",
  "u8ToF32",
  "i16ToF32",
  "u16ToF32",
  "i32ToF32",
  "u32ToF32",
  "i32ToF64",
  "u32ToF64",
  "i8ToI16",
  "u8ToI16",
  "i8ToI32",
  "u8ToI32",
  "i16ToI32",
  "u16ToI32",
  "i32ToI16",
  "i32ToI8",
  "i16ToI8",
  "f32ToF64",
  "f64ToF32",
] as const;

export type NativeKernel = (typeof nativeKernels)[number];
