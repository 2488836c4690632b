/**
 * The syntax tree of a format: what was written, without sizes. One flat record per entry, so that all entries have one
 * hidden class. The layout pass fills in `size` and `align`.
 */

/** The order state in force when an entry's type is read; `!` is `>`. */
export type OrderState = "@" | "^" | "=" | "<" | ">";

export type EntryKind = "simple" | "pad" | "struct" | "custom" | "pointer" | "function";

export interface Alias {
  readonly owner: string;
  readonly body: string;
  /** `owner:body`, whatever the separator was. */
  readonly text: string;
}

export interface Entry {
  readonly kind: EntryKind;
  /** The letter of a simple entry or pad; the bracket's inner text of a custom one. */
  readonly code: string;
  readonly complex: boolean;
  readonly order: OrderState;
  readonly shape: readonly number[] | null;
  /** -1 when none was written. */
  count: number;
  readonly index: number;
  /** Entries of a record. */
  entries: Entry[] | null;
  aliases: readonly Alias[] | null;
  /** null when unnamed. */
  name: string | null;
  /** For records, the order state at the closing brace, which decides their alignment; else `order`. */
  closeOrder: OrderState;
  /** Bytes of one element, and its alignment; set by the layout pass. */
  size: number;
  align: number;
}

export interface Syntax {
  readonly format: string;
  readonly entries: Entry[];
  /** Every custom entry that takes part in the layout, in the order written. */
  readonly customs: Entry[];
  /** The order state at the end of the text. */
  readonly closeOrder: OrderState;
}

/** Letters whose count is a length and not a repeat. */
export const isLengthCode = (code: string): boolean =>
  code === "s" || code === "x" || code === "w" || code === "p" || code === "u";
