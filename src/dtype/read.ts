/** `dtype()`: format text → syntax → custom types → layout → DType, or else a name; with caches in front. */

import { isStridebufError, show, stridebufError } from "../errors.js";
import { type Abi, type AbiProfile, abis } from "../format/abi.js";
import type { Choice, Dialect, Model } from "../format/choice.js";
import { chooseLayout } from "../format/choose.js";
import { elementCount } from "../format/layout.js";
import type { DTypeName } from "../format/named-items.js";
import { checkNumPy } from "../format/numpy-rules.js";
import { parseFormat } from "../format/parse.js";
import { parseStruct } from "../format/struct-syntax.js";
import { type Alias, type Entry, elementOrder, type Syntax } from "../format/syntax.js";
import { requireKnownOptions } from "../options.js";
import { opaqueRecord, unknownDType } from "./aliased.js";
import { buildDType } from "./build.js";
import { TextCache } from "./cache.js";
import type { DType } from "./dtype.js";
import { formatHint } from "./make.js";
import { voidDType } from "./make-other.js";
import { languageTitle, meaningsOf, type NameLanguage, readName } from "./names/languages.js";
import { misspelled } from "./names/misspelled.js";
import { defaultRegistry, OwnerTable } from "./owner-table.js";
import type { DTypeRegistry } from "./registry.js";
import { resolveCustom, unknownError } from "./resolve.js";
import { isDType, setFormatReader } from "./value.js";

/** How text is read; most texts mean the same under all of them. */
export interface DTypeOptions {
  /** Bytes per item of the buffer that the format came with: decides between layouts, and sizes unknown types. */
  itemsize?: number;
  /** Whose C types the letters are; default `lp64`. */
  abi?: Abi;
  /** Whose rules hold; default `auto`, which decides by `itemsize`. */
  dialect?: Dialect;
  /** Who knows the types in brackets; default the registry of `registerDType`. */
  registry?: DTypeRegistry;
  /** Whether `struct:` and `buffer:` aliases may give a meaning to types that nobody knows; default true. */
  allowPhysicalFallback?: boolean;
}

/** A dtype and how it was found. */
export interface FormatReading {
  /** What the text means. */
  readonly dtype: DType;
  /** What the text was: PEP 3118, or the name of a type in another language. */
  readonly language: "pep3118" | NameLanguage;
  /** The layout model that held; "opaque" when only the number of bytes is known. Names are "explicit". */
  readonly model: Model;
  /** Findings that a person may want to know, none of them an error. */
  readonly diagnostics: readonly string[];
}

interface Settings {
  readonly abi: AbiProfile;
  readonly dialect: Dialect;
  readonly registry: OwnerTable;
  readonly allowPhysicalFallback: boolean;
  readonly itemsize: number | undefined;
}

const dialects = new Set<Dialect>(["auto", "numpy", "struct", "explicit"]);

interface RegistryCache {
  revision: string;
  /** Formats read without options. */
  readonly plain: TextCache<DType>;
  /** Formats with their options in front. */
  readonly special: TextCache<DType>;
}

const caches = new WeakMap<OwnerTable, RegistryCache>();

/** The format read last, without options: calls repeat. */
const last = { format: "", revision: "", dtype: undefined as DType | undefined };

function cacheOf(registry: OwnerTable): RegistryCache {
  let cache = caches.get(registry);
  if (cache === undefined) {
    cache = { revision: registry.revision, plain: new TextCache(), special: new TextCache() };
    caches.set(registry, cache);
  } else if (cache.revision !== registry.revision) {
    cache.plain.clear();
    cache.special.clear();
    cache.revision = registry.revision;
  }
  return cache;
}

/**
 * The dtype that a format or a name describes; a DType is returned as it is.
 *
 * @param format - PEP 3118 text (docs/format.md), such as `<i`, `T{<i:x:<d:y:}`, `(2,3)f` or `[ml_dtypes:bfloat16]`,
 * which keeps its meaning wherever it is valid; or a name, such as `float32`, `<f4`, `datetime64[ms]`, `bf16`, `F8_E4M3`
 * (docs/dtype-names.md). `options` are about PEP 3118 text: names mean the same whatever `abi` says, and are not read when
 * `dialect` says what language the text is in; `itemsize` must be theirs.
 * @throws {@link FormatSyntaxError}, {@link UnsupportedFormatError}, {@link UnknownDTypeError},
 * {@link ByteOrderUnsupportedError}, {@link ItemsizeMismatchError}, {@link LayoutError} (sizes beyond 2^53 bytes).
 *
 * @example
 * const d = dtype("T{<i:x:<d:y:}");
 * d.itemsize; // 12
 * dtype(d.format) === d; // true
 * dtype("float32") === dtype("f"); // true
 */
