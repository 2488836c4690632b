/**
 * Which conversions a `casting` rule allows: NumPy's five levels (numpy.can_cast), with small floats placed by what they
 * hold. `safe` keeps every value, but for int64 and uint64 → float64, which NumPy calls safe and so do we.
 */

import type { DType } from "../dtype/dtype.js";
import type { ElementName } from "../dtype/elements.js";
import { fieldNamed } from "../dtype/records.js";
import { attoseconds, months, type Unit } from "../dtype/time-units.js";
import { sameType } from "../dtype/value.js";
import { type FloatLimits, floatLimits, integerRange, rowOf } from "./ranges.js";

export type Casting = "no" | "equiv" | "safe" | "same_kind" | "unsafe";

export const CASTINGS: readonly Casting[] = ["no", "equiv", "safe", "same_kind", "unsafe"];

/** Whether `casting` lets values of `src` become `dst`. */
export function canCast(dst: DType, src: DType, casting: Casting): boolean {
  if (casting === "unsafe" || sameType(dst, src)) return true;
  if (casting === "no") return false;
  if (src.kind === "struct" || dst.kind === "struct") return fieldsCast(dst, src, casting);
  if (src.kind === "array" || dst.kind === "array") {
    const sameShape = (src.shape ?? []).join() === (dst.shape ?? []).join();
    return (sameShape || src.kind !== "array") && canCast(dst.base ?? dst, src.base ?? src, casting);
  }
  if (isSameButOrder(dst, src)) return true;
  if (casting === "equiv") return false;
  return casting === "safe" ? isSafe(dst, src) : isSafe(dst, src) || isSameKind(dst, src);
}

function fieldsCast(dst: DType, src: DType, casting: Casting): boolean {
  if (!dst.fields || !src.fields || dst.fields.length !== src.fields.length) return false;
  return dst.fields.every((field) => {
    const other = fieldNamed(src, field.name);
    if (other === undefined) return false;
    if (casting === "equiv" && other.offset !== field.offset) return false;
    return canCast(field.dtype, other.dtype, casting);
  });
}

function isSameButOrder(a: DType, b: DType): boolean {
  if (a.kind !== b.kind || a.itemsize !== b.itemsize || a.element !== b.element || a.lanes !== b.lanes) return false;
  if (a.element === undefined && a.kind !== "text") return false;
  return a.unit?.join() === b.unit?.join();
}

const isNumber = (dtype: DType): boolean => dtype.element !== undefined && rankOf(dtype) >= 0;

/** bool < uint < int < float < complex: casts up this order are of the same kind. */
function rankOf({ kind }: DType): number {
  return ["bool", "uint", "int", "float", "complex"].indexOf(kind === "pointer" ? "uint" : kind);
}

function isSafe(dst: DType, src: DType): boolean {
  if (isNumber(dst) && isNumber(src)) {
    if (rankOf(src) > rankOf(dst)) return false;
    return holdsAll(dst.element!, src.element!);
  }
  if (src.kind === dst.kind && (src.kind === "bytes" || src.kind === "text")) {
    return dst.lanes >= src.lanes && dst.itemsize >= src.itemsize && dst.width >= src.width;
  }
  if (src.kind === "bytes" && dst.kind === "text") return dst.lanes >= src.itemsize;
  if (src.unit && dst.unit && src.kind === dst.kind) return isFiner(dst.unit, src.unit);
  return dst.kind === "timedelta" && isNumber(src) && rankOf(src) <= 2 && src.element !== "uint64";
}

function isSameKind(dst: DType, src: DType): boolean {
  if (isNumber(dst) && isNumber(src)) return rankOf(src) <= rankOf(dst);
  if (src.kind === "bytes" && dst.kind === "text") return true;
  return src.kind === dst.kind && (src.kind === "bytes" || src.kind === "text" || src.unit !== undefined);
}

/** Whether counts of `from` are whole counts of `to`. */
function isFiner(to: Unit, from: Unit): boolean {
  if (from[0] === "generic" || (from[0] === to[0] && from[1] % to[1] === 0)) return true;
  if (to[0] === "generic") return false;
  const isCalendar = (unit: string) => unit in months;
  if (isCalendar(from[0]) !== isCalendar(to[0])) return isCalendar(from[0]);
  const length = ([unit, count]: Unit) => (attoseconds[unit] ?? BigInt(months[unit]!)) * BigInt(count);
  return length(from) % length(to) === 0n;
}

/** Whether every value of one element type is a value of the other. */
export function holdsAll(dst: ElementName, src: ElementName): boolean {
  if (dst === src) return true;
  if (dst === "bool") return false;
  const isFloat = (element: ElementName): boolean => rowOf(element).kind === "float";
  if (isFloat(src)) return isFloat(dst) && floatHolds(floatLimits(dst), floatLimits(src));
  const [low, high] = integerRange(src);
  if (!isFloat(dst)) {
    const [lowest, highest] = integerRange(dst);
    return low >= lowest && high <= highest;
  }
  const { precision, max, isSigned } = floatLimits(dst);
  if (dst === "float64") return true;
  const bits = rowOf(src).kind === "bool" ? 1 : rowOf(src).bits - (rowOf(src).kind === "int" ? 1 : 0);
  return isSigned && bits <= precision && Number(high) <= max && Number(-low) <= max;
}

function floatHolds(dst: FloatLimits, src: FloatLimits): boolean {
  return (
    dst.precision >= src.precision &&
    dst.max >= src.max &&
    dst.min <= src.min &&
    (dst.hasInfinity || !src.hasInfinity) &&
    (dst.hasNaN || !src.hasNaN) &&
    (dst.isSigned || !src.isSigned)
  );
}
