/**
 * Views as text, in NumPy's manner: columns aligned, at most 8 digits of a float, axes longer than 6 summarised when
 * the view has more than 1000 items, a last line with dtype and shape. Printing is for people looking for errors, so
 * it never throws: items that cannot be read are shown as bytes, memory that is gone is said to be gone.
 */

import { NaT } from "../datetime/scale.js";
import { formatDatetime } from "../datetime/text.js";
import type { DType } from "../dtype/dtype.js";
import { type ElementRow, elements, type SmallFloat } from "../dtype/elements.js";
import { decodeSmall, encodeSmall } from "../dtype/small-float.js";
import type { Unit } from "../dtype/time-units.js";
import type { AnyView } from "./host.js";
import { itemsOf } from "./items.js";
import { currentData } from "./storage.js";

const THRESHOLD = 1000;
const EDGE = 3;
const LINE = 75;
const DIGITS = 8;

export function printView(view: AnyView): string {
  const facts = [`dtype ${view.dtype.name}`, `shape [${view.shape.join(", ")}]`];
  if (view.suboffsets !== null) facts.push(`suboffsets [${view.suboffsets.join(", ")}]`);
  if (view.readonly) facts.push("read-only");
  let body: string;
  try {
    body = printItems({ dtype: view.dtype, shape: view.shape, read: (index) => readItem(view.slice(...index)) });
  } catch (error) {
    body = `<${(error as Error).message}>`;
  }
  return `${body}\n${facts.join(", ")}`;
}

/** Nested texts of the items that are shown; null stands for those left out. */
type Texts = string | (Texts | null)[];

/** Items that can be printed without being in memory as a whole: only those that are shown are read. */
export interface PrintedItems {
  readonly dtype: DType;
  readonly shape: readonly number[];
  read(index: readonly number[]): unknown;
}

export interface PrintLimits {
  /** Items from which on axes are summarised. */
  readonly threshold?: number;
  /** Items shown at each end of a summarised axis. */
  readonly edge?: number;
  /** Columns of a line. */
  readonly width?: number;
}

/** The text of many items in NumPy's manner, without the line of facts. */
export function printItems(items: PrintedItems, limits: PrintLimits = {}): string {
  const { threshold = THRESHOLD, edge = EDGE, width: line = LINE } = limits;
  const { dtype, shape } = items;
  const size = shape.reduce((product, length) => product * length, 1);
  const values: unknown[] = [];
  const tree = gather(items, [], size > threshold ? edge : Number.POSITIVE_INFINITY, values);
  const texts = formatItems(dtype, values);
  const width = texts.reduce((w, text) => Math.max(w, text.length), 0);
  const isLeft = dtype.kind === "text" || dtype.kind === "bytes";
  let next = 0;
  const fill = (node: unknown): Texts =>
    Array.isArray(node)
      ? node.map((item) => (item === null ? null : fill(item)))
      : isLeft || shape.length === 0
        ? texts[next++]!.trimStart()
        : texts[next++]!.padStart(width);
  return join(fill(tree), shape.length, 1, line - shape.length);
}

/** Reads the items to be shown into `values` and gives their nesting. */
function gather(items: PrintedItems, index: readonly number[], edge: number, values: unknown[]): unknown {
  if (index.length === items.shape.length) {
    values.push(items.read(index));
    return 0;
  }
  const count = items.shape[index.length]!;
  const out: unknown[] = [];
  for (let i = 0; i < count; i++) {
    if (count > 2 * edge && i === edge) {
      out.push(null);
      i = count - edge;
    }
    out.push(gather(items, [...index, i], edge, values));
  }
  return out;
}

/** The value of a view without axes, or its bytes where the dtype has no values. */
function readItem(view: AnyView): unknown {
  view.live();
  if (view.dtype.kind === "object" || (view.dtype.kind === "custom" && view.dtype.codec === undefined))
    return new Uint8Array(view.buffer, view.byteOffset, view.itemsize).slice();
  return itemsOf(view.dtype).read(currentData(view.storage), view.byteOffset);
}

/** Joins one axis; innermost items wrap at `width` (a line without the closing brackets), outer ones get a line each and blank lines between blocks. */
function join(node: Texts, depth: number, indent: number, width: number): string {
  if (typeof node === "string") return node;
  const parts = node.map((item) => (item === null ? "..." : join(item, depth - 1, indent + 1, width)));
  const pad = " ".repeat(indent);
  if (depth > 1) return `[${parts.join("\n".repeat(depth - 1) + pad)}]`;
  let text = "[";
  let column = indent;
  parts.forEach((part, i) => {
    if (i > 0 && column + 1 + part.length > width) {
      text += `\n${pad}`;
      column = indent;
    } else if (i > 0) {
      text += " ";
      column++;
    }
    text += part;
    column += part.length;
  });
  return `${text}]`;
}

