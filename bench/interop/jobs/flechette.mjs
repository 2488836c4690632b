/** The same columns in flechette. */
import { batchType, Column, decimal as decimalType, float16 as float16Type } from "@uwdata/flechette";
import { empty } from "stridebuf";
import { fromArrow, toArrowData } from "stridebuf/arrow";
import { version } from "../version.mjs";
import { decimals, halves } from "./arrow.mjs";

const library = version("@uwdata/flechette");
const columnOf = (source, type) =>
  new Column([toArrowData(source, { type, make: (data) => new (batchType(data.type))(data) })]);
const into = (column, type) => {
  const out = empty([column.length], type);
  const values = out.toTypedArray();
  return () => {
    fromArrow(column, { out });
    return values;
  };
};

export function float16() {
  const column = columnOf(halves(), float16Type());
  return {
    library,
    job: "float16 column of 1 Mi rows → float32",
    way: "`Float32Array.from(toArray())`",
    theirs: () => Float32Array.from(column.toArray()),
    ours: into(column, "<f"),
  };
}

export function decimal() {
  const column = columnOf(decimals(), decimalType(20, 2, 128));
  return {
    library,
    job: "decimal128 column of 256 Ki rows → float64",
    way: "`Float64Array.from(toArray())`",
    theirs: () => Float64Array.from(column.toArray()),
    ours: into(column, "<d"),
  };
}
