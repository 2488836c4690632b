/**
 * Values of one dtype as texts that stand below each other, in NumPy's manner. Fields of records are columns of their
 * own, and so are the elements of sub-arrays.
 */

import { NaT } from "../datetime/scale.js";
import { formatDatetime } from "../datetime/text.js";
import type { DType, DTypeKind } from "../dtype/dtype.js";
import { scalarDType, withoutSubArrays } from "../dtype/make.js";
import type { Unit } from "../dtype/time-units.js";
import { aligned, floatTexts } from "./digits.js";
import { summarise, type Tree } from "./summary.js";
import type { Complex, RecordValue } from "./values.js";

/** @param isWhole - floats with all their digits */
type Column = (values: readonly never[], dtype: DType, isWhole?: boolean) => string[];

const raw: Column = (values: readonly Uint8Array[]) =>
  values.map((bytes) => `b'${Array.from(bytes, (byte) => `\\x${hex(byte, 2).toUpperCase()}`).join("")}'`);

const times: Column = (values: readonly bigint[], dtype) =>
  aligned(values.map((value) => timeText(value, dtype)?.replace(/^.*$/, "'$&'") ?? String(value)));

const columns: { readonly [kind in DTypeKind]?: Column } = {
  bool: (values: readonly boolean[], _, isWhole) => values.map((value) => String(value).padStart(isWhole ? 0 : 5)),
  float: floatTexts,
  complex(values: readonly Complex[], dtype, isWhole) {
    const part = (name: "re" | "im") => values.map((value) => value[name]);
    const imaginary = floatTexts(part("im"), dtype, isWhole, "+");
    return floatTexts(part("re"), dtype, isWhole).map((re, i) => re + imaginary[i]!.replace(/ *$/, "j$&"));
  },
  datetime: times,
  timedelta: times,
  bytes: (values: readonly Uint8Array[]) => values.map((bytes) => bytesText(unfilled(charsOf(bytes)))),
  text: (values: readonly string[]) => values.map((text) => textText(unfilled(text))),
  void: raw,
  object: raw,
  custom: raw,
  struct(values: readonly RecordValue[], { fields }, isWhole) {
    const texts = fields!.map(({ name, dtype }) =>
      columnOf(
        values.map((value) => value[name]),
        dtype,
        isWhole,
      ),
    );
    const end = fields!.length === 1 ? ",)" : ")";
    return values.map((_, i) => `(${texts.map((column) => column[i]).join(", ")}${end}`);
  },
};

/** The texts of values of one dtype. */
export function columnOf(values: readonly unknown[], dtype: DType, isWhole?: boolean): string[] {
  const column = dtype.codec === undefined ? columns[dtype.kind] : undefined;
  if (column !== undefined) return column(values as readonly never[], dtype, isWhole);
  if (values.some(Array.isArray)) return listTexts(values, dtype, isWhole);
  const isReal = values.every((value) => typeof value === "number") && !values.every(Number.isInteger);
  return isReal ? floatTexts(values as number[], dtype, isWhole) : aligned(values.map(anyText));
}

/** What the values in an item of several are. */
export const partOf = (dtype: DType): DType =>
  dtype.codec?.block ? scalarDType(dtype.codec.block.element) : withoutSubArrays(dtype).base;

const shapeOf = (list: unknown): number[] => (Array.isArray(list) ? [list.length, ...shapeOf(list[0])] : []);

function listTexts(lists: readonly unknown[], dtype: DType, isWhole?: boolean): string[] {
  const values: unknown[] = [];
  const trees = lists.map((list) => {
    const read = (index: readonly number[]) => index.reduce((part, i) => (part as unknown[])[i], list);
    return summarise({ shape: shapeOf(list), read }, values);
  });
  const texts = columnOf(values, partOf(dtype), isWhole).values();
  const print = (tree: Tree): string =>
    tree === null ? "..." : tree === 0 ? texts.next().value! : `[${tree.map(print).join(", ")}]`;
  return trees.map(print);
}

/** A count of time as text: ISO 8601, NaT; undefined where it is a mere count. */
export const timeText = (value: bigint, { kind, unit }: DType): string | undefined =>
  unit && (value === NaT || (kind === "datetime" && unit[0] !== "generic"))
    ? formatDatetime(value, unit as Unit)
    : undefined;

/** One character per byte. */
export const charsOf = (bytes: Uint8Array): string => Array.from(bytes, (byte) => String.fromCharCode(byte)).join("");

/** Without the NULs that fill text of a fixed length. */
export const unfilled = (text: string): string => text.replace(/\0+$/, "");

const bytesText = (chars: string): string => `b${quoted(chars, /[\\'"]|[^ -~]/g)}`;
const textText = (text: string): string => quoted(text, /[\\'"]|(?! )[\p{C}\p{Z}]/gu);

/** Any value by itself. */
function anyText(value: unknown): string {
  if (typeof value === "string") return textText(value);
  if (typeof value !== "object" || value === null) return String(value);
  return value instanceof Uint8Array ? bytesText(charsOf(value)) : `(${Object.values(value).map(anyText).join(", ")})`;
}

const hex = (code: number, digits: number): string => code.toString(16).padStart(digits, "0");

/** As Python writes it: `special` characters as escapes. */
function quoted(text: string, special: RegExp): string {
  const quote = /'/.test(text) && !/"/.test(text) ? '"' : "'";
  const escaped = (c: string): string => {
    if (c === "\\" || c === quote) return `\\${c}`;
    if (c === "'" || c === '"') return c;
    const letter = "tnr"["\t\n\r".indexOf(c)];
    const code = c.codePointAt(0)!;
    if (letter) return `\\${letter}`;
    return `\\${code < 256 ? `x${hex(code, 2)}` : code < 65536 ? `u${hex(code, 4)}` : `U${hex(code, 8)}`}`;
  };
  return quote + text.replace(special, escaped) + quote;
}