export function dtype(format: DTypeName | (string & {}) | DType, options?: DTypeOptions): DType {
  if (typeof format !== "string") return checkedDType(format, options?.itemsize);
  if (options === undefined) {
    const { revision } = defaultRegistry;
    if (format === last.format && revision === last.revision && last.dtype !== undefined) return last.dtype;
    const { plain } = cacheOf(defaultRegistry);
    let known = plain.get(format);
    if (known === undefined) {
      known = readText(format, noOptions).dtype;
      plain.set(format, known);
    }
    last.format = format;
    last.revision = revision;
    last.dtype = known;
    return known;
  }
  const settings = checkOptions(options);
  const { special } = cacheOf(settings.registry);
  const { abi, dialect, itemsize, allowPhysicalFallback } = settings;
  const key = `${itemsize ?? ""} ${abi.name} ${dialect} ${allowPhysicalFallback ? 1 : 0} ${format}`;
  let known = special.get(key);
  if (known === undefined) {
    known = readText(format, settings).dtype;
    special.set(key, known);
  }
  return known;
}

/**
 * As {@link dtype}, with the language of the text, the layout model that was chosen and what was noticed on the way.
 * Not cached.
 *
 * @example
 * readFormat("bf16").language; // "ml"
 */
export function readFormat(format: DTypeName | (string & {}), options: DTypeOptions = {}): FormatReading {
  if (typeof format !== "string") throw new TypeError(`"format" expected a string, got ${typeof format}`);
  const reading = readText(format, checkOptions(options));
  const others = otherMeanings(format, reading);
  if (reading.language === "pep3118" || options.abi === undefined) {
    return { ...reading, diagnostics: [...reading.diagnostics, ...others] };
  }
  const note = `"abi" is about PEP 3118 text; ${format} is a name and means the same under every ABI`;
  return { ...reading, diagnostics: [...reading.diagnostics, ...others, note] };
}

/** What the text would mean in languages that do not decide. */
function otherMeanings(format: string, { dtype: chosen }: FormatReading): string[] {
  return meaningsOf(format).flatMap(({ language, meaning }) => {
    const other = typeof meaning === "string" ? meaning : meaning.name;
    return meaning === chosen || other === chosen.format
      ? []
      : [`${format} is also a name in ${languageTitle(language)}: ${other}`];
  });
}

function checkedDType(format: unknown, itemsize: number | undefined): DType {
  if (!isDType(format))
    throw new TypeError(`"format" expected a string or a DType, got ${show(format)}${formatHint(format)}`);
  if (itemsize === undefined || itemsize === format.itemsize) return format;
  throw stridebufError(
    "ItemsizeMismatchError",
    `items have ${itemsize} bytes, but ${format.name} has ${format.itemsize}`,
    {
      format: format.name,
      itemsize,
      sizes: [format.itemsize],
    },
  );
}

const noOptions: Settings = {
  abi: abis.lp64,
  dialect: "auto",
  registry: defaultRegistry,
  allowPhysicalFallback: true,
  itemsize: undefined,
};

const OPTIONS = ["itemsize", "abi", "dialect", "registry", "allowPhysicalFallback"];

function checkOptions(options: DTypeOptions): Settings {
  requireKnownOptions(options, OPTIONS);
  const {
    itemsize,
    abi = "lp64",
    dialect = "auto",
    registry = defaultRegistry,
    allowPhysicalFallback = true,
  } = options;
  if (itemsize !== undefined && !(Number.isSafeInteger(itemsize) && itemsize >= 0)) {
    throw new RangeError(`"itemsize" expected integer >= 0, got ${String(itemsize)}`);
  }
  if (!Object.hasOwn(abis, abi)) {
    throw new TypeError(`"abi" expected one of ${Object.keys(abis).join(", ")}, got ${String(abi)}`);
  }
  if (!dialects.has(dialect)) {
    throw new TypeError(`"dialect" expected one of ${[...dialects].join(", ")}, got ${String(dialect)}`);
  }
  if (!(registry instanceof OwnerTable)) {
    throw new TypeError(`"registry" expected a DTypeRegistry, got ${registry === null ? "null" : typeof registry}`);
  }
  return { abi: abis[abi], dialect, registry, allowPhysicalFallback, itemsize };
}

