/** Distances between floats in units in the last place. */

import type { DType } from "../dtype/dtype.js";
import { type ElementRow, elements } from "../dtype/elements.js";

/** How many steps from one value to the next lie between two floats of a type; null for what are no floats. */
export function ulpsOf(element: DType["element"]): ((a: number, b: number) => number) | null {
  if (element === undefined) return null;
  const { kind, small, width } = elements[element] as ElementRow;
  if (kind !== "float") return null;
  const box = new DataView(new ArrayBuffer(8));
  if (small === undefined && width === 8) {
    /** The bits of the size as two words, which stay exact beside each other, with the sign of the value. */
    const words = (value: number): [high: number, low: number] => {
      box.setFloat64(0, Math.abs(value));
      const sign = value < 0 ? -1 : 1;
      return [sign * box.getUint32(0), sign * box.getUint32(4)];
    };
    return (a, b) => {
      const [x, y] = [words(a), words(b)];
      return Math.abs((x[0] - y[0]) * 2 ** 32 + (x[1] - y[1]));
    };
  }
  const digits = small === undefined ? 23 : small.mantissaBits;
  const lowest = small === undefined ? -126 : 1 - small.bias;
  const rank = (value: number): number => {
    const size = Math.abs(value);
    box.setFloat64(0, size);
    const exponent = Math.max(lowest, ((box.getUint32(0) >>> 20) & 0x7ff) - 1023);
    const steps = (exponent - lowest) * 2 ** digits + size * 2 ** (digits - exponent);
    return value < 0 ? -steps : steps;
  };
  return (a, b) => Math.abs(rank(a) - rank(b));
}
