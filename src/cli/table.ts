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

const GAP = 2;

const PLAIN = /^[\x20-\x7e]*$/;

/** Columns that a text takes; most texts are plain, and need no look at each character. */
const widthOf: Width = (text) => (PLAIN.test(text) ? text.length : stringWidth(text));

const widest = (texts: readonly string[]): number => texts.reduce((most, text) => Math.max(most, widthOf(text)), 0);

type Width = (text: string) => number;

/** How wide cells are: without a look at each of them where all characters are plain. */
const widthIn = (rows: readonly (readonly string[])[]): Width =>
  rows.every((row) => PLAIN.test(row.join(""))) ? (text) => text.length : widthOf;

/** Columns of the terminal that each column of cells takes. */
function widthsOf(head: readonly string[], rows: readonly (readonly string[])[], widthOf: Width): number[] {
  const widths = head.map(widthOf);
  for (const row of rows) {
    for (let column = 0; column < row.length; column++) {
      const width = widthOf(row[column]!);
      if (width > widths[column]!) widths[column] = width;
    }
  }
  return widths;
}

/** Each row under its first cell, the others as `heading value`; empty cells are left out. */
function blocks(terminal: Terminal, head: readonly string[], rows: readonly (readonly string[])[]): string {
  const labels = widest(head.slice(1).map((label) => label.trim()));
  const lines = rows.flatMap(([first, ...cells]) => {
    // What belongs to a row stands further in than its name.
    const indent = " ".repeat(first!.length - first!.trimStart().length + GAP);
    const said = cells.flatMap((cell, i) =>
      cell === "" || cell === "-" ? [] : [`${indent}${head[i + 1]!.padEnd(labels)}  ${cell}`],
    );
    return [terminal.colors.bold(first!), ...said];
  });
  return lines.join("\n");
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
export function table(
  terminal: Terminal,
  head: readonly string[],
  rows: readonly (readonly string[])[],
  { right = [], narrow, optional = [] }: TableOptions,
): string {
  const widthOf = widthIn([head, ...rows]);
  const widths = widthsOf(head, rows, widthOf);
  // The first column always stays.
  const gone =
    narrow === "drop"
      ? widths
          .map((_, column) => column)
          .slice(1)
          .reverse()
      : optional;
  const kept = fitting(widths, terminal.columns, gone) ?? (narrow === "drop" ? [0] : null);
  if (kept === null) return blocks(terminal, head, rows);
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
  const text = [line(head, terminal.colors.bold), ...rows.map((row) => line(row))].join("\n");
  if (kept.length === head.length) return text;
  const left = head.filter((each, column) => each.trim() !== "" && !kept.includes(column));
  return `${text}\n${terminal.colors.dim(`(not shown, for want of room: ${left.join(", ")})`)}`;
}
