/** Every kind of item that memory can hold, told by a dtype's own facts, and formats of each: all that the package knows by name. */

import { builtinOwners } from "../../../../src/dtype/builtin/owners.js";
import type { DType, DTypeKind } from "../../../../src/shared.js";
import { arrayDType, dtype, dtypes, structDType, withByteOrder } from "../../../../src/shared.js";
import type { Input } from "../input.js";
import { type CodecName, codecNames } from "./codecs.js";

/** `custom` are items that nobody can read; `number` what a codec of this package reads. */
export type Kind = DTypeKind | "packed" | "quantised" | "number" | CodecName;

const plain = {
  ...{ bool: 0, int: 0, uint: 0, float: 0, complex: 0, bytes: 0, text: 0, void: 0, pointer: 0, object: 0 },
  ...{ datetime: 0, timedelta: 0, struct: 0, array: 0, custom: 0 },
} satisfies Record<DTypeKind, 0>;

export const kinds: readonly Kind[] = [
  ...(Object.keys(plain) as DTypeKind[]),
  ...(["packed", "quantised", "number"] as const),
  ...codecNames,
];

export function kindOf({ kind, codec, custom }: DType): Kind {
  if (codec === undefined) return kind;
  if (custom?.owner === "fuzz") return custom.body as CodecName;
  if (codec.block !== undefined) return codec.block.encode === undefined ? "quantised" : "packed";
  return kind === "bytes" ? "bytes" : "number";
}

/** Owners' types that are not complete by their name. */
const parameters: Readonly<Record<string, readonly string[]>> = {
  "numpy:numpy.dtypes:DateTime64DType": ["a", "8:1", "7:25", "4:1", "1:1"],
  "numpy:numpy.dtypes:TimeDelta64DType": ["a", "8:25", "7:1", "2:1"],
  "numpy:numpy.dtypes:BytesDType": ["3"],
  "numpy:numpy.dtypes:VoidDType": ["5"],
  "numpy:numpy.dtypes:StrDType": ["12"],
  "arrow:timestamp": ["ms", "ns"],
  "arrow:duration": ["us"],
  "arrow:fixed_size_binary": ["7"],
  "arrow:decimal32": ["9:2"],
  "arrow:decimal64": ["18:3"],
  "arrow:decimal128": ["38:5"],
  "arrow:decimal256": ["76:10"],
  "arrow:arrow.opaque": ["int16"],
  "arrow:arrow.timestamp_with_offset": ["ms"],
  "arrow:arrow.fixed_shape_tensor": ["2,3:float"],
};

const written = [
  ..."?cbBhHiIlLqQnNefdgPO",
  ...["5s", "7p", "3u", "3w", "&i", "Ze", "Zf", "Zd", "Zg", "Z[ml_dtypes:bfloat16]", "Z[ml_dtypes:float8_e4m3fn]"],
  ...["(3)h", "(2,2)>f", "(2)3u", "(2)Zf", "(2)T{<h:a:<d:b:}", "(2)[packed:uint4]", "(2)[fuzz:tiles]"],
  ...["T{<h:a:<d:b:}", "T{>d:b:<i:a:}", "T{<B:a:<I:b:}", "T{<H:a:2x<d:b:}", "T{<Zf:z:?:t:3s:s:>2w:w:}"],
  ...[
    "T{T{<h:x:>i:y:}:in:(2)<e:m:}",
    "T{<[numpy:numpy.dtypes:DateTime64DType:8:1]:t:<q:n:}",
    "T{[fuzz:tiles]:a:<d:b:}",
  ],
  ...["[someone:else;struct:4x]", "4x"],
  ...codecNames.map((name) => `[fuzz:${name}]`),
];

function named(owner: string, type: string): string[] {
  const given = parameters[`${owner}:${type}`];
  if (given !== undefined) return given.map((parameter) => `[${owner}:${type}:${parameter}]`);
  return [`[${owner}:${type}]`];
}

/** @throws what `dtype` throws, where the tables above lack a parameter */
const known: readonly DType[] = [
  ...Object.values(dtypes),
  ...written.map((text) => dtype(text)),
  ...[...builtinOwners()].flatMap(([owner, { types }]) =>
    types().flatMap((type) => named(owner, type).map((t) => dtype(t))),
  ),
];

const flipped = (type: DType): DType => {
  try {
    return withByteOrder(type, type.byteOrder === "big" ? "little" : "big");
  } catch {
    return type;
  }
};

/** All dtypes by their kind, in both byte orders, each once. */
export const types: ReadonlyMap<Kind, readonly DType[]> = new Map(
  kinds.map((kind) => [kind, [...new Set(known.flatMap((t) => [t, flipped(t)]))].filter((t) => kindOf(t) === kind)]),
);

const numbers: readonly Kind[] = [
  "bool",
  "int",
  "uint",
  "float",
  "pointer",
  "number",
  "tiles",
  "items",
  "counts",
  "wasm",
];
const texts: readonly Kind[] = ["bytes", "text"];
/** Whose values have a conversion from and to those of which kinds. */
const related: Partial<Readonly<Record<Kind, readonly Kind[]>>> = {
  complex: ["complex", "float", "int", "bool"],
  ...Object.fromEntries(numbers.map((kind) => [kind, numbers])),
  ...Object.fromEntries(texts.map((kind) => [kind, texts])),
  datetime: ["datetime", "int"],
  timedelta: ["timedelta", "int", "float"],
};

/** A dtype that values of `type` can be converted from: the same, in the other byte order, or another. */
export function partner(input: Input, type: DType): DType {
  const way = input.below(3);
  // Blocks of another type take as many values as these have in another number of items.
  if (type.codec?.block !== undefined) return type;
  if (way < 2) return way === 0 ? type : flipped(type);
  if (type.kind === "array" && type.base !== undefined) return arrayDType(partner(input, type.base), type.shape!);
  if (type.fields !== undefined && type.fields.length > 0)
    return structDType(type.fields.map((field) => ({ name: field.name, dtype: partner(input, field.dtype) })));
  const kind = kindOf(type);
  return input.pick(types.get(input.pick(related[kind] ?? [kind]))!);
}