/** One text per value; numbers share a style, so that their columns line up. */
function formatItems(dtype: DType, values: readonly unknown[]): string[] {
  const most = limitOf(dtype);
  if (dtype.kind === "float")
    return formatFloats(
      (values as number[]).map((x) => shortest(x, dtype)),
      most,
    );
  if (dtype.kind === "bool") return values.map((v) => String(v).padStart(5));
  if (dtype.kind === "complex") {
    const pairs = values as { re: number; im: number }[];
    const re = formatFloats(
      pairs.map((p) => shortest(p.re, dtype)),
      most,
    );
    const im = formatFloats(
      pairs.map((p) => shortest(p.im, dtype)),
      most,
    );
    const signed = im.map((text) => (text.startsWith("-") ? text : `+${text}`));
    const width = signed.reduce((w, text) => Math.max(w, text.length), 0);
    const whole = re.reduce((w, text) => Math.max(w, text.length), 0);
    return signed.map((text, i) => {
      const end = text.trimEnd().length;
      return re[i]!.padStart(whole) + `${text.slice(0, end)}j${text.slice(end)}`.padStart(width + 1);
    });
  }
  if (dtype.kind === "timedelta") return values.map((v) => (v === NaT ? "NaT" : String(v)));
  if (dtype.kind === "datetime") return values.map((v) => formatDate(v as bigint, dtype.unit as Unit));
  return values.map(formatValue);
}

/** NumPy's quoted ISO text; the bare count where there is none (a generic unit). */
function formatDate(value: bigint, unit: Unit): string {
  try {
    return `'${formatDatetime(value, unit)}'`;
  } catch {
    return String(value);
  }
}

/** From where on a type's numbers are written with exponents: beyond the decimal digits that it holds, and 8. */
function limitOf(dtype: DType): number {
  if (dtype.element === "float32") return 1e6;
  return dtype.element !== undefined && dtype.element in elements && "small" in elements[dtype.element] ? 1e3 : 1e8;
}

/** The number with the fewest digits that the dtype would round to the same value: 0.1 for the float32 nearest to it. */
export function shortest(x: number, dtype: DType): number {
  const name = dtype.element;
  if (name === undefined || name === "float64" || !Number.isFinite(x) || x === 0) return x;
  const small: SmallFloat | undefined = (elements[name] as ElementRow).small;
  if (small === undefined && name !== "float32") return x;
  const round = (y: number): number => (small ? decodeSmall(small, encodeSmall(small, y, false)) : Math.fround(y));
  for (let digits = 1; digits < 9; digits++) {
    const rounded = Number(x.toPrecision(digits));
    if (round(rounded) === x) return rounded;
  }
  return Number(x.toPrecision(9));
}

/** Any value by itself: bytes as b'..', records as (..), lists as [..]. */
function formatValue(value: unknown): string {
  if (typeof value === "string") return JSON.stringify(value);
  if (typeof value === "number" && !Number.isInteger(value)) return formatFloats([value])[0]!;
  if (value instanceof Uint8Array) return `b'${Array.from(value, byteText).join("")}'`;
  if (Array.isArray(value)) return `[${value.map(formatValue).join(" ")}]`;
  if (typeof value === "object" && value !== null) {
    const record = value as Record<string, unknown>;
    return `(${Object.keys(record)
      .map((key) => formatValue(Object.getOwnPropertyDescriptor(record, key)!.value))
      .join(", ")})`;
  }
  return String(value);
}

const byteText = (byte: number): string =>
  byte >= 0x20 && byte < 0x7f && byte !== 0x27 && byte !== 0x5c
    ? String.fromCharCode(byte)
    : `\\x${byte.toString(16).padStart(2, "0")}`;

/** NumPy's choice: plain decimals, or exponents when numbers are huge, tiny or too far apart for shared columns. */
function formatFloats(numbers: readonly number[], limit = 1e8): string[] {
  const finite = numbers.filter(Number.isFinite).map(Math.abs);
  const sizes = finite.filter((x) => x !== 0);
  const most = Math.max(...sizes);
  const least = Math.min(...sizes);
  const useExponent = sizes.length > 0 && (most >= limit || least < 1e-4 || most / least > 1000);
  const split = (x: number): [string, string, string] => {
    if (!Number.isFinite(x)) return [Number.isNaN(x) ? "nan" : x < 0 ? "-inf" : "inf", "", ""];
    const text = (Object.is(x, -0) ? "-" : "") + (useExponent ? exponential(x) : plain(x));
    const [mantissa, exponent] = text.split("e");
    const [whole, fraction] = mantissa!.split(".");
    return [whole!, `.${fraction ?? ""}`, exponent === undefined ? "" : `e${exponent}`];
  };
  const parts = numbers.map(split);
  const width = parts.reduce((w, [, fraction]) => Math.max(w, fraction.length), 0);
  const pad = useExponent ? "0" : " ";
  return parts.map(([whole, fraction, exponent]) => {
    if (fraction === "") return whole;
    return whole + fraction.padEnd(width, pad) + exponent;
  });
}

const plain = (x: number): string => x.toFixed(DIGITS).replace(/\.?0+$/, "");

function exponential(x: number): string {
  const shortest = x.toExponential();
  const digits = shortest.indexOf("e") - shortest.indexOf(".") - 1;
  const text = digits > DIGITS ? x.toExponential(DIGITS).replace(/0+e/, "e") : shortest;
  return text.replace(/e([+-])(\d)$/, "e$10$2");
}
