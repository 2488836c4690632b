/** The grid of chunks of an array: which keys there are, and where the items of each lie. */

import { checkedBytes } from "../io/tensor-file.js";
import { metadataError } from "./json-text.js";

export interface KeyEncoding {
  /** `["c"]` in keys such as `c/0/1`. */
  readonly prefix: readonly string[];
  readonly separator: "." | "/";
}

export interface Grid {
  /** Items per axis. */
  readonly shape: readonly number[];
  /** Items per axis of what one key holds. */
  readonly chunks: readonly number[];
  /** Chunks per axis. */
  readonly counts: readonly number[];
  readonly keys: KeyEncoding;
}

const isCount = (value: unknown): value is number => Number.isSafeInteger(value) && (value as number) >= 0;

/** A list of whole numbers >= `least`. */
export function countsIn(key: string, name: string, value: unknown, least: 0 | 1): number[] {
  if (Array.isArray(value) && value.every((each) => isCount(each) && each >= least)) return value as number[];
  throw metadataError(key, `"${name}" expected whole numbers >= ${least}, got ${JSON.stringify(value)}`);
}

/** @throws FileFormatError for shapes that do not belong together or are beyond 2^53 */
export function gridOf(key: string, shape: unknown, chunks: unknown, keys: KeyEncoding): Grid {
  const lengths = countsIn(key, "shape", shape, 0);
  const sizes = countsIn(key, "chunks", chunks, 1);
  if (lengths.length !== sizes.length)
    throw metadataError(key, `${lengths.length} axes, but chunks of ${sizes.length}`);
  const fail = (message: string): Error => metadataError(key, message);
  checkedBytes(lengths, 1, fail);
  const counts = lengths.map((length, axis) => Math.ceil(length / sizes[axis]!));
  return { shape: lengths, chunks: sizes, counts, keys };
}

/** A separator that could not lead out of the array's folder. */
export function separatorIn(key: string, value: unknown, byDefault: "." | "/"): "." | "/" {
  if (value === undefined || value === null) return byDefault;
  if (value === "." || value === "/") return value;
  throw metadataError(key, `separator expected "." or "/", got ${JSON.stringify(value)}`);
}

/** The key of a chunk, below the array. */
export function keyOf({ keys: { prefix, separator } }: Grid, place: readonly number[]): string {
  if (prefix.length === 0 && place.length === 0) return "0";
  return [...prefix, ...place].join(separator);
}

/** The place of a chunk by its key; null for what is no key of a chunk of this grid. */
export function placeOf(grid: Grid, key: string): number[] | null {
  const { prefix, separator } = grid.keys;
  const numbers = key.split(separator).slice(prefix.length).map(Number);
  const place = grid.counts.length === 0 ? [] : numbers;
  const isInside = place.length === grid.counts.length && place.every((at, axis) => at < grid.counts[axis]!);
  return isInside && keyOf(grid, place) === key ? place : null;
}

/** Chunks are numbered in C order. */
export const indexOf = ({ counts }: Grid, place: readonly number[]): number =>
  place.reduce((index, at, axis) => index * counts[axis]! + at, 0);

export function placeAt({ counts }: Grid, index: number): number[] {
  const place = counts.map(() => 0);
  for (let axis = counts.length - 1, rest = index; axis >= 0; axis--) {
    place[axis] = rest % counts[axis]!;
    rest = Math.floor(rest / counts[axis]!);
  }
  return place;
}

/** All combinations of one of each list. */
export function* product<T>(lists: readonly (readonly T[])[]): Generator<T[]> {
  const [first, ...rest] = lists;
  if (first === undefined) yield [];
  else for (const each of first) for (const others of product(rest)) yield [each, ...others];
}
