/**
 * Which language a name is written in. PEP 3118 text comes before all of these wherever it is valid; then the languages
 * below are asked in their order, but for the names in `decided`. docs/dtype-names.md lists what every name means.
 */

import { nearestName } from "../../options.js";
import { arrow, arrowTypes } from "../builtin/arrow.js";
import { gguf, ggufTypes } from "../builtin/gguf.js";
import { cpp } from "../builtin/tables.js";
import type { DType } from "../dtype.js";
import { scalarDType } from "../make.js";
import { withByteOrder } from "../order.js";
import type { DTypeResolver } from "../resolver.js";
import { elementsOfArrays } from "../typed-arrays.js";
import { isDType } from "../value.js";
import { numpyNames, readNumpyName } from "./numpy-names.js";
import { dtypeOfRow, type SystemRow, systemRows } from "./systems.js";
import { readRawBytes } from "./zarr.js";

/** A dtype, or the format text of one that only the registry can make. */
type Meaning = DType | string;

interface Language {
  /** What people call it. */
  readonly title: string;
  /** What a name means; undefined when it is none. Names that are no text are read by names.ts. */
  read(name: string): Meaning | undefined;
  /** The names that are texts and no patterns. */
  names(): readonly string[];
}

/** A language whose names are a column of the table of systems. */
function column(title: string, namesOf: (row: SystemRow) => readonly (string | number)[]): Language {
  return {
    title,
    read: (name) => {
      const row = systemRows.find((candidate) => (namesOf(candidate) as readonly unknown[]).includes(name));
      return row && dtypeOfRow(row);
    },
    names: () => systemRows.flatMap(namesOf).filter((name) => typeof name === "string"),
  };
}

/** What may stand behind an owner in a bracket: printable ASCII but `;`, `[` and `]`. */
const BODY = /^[!-:<-Z^-~]+$/;

/** A language whose names are the bodies of an owner's types. */
function owner(title: string, name: string, resolver: DTypeResolver, names: () => readonly string[]): Language {
  return {
    title,
    read: (body) => {
      if (!BODY.test(body)) return undefined;
      try {
        const type = resolver(body, { order: "@", littleEndian: true, complex: false, params: body, abi: "lp64" });
        return type === undefined || isDType(type) ? type : `[${name}:${body}]`;
      } catch {
        return undefined;
      }
    },
    names,
  };
}

const arrowOwner = owner("Arrow", "arrow", arrow, () => arrowTypes);

const zarrColumn = column("Zarr", (row) => (row.zarr === undefined ? [] : [row.zarr]));

/** A language that names of dtypes are written in. */
export type NameLanguage = "numpy" | "zarr" | "safetensors" | "ml" | "onnx" | "arrow" | "gguf" | "cpp" | "javascript";

/** The languages, in the order in which they are asked. */
export const systems: Readonly<Record<NameLanguage, Language>> = {
  numpy: { title: "NumPy", read: readNumpyName, names: numpyNames },
  zarr: { ...zarrColumn, read: (name) => readRawBytes(name) ?? zarrColumn.read(name) },
  safetensors: column("safetensors", (row) => (row.safetensors === undefined ? [] : [row.safetensors])),
  ml: column("machine learning", (row) => row.ml ?? []),
  onnx: column("ONNX", (row) => row.onnx ?? []),
  /** pyarrow prints parameters in brackets (`timestamp[ms]`); behind `:` they are read too. */
  arrow: { ...arrowOwner, read: (name) => arrowOwner.read(name.replace(/\[([^\][]*)\]$/, ":$1")) },
  gguf: owner("GGUF", "gguf", gguf, () => [...ggufTypes.values()]),
  cpp: owner("C++", "cpp", cpp.resolver, cpp.types),
  javascript: {
    title: "JavaScript",
    read: (name) => (Object.hasOwn(elementsOfArrays, name) ? scalarDType(elementsOfArrays[name]!) : undefined),
    names: () => Object.keys(elementsOfArrays),
  },
};

/**
 * Names that another language than the first has. NumPy's `i8` and `u8` count bytes and say int64 and uint64, everybody
 * else's bits; its `f16` and `c32` are the machine's long double, everybody else's half precision; its `U8` is a text
 * of eight characters, safetensors' an integer. With an order character in front, as NumPy writes them, they are
 * NumPy's.
 */
export const decided: Readonly<Record<string, NameLanguage>> = {
  i8: "ml",
  u8: "ml",
  f16: "ml",
  c32: "ml",
  U8: "safetensors",
  U16: "safetensors",
  U32: "safetensors",
  U64: "safetensors",
};

export interface NamedMeaning {
  readonly language: NameLanguage;
  readonly meaning: Meaning;
}

/** What every language that has the name means by it, the one that counts first. */
export function meaningsOf(name: string): NamedMeaning[] {
  const found: NamedMeaning[] = [];
  for (const language of Object.keys(systems) as NameLanguage[]) {
    const meaning = systems[language].read(name);
    if (meaning !== undefined) found.push({ language, meaning });
  }
  const first = Object.hasOwn(decided, name) ? found.findIndex(({ language }) => language === decided[name]) : 0;
  if (first > 0) found.unshift(...found.splice(first, 1));
  return found;
}

/** What people call the language of a text. */
export const languageTitle = (language: "pep3118" | NameLanguage): string =>
  language === "pep3118" ? "PEP 3118" : systems[language].title;

/** What a name means, perhaps with `<`, `>`, `=` or `|` in front; undefined when no language has it. */
export function readName(text: string): NamedMeaning | undefined {
  const mark = /^[<>=|]/.exec(text)?.[0];
  if (mark === undefined) return meaningsOf(text)[0];
  const code = systems.numpy.read(text);
  if (code !== undefined) return { language: "numpy", meaning: code };
  const named = meaningsOf(text.slice(1))[0];
  if (named === undefined || mark !== ">") return named;
  const { language, meaning } = named;
  return { language, meaning: typeof meaning === "string" ? `>${meaning}` : withByteOrder(meaning, "big") };
}

/** All names that are no patterns. */
export const allNames = (): readonly string[] => [
  ...new Set(Object.values<Language>(systems).flatMap((language) => language.names())),
];

/** Up to three of `names` that `text` was probably meant to be, the nearest first; what it merely contains is none. */
export function nearestNames(text: string, names: readonly string[]): string[] {
  const near: string[] = [];
  const lower = text.toLowerCase();
  const isPart = (name: string) => name.length < text.length && lower.includes(name.toLowerCase());
  for (let rest = names.filter((name) => !isPart(name)); near.length < 3; ) {
    const best = nearestName(text, rest);
    if (best === undefined) break;
    near.push(best);
    rest = rest.filter((name) => name !== best);
  }
  return near;
}
