/**
 * Well-known names of dtypes with the value of their items and the typed array that holds them, for types only: what completion
 * offers after `dtype("`, and what `ItemOf` and `ArraysOf` know of names. Names that are also PEP 3118 text are not among them.
 * The meaning of every name is in docs/dtype-names.md; a test compares.
 */

/** What is known of items: their value, and the typed array that holds them (`never` where none does). */
export interface Leaf<Item, Values> {
  /** The value. */
  readonly item: Item;
  /** The typed array. */
  readonly values: Values;
}

type Int8Name = "int8" | "i8" | "I8" | "|i1" | "Int8Array";
type Uint8Name =
  | "uint8"
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
  | "u8"
  | "fp8"
  | "e4m3"
  | "e5m2"
  | "fp8_e4m3"
  | "fp8_e5m2"
  | "fp4"
  | "U8"
  | "F8_E4M3"
  | "F8_E5M2"
  | "F8_E8M0"
  | "F4"
  | "|u1"
  | "Uint8Array"
  | "Uint8ClampedArray";
type Int16Name = "int16" | "i16" | "I16" | "<i2" | ">i2" | "Int16Array";
type Uint16Name =
  | "uint16"
  | "float16"
  | "bfloat16"
  | "half"
  | "u16"
  | "f16"
  | "fp16"
  | "bf16"
  | "U16"
  | "F16"
  | "BF16"
  | "<u2"
  | ">u2"
  | "<f2"
  | ">f2"
  | "Uint16Array"
  | "Float16Array";
type Int32Name = "int32" | "intc" | "i32" | "I32" | "<i4" | ">i4" | "Int32Array";
type Uint32Name = "uint32" | "uintc" | "u32" | "U32" | "<u4" | ">u4" | "Uint32Array";
type Float32Name = "float32" | "f32" | "fp32" | "F32" | "<f4" | ">f4" | "Float32Array";
type Float64Name = "float64" | "double" | "f64" | "fp64" | "F64" | "<f8" | ">f8" | "Float64Array";
type LongDoubleName = "longdouble";
type Int64Name = "int64" | "longlong" | "i64" | "I64" | "<i8" | ">i8" | "BigInt64Array";
type Uint64Name = "uint64" | "ulonglong" | "u64" | "U64" | "<u8" | ">u8" | "BigUint64Array";
type TimeUnit = "Y" | "M" | "W" | "D" | "h" | "m" | "s" | "ms" | "us" | "ns";
/** 64-bit counts of a unit of time. */
type TimeName = `${"datetime64" | "timedelta64" | "M8" | "m8" | "<M8" | ">M8" | "<m8" | ">m8"}[${TimeUnit}]`;
type Complex64Name = "complex64" | "c8" | "<c8" | ">c8" | "C64";
type Complex128Name = "complex128" | "c16" | "<c16" | ">c16";
type Complex32Name = "complex32" | "bcomplex32";
type BoolName = "bool" | "bool_" | "|b1";

type Complex = { re: number; im: number };

/** What is known of every name. */
export type NamedLeaves = Record<Int8Name, Leaf<number, Int8Array>> &
  Record<Uint8Name, Leaf<number, Uint8Array>> &
  Record<Int16Name, Leaf<number, Int16Array>> &
  Record<Uint16Name, Leaf<number, Uint16Array>> &
  Record<Int32Name, Leaf<number, Int32Array>> &
  Record<Uint32Name, Leaf<number, Uint32Array>> &
  Record<Float32Name, Leaf<number, Float32Array>> &
  Record<Float64Name, Leaf<number, Float64Array>> &
  Record<LongDoubleName, Leaf<number, never>> &
  Record<Int64Name | TimeName, Leaf<bigint, BigInt64Array>> &
  Record<Uint64Name, Leaf<bigint, BigUint64Array>> &
  Record<Complex64Name, Leaf<Complex, Float32Array>> &
  Record<Complex128Name, Leaf<Complex, Float64Array>> &
  Record<Complex32Name, Leaf<Complex, Uint16Array>> &
  Record<BoolName, Leaf<boolean, Uint8Array>>;

/** A well-known name of a dtype; there are more. */
export type DTypeName = keyof NamedLeaves;
