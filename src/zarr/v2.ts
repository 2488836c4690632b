/** `.zarray`: the metadata of an array in Zarr v2, read and changed. */

import type { DType } from "../dtype/dtype.js";
import { dtypeFromNumpyDescr, type NumpyDescr, numpyDescr } from "../index.js";
import { type Change, fillOf, type Items, requireHoldable, variableLength, type ZarrArray } from "./array.js";
import { type CodecName, requireKnownCodec, unsupported } from "./codecs.js";
import { gridOf, separatorIn } from "./grid.js";
import { type Edit, edited, type JsonText, memberOf, metadataError, plainValue } from "./json-text.js";

interface Fields {
  readonly zarr_format?: unknown;
  readonly shape?: unknown;
  readonly chunks?: unknown;
  readonly dtype?: unknown;
  readonly order?: unknown;
  readonly fill_value?: unknown;
  readonly compressor?: unknown;
  readonly filters?: unknown;
  readonly dimension_separator?: unknown;
}

function codecOf(key: string, value: unknown): CodecName {
  const { id, ...configuration } = (value ?? {}) as Record<string, unknown>;
  if (typeof id === "string") return { name: id.replace(/^numcodecs\./, ""), configuration };
  throw metadataError(key, `a codec without "id": ${JSON.stringify(value)}`);
}

const jsonOf = ({ name, configuration }: CodecName): object => ({ id: name, ...configuration });

/** Null for references to objects; all else that v2 knows is NumPy's. */
function dtypeOf(key: string, descr: unknown): DType | null {
  const text = JSON.stringify(descr) ?? "nothing";
  if (text.includes('"|O"')) return null;
  try {
    return dtypeFromNumpyDescr(descr as NumpyDescr);
  } catch (error) {
    throw metadataError(key, `"dtype" ${text}: ${(error as Error).message.split("\n")[0]}`);
  }
}

const filtersOf = (key: string, { filters, compressor }: Fields): CodecName[] =>
  [...(Array.isArray(filters) ? filters : []), ...(compressor ? [compressor] : [])].map((each) => codecOf(key, each));

export function readV2(path: string, json: JsonText): ZarrArray {
  const { key, text, root } = json;
  const fields = plainValue(text, root) as Fields;
  if (fields.zarr_format !== 2) throw metadataError(key, `"zarr_format" expected 2, got ${fields.zarr_format}`);
  const separator = separatorIn(key, fields.dimension_separator, ".");
  const grid = gridOf(key, fields.shape, fields.chunks, { prefix: [], separator });
  const dtype = dtypeOf(key, fields.dtype);
  const read = (): Items => {
    if (dtype === null) throw variableLength(key, JSON.stringify(fields.dtype));
    requireHoldable(key, grid.chunks, dtype);
    const codecs = filtersOf(key, fields);
    for (const codec of codecs) requireKnownCodec(key, codec);
    const axes = grid.shape.map((_, axis) => axis);
    if (fields.order !== "C" && fields.order !== "F")
      throw metadataError(key, `"order" expected "C" or "F", got ${JSON.stringify(fields.order)}`);
    const order = fields.order === "F" ? axes.reverse() : axes;
    return { dtype, chunks: grid.chunks, order, codecs, shards: null, fill: fillOf(key, dtype, fields.fill_value) };
  };
  let items: Items | undefined;
  return { path, version: 2, json, grid, dtype, items: () => (items ??= read()) };
}

/** @throws FileFormatError for a dtype that Zarr v2 does not have */
function descrOf(key: string, dtype: DType): NumpyDescr {
  const descr = numpyDescr(dtype);
  // Types that NumPy knows as raw bytes only would come back as these.
  if (dtypeFromNumpyDescr(descr) === dtype) return descr;
  throw unsupported(key, dtype.name, `Zarr v2 has no ${dtype.name}; take one that NumPy has, such as float16`);
}

/** The text of the document with something changed. */
export function changeV2({ json, items }: ZarrArray, { dtype, chunks, compressor, fill }: Change): string {
  const { key, text, root } = json;
  const before = items();
  const edits: Edit[] = [];
  const set = (name: string, value: string): void => {
    const node = memberOf(root, name);
    if (node !== undefined) edits.push({ node, text: value });
  };
  if (dtype !== before.dtype) set("dtype", JSON.stringify(descrOf(key, dtype)));
  if (fill !== null) set("fill_value", fill);
  if (chunks !== before.chunks) set("chunks", JSON.stringify(chunks));
  if (compressor !== undefined) set("compressor", compressor === null ? "null" : JSON.stringify(jsonOf(compressor)));
  const { filters } = plainValue(text, root) as Fields;
  if (Array.isArray(filters)) {
    const sized = filters.map((each) =>
      each?.id === "shuffle" && each.elementsize === before.dtype.itemsize
        ? { ...each, elementsize: dtype.itemsize }
        : each,
    );
    set("filters", JSON.stringify(sized));
  }
  return edited(text, edits);
}
