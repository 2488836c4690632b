/** Datasets of h5wasm, from a file in its own file system. */
import h5wasm from "h5wasm";
import { empty } from "stridebuf";
import { readDataset } from "stridebuf/hdf5";
import { version } from "../version.mjs";

const library = version("h5wasm");
await h5wasm.ready;
const file = new h5wasm.File("bench.h5", "w");
const N = 1 << 20;

const into = (dataset, count, type, options) => {
  const out = empty([count], type);
  const values = out.toTypedArray();
  return () => {
    readDataset(dataset, { out, ...options });
    return values;
  };
};

export function compound() {
  const count = N / 8;
  const numbers = (scale) => Float64Array.from({ length: count }, (_, i) => i * scale);
  const data = new Map([1, 2, 3, 4].map((scale) => [`c${scale}`, numbers(scale)]));
  file.create_dataset({ name: "records", data });
  const dataset = file.get("records");
  return {
    library,
    job: "one column of 128 Ki compounds of 4 float64",
    way: "`value`, a member of each row",
    theirs: () => Float64Array.from(dataset.value, (row) => row[2]),
    ours: into(dataset, count, "<d", { field: "c3" }),
  };
}

export function int64() {
  file.create_dataset({ name: "integers", data: BigInt64Array.from({ length: N }, (_, i) => BigInt(i - 500)) });
  const dataset = file.get("integers");
  return {
    library,
    job: "1 Mi int64 → float64",
    way: "`Float64Array.from(value, Number)`",
    theirs: () => Float64Array.from(dataset.value, Number),
    ours: into(dataset, N, "<d"),
  };
}

export function float32() {
  file.create_dataset({ name: "floats", data: Float32Array.from({ length: N }, (_, i) => i) });
  const dataset = file.get("floats");
  return {
    library,
    job: "1 Mi float32 as they are",
    way: "`value`",
    theirs: () => dataset.value,
    ours: into(dataset, N, "<f"),
  };
}
