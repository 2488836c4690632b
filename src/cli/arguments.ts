/** Arguments as text → what they mean. Faults of form are usage faults; a format that is none is a fault of the request. */

import { extname } from "node:path";
import type { DType } from "../dtype/dtype.js";
import { withByteOrder } from "../dtype/order.js";
import { dtype, dtypes } from "../index.js";
import type { Container } from "../io/tensor-file.js";
import { UsageFailure } from "./failure.js";

/** The name of a ready-made dtype that a format is, `<` or `>` before it left out; null when it is none. */
export function nameInFormat(text: string): keyof typeof dtypes | null {
  const name = text.replace(/^[<>]/, "");
  return Object.hasOwn(dtypes, name) ? (name as keyof typeof dtypes) : null;
}

/** A PEP 3118 string, a bracketed type, or the name of a ready-made dtype, the last with `<` or `>` before it if need be. */
export function parseFormat(text: string): DType {
  const name = nameInFormat(text);
  if (name === null) return dtype(text);
  return text.startsWith(">") ? withByteOrder(dtypes[name], "big") : dtypes[name];
}

/** `720,1440`, `720x1440` or `(720, 1440)`; `()` is a single item. */
export function parseShape(text: string): number[] {
  const inner = text.trim().replace(/^[([](.*)[)\]]$/s, "$1");
  if (inner.trim() === "") return [];
  return inner.split(/[,x×]/).map((part) => parseCount("--shape", part));
}

export function parseCount(option: string, text: string): number {
  const value = /^\s*\d+\s*$/.test(text) ? Number(text) : Number.NaN;
  if (Number.isSafeInteger(value)) return value;
  throw new UsageFailure(`${option} takes whole numbers >= 0, got ${JSON.stringify(text)}`);
}

export function parseNumber(option: string, text: string): number {
  const value = text.trim() === "" ? Number.NaN : Number(text);
  if (Number.isFinite(value)) return value;
  throw new UsageFailure(`${option} takes a number, got ${JSON.stringify(text)}`);
}

const CONTAINERS: Readonly<Record<string, FileKind>> = {
  ".npy": "npy",
  ".npz": "npz",
  ".safetensors": "safetensors",
};

export type FileKind = Container | "npz";

/** The extension decides. */
export const kindOfPath = (path: string): FileKind => CONTAINERS[extname(path).toLowerCase()] ?? "raw";
