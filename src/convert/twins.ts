/** The TypeScript twins of kernels that are no call of the platform and of no small float. */

import type { TileConverter } from "../backend/backend.js";
import * as bytes from "../backend/js/convert/bytes.js";
import * as casts from "../backend/js/convert/casts.js";
import * as wide from "../backend/js/convert/wide.js";
import type { Kernel, NativeKernel } from "./kernel-names.js";

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
