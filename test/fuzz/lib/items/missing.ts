/** Cells that cannot be done, and why: they are refused, on every backend alike. */
import type { Cell } from "./cells.js";
import type { Kind } from "./kinds.js";
import type { OperationName } from "./operations.js";

type Missing = Partial<Readonly<Record<Kind, Partial<Readonly<Record<OperationName, string>>>>>>;

const noArray = { toTypedArray: "no typed array has such items" } as const;
const unread = { toArray: "nobody reads such an item", values: "nobody reads such an item" } as const;
const unwritten = { fill: "nobody writes such an item", set: "nobody writes such an item" } as const;
const references = "copying a reference would forge it";

const missing: Missing = {
  object: {
    ...{ "copy into": references, "copy from": references, "copy where": references, convert: references },
    ...{ byteswap: references, toBytes: references, toTypedArray: references },
    ...{ ...unread, ...unwritten, count: unread.values },
  },
  custom: { ...unread, ...unwritten, ...noArray, count: unread.values },
  quantised: unwritten,
  ...{ text: noArray, void: noArray, struct: noArray, tiles: noArray, values: noArray },
};

/** Why a cell cannot be done; undefined where it can. */
export function missingFrom({ kind, operation, geometry }: Cell): string | undefined {
  // What is contiguous already is given back as it is, references or not.
  if (kind === "object" && operation === "contiguous" && geometry === "pointers") return references;
  return missing[kind]?.[operation];
}