/** PEP 3118 text comes first, then names; the error of the text stands unless it looks like a misspelled name. */
function readText(text: string, settings: Settings): FormatReading {
  try {
    return read(text, settings);
  } catch (error) {
    const isName =
      settings.dialect === "auto" && isStridebufError(error, "FormatSyntaxError", "UnsupportedFormatError");
    const named = isName ? readName(text) : undefined;
    if (named === undefined) throw (isName ? misspelled(text, error) : undefined) ?? error;
    const { language, meaning } = named;
    const found = typeof meaning === "string" ? read(meaning, settings).dtype : meaning;
    return { dtype: checkedDType(found, settings.itemsize), language, model: "explicit", diagnostics: [] };
  }
}

function read(format: string, settings: Settings): FormatReading {
  const { abi, dialect, itemsize } = settings;
  const syntax = dialect === "struct" ? parseStruct(format) : parseFormat(format);
  if (dialect === "numpy") checkNumPy(syntax);
  const { customs, unknown } = resolveCustoms(syntax, settings);
  const choice = chooseLayout(syntax, { abi, dialect, itemsize, customs, unknown });
  const { model, diagnostics } = choice;
  return { dtype: build(syntax, choice, abi, customs, unknown), language: "pep3118", model, diagnostics };
}

interface Customs {
  readonly customs: ReadonlyMap<Entry, DType>;
  /** Entries that nobody knows. */
  readonly unknown: readonly Entry[];
}

const nothingCustom: Customs = { customs: new Map(), unknown: [] };

function resolveCustoms(syntax: Syntax, settings: Settings): Customs {
  if (syntax.customs.length === 0) return nothingCustom;
  const { registry, abi, allowPhysicalFallback, itemsize } = settings;
  const customs = new Map<Entry, DType>();
  const unknown: Entry[] = [];
  for (const entry of syntax.customs) {
    const n = elementCount(entry);
    const alone = syntax.entries.length === 1 && syntax.entries[0] === entry && n > 0 && itemsize !== undefined;
    const share = alone && itemsize % n === 0 ? itemsize / n : undefined;
    const found = resolveCustom(entry, { registry, abi, allowPhysicalFallback, itemsize: share, physical });
    if (found === undefined) {
      unknown.push(entry);
      if (itemsize === undefined) throw unknownError(entry, registry);
    } else customs.set(entry, found);
  }
  return { customs, unknown };
}

function build(
  syntax: Syntax,
  choice: Choice,
  abi: AbiProfile,
  customs: ReadonlyMap<Entry, DType>,
  unknown: readonly Entry[],
): DType {
  if (choice.layout === null) {
    if (unknown.length === 0) return voidDType(choice.size);
    return opaqueRecord(
      syntax.format,
      unknown.flatMap((entry) => entry.aliases!),
      choice.size,
    );
  }
  return buildDType(syntax.format, choice.layout, abi, (entry, size) => {
    const order = elementOrder(entry.order, abi.littleEndian);
    const aliases = entry.aliases!;
    return (
      customs.get(entry) ??
      unknownDType({ aliases, by: aliases[0]!, viaFallback: false, complex: entry.complex, order }, size)
    );
  });
}

/** The bytes that `struct:…` (one code with a count is a sub-array) or `buffer:…` describes. */
function physical(alias: Alias, order: Entry["order"], abi: AbiProfile): DType {
  const { owner, body } = alias;
  let syntax = owner === "struct" ? parseStruct(body, order, true) : parseFormat(body, order);
  if (owner === "struct" && syntax.entries.length !== 1) syntax = parseStruct(body, order);
  const dialect = owner === "struct" ? "struct" : "auto";
  const choice = chooseLayout(syntax, { abi, dialect, itemsize: undefined, ...nothingCustom });
  return build(syntax, choice, abi, nothingCustom.customs, []);
}

setFormatReader((format, { itemsize }) => {
  try {
    return dtype(format);
  } catch (error) {
    // Only types that nobody knows need the size of what they are compared with.
    if (!isStridebufError(error, "UnknownDTypeError")) throw error;
    return dtype(format, { itemsize });
  }
});
