/**
 * Records with names (`T{…}`) as columns by name. The layout is that of the format language without an itemsize
 * (docs/format.md §6), as `dtype()` gives it; the movers are those of plain `struct` formats.
 */

import type { AbiProfile } from "../format/abi.js";
import { unsupportedError } from "../format/caret.js";
import { nameFields } from "../format/field-names.js";
import { type Layout, measure, type Placed, placeImplicit } from "../format/layout.js";
import { parseFormat } from "../format/parse.js";
import type { Entry } from "../format/syntax.js";
import { characterOf, type TextEncoding } from "../view/encoding.js";
import { nativeCodes, standardCodes } from "./codes.js";
import { type Column, isByteString, type Mover, moverOf, readMovers, textsOf } from "./columns.js";
import { Kind } from "./kinds.js";
import { type StructBuffer, wholeRecords } from "./struct.js";

/** Columns by the names of the fields; those of a record inside are an object of their own. */
export interface NamedColumns {
  readonly [name: string]: Column | string[] | NamedColumns;
}

/** Whether a text is a format with names or records, which plain `struct` formats do not have. */
export const hasNames = (format: string): boolean => /[{:]/.test(format);

/** What becomes of the column of a field. */
type Finish = (column: Column) => Column | string[];

const texts: Readonly<Record<string, number>> = { u: Kind.ucs2, w: Kind.ucs4 };

/** The columns of all records of `buffer`. */
export function readRecordColumns(
  format: string,
  buffer: StructBuffer,
  profile: AbiProfile,
  text: TextEncoding | undefined,
): NamedColumns {
  const syntax = parseFormat(format);
  const elsewhere = ({ index }: Entry, what: string): Error =>
    unsupportedError(format, index, `columns of ${what}, which view(bytes, { format }).columns() gives`);
  if (syntax.customs.length > 0) throw elsewhere(syntax.customs[0]!, "types in brackets");
  const { entries, closeOrder } = syntax;
  const outer = placeImplicit(entries, closeOrder, true, measure(syntax, { abi: profile }));
  const bytes = wholeRecords(buffer, outer.size, format);
  const records = bytes.length / outer.size;
  const native = nativeCodes(profile);
  const movers: Mover[] = [];
  const finishes: Finish[] = [];

  const kindOf = ({ entry }: Placed): number => {
    const { kind, code, complex, order } = entry;
    if (kind === "pad") return Kind.bytes;
    const table = order === "@" || order === "^" || code === "P" ? native : standardCodes;
    const isPlain = kind === "simple" || kind === "align";
    const found = isPlain ? (texts[code] ?? table.get(complex ? `Z${code}` : code)?.kind) : undefined;
    if (found === undefined) throw elsewhere(entry, isPlain ? code : `${kind}s`);
    const isBig = order === ">" || (order !== "<" && !profile.littleEndian);
    return found >= Kind.int16 && isBig ? found + 1 : found;
  };

  /** Plans the column of a field; gives how to find it among the columns that are read. */
  const plan = (placed: Placed, start: number): ((columns: readonly Column[]) => NamedColumns[string]) => {
    const { entry, n, size, record } = placed;
    const offset = start + placed.offset;
    if (record !== null) {
      if (n === 1) return planRecord(record, offset);
      throw elsewhere(entry, "arrays of records");
    }
    const kind = kindOf(placed);
    const at = movers.push(moverOf(kind, size * n, offset, records)) - 1;
    finishes.push(finisher(kind, size, n * records, text));
    return (columns) => finishes[at]!(columns[at]!);
  };
  const planRecord = ({ placed }: Layout, start: number): ((columns: readonly Column[]) => NamedColumns) => {
    const names = nameFields(format, placed);
    const fields = placed.map((field, i) => [names[i]!, plan(field, start)] as const);
    return (columns) => Object.fromEntries(fields.map(([name, column]) => [name, column(columns)]));
  };

  const [only] = outer.placed;
  const isBare = outer.placed.length === 1 && only!.entry.name === null && only!.record !== null && only!.n === 1;
  const finish = planRecord(isBare ? only!.record! : outer, 0);
  return finish(readMovers(movers, bytes, outer.size));
}

/** Byte strings become text where an encoding is given, text always. */
function finisher(kind: number, width: number, count: number, text: TextEncoding | undefined): Finish {
  if (text !== undefined && isByteString(kind))
    return (column) => textsOf(column as Uint8Array, kind, width, count, text);
  if (kind < Kind.ucs2) return (column) => column;
  const length = width / (kind < Kind.ucs4 ? 2 : 4);
  return (column) => Array.from({ length: count }, (_, i) => unitsText(column, i * length, length, kind));
}

/** The text of code units, without NULs at the end. @throws ConversionError for numbers that are no code points */
function unitsText(units: Column, start: number, length: number, kind: number): string {
  let end = start + length;
  while (end > start && units[end - 1] === 0) end--;
  let text = "";
  for (let at = start; at < end; at++)
    text +=
      kind < Kind.ucs4 ? String.fromCharCode(units[at] as number) : characterOf(units[at] as number, `${length}w`);
  return text;
}
