/** The TypeScript twins of kernels that are no call of the platform and of no small float. */

import type { TileConverter } from "../backend/backend.js";
import * as bytes from "../backend/js/convert/bytes.js";
import * as casts from "../backend/js/convert/casts.js";
import * as wide from "../backend/js/convert/wide.js";

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

/** Conversions that are calls of the platform. */
export type NativeKernel =
  | `${"i" | "u"}${8 | 16 | 32}ToF32`
  | `${"i" | "u"}32ToF64`
  | `${"i" | "u"}${"8ToI16" | "8ToI32" | "16ToI32"}`
  | "i32ToI16"
  | "i32ToI8"
  | "i16ToI8"
  | "f32ToF64"
  | "f64ToF32";

export type Twin = Exclude<Kernel, NativeKernel>;

const twins: Readonly<Record<Twin, TileConverter>> = {
  f64ToF32Odd: casts.f64ToF32Odd,
  f32ToI8: casts.f32ToI8,
  f32ToU8: casts.f32ToU8,
  f32ToI16: casts.f32ToI16,
  f32ToU16: casts.f32ToU16,
  f32ToI32: casts.f32ToI32,
  f32ToU32: casts.f32ToU32,
  roundF64: casts.roundF64,
  f64ToI32: casts.f64ToI32,
  f64ToU32: casts.f64ToU32,
  i32ToI8Sat: casts.i32ToI8Sat,
  i32ToU8Sat: casts.i32ToU8Sat,
  i32ToI16Sat: casts.i32ToI16Sat,
  i32ToU16Sat: casts.i32ToU16Sat,
  i64ToF32: wide.i64ToF32,
  u64ToF32: wide.u64ToF32,
  i64ToF64: wide.i64ToF64,
  u64ToF64: wide.u64ToF64,
  i64ToF64Odd: wide.i64ToF64Odd,
  u64ToF64Odd: wide.u64ToF64Odd,
  f64ToI64: wide.f64ToI64,
  f64ToU64: wide.f64ToU64,
  f64ToI64Wrap: wide.f64ToI64Wrap,
  i16ToI64: wide.i16ToI64,
  u16ToI64: wide.u16ToI64,
  i32ToI64: wide.i32ToI64,
  u32ToI64: wide.u32ToI64,
  i64ToI32: wide.i64ToI32,
  i64ToI16: wide.i64ToI16,
  i64ToI8: wide.i64ToI8,
  i64ToBool: wide.i64ToBool,
  i16ToBool: bytes.i16ToBool,
  f16ToBool: bytes.f16ToBool,
  i32ToBool: bytes.i32ToBool,
  f32ToBool: bytes.f32ToBool,
  f64ToBool: bytes.f64ToBool,
};

export const twinNames = (): Twin[] => Object.keys(twins) as Twin[];

export const twinOf = (kernel: Twin): TileConverter => twins[kernel];
