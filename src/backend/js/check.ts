/** Finding the first number that does not fit: loops over a chunk in the hub's type. */

/** Which binary64 numbers fit: those strictly between `above` and `below`, and as said. */
export interface FitRule {
  readonly above: number;
  readonly below: number;
  readonly infinity: boolean;
  readonly nan: boolean;
}

/** Index of the first number, of those from `first` to before `count`, that does not fit, or -1. */
export function firstUnfit(values: Float64Array, first: number, count: number, rule: FitRule): number {
  const { above, below, infinity, nan } = rule;
  for (let i = first; i < count; i++) {
    const x = values[i]!;
    if (x > above && x < below) continue;
    if (Number.isNaN(x) ? nan : infinity && (x === Infinity || x === -Infinity)) continue;
    return i;
  }
  return -1;
}

/** Index of the first of `count` 64-bit integers outside lowest..highest, or -1 */
export function firstOutside(
  values: BigInt64Array | BigUint64Array,
  first: number,
  count: number,
  lowest: bigint,
  highest: bigint,
): number {
  for (let i = first; i < count; i++) {
    const x = values[i]!;
    if (x < lowest || x > highest) return i;
  }
  return -1;
}
