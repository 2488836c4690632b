/**
 * Records: made, and found again. They are looked up by a number computed from their fields and then compared, because
 * building a string for each lookup costs more than the rest of reading a format. Generations and weak references as in
 * intern.ts.
 */

import { show, stridebufError } from "../errors.js";
import { roundUp } from "../format/layout.js";
import { requireKnownOptions } from "../options.js";
import type { DType, DTypeField } from "./dtype.js";
import { keyText, onCollected, type Weak, weakly } from "./intern.js";
import { checkCount, checkDType, exact } from "./make.js";
import { type DTypeFacts, dtypeId, isDType, newDType } from "./value.js";

/** A field as {@link structDType} takes it. */
export interface StructField {
  /** The name, unique in the record. */
  readonly name: string;
  /** What the field holds. */
  readonly dtype: DType;
  /** Bytes from the start of the record; default: after the field before it. */
  readonly offset?: number;
  /** NumPy's second name of the field. */
  readonly title?: string;
}

/** How the fields of a record are laid out. */
export interface StructOptions {
  /** Put fields and end where a C compiler would: default false, which packs them. */
  readonly align?: boolean;
  /** Bytes of the record, if there is room behind the last field. */
  readonly itemsize?: number;
  /** Bytes that the record's size is a multiple of; default 1, with `align` that of the strictest field. */
  readonly alignment?: number;
}

/**
 * A record. Fields without an offset follow each other, packed unless `align` says otherwise; fields with one may leave
 * holes, overlap, and stand in any order. The alignment of the dtype itself follows from its layout: that of its
 * strictest field when all fields and the itemsize obey it, otherwise 1.
 *
 * @throws {@link LayoutError} for duplicate names and fields outside `itemsize`.
 *
 * @example
 * const fields = [{ name: "id", dtype: dtypes.int16 }, { name: "x", dtype: dtypes.float64 }];
 * structDType(fields).itemsize; // 10
 * structDType(fields, { align: true }).itemsize; // 16
 */
export function structDType(fields: readonly StructField[], options: StructOptions = {}): DType {
  requireKnownOptions(options, ["align", "itemsize", "alignment"]);
  if (!Array.isArray(fields)) throw new TypeError(`"fields" expected an array of { name, dtype }, got ${show(fields)}`);
  const { align = false } = options;
  const names = new Set<string>();
  const list: DTypeField[] = [];
  let end = 0;
  let next = 0;
  let strictest = 1;
  for (const [i, field] of fields.entries()) {
    if (typeof field !== "object" || field === null || Array.isArray(field))
      throw new TypeError(`"fields[${i}]" expected { name, dtype }, got ${show(field)}`);
    const { name, dtype, title } = field;
    checkDType(`fields[${i}].dtype`, dtype);
    const offset = field.offset ?? (align ? roundUp(next, dtype.alignment) : next);
    checkCount(`fields[${i}].offset`, offset);
    if (names.has(name)) {
      throw stridebufError("LayoutError", `duplicate field name ${JSON.stringify(name)}`, { reason: "field" });
    }
    names.add(name);
    next = exact(offset + dtype.itemsize, "itemsize");
    end = Math.max(end, next);
    strictest = Math.max(strictest, dtype.alignment);
    list.push(title === undefined ? { name, offset, dtype } : { name, offset, dtype, title });
  }
  const { alignment = align ? strictest : 1 } = options;
  checkCount("alignment", alignment);
  const itemsize = options.itemsize ?? exact(roundUp(end, Math.max(alignment, 1)), "itemsize");
  if (!(itemsize >= end && Number.isSafeInteger(itemsize))) {
    throw stridebufError("LayoutError", `"itemsize" ${itemsize} is less than the ${end} bytes that the fields take`, {
      reason: "field",
    });
  }
  return recordDType(list, itemsize);
}

/** The record of checked fields, which become its own. */
export function recordDType(fields: DTypeField[], itemsize: number): DType {
  return internRecord(fields, itemsize, () => {
    let alignment = 1;
    let copyable = true;
    for (const field of fields) {
      Object.freeze(field);
      alignment = Math.max(alignment, field.dtype.alignment);
      copyable &&= field.dtype.copyable;
    }
    return {
      kind: "struct",
      itemsize,
      alignment: isAligned(fields, itemsize, alignment) ? alignment : 1,
      fields: Object.freeze(fields),
      copyable,
    };
  });
}

/** Fields of longer records are found by a map. */
const MAX_SCANNED = 16;
const byName = new WeakMap<DType, ReadonlyMap<string, DTypeField>>();

