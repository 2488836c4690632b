/** Columns of apache-arrow. Their own way is a loop over `get`, unless the library has an array of the values. */
import * as arrow from "apache-arrow";
import { convert, empty, view } from "stridebuf";
import { fromArrow, toArrowData } from "stridebuf/arrow";
import { version } from "../version.mjs";

const library = version("apache-arrow");
const N = 1 << 20;
const floats = Float32Array.from({ length: N }, (_, i) => (i % 4096) / 8);

/** A new Float64Array or Float32Array of what `get` gives. */
const looped = (vector, make, value = (x) => x) => {
  const result = make(vector.length);
  for (let i = 0; i < vector.length; i++) result[i] = value(vector.get(i));
  return result;
};
const into = (column, shape, type, options) => {
  const out = empty(shape, type);
  const values = out.toTypedArray();
  return () => {
    fromArrow(column, { out, ...options });
    return values;
  };
};

export function halves() {
  return convert(view(floats), "<e");
}

export function float16() {
  const vector = arrow.makeVector(toArrowData(halves(), { type: new arrow.Float16(), make: arrow.makeData }));
  return {
    library,
    job: "float16 column of 1 Mi rows → float32",
    way: "`get` in a loop",
    theirs: () => looped(vector, (n) => new Float32Array(n)),
    ours: into(vector, [N], "<f"),
  };
}

export function nullable() {
  const mask = new Uint8Array(N).map((_, i) => (i % 10 === 3 ? 0 : 1));
  const values = view(BigInt64Array.from({ length: N }, (_, i) => BigInt(i - 1000)));
  const vector = arrow.makeVector(toArrowData(values, { type: new arrow.Int64(), make: arrow.makeData, mask }));
  return {
    library,
    job: "int64 with a tenth of nulls → float64 and NaN",
    way: "`get` in a loop",
    theirs: () =>
      looped(
        vector,
        (n) => new Float64Array(n),
        (x) => (x === null ? Number.NaN : Number(x)),
      ),
    ours: into(vector, [N], "<d", { nulls: { fill: Number.NaN } }),
  };
}

export function rows() {
  const [count, size] = [2048, 768];
  const source = view(
    Float32Array.from({ length: count * size }, (_, i) => i % 1000),
    { shape: [count, size] },
  );
  const type = new arrow.FixedSizeList(size, new arrow.Field("item", new arrow.Float32()));
  const vector = arrow.makeVector(toArrowData(source, { type, make: arrow.makeData }));
  return {
    library,
    job: "2,048 lists of 768 float32 → one matrix",
    way: "`get(i).toArray()`, row by row",
    theirs() {
      const result = new Float32Array(count * size);
      for (let i = 0; i < count; i++) result.set(vector.get(i).toArray(), i * size);
      return result;
    },
    ours: into(vector, [count, size], "<f"),
  };
}

export const decimals = () =>
  convert(
    view(BigInt64Array.from({ length: N / 4 }, (_, i) => BigInt(i * 12345 - 99999999))),
    "[arrow:decimal128:20:0]",
  ).reinterpret("[arrow:decimal128:20:2]");

export function decimal() {
  const type = new arrow.Decimal(2, 20);
  const vector = arrow.makeVector(toArrowData(decimals(), { type, make: arrow.makeData }));
  const number = (words) => {
    const [low, high] = new BigInt64Array(words.buffer, words.byteOffset, 2);
    return Number((high << 64n) | BigInt.asUintN(64, low)) / 100;
  };
  return {
    library,
    job: "decimal128 column of 256 Ki rows → float64",
    way: "`get` in a loop, BigInt",
    theirs: () => looped(vector, (n) => new Float64Array(n), number),
    ours: into(vector, [N / 4], "<d"),
  };
}

export function float32() {
  const vector = arrow.makeVector(floats);
  return {
    library,
    job: "float32 column as it is, neither copies",
    way: "`toArray()`",
    theirs: () => vector.toArray(),
    ours: () => fromArrow(vector),
    values: (x) => (ArrayBuffer.isView(x) ? x : x.toTypedArray()),
  };
}
