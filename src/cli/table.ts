/** Tables without borders, for people and for `cut`, fitted to the terminal. */

import stringWidth from "fast-string-width";
import type { Terminal } from "./terminal.js";

export interface TableOptions {
  /** Columns of numbers, which stand to the right. */
  readonly right?: readonly number[];
  /**
   * What to do where a row is wider than the terminal: `blocks` writes each row as lines of `heading value` under its first
   * cell, `drop` leaves out columns from the right and says which.
   */
  readonly narrow: "blocks" | "drop";
  /** Columns that go first where there is no room for all, in this order. */
  readonly optional?: readonly number[];
}

/** Cells of rows; they are gone through twice, and need not all be there at once. */
export type Rows = Iterable<readonly string[]>;

const GAP = 2;

const PLAIN = /^[\x20-\x7e]*$/;

/** Columns that a text takes; most texts are plain, and need no look at each character. */
const widthOf: Width = (text) => (PLAIN.test(text) ? text.length : stringWidth(text));

const widest = (texts: readonly string[]): number => texts.reduce((most, text) => Math.max(most, widthOf(text)), 0);

type Width = (text: string) => number;
const lengthOf: Width = (text) => text.length;

/** Columns of the terminal that each column of cells takes; cells are looked at one by one only in rows that are not plain. */
function measure(head: readonly string[], rows: Rows): { readonly widths: number[]; readonly widthOf: Width } {
  const widths = head.map(widthOf);
  let isPlain = PLAIN.test(head.join(""));
  for (const row of rows) {
    const isPlainRow = PLAIN.test(row.join(""));
    isPlain &&= isPlainRow;
    for (let column = 0; column < row.length; column++) {
      const width = (isPlainRow ? lengthOf : widthOf)(row[column]!);
      if (width > widths[column]!) widths[column] = width;
    }
  }
  return { widths, widthOf: isPlain ? lengthOf : widthOf };
}

/** Each row under its first cell, the others as `heading value`; empty cells are left out. */
function* blocks(terminal: Terminal, head: readonly string[], rows: Rows): Generator<string> {
  const labels = widest(head.slice(1).map((label) => label.trim()));
  for (const [first, ...cells] of rows) {
    // What belongs to a row stands further in than its name.
    const indent = " ".repeat(first!.length - first!.trimStart().length + GAP);
    yield terminal.colors.bold(first!);
    for (const [i, cell] of cells.entries())
      if (cell !== "" && cell !== "-") yield `${indent}${head[i + 1]!.padEnd(labels)}  ${cell}`;
  }
}

/** The columns that fit: optional ones go first; null when not even the others do. */
function fitting(widths: readonly number[], columns: number, optional: readonly number[]): number[] | null {
  const kept = widths.map((_, column) => column);
  const room = () => kept.reduce((sum, column) => sum + widths[column]! + GAP, -GAP);
  const gone = optional.filter((column) => column < widths.length);
  while (room() > columns) {
    const next = gone.shift();
    if (next === undefined) return null;
    kept.splice(kept.indexOf(next), 1);
  }
  return kept;
}

/** Rows under a heading, columns aligned. */
export const table = (terminal: Terminal, head: readonly string[], rows: Rows, options: TableOptions): string =>
  [...tableLines(terminal, head, rows, options)].join("\n");

/** The same line by line. */
export function* tableLines(
  terminal: Terminal,
  head: readonly string[],
  rows: Rows,
  { right = [], narrow, optional = [] }: TableOptions,
): Generator<string> {
  const { widths, widthOf } = measure(head, rows);
  // The first column always stays.
  const gone =
    narrow === "drop"
      ? widths
          .map((_, column) => column)
          .slice(1)
          .reverse()
      : optional;
  const kept = fitting(widths, terminal.columns, gone) ?? (narrow === "drop" ? [0] : null);
  if (kept === null) {
    yield* blocks(terminal, head, rows);
    return;
  }
  const gap = " ".repeat(GAP);
  const isRight = widths.map((_, column) => right.includes(column));
  /** Padding goes by the plain text: colours take no room. */
  const line = (row: readonly string[], paint?: (text: string) => string): string => {
    let text = "";
    for (const column of kept) {
      const cell = row[column] ?? "";
      const room = " ".repeat(widths[column]! - widthOf(cell));
      const painted = paint === undefined ? cell : paint(cell);
      if (text !== "") text += gap;
      text += isRight[column] ? room + painted : painted + room;
    }
    return text.trimEnd();
  };
  yield line(head, terminal.colors.bold);
  for (const row of rows) yield line(row);
  if (kept.length === head.length) return;
  const left = head.filter((each, column) => each.trim() !== "" && !kept.includes(column));
  yield terminal.colors.dim(`(not shown, for want of room: ${left.join(", ")})`);
}