/** The field of a record by its name; undefined when there is none. */
export function fieldNamed(dtype: DType, name: string): DTypeField | undefined {
  const { fields = [] } = dtype;
  if (fields.length <= MAX_SCANNED) return fields.find((field) => field.name === name);
  let names = byName.get(dtype);
  if (names === undefined) {
    names = new Map(fields.map((field) => [field.name, field]));
    byName.set(dtype, names);
  }
  return names.get(name);
}

function isAligned(fields: readonly DTypeField[], itemsize: number, alignment: number): boolean {
  return itemsize % alignment === 0 && fields.every((field) => field.offset % field.dtype.alignment === 0);
}

/** Records and fields per generation. */
const GENERATION = 4096;
/** Beyond this many records of one number somebody makes them collide, and text decides. */
const MAX_BUCKET = 32;

type Held = DType | Weak;
type Recent = { readonly hash: number; readonly dtype: DType };

const buckets = new Map<number, Held[]>();
const crowded = new Map<string, Weak>();
let young: Recent[] = [];
let old: Recent[] = [];
let weight = 0;

const forgetLater = /* @__PURE__ */ onCollected<number>((hash) => {
  const alive = buckets.get(hash)?.filter((held) => deref(held) !== undefined) ?? [];
  if (alive.length === 0) buckets.delete(hash);
  else buckets.set(hash, alive);
});
const forgetCrowdedLater = /* @__PURE__ */ onCollected<string>((key) => {
  if (crowded.get(key)?.deref() === undefined) crowded.delete(key);
});

const deref = (held: Held): DType | undefined => (isDType(held) ? held : held.deref());

/** The record of these fields and size; `make` states its facts when there is none alive. */
export function internRecord(fields: readonly DTypeField[], itemsize: number, make: () => DTypeFacts): DType {
  const hash = hashOf(fields, itemsize);
  const bucket = buckets.get(hash) ?? [];
  for (const held of bucket) {
    const dtype = deref(held);
    if (dtype !== undefined && dtype.itemsize === itemsize && sameFields(dtype.fields!, fields)) return dtype;
  }
  if (crowded.size === 0 && bucket.length < MAX_BUCKET) return remember(hash, bucket, newDType(make()));
  return fromCrowd(hash, bucket, fields, itemsize, make);
}

function remember(hash: number, bucket: Held[], dtype: DType): DType {
  bucket.push(dtype);
  if (bucket.length === 1) buckets.set(hash, bucket);
  weight += 1 + dtype.fields!.length;
  if (weight > GENERATION) age();
  young.push({ hash, dtype });
  return dtype;
}

function age(): void {
  for (const { hash, dtype } of old) {
    const bucket = buckets.get(hash)!;
    bucket[bucket.indexOf(dtype)] = weakly(dtype);
    forgetLater(dtype, hash);
  }
  old = young;
  young = [];
  weight = 0;
}

function hashOf(fields: readonly DTypeField[], itemsize: number): number {
  let hash = itemsize | 0;
  for (const { name, offset, dtype } of fields) {
    for (let i = 0; i < name.length; i++) hash = Math.imul(hash ^ name.charCodeAt(i), 0x01000193);
    hash = Math.imul(hash ^ (offset | 0), 0x01000193);
    hash = Math.imul(hash ^ dtypeId(dtype), 0x01000193);
  }
  return hash;
}

function sameFields(a: readonly DTypeField[], b: readonly DTypeField[]): boolean {
  if (a.length !== b.length) return false;
  for (let i = 0; i < a.length; i++) {
    const x = a[i]!;
    const y = b[i]!;
    if (x.name !== y.name || x.offset !== y.offset || x.dtype !== y.dtype || x.title !== y.title) return false;
  }
  return true;
}

function fromCrowd(
  hash: number,
  bucket: Held[],
  fields: readonly DTypeField[],
  itemsize: number,
  make: () => DTypeFacts,
): DType {
  const parts = fields.map(
    ({ name, offset, dtype, title }) =>
      `${keyText(name)}${offset},${dtypeId(dtype)}${title === undefined ? "" : `t${keyText(title)}`}`,
  );
  const key = `${itemsize} ${parts.join(";")}`;
  const known = crowded.get(key)?.deref();
  if (known !== undefined) return known;
  const dtype = newDType(make());
  if (bucket.length < MAX_BUCKET) return remember(hash, bucket, dtype);
  crowded.set(key, weakly(dtype));
  forgetCrowdedLater(dtype, key);
  return dtype;
}
