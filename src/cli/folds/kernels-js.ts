/** Kernels as plain loops, which give bit for bit what assembly/folds gives: the order of additions is part of both. */

import { Few } from "./few.js";
import { type FewValues, type Folded, type Int32, type Kernels, middleOf, type Narrow } from "./piece.js";

/** Least, greatest, sum and zeros of integers less the middle of their range. */
function integers(values: Narrow | Int32) {
  const middle = middleOf(values);
  let [min, max, sum, zeros] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, 0, 0];
  for (let i = 0; i < values.length; i++) {
    const value = values[i]! - middle;
    if (value < min) min = value;
    if (value > max) max = value;
    if (values[i] === 0) zeros++;
    sum += value;
  }
  return { middle, min, max, sum, zeros };
}

/** Four sums side by side, so that additions do not wait for each other. */
function squaresOf(values: ArrayLike<number>, mean: number): number {
  const fours = values.length & ~3;
  let [e, f, g, h] = [0, 0, 0, 0];
  for (let i = 0; i < fours; i += 4) {
    const [w, x, y, z] = [values[i]! - mean, values[i + 1]! - mean, values[i + 2]! - mean, values[i + 3]! - mean];
    e += w * w;
    f += x * x;
    g += y * y;
    h += z * z;
  }
  for (let i = fours; i < values.length; i++) e += (values[i]! - mean) * (values[i]! - mean);
  return e + f + (g + h);
}

function fewValues(): FewValues {
  const few = new Few<number | bigint>();
  return {
    add(piece) {
      for (let i = 0; i < piece.length && few.counting; i++) few.add(piece[i]!);
    },
    get counting() {
      return few.counting;
    },
    get count() {
      return few.count;
    },
  };
}

export const jsKernels: Kernels = {
  narrow(piece): Folded {
    const { middle, ...folded } = integers(piece);
    let squares = 0;
    for (let i = 0; i < piece.length; i++) squares += (piece[i]! - middle) * (piece[i]! - middle);
    return { ...folded, squares };
  },
  int32(piece): Folded {
    const { middle, ...folded } = integers(piece);
    const turned = middle === 0 ? piece : new Int32Array(piece).map((value) => value ^ 0x8000_0000);
    return { ...folded, squares: squaresOf(turned, folded.sum / piece.length) };
  },
  int64(piece, hasNaT) {
    const NaT = hasNaT ? -(2n ** 63n) : null;
    let [min, max]: [bigint | null, bigint | null] = [null, null];
    let [a, b, zeros, absent] = [0, 0, 0, 0];
    for (let i = 0; i < piece.length; i++) {
      const value = piece[i]!;
      if (value === NaT) {
        absent++;
        continue;
      }
      if (min === null || value < min) min = value;
      if (max === null || value > max) max = value;
      if (value === 0n) zeros++;
      if (i & 1) b += Number(value);
      else a += Number(value);
    }
    const sum = a + b;
    const mean = sum / (piece.length - absent);
    [a, b] = [0, 0];
    for (let i = 0; i < piece.length; i++) {
      if (piece[i] === NaT) continue;
      const distance = Number(piece[i]!) - mean;
      if (i & 1) b += distance * distance;
      else a += distance * distance;
    }
    return { min: min ?? 0n, max: max ?? 0n, sum, squares: a + b, zeros, absent };
  },
  floats(piece): Folded {
    const fours = piece.length & ~3;
    let [min, max, zeros, a, b, c, d] = [piece[0]!, piece[0]!, 0, 0, 0, 0, 0];
    for (let i = 0; i < piece.length; i++) {
      const value = piece[i]!;
      if (value < min) min = value;
      if (value > max) max = value;
      if (value === 0) zeros++;
    }
    for (let i = 0; i < fours; i += 4) {
      a += piece[i]!;
      b += piece[i + 1]!;
      c += piece[i + 2]!;
      d += piece[i + 3]!;
    }
    for (let i = fours; i < piece.length; i++) a += piece[i]!;
    const sum = a + b + (c + d);
    // Which zero is the least depends on who looks: it is always the positive one.
    return { min: min + 0, max: max + 0, sum, squares: squaresOf(piece, sum / piece.length), zeros };
  },
  few: fewValues,
};
