/**
 * Well-known names of dtypes and the value of their items, for types only: what completion offers after `dtype("`, and
 * what `ItemOf` knows of names. Names that are also PEP 3118 text are not among them. The meaning of every name is in
 * docs/dtype-names.md; a test compares.
 */

/** Names whose items are numbers. */
type NumberName =
  | "int8"
  | "uint8"
  | "int16"
  | "uint16"
  | "int32"
  | "uint32"
  | "float16"
  | "float32"
  | "float64"
  | "bfloat16"
  | "float8_e3m4"
  | "float8_e4m3"
  | "float8_e4m3fn"
  | "float8_e4m3fnuz"
  | "float8_e4m3b11fnuz"
  | "float8_e5m2"
  | "float8_e5m2fnuz"
  | "float8_e8m0fnu"
  | "float6_e2m3fn"
  | "float6_e3m2fn"
  | "float4_e2m1fn"
  | "int4"
  | "uint4"
  | "int2"
  | "uint2"
  | "int1"
  | "uint1"
  | "half"
  | "double"
  | "intc"
  | "uintc"
  | "longdouble"
  | "i8"
  | "u8"
  | "i16"
  | "u16"
  | "i32"
  | "u32"
  | "f16"
  | "fp16"
  | "f32"
  | "fp32"
  | "f64"
  | "fp64"
  | "bf16"
  | "fp8"
  | "e4m3"
  | "e5m2"
  | "fp8_e4m3"
  | "fp8_e5m2"
  | "fp4"
  | "I8"
  | "U8"
  | "I16"
  | "U16"
  | "I32"
  | "U32"
  | "F16"
  | "BF16"
  | "F32"
  | "F64"
  | "F8_E4M3"
  | "F8_E5M2"
  | "F8_E8M0"
  | "F4"
  | "|i1"
  | "|u1"
  | "<i2"
  | ">i2"
  | "<u2"
  | ">u2"
  | "<i4"
  | ">i4"
  | "<u4"
  | ">u4"
  | "<f2"
  | ">f2"
  | "<f4"
  | ">f4"
  | "<f8"
  | ">f8"
  | "Int8Array"
  | "Uint8Array"
  | "Uint8ClampedArray"
  | "Int16Array"
  | "Uint16Array"
  | "Int32Array"
  | "Uint32Array"
  | "Float16Array"
  | "Float32Array"
  | "Float64Array";

/** Names whose items are bigints. */
type BigIntName =
  | "int64"
  | "uint64"
  | "longlong"
  | "ulonglong"
  | "i64"
  | "u64"
  | "I64"
  | "U64"
  | "<i8"
  | ">i8"
  | "<u8"
  | ">u8"
  | "BigInt64Array"
  | "BigUint64Array";

type TimeUnit = "Y" | "M" | "W" | "D" | "h" | "m" | "s" | "ms" | "us" | "ns";

/** Names of 64-bit counts of a unit of time. */
type TimeName = `${"datetime64" | "timedelta64" | "M8" | "m8" | "<M8" | ">M8" | "<m8" | ">m8"}[${TimeUnit}]`;

type ComplexName =
  | "complex64"
  | "complex128"
  | "complex32"
  | "bcomplex32"
  | "c8"
  | "<c8"
  | ">c8"
  | "c16"
  | "<c16"
  | ">c16"
  | "C64";

/** A well-known name of a dtype; there are more. */
export type DTypeName = NumberName | BigIntName | TimeName | ComplexName | "bool" | "bool_" | "|b1";

/** The value of one item of a named dtype. */
export type NamedItem<Name extends DTypeName> = Name extends NumberName
  ? number
  : Name extends BigIntName | TimeName
    ? bigint
    : Name extends ComplexName
      ? { re: number; im: number }
      : boolean;
