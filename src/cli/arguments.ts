/** Arguments as text → what they mean. Faults of form are usage faults; a format that is none is a fault of the request. */

import { extname } from "node:path";
import type { DType } from "../dtype/dtype.js";
import { dtype } from "../index.js";
import type { Container } from "../io/tensor-file.js";
import { UsageFailure } from "./failure.js";
import type { Texts } from "./grammar-options.js";

/** What a file without a head needs to be read, and how long a head may be. */
export interface RawOptions {
  maxHeaderBytes?: number;
  format?: DType;
  shape?: number[];
  byteOffset?: number;
  order?: "C" | "F";
}

/** A PEP 3118 string, or a name in any language that `dtype` reads. */
export const parseFormat = (text: string): DType => dtype(text);

/** `720,1440`, `720x1440` or `(720, 1440)`; `()` is a single item. */
export function parseShape(text: string, option = "--shape"): number[] {
  const inner = text.trim().replace(/^[([](.*)[)\]]$/s, "$1");
  if (inner.trim() === "") return [];
  return inner.split(/[,x×]/).map((part) => parseCount(option, part));
}

export function parseCount(option: string, text: string): number {
  const value = /^\s*\d+\s*$/.test(text) ? Number(text) : Number.NaN;
  if (Number.isSafeInteger(value)) return value;
  throw new UsageFailure(`${option} takes whole numbers >= 0, got ${JSON.stringify(text)}`);
}

const BYTE_UNITS: Readonly<Record<string, number>> = {
  ...{ "": 1, B: 1, kB: 1e3, KB: 1e3, MB: 1e6, GB: 1e9, TB: 1e12 },
  ...{ K: 2 ** 10, M: 2 ** 20, G: 2 ** 30, KiB: 2 ** 10, MiB: 2 ** 20, GiB: 2 ** 30, TiB: 2 ** 40 },
};

/** `256MiB`, `1GB`, `4096`. */
export function parseBytes(option: string, text: string): number {
  const [, digits, unit] = /^\s*(\d+(?:\.\d+)?)\s*(\w*)\s*$/.exec(text) ?? [];
  const bytes = Number(digits) * (BYTE_UNITS[unit ?? "?"] ?? Number.NaN);
  if (Number.isSafeInteger(bytes) && bytes > 0) return bytes;
  throw new UsageFailure(`${option} takes a number of bytes such as 256MiB or 1GB, got ${JSON.stringify(text)}`);
}

export function parseNumber(option: string, text: string): number {
  const value = text.trim() === "" ? Number.NaN : Number(text);
  if (Number.isFinite(value)) return value;
  throw new UsageFailure(`${option} takes a number, got ${JSON.stringify(text)}`);
}

/** The readers of option texts by the kind of value that an option takes. */
const readers = { count: parseCount, bytes: parseBytes, number: parseNumber, text: (_: string, text: string) => text };

/** What of `texts` is given, under the names of an options object: `{ "--rtol": "number" }` gives `{ rtol: 0.1 }`. */
export function given<Kinds extends Readonly<Record<string, keyof typeof readers | "flag">>>(
  texts: Texts,
  kinds: Kinds,
): { [Name in keyof Kinds]?: Value<Kinds[Name]> } {
  const options: Record<string, unknown> = {};
  for (const [name, kind] of Object.entries(kinds)) {
    const text = texts[name];
    if (kind === "flag" ? typeof text === "boolean" : typeof text === "string") {
      const option = `--${name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;
      options[name] = kind === "flag" ? text : readers[kind](option, text as string);
    }
  }
  return options as { [Name in keyof Kinds]?: Value<Kinds[Name]> };
}

type Value<Kind> = Kind extends "flag" ? boolean : Kind extends "text" ? string : number;

/** How files are read, by the options that every reading command has. */
export function rawOptions(texts: Texts, orderName: "order" | "fromOrder" = "order"): RawOptions {
  const raw: RawOptions = {};
  const format = texts.format ?? texts.from;
  if (typeof format === "string") raw.format = parseFormat(format);
  if (typeof texts.shape === "string") raw.shape = parseShape(texts.shape);
  const offset = texts.byteOffset ?? texts.offset;
  if (typeof offset === "string") raw.byteOffset = parseCount("--byte-offset", offset);
  if (typeof texts.maxHeader === "string") raw.maxHeaderBytes = parseBytes("--max-header", texts.maxHeader);
  const order = texts[orderName];
  if (order !== undefined) raw.order = order as "C" | "F";
  return raw;
}

const CONTAINERS: Readonly<Record<string, Container>> = {
  ".npy": "npy",
  ".npz": "npz",
  ".safetensors": "safetensors",
};

/** The extension decides. */
export const kindOfPath = (path: string): Container => CONTAINERS[extname(path).toLowerCase()] ?? "raw";
