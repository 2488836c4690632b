/** Floats as decimals: the fewest digits that identify a number in its type, and columns of them in NumPy's manner. */

import type { DType } from "../dtype/dtype.js";
import { type ElementRow, elements } from "../dtype/elements.js";
import { decodeSmall, encodeSmall } from "../dtype/small-float.js";

/** Digits behind the point. */
const DIGITS = 8;

/** With so many digits behind the point, ties to even: JavaScript rounds them up. */
function rounded(x: number, method: "toFixed" | "toExponential", digits: number): string {
  const [exact, exponent] = x[method](60).split("e");
  const end = exact!.indexOf(".") + (digits && digits + 1);
  const even = exact!.slice(0, end);
  const isTie = /[02468]$/.test(even) && /^\.?50*$/.test(exact!.slice(end));
  return !isTie ? x[method](digits) : exponent === undefined ? even : `${even}e${exponent}`;
}

/** The number with the fewest digits that the dtype would round to the same value: 0.1 for the float32 nearest to it. */
export function shortest(x: number, { element }: DType): number {
  const small = element && (elements[element] as ElementRow).small;
  if ((!small && element !== "float32") || !Number.isFinite(x)) return x;
  const round = (y: number): number => (small ? decodeSmall(small, encodeSmall(small, y, false)) : Math.fround(y));
  // Normal numbers of binary32 hold all decimals of 6 digits, and need 9 at most.
  for (let digits = small || Math.abs(x) < 1.2e-38 ? 1 : 6; digits < 9; digits++) {
    const near = Number(x.toPrecision(digits));
    if (round(near) !== x) continue;
    const even = Number(x.toPrecision(digits + 1)) === x ? Number(rounded(x, "toExponential", digits - 1)) : near;
    return round(even) === x ? even : near;
  }
  return Number(x.toPrecision(9));
}

/** From where on a type's numbers are written with exponents: beyond the decimal digits that it holds, and 8. */
function limitOf({ element }: DType): number {
  if (element === "float32") return 1e6;
  return element && "small" in elements[element] ? 1e3 : 1e8;
}

/** Texts of one width. */
export function aligned(texts: readonly string[]): string[] {
  const width = texts.reduce((longest, { length }) => Math.max(longest, length), 0);
  return texts.map((text) => text.padStart(width));
}

/**
 * The texts of numbers of one type, their points below each other: plain decimals, or exponents where numbers are huge,
 * tiny or too far apart.
 *
 * @param isWhole - with all digits, and not at most 8 behind the point
 * @param plus - in front of what is not negative
 */
export function floatTexts(numbers: readonly number[], dtype: DType, isWhole?: boolean, plus = ""): string[] {
  const exact = numbers.map(Math.abs);
  const fewest = exact.map((x) => shortest(x, dtype));
  const sizes = fewest.filter((x) => x > 0 && x < Infinity);
  const most = sizes.reduce((a, b) => Math.max(a, b), 0);
  const least = sizes.reduce((a, b) => Math.min(a, b), Infinity);
  const isExponential = most >= limitOf(dtype) || least < 1e-4 || most / least > 1000;
  const method = isExponential ? "toExponential" : "toFixed";
  const parts = fewest.map((x, i) => {
    const text = isExponential ? x.toExponential() : String(x);
    return partsOf(isWhole || !/\.\d{9}/.test(text) ? text : rounded(exact[i]!, method, DIGITS));
  });
  const longest = (part: "fraction" | "exponent", least: number) =>
    parts.reduce((length, each) => Math.max(length, each[part].length), least);
  const width = longest("fraction", 0);
  const exponentWidth = longest("exponent", 2);
  return aligned(
    numbers.map((x, i) => {
      const sign = x < 0 || Object.is(x, -0) ? "-" : plus;
      if (!Number.isFinite(x)) return sign + (Number.isNaN(x) ? "nan" : "inf");
      // Digits behind those that identify the number are those that it has.
      const isShort = isExponential && parts[i]!.fraction.length < width;
      const { whole, fraction, up, exponent } = isShort ? partsOf(rounded(exact[i]!, method, width)) : parts[i]!;
      return isExponential
        ? `${sign}${whole}.${fraction.padEnd(width, "0")}e${up}${exponent.padStart(exponentWidth, "0")}`
        : `${sign}${whole}.${fraction.padEnd(width)}`;
    }),
  );
}

/** The parts of a decimal, without zeros at the end of its fraction; nothing of what is not finite. */
function partsOf(text: string): { whole: string; fraction: string; up: string; exponent: string } {
  const [, whole = "", fraction = "", up = "", exponent = ""] = /^(\d+)(?:\.(\d*?)0*)?(?:e(.)(.*))?$/.exec(text) ?? [];
  return { whole, fraction, up, exponent };
}
