/**
 * What can stand between the brackets of an index: integers, ranges, `newaxis`, `ellipsis`, and the text form of all
 * of them (`"::-1, 3, ..., newaxis"`). Ranges follow PySlice_AdjustIndices.
 */

import { stridebufError } from "../errors.js";
import { integer } from "./checks.js";

/**
 * A range along one axis; `null` means "from the end that the step comes from". Made by {@link slice}.
 *
 * @example
 * slice(1, null, 2).toString(); // "1::2"
 */
export class Slice {
  /** The first item; negative ones count from the end of the axis. */
  readonly start: number | null;
  /** The item before which the range ends; negative ones count from the end of the axis. */
  readonly stop: number | null;
  /** Items to the next one, never 0; negative steps run backwards. */
  readonly step: number | null;
  constructor(start: number | null, stop: number | null, step: number | null) {
    this.start = start;
    this.stop = stop;
    this.step = step;
    Object.freeze(this);
  }
  /**
   * The range as NumPy writes it: `"1:-1:2"`.
   *
   * @example
   * slice(1, -1, 2).toString(); // "1:-1:2"
   */
  toString(): string {
    const text = `${this.start ?? ""}:${this.stop ?? ""}`;
    return this.step === null ? text : `${text}:${this.step}`;
  }
}

/** Inserts an axis of length 1. */
export const newaxis: unique symbol = Symbol("newaxis");
/** Stands for as many whole axes as are missing. */
export const ellipsis: unique symbol = Symbol("ellipsis");

/** One entry of an index; `null` is a whole axis. */
export type IndexEntry = number | null | Slice | typeof newaxis | typeof ellipsis;

/** Bounds beyond 2^53 act as 2^53, since every axis is shorter: Python's slices take integers of any size. */
function bound(name: string, value: unknown): number | null {
  if (value === undefined || value === null) return null;
  const n = typeof value === "bigint" ? Number(value) : value;
  return Number.isInteger(n) ? clampSafe(n as number) : integer(name, value);
}

const clampSafe = (n: number): number => Math.min(Math.max(n, -Number.MAX_SAFE_INTEGER), Number.MAX_SAFE_INTEGER) + 0;

/**
 * A range for {@link StridedView.slice}, as Python's `slice(start, stop, step)`. With one argument that is `start`,
 * not `stop`: `slice(2)` is `2:`.
 *
 * @throws TypeError, RangeError for bounds that are no integers and for a step of 0
 *
 * @example
 * array([0, 1, 2, 3, 4]).slice(slice(1, -1)).toArray(); // [1, 2, 3]
 * array([0, 1, 2, 3, 4]).slice(slice(null, null, -2)).toArray(); // [4, 2, 0]
 */
export function slice(
  start?: number | bigint | null,
  stop?: number | bigint | null,
  step?: number | bigint | null,
): Slice {
  if (step === 0 || step === 0n) throw new RangeError('"step" expected integer other than 0, got 0');
  return new Slice(bound("start", start), bound("stop", stop), bound("step", step));
}

/** Where a range begins on an axis of `length`, how it steps and how many items it has (Python's `slice.indices`). */
export function sliceIndices(
  range: Slice,
  length: number,
): { start: number; stop: number; step: number; count: number } {
  const step = range.step ?? 1;
  const lowest = step < 0 ? -1 : 0;
  const highest = step < 0 ? length - 1 : length;
  const clamp = (value: number): number =>
    Math.min(Math.max(value < 0 ? value + length : value, lowest), Math.max(highest, lowest));
  const start = range.start === null ? (step < 0 ? highest : lowest) : clamp(range.start);
  const stop = range.stop === null ? (step < 0 ? lowest : highest) : clamp(range.stop);
  const span = step < 0 ? start - stop : stop - start;
  return { start, stop, step, count: span > 0 ? Math.floor((span - 1) / Math.abs(step)) + 1 : 0 };
}

const parsed = new Map<string, readonly IndexEntry[]>();

/**
 * Reads the text between the brackets of a NumPy index: integers, `start:stop:step`, `...`, `newaxis` or `None`,
 * separated by commas (one trailing comma is allowed). White space is ignored around every part.
 *
 * @throws FormatSyntaxError with the position of the first entry that is none of these
 */
export function parseIndex(text: string): readonly IndexEntry[] {
  const known = parsed.get(text);
  if (known !== undefined) return known;
  const parts = text.split(",");
  if (parts.length > 1 && parts.at(-1)!.trim() === "") parts.pop();
  let position = 0;
  const entries = parts.map((part) => {
    const entry = parseEntry(part.trim());
    if (entry === undefined) {
      const index = position + (part.length - part.trimStart().length);
      const expected = "an integer, start:stop:step, ..., newaxis or None";
      throw stridebufError(
        "FormatSyntaxError",
        `index text expected ${expected} at ${index}:\n  ${text}\n  ${" ".repeat(index)}^`,
        { format: text, index, expected },
      );
    }
    position += part.length + 1;
    return entry;
  });
  if (parsed.size < 256) parsed.set(text, entries);
  return entries;
}

const INTEGER = /^[+-]?\d+$/;

function parseEntry(text: string): IndexEntry | undefined {
  if (text === "...") return ellipsis;
  if (text === "newaxis" || text === "None") return newaxis;
  const bounds = text.split(":").map((part) => part.trim());
  if (bounds.length > 3 || !bounds.every((part) => INTEGER.test(part) || (part === "" && bounds.length > 1)))
    return undefined;
  const [start, stop, step] = bounds.map((part) => (part === "" ? null : clampSafe(Number(part))));
  return bounds.length === 1 ? start! : slice(start, stop, step);
}
