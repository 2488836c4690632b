/**
 * One row per number type that can stand in memory: what one *element* is, physically. An item of a dtype is one
 * element, several (complex, text) or none that is a number (bytes, records). Engine, converters, views and printers
 * derive every fact from these rows. Small-float parameters: IEEE 754-2019 §3.3, the OCP FP8 and MX formats, and
 * ml_dtypes for the `fnuz` family.
 */

/** How the codes of a small float beyond its finite values are used. */
export type SmallFloatStyle =
  | "ieee" // all-ones exponent is Inf and NaN
  | "fn" // no Inf; NaN is all ones
  | "fnuz" // no Inf, no -0; NaN is the code of -0
  | "finite" // neither Inf nor NaN
  | "e8m0"; // unsigned power of two, NaN is 0xff, no zero

/** A float of up to 16 bits, by its parameters. */
export interface SmallFloat {
  /** Bits of the exponent. */
  readonly exponentBits: number;
  /** Bits of the fraction, without the hidden one. */
  readonly mantissaBits: number;
  /** What is subtracted from the stored exponent. */
  readonly bias: number;
  /** What the codes beyond the finite values mean. */
  readonly style: SmallFloatStyle;
}

export interface ElementRow {
  readonly kind: "bool" | "int" | "uint" | "float";
  /** Bytes that one element takes; also the unit that a byte swap reverses. */
  readonly width: number;
  /** Bits of the value (4 for int4, which takes one byte). */
  readonly bits: number;
  /** The typed array that holds its raw storage. */
  readonly array:
    | "Int8Array"
    | "Uint8Array"
    | "Int16Array"
    | "Uint16Array"
    | "Int32Array"
    | "Uint32Array"
    | "BigInt64Array"
    | "BigUint64Array"
    | "Float32Array"
    | "Float64Array";
  readonly small?: SmallFloat;
}

const small = (
  bits: number,
  exponentBits: number,
  mantissaBits: number,
  bias: number,
  style: SmallFloatStyle,
): ElementRow => ({
  kind: "float",
  width: bits > 8 ? 2 : 1,
  bits,
  array: bits > 8 ? "Uint16Array" : "Uint8Array",
  small: { exponentBits, mantissaBits, bias, style },
});

/** Floats of up to 16 bits. */
export type SmallFloatName =
  | "float16"
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
  | "float4_e2m1fn";

export type ElementName =
  | SmallFloatName
  | "bool"
  | "int8"
  | "uint8"
  | "int16"
  | "uint16"
  | "int32"
  | "uint32"
  | "int64"
  | "uint64"
  | "int1"
  | "uint1"
  | "int2"
  | "uint2"
  | "int4"
  | "uint4"
  | "float32"
  | "float64"
  | "float80x12"
  | "float80x16"
  | "float128";

export const elements: Readonly<Record<ElementName, ElementRow>> = {
  bool: { kind: "bool", width: 1, bits: 8, array: "Uint8Array" },
  int8: { kind: "int", width: 1, bits: 8, array: "Int8Array" },
  uint8: { kind: "uint", width: 1, bits: 8, array: "Uint8Array" },
  int16: { kind: "int", width: 2, bits: 16, array: "Int16Array" },
  uint16: { kind: "uint", width: 2, bits: 16, array: "Uint16Array" },
  int32: { kind: "int", width: 4, bits: 32, array: "Int32Array" },
  uint32: { kind: "uint", width: 4, bits: 32, array: "Uint32Array" },
  int64: { kind: "int", width: 8, bits: 64, array: "BigInt64Array" },
  uint64: { kind: "uint", width: 8, bits: 64, array: "BigUint64Array" },
  int1: { kind: "int", width: 1, bits: 1, array: "Uint8Array" },
  uint1: { kind: "uint", width: 1, bits: 1, array: "Uint8Array" },
  int2: { kind: "int", width: 1, bits: 2, array: "Uint8Array" },
  uint2: { kind: "uint", width: 1, bits: 2, array: "Uint8Array" },
  int4: { kind: "int", width: 1, bits: 4, array: "Uint8Array" },
  uint4: { kind: "uint", width: 1, bits: 4, array: "Uint8Array" },
  float16: small(16, 5, 10, 15, "ieee"),
  bfloat16: small(16, 8, 7, 127, "ieee"),
  float32: { kind: "float", width: 4, bits: 32, array: "Float32Array" },
  float64: { kind: "float", width: 8, bits: 64, array: "Float64Array" },
  /** x87 extended precision in 12 (i386) or 16 (x86-64) bytes, and IEEE binary128: read as the nearest binary64. */
  float80x12: { kind: "float", width: 12, bits: 80, array: "Uint8Array" },
  float80x16: { kind: "float", width: 16, bits: 80, array: "Uint8Array" },
  float128: { kind: "float", width: 16, bits: 128, array: "Uint8Array" },
  float8_e3m4: small(8, 3, 4, 3, "ieee"),
  float8_e4m3: small(8, 4, 3, 7, "ieee"),
  float8_e4m3fn: small(8, 4, 3, 7, "fn"),
  float8_e4m3fnuz: small(8, 4, 3, 8, "fnuz"),
  float8_e4m3b11fnuz: small(8, 4, 3, 11, "fnuz"),
  float8_e5m2: small(8, 5, 2, 15, "ieee"),
  float8_e5m2fnuz: small(8, 5, 2, 16, "fnuz"),
  float8_e8m0fnu: small(8, 8, 0, 127, "e8m0"),
  float6_e2m3fn: small(6, 2, 3, 1, "finite"),
  float6_e3m2fn: small(6, 3, 2, 3, "finite"),
  float4_e2m1fn: small(4, 2, 1, 1, "finite"),
};
