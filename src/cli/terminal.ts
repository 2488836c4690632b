/** What the commands print to: streams that tests can replace, colours only where a person looks. */

import picocolors from "picocolors";

export interface Terminal {
  /** Results. */
  out(text: string): void;
  /** Notes and failures. */
  err(text: string): void;
  /** Bytes as they are, to standard output; waits where the reader is slower. */
  bytes(chunk: Uint8Array): Promise<void>;
  readonly colors: ReturnType<typeof picocolors.createColors>;
  /** Bits of colour per dot that pictures may use; 1 is none. */
  readonly colorDepth: number;
  /** Characters of a line, to which tables and arrays are fitted; Infinity where nobody counts them. */
  readonly columns: number;
  /** Whether a person looks at the results. */
  readonly interactive: boolean;
  /** Where a progress bar may be drawn; null when nobody looks. */
  readonly progress: NodeJS.WriteStream | null;
}

/** How many columns there are: those of the terminal, or what COLUMNS says; nobody counts in a pipe. */
function columnsOf(stream: NodeJS.WriteStream): number {
  const said = Number(process.env.COLUMNS);
  if (stream.isTTY && stream.columns > 0) return Math.max(20, stream.columns);
  return Number.isInteger(said) && said > 0 ? Math.max(20, said) : Number.POSITIVE_INFINITY;
}

/** The terminal of the process. NO_COLOR, TERM=dumb and pipes turn colours off. */
export function processTerminal(): Terminal {
  const { stdout, stderr } = process;
  const dumb = process.env.TERM === "dumb";
  const colored = stdout.isTTY === true && !process.env.NO_COLOR && !dumb;
  return {
    out: (text) => void stdout.write(`${text}\n`),
    err: (text) => void stderr.write(`${text}\n`),
    bytes: (chunk) =>
      new Promise((resolve, reject) => stdout.write(chunk, (error) => (error ? reject(error) : resolve()))),
    colors: picocolors.createColors(colored),
    colorDepth: colored ? stdout.getColorDepth() : 1,
    columns: columnsOf(stdout),
    interactive: stdout.isTTY === true,
    progress: stderr.isTTY && !dumb ? stderr : null,
  };
}

/** Characters that are printed at once: many lines are no text of their own. */
const CHUNK = 1 << 16;

/** Prints lines as they come. */
export function printLines(terminal: Terminal, lines: Iterable<string>): void {
  let chunk: string[] = [];
  let length = 0;
  for (const line of lines) {
    chunk.push(line);
    length += line.length;
    if (length < CHUNK) continue;
    terminal.out(chunk.join("\n"));
    [chunk, length] = [[], 0];
  }
  if (chunk.length > 0) terminal.out(chunk.join("\n"));
}

/** Control characters (C0, C1, DEL), line separators, and all that changes the direction or hides in a line of text. */
const UNSAFE =
  // biome-ignore lint/suspicious/noControlCharactersInRegex: that is the point
  /[\x00-\x1f\x7f-\x9f\u00ad\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb\u{e0000}-\u{e007f}]|\p{Cs}/gu;

/** What most texts are, and is harmless at a glance. */
const PLAIN = /^[\x20-\x7e]*$/;

/** Text from files made harmless for a terminal. */
export const printable = (text: string): string => (PLAIN.test(text) ? text : text.replace(UNSAFE, "?"));

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

/** A whole number with its thousands apart: `12,345`. */
export const grouped = (count: number): string => String(count).replace(/\B(?=(\d{3})+$)/g, ",");

/** `1 tensor`, `3 tensors`. */
export const countText = (count: number, what: string): string => `${grouped(count)} ${what}${count === 1 ? "" : "s"}`;

/** JSON in which bigints and non-finite numbers are strings, and nothing that a terminal would obey stands raw. */
export function jsonText(value: unknown, indent = 2): string {
  const plain = (_: string, item: unknown): unknown => {
    if (typeof item === "bigint") return String(item);
    if (typeof item === "number" && !Number.isFinite(item)) return String(item);
    return item instanceof Map ? Object.fromEntries(item) : item;
  };
  const escaped = (text: string): string =>
    text.replace(/./gsu, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`);
  // The line ends are JSON's own: those of texts are escaped already.
  return JSON.stringify(value, plain, indent).replace(UNSAFE, (text) => (text === "\n" ? text : escaped(text)));
}
