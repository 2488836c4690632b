/**
 * The syntax tree of a format: what was written, without sizes, which depend on the ABI and on who knows the types in
 * brackets. One flat record per entry, so that all entries have one hidden class.
 */

/** The order state in force when an entry's type is read; `!` is `>`. */
export type OrderState = "@" | "^" | "=" | "<" | ">";

/** `align` stands for a zero count of Python's `struct`: it aligns what follows and is no field. */
export type EntryKind = "simple" | "pad" | "struct" | "custom" | "pointer" | "function" | "align";

export interface Alias {
  readonly owner: string;
  readonly body: string;
  /** `owner:body`, whatever the separator was. */
  readonly text: string;
}

export interface Entry {
  /** 0, 1, 2 … in the order written: where its measures stand. */
  readonly id: number;
  readonly kind: EntryKind;
  /** The letter of a simple entry or pad; the bracket's inner text of a custom one. */
  readonly code: string;
  readonly complex: boolean;
  readonly order: OrderState;
  readonly shape: readonly number[] | null;
  /** -1 when none was written. */
  count: number;
  /** Where the entry starts, modifiers included, and where its type does. */
  readonly index: number;
  readonly typeIndex: number;
  /** Entries of a record. */
  entries: Entry[] | null;
  aliases: readonly Alias[] | null;
  /** null when unnamed. */
  name: string | null;
  /** For records, the order state at the closing brace, which decides their alignment; else `order`. */
  closeOrder: OrderState;
}

export interface Syntax {
  readonly format: string;
  readonly entries: Entry[];
  /** Entries at all depths, targets of pointers included; ids are below it. */
  readonly entryCount: number;
  /** Every custom entry that takes part in the layout, in the order written. */
  readonly customs: Entry[];
  /** The order state at the end of the text. */
  readonly closeOrder: OrderState;
}

/** Letters whose count is a length and not a repeat. */
export const isLengthCode = (code: string): boolean =>
  code === "s" || code === "x" || code === "w" || code === "p" || code === "u";

export function newEntry(
  id: number,
  kind: EntryKind,
  code: string,
  complex: boolean,
  order: OrderState,
  shape: readonly number[] | null,
  count: number,
  index: number,
  typeIndex: number,
): Entry {
  return {
    id,
    kind,
    code,
    complex,
    order,
    shape,
    count,
    index,
    typeIndex,
    name: null,
    entries: null,
    aliases: null,
    closeOrder: order,
  };
}

/** What an order state means on a machine of the given order. */
export function elementOrder(order: OrderState, littleEndian: boolean): "little" | "big" {
  if (order === "<") return "little";
  if (order === ">") return "big";
  return littleEndian ? "little" : "big";
}
