/** What the commands print to: streams that tests can replace, colours only where a person looks. */

import picocolors from "picocolors";

export interface Terminal {
  /** Results. */
  out(text: string): void;
  /** Notes and failures. */
  err(text: string): void;
  readonly colors: ReturnType<typeof picocolors.createColors>;
  /** Where a progress bar may be drawn; null when nobody looks. */
  readonly progress: NodeJS.WriteStream | null;
}

/** The terminal of the process. NO_COLOR and pipes turn colours off. */
export function processTerminal(): Terminal {
  const colored = process.stdout.isTTY === true && !process.env.NO_COLOR && process.env.TERM !== "dumb";
  return {
    out: (text) => void process.stdout.write(`${text}\n`),
    err: (text) => void process.stderr.write(`${text}\n`),
    colors: picocolors.createColors(colored),
    progress: process.stderr.isTTY ? process.stderr : null,
  };
}

/** Text from files made harmless for a terminal. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: that is the point
export const printable = (text: string): string => text.replace(/[\x00-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]/g, "?");

/** A shape as Python prints it. */
export const shapeText = (shape: readonly number[]): string => `(${shape.join(", ")}${shape.length === 1 ? "," : ""})`;

const UNITS = ["B", "kB", "MB", "GB", "TB", "PB"];

/** Bytes in decimal units with three digits. */
export function bytesText(bytes: number): string {
  let unit = 0;
  let value = bytes;
  for (; value >= 1000 && unit < UNITS.length - 1; unit++) value /= 1000;
  return `${unit === 0 ? value : value.toPrecision(3)} ${UNITS[unit]}`;
}

/** JSON in which bigints and non-finite numbers are strings. */
export function jsonText(value: unknown): string {
  const plain = (_: string, item: unknown): unknown => {
    if (typeof item === "bigint") return String(item);
    if (typeof item === "number" && !Number.isFinite(item)) return String(item);
    return item instanceof Map ? Object.fromEntries(item) : item;
  };
  return JSON.stringify(value, plain, 2);
}
