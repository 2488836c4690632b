/** What is chosen among the layout models of docs/format.md §6, and by what. */

import type { AbiProfile } from "./abi.js";
import type { Layout, MeasureOptions } from "./layout.js";
import type { Entry } from "./syntax.js";

/**
 * `auto` decides by the itemsize; the others apply one reader's rules: NumPy's, Python's `struct`, or no implicit
 * padding.
 */
export type Dialect = "auto" | "numpy" | "struct" | "explicit";

export type Model = "explicit" | "c" | "struct" | "opaque";

export interface Choice {
  readonly model: Model;
  /** Absent for the opaque model: the item is `size` bytes of which only the amount is known. */
  readonly layout: Layout | null;
  readonly size: number;
  /** Findings that a person may want to know, none of them an error. */
  readonly diagnostics: readonly string[];
}

export interface ChooseOptions {
  readonly abi: AbiProfile;
  readonly dialect: Dialect;
  readonly itemsize: number | undefined;
  /** The custom entries that somebody knows. */
  readonly customs: NonNullable<MeasureOptions["customs"]>;
  /** Custom entries that nobody could resolve, so that their size must follow from the itemsize. */
  readonly unknown: readonly Entry[];
}
