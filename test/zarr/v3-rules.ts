/**
 * What the specification of Zarr v3 demands of `zarr.json` (https://zarr-specs.readthedocs.io/en/latest/v3/core/v3.0.html, and the pages of its
 * data types, codecs and chunk grids): told for a document as the rules that it breaks. Where only one implementation reads a result back, the
 * text of the rules is the other.
 */

type Json = Record<string, unknown>;

/** Core data types and those of the registry that are made here: bytes of an item. */
const ITEM_BYTES: Readonly<Record<string, number>> = {
  ...{ bool: 1, int8: 1, uint8: 1, int16: 2, uint16: 2, int32: 4, uint32: 4, int64: 8, uint64: 8 },
  ...{ float16: 2, float32: 4, float64: 8, bfloat16: 2, complex64: 8, complex128: 16 },
};
const NODE_MEMBERS = new Set(["zarr_format", "node_type", "attributes", "consolidated_metadata"]);
const ARRAY_MEMBERS = new Set([
  ...["shape", "data_type", "chunk_grid", "chunk_key_encoding", "fill_value", "codecs"],
  ...["storage_transformers", "dimension_names"],
]);
/** Codecs that take an array and give an array, or bytes; others take bytes. */
const ARRAY_TO_ARRAY = new Set(["transpose"]);
const ARRAY_TO_BYTES = new Set(["bytes", "sharding_indexed"]);

const isObject = (value: unknown): value is Json =>
  typeof value === "object" && value !== null && !Array.isArray(value);
const isCounts = (value: unknown, least: number): value is number[] =>
  Array.isArray(value) && value.every((each) => Number.isInteger(each) && each >= least);

function brokenFill(type: string, fill: unknown): string[] {
  const isFloat = (value: unknown): boolean =>
    typeof value === "number" ||
    (typeof value === "string" &&
      /^(NaN|-?Infinity|0x[0-9a-f]+)$/.test(value) &&
      (!value.startsWith("0x") || isBits(value)));
  const isBits = (value: string): boolean => value.length === 2 + 2 * (ITEM_BYTES[type] ?? 0);
  const is =
    type === "bool"
      ? typeof fill === "boolean"
      : /^u?int/.test(type)
        ? Number.isInteger(fill) && (!type.startsWith("u") || (fill as number) >= 0)
        : type.startsWith("complex")
          ? Array.isArray(fill) &&
            fill.length === 2 &&
            fill.every((each) => typeof each === "number" || typeof each === "string")
          : type.endsWith("16") || type.startsWith("float")
            ? isFloat(fill)
            : fill !== undefined;
  return is ? [] : [`fill_value ${JSON.stringify(fill)} is none of ${type}`];
}

function brokenCodecs(list: unknown, itemBytes: number, rank: number, shape: readonly number[]): string[] {
  if (!Array.isArray(list) || list.length === 0) return ["codecs is no list of codecs"];
  const broken: string[] = [];
  const named = list.map((each) => (typeof each === "string" ? { name: each } : each) as Json);
  if (named.some(({ name }) => typeof name !== "string")) return ["a codec has no name"];
  const stages = named.map(({ name }) =>
    ARRAY_TO_ARRAY.has(name as string) ? 0 : ARRAY_TO_BYTES.has(name as string) ? 1 : 2,
  );
  if (stages.filter((stage) => stage === 1).length !== 1) broken.push("not exactly one codec makes bytes of the array");
  if (stages.some((stage, i) => i > 0 && stage < stages[i - 1]!))
    broken.push("codecs stand in an order that no array takes");
  for (const { name, configuration = {} } of named as { name: string; configuration?: Json }[]) {
    if (name === "bytes" && itemBytes > 1 && !["little", "big"].includes(configuration.endian as string))
      broken.push("bytes without endian, of items of several bytes");
    if (name === "transpose") {
      const order = configuration.order;
      if (!isCounts(order, 0) || [...order].sort((a, b) => a - b).join() !== [...Array(rank).keys()].join())
        broken.push("transpose: order is no permutation of the axes");
    }
    if (name === "gzip" && !(Number.isInteger(configuration.level) && (configuration.level as number) <= 9))
      broken.push("gzip: level");
    if (name === "zstd" && typeof configuration.checksum !== "boolean") broken.push("zstd: checksum");
    if (name === "blosc") {
      const { cname, clevel, shuffle, typesize, blocksize } = configuration;
      const isShuffle = ["noshuffle", "shuffle", "bitshuffle"].includes(shuffle as string);
      if (typeof cname !== "string" || !Number.isInteger(clevel) || !isShuffle || !Number.isInteger(blocksize))
        broken.push("blosc");
      if (shuffle !== "noshuffle" && !((typesize as number) >= 1))
        broken.push("blosc: typesize, which shuffling needs");
    }
    if (name === "sharding_indexed") {
      const inner = configuration.chunk_shape;
      if (!isCounts(inner, 1) || inner.length !== rank || inner.some((length, axis) => shape[axis]! % length !== 0))
        broken.push("sharding_indexed: chunk_shape does not divide the shard");
      else broken.push(...brokenCodecs(configuration.codecs, itemBytes, rank, inner));
      broken.push(...brokenCodecs(configuration.index_codecs, 8, rank + 1, []));
      if (!["start", "end", undefined].includes(configuration.index_location as string))
        broken.push("sharding_indexed: index_location");
    }
  }
  return broken;
}

/** The rules that a document breaks. */
export function brokenRules(document: unknown): string[] {
  if (!isObject(document)) return ["is no object"];
  const broken: string[] = [];
  if (document.zarr_format !== 3) broken.push("zarr_format is not 3");
  const isArray = document.node_type === "array";
  if (!isArray && document.node_type !== "group") broken.push("node_type is neither array nor group");
  if (document.attributes !== undefined && !isObject(document.attributes)) broken.push("attributes is no object");
  for (const [name, value] of Object.entries(document)) {
    if (NODE_MEMBERS.has(name) || (isArray && ARRAY_MEMBERS.has(name))) continue;
    if (!isObject(value) || value.must_understand !== false) broken.push(`${name} is no member that readers know`);
  }
  if (!isArray) return broken;
  const { shape, data_type: type, dimension_names: names } = document;
  if (!isCounts(shape, 0)) return [...broken, "shape"];
  const grid = document.chunk_grid as { name?: string; configuration?: Json } | undefined;
  const chunks = grid?.configuration?.chunk_shape;
  if (grid?.name !== "regular" || !isCounts(chunks, 1) || chunks.length !== shape.length)
    return [...broken, "chunk_grid"];
  const keys = document.chunk_key_encoding as { name?: string; configuration?: Json } | undefined;
  const separator = keys?.configuration?.separator ?? "/";
  if (!["default", "v2"].includes(keys?.name ?? "") || !["/", "."].includes(separator as string))
    broken.push("chunk_key_encoding");
  if (names !== undefined && !(Array.isArray(names) && names.length === shape.length)) broken.push("dimension_names");
  if (typeof type === "string" && ITEM_BYTES[type] !== undefined) {
    broken.push(
      ...brokenFill(type, document.fill_value),
      ...brokenCodecs(document.codecs, ITEM_BYTES[type], shape.length, chunks),
    );
  } else if (type === undefined) broken.push("data_type");
  return broken;
}
