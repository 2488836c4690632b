/** `stridebuf explain`: what a format means, drawn. */

import type { DType } from "../dtype/dtype.js";
import { type ElementRow, elements } from "../dtype/elements.js";
import { languageTitle } from "../dtype/names/languages.js";
import { numpyDescr } from "../dtype/names/numpy-descr.js";
import { abis } from "../format/abi.js";
import { type Abi, dtype, readFormat } from "../index.js";
import { descrText } from "../io/npy-header.js";
import { drawLayout, segmentsOf } from "./drawing.js";
import { table } from "./table.js";
import { countText, jsonText, printable, type Terminal } from "./terminal.js";

export interface ExplainOptions {
  json?: boolean;
  abi?: Abi;
}

/** NumPy's spelling of a dtype, or null for those that it cannot say. */
function numpyText(type: DType): string | null {
  try {
    const descr = numpyDescr(type);
    return typeof descr === "string" ? descr : descrText(descr);
  } catch {
    return null;
  }
}

interface AbiSize {
  readonly abi: Abi;
  readonly itemsize: number | null;
  readonly alignment: number | null;
  /** Why the format means nothing there. */
  readonly error: string | null;
}

function sizesUnderAbis(format: string): AbiSize[] {
  return (Object.keys(abis) as Abi[]).map((abi) => {
    try {
      const { itemsize, alignment } = dtype(format, { abi });
      return { abi, itemsize, alignment, error: null };
    } catch (error) {
      return { abi, itemsize: null, alignment: null, error: (error as Error).message.split("\n", 1)[0]! };
    }
  });
}

/** What the bits of a number are. */
function bitsText({ element, kind }: DType): string | null {
  if (element === undefined || !["int", "uint", "float", "complex"].includes(kind)) return null;
  const row: ElementRow = elements[element];
  const { bits, small } = row;
  const each = kind === "complex" ? " in each part" : "";
  if (row.kind !== "float") return `${bits}, ${row.kind === "uint" ? "no sign" : "two's complement"}${each}`;
  // IEEE 754 binary32, 64 and 128, and x87, which writes out the leading one of the fraction.
  const exponent = small?.exponentBits ?? (bits === 32 ? 8 : bits === 64 ? 11 : 15);
  const fraction = small?.mantissaBits ?? bits - exponent - 1;
  const sign = bits - exponent - fraction;
  const bias = small?.bias ?? 2 ** (exponent - 1) - 1;
  return `${bits}: ${sign > 0 ? `${sign} sign, ` : ""}${exponent} exponent (bias ${bias}), ${fraction} fraction${each}`;
}

const orderText = (type: DType): string => (type.byteOrder === "none" ? "-" : type.byteOrder);

export function explain(format: string, options: ExplainOptions, terminal: Terminal): void {
  const reading = readFormat(format, options.abi === undefined ? {} : { abi: options.abi });
  const { dtype: named, language, diagnostics } = reading;
  const spelled = language === "pep3118" ? format : named.format;
  const segments = segmentsOf(named);
  const sizes = sizesUnderAbis(spelled);
  if (options.json) {
    const { format: canonical, name, kind, itemsize, alignment, byteOrder, custom } = named;
    const fields = segments.flatMap(({ name: path, offset, nbytes, dtype: of }) =>
      path === null ? [] : [{ name: path, offset, nbytes, dtype: of!.name, format: of!.format }],
    );
    const padding = segments.flatMap(({ name: path, offset, nbytes }) => (path === null ? [{ offset, nbytes }] : []));
    const facts = {
      format,
      language,
      diagnostics,
      canonical,
      name,
      kind,
      itemsize,
      alignment,
      byteOrder,
      numpy: numpyText(named),
    };
    terminal.out(jsonText({ ...facts, custom: custom ?? null, fields, padding, abis: sizes }));
    return;
  }
  const { bold, dim } = terminal.colors;
  const fact = (label: string, value: string) => terminal.out(`${bold(label.padEnd(11))} ${printable(value)}`);
  fact("format", format);
  fact("read as", languageTitle(language));
  fact("canonical", named.format);
  fact("dtype", `${named.name} (${named.kind})`);
  fact("itemsize", `${countText(named.itemsize, "byte")}, alignment ${named.alignment}`);
  fact("byte order", named.byteOrder);
  const bits = bitsText(named);
  if (bits !== null) fact("bits", bits);
  fact("NumPy", numpyText(named) ?? "no dtype of NumPy says this");
  if (named.custom) fact("custom", `${named.custom.aliases.join("; ")}${named.custom.resolved ? "" : " (unresolved)"}`);
  for (const note of diagnostics) fact("note", note);
  terminal.out("");
  for (const line of drawLayout(named)) terminal.out(printable(line));
  if (named.fields) {
    terminal.out("");
    const rows = segments.map(({ name, offset, nbytes, dtype: of }) =>
      name === null
        ? [dim("(padding)"), String(offset), String(nbytes), "", ""]
        : [printable(name), String(offset), String(nbytes), of!.name, orderText(of!)],
    );
    terminal.out(
      table(terminal, ["field", "offset", "bytes", "dtype", "byte order"], rows, { right: [1, 2], narrow: "blocks" }),
    );
  }
  terminal.out("");
  const abiRows = sizes.map(({ abi, itemsize, alignment, error }) =>
    error === null ? [abi, String(itemsize), String(alignment)] : [abi, "-", "-", printable(error)],
  );
  terminal.out(table(terminal, ["ABI", "itemsize", "alignment", ""], abiRows, { right: [1, 2], narrow: "blocks" }));
}
