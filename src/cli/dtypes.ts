/** `stridebuf dtypes`: every ready-made dtype, what it can say, what others call it, and which files hold it. */

import type { DType } from "../dtype/dtype.js";
import { type ElementRow, elements } from "../dtype/elements.js";
import { convert, dtypeNames, dtypes, view } from "../index.js";
import { table } from "./table.js";
import { jsonText, type Terminal } from "./terminal.js";

/** Bits of a value; items take whole bytes. */
const bitsOf = ({ element, lanes }: DType): number => (elements[element!] as ElementRow).bits * lanes;

/** Least and greatest finite value of one element; null where a double cannot say them. */
function rangeOf(dtype: DType): [min: number | bigint, max: number | bigint] | null {
  const { kind, bits } = elements[dtype.element!] as ElementRow;
  if (bits > 64) return null;
  if (kind === "bool") return [0, 1];
  if (kind === "int") return [-(2n ** BigInt(bits - 1)), 2n ** BigInt(bits - 1) - 1n];
  if (kind === "uint") return [0n, 2n ** BigInt(bits) - 1n];
  if (dtype.element === "float64") return [-Number.MAX_VALUE, Number.MAX_VALUE];
  if (dtype.element === "float32") return [-(2 - 2 ** -23) * 2 ** 127, (2 - 2 ** -23) * 2 ** 127];
  // Of small floats every code is looked at.
  const codes = bits > 8 ? new Uint16Array(2 ** bits).map((_, i) => i) : new Uint8Array(2 ** bits).map((_, i) => i);
  const small = view(codes.buffer, { format: dtypes[dtype.element!], shape: [codes.length] });
  const values = (convert(small, dtypes.float64).toTypedArray() as Float64Array).filter(Number.isFinite);
  return [values.reduce((a, b) => Math.min(a, b)), values.reduce((a, b) => Math.max(a, b))];
}

const digits = (value: number | bigint): string =>
  typeof value === "bigint" || Math.abs(value) < 1e5
    ? String(Number(value) === value ? Number(value) : value)
    : value.toPrecision(4);

interface Row {
  readonly name: string;
  readonly format: string;
  readonly bits: number;
  readonly itemsize: number;
  /** Least and greatest finite value; null where a double cannot say them. */
  readonly range: readonly [min: number | bigint, max: number | bigint] | null;
  readonly names: Readonly<Record<string, unknown>>;
  /** Containers that say the type themselves; raw bytes hold every type, `.npy` those it has no name for as plain bytes. */
  readonly files: readonly string[];
}

function rowOf(name: string, dtype: DType): Row {
  const names = dtypeNames(dtype) as Record<string, unknown>;
  const numpy = names.numpy;
  const inNumpy = typeof numpy === "string" && !/V\d+$/.test(numpy);
  const files = [...(inNumpy ? ["npy", "npz"] : []), ...(names.safetensors === undefined ? [] : ["safetensors"])];
  const { format, itemsize } = dtype;
  return { name, format, bits: bitsOf(dtype), itemsize, range: rangeOf(dtype), names, files };
}

export function listDTypes(options: { json?: boolean }, terminal: Terminal): void {
  const rows = Object.entries(dtypes).map(([name, dtype]) => rowOf(name, dtype));
  if (options.json) {
    terminal.out(jsonText(rows));
    return;
  }
  const text = (value: unknown) => (typeof value === "string" ? value : "-");
  const cells = rows.map(({ name, bits, itemsize, range, names, files, format }) => [
    name,
    String(bits),
    String(itemsize),
    range === null ? "beyond float64" : `${digits(range[0])} … ${digits(range[1])}`,
    files.join(", ") || "-",
    text(names.numpy),
    text(names.safetensors),
    format,
  ]);
  const head = ["name", "bits", "bytes", "range", "files", "NumPy", "safetensors", "format"];
  terminal.out(table(terminal, head, cells, { right: [1, 2], narrow: "blocks", optional: [7, 6, 5] }));
  terminal.out("");
  terminal.out(
    "Raw bytes hold every type. What .npy has no name for is written as plain bytes (<V2) and read with --format.",
  );
  terminal.out(
    "Also: dates (datetime64[ms], timedelta64[us]), text (10s, 10w), records (T{…}); stridebuf explain draws them.",
  );
}
