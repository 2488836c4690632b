/** DuckDB's types by the numbers of `duckdb_type` (duckdb.h), as the Arrow types of the same memory. */

import { stridebufError } from "../../errors.js";
import type { DType } from "../../shared.js";
import { type ArrowType, dtypeOfArrow, TypeId } from "../arrow/types.js";

/** A type of @duckdb/node-api; each has the properties that its `typeId` needs. */
export interface DuckDBTypeLike {
  /** `duckdb_type`. */
  readonly typeId: number;
  /** Decimals: digits. */
  readonly width?: number;
  /** Decimals: digits after the point. */
  readonly scale?: number;
  /** Arrays: what the items are. */
  readonly valueType?: DuckDBTypeLike;
  /** Arrays: items. */
  readonly length?: number;
  /** Structs: names of the fields. */
  readonly entryNames?: readonly string[];
  /** Structs: types of the fields. */
  readonly entryTypes?: readonly DuckDBTypeLike[];
  /** Enums: the type of the codes. */
  readonly internalTypeId?: number;
}

const int = (bitWidth: number, isSigned: boolean): ArrowType => ({ typeId: TypeId.int, bitWidth, isSigned });
const timestamp = (unit: number, timezone: string | null = null): ArrowType => ({
  typeId: TypeId.timestamp,
  unit,
  timezone,
});

/** Types without parameters. */
const plain: Readonly<Record<number, ArrowType>> = {
  1: { typeId: TypeId.bool },
  2: int(8, true),
  3: int(16, true),
  4: int(32, true),
  5: int(64, true),
  6: int(8, false),
  7: int(16, false),
  8: int(32, false),
  9: int(64, false),
  10: { typeId: TypeId.float, precision: 1 },
  11: { typeId: TypeId.float, precision: 2 },
  12: timestamp(2),
  13: { typeId: TypeId.date, unit: 0 },
  14: { typeId: TypeId.time, unit: 2, bitWidth: 64 },
  16: { typeId: TypeId.decimal, precision: 38, scale: 0, bitWidth: 128 },
  20: timestamp(0),
  21: timestamp(1),
  22: timestamp(3),
  31: timestamp(2, "UTC"),
  39: { typeId: TypeId.time, unit: 3, bitWidth: 64 },
};

const DECIMAL = 19;
const ENUM = 23;
const STRUCT = 25;
const ARRAY = 33;

/** Digits that fit each size of decimals, and the bits that Arrow has for it. */
const decimals = [
  { digits: 4, bytes: 2, bitWidth: 32 },
  { digits: 9, bytes: 4, bitWidth: 32 },
  { digits: 18, bytes: 8, bitWidth: 64 },
  { digits: 38, bytes: 16, bitWidth: 128 },
] as const;

/** Bytes of a decimal in DuckDB's memory, and bits in Arrow's. */
export const decimalSize = ({ width = 0 }: DuckDBTypeLike): (typeof decimals)[number] =>
  decimals.find(({ digits }) => width <= digits)!;

/** @throws UnsupportedFormatError for types that Arrow's memory does not have */
export function arrowTypeOf(type: DuckDBTypeLike): ArrowType {
  switch (type.typeId) {
    case DECIMAL:
      return {
        typeId: TypeId.decimal,
        precision: type.width,
        scale: type.scale,
        bitWidth: decimalSize(type).bitWidth,
      };
    case ENUM:
      return arrowTypeOf({ typeId: type.internalTypeId! });
    case ARRAY:
      return {
        typeId: TypeId.fixedSizeList,
        listSize: type.length!,
        children: [{ name: "item", type: arrowTypeOf(type.valueType!) }],
      };
    case STRUCT:
      return {
        typeId: TypeId.struct,
        children: type.entryTypes!.map((entry, i) => ({ name: type.entryNames![i]!, type: arrowTypeOf(entry) })),
      };
  }
  const found = plain[type.typeId];
  if (found !== undefined) return found;
  throw stridebufError("UnsupportedFormatError", `DuckDB's ${type} has no items that a view can show`, {
    format: String(type),
    index: 0,
    feature: String(type),
  });
}

/**
 * What the items of a DuckDB type are: numbers, timestamps and decimals (`[arrow:decimal64:18:3]`, which converts to numbers) as
 * they lie in memory, HUGEINT as a decimal without digits after the point, DATE and TIME as integers (days, micro- or nanoseconds),
 * enums as their codes, ARRAY as sub-arrays, STRUCT as packed records.
 *
 * @throws UnsupportedFormatError for text, LIST, MAP and other types without items of a fixed size, and for INTERVAL, UUID, UHUGEINT
 * and TIME WITH TIME ZONE, whose memory means something else than it says
 *
 * @example
 * const result = await connection.run("SELECT 1::DOUBLE");
 * dtypeOfDuckDB(result.columnType(0)).name; // "float64"
 */
export function dtypeOfDuckDB(type: DuckDBTypeLike): DType {
  if (typeof type?.typeId !== "number")
    throw new TypeError(`"type" expected a type of @duckdb/node-api, got ${type === null ? "null" : typeof type}`);
  return dtypeOfArrow(arrowTypeOf(type));
}
