/** DType → the DT description of the golden vectors (test/vectors/README.md). */
import type { DType } from "../../src/dtype/dtype.js";

export interface DT {
  k: string;
  n: number;
  o?: string;
  unit?: [string, number];
  ld?: true;
  fields?: { name: string; off: number; t: DT }[];
  shape?: number[];
  t?: DT;
}

const kinds: Partial<Record<DType["kind"], string>> = {
  bool: "b",
  int: "i",
  uint: "u",
  float: "f",
  complex: "c",
  bytes: "S",
  text: "U",
  void: "V",
  object: "O",
  datetime: "M",
  timedelta: "m",
  pointer: "P",
};

export function describeDType(dtype: DType, nativeLongDouble?: string): DT {
  if (dtype.kind === "array") {
    return { k: "A", n: dtype.itemsize, shape: [...dtype.shape!], t: describeDType(dtype.base!, nativeLongDouble) };
  }
  if (dtype.kind === "struct") {
    const fields = dtype.fields!.map(({ name, offset, dtype: t }) => ({
      name,
      off: offset,
      t: describeDType(t, nativeLongDouble),
    }));
    return { k: "V", n: dtype.itemsize, fields };
  }
  const o = dtype.byteOrder === "little" ? "<" : dtype.byteOrder === "big" ? ">" : "|";
  const dt: DT = { k: kinds[dtype.kind] ?? dtype.kind, n: dtype.itemsize, o };
  if (dtype.kind === "void" || dtype.kind === "bytes") dt.o = "|";
  if (dtype.unit) dt.unit = [...dtype.unit];
  if (dtype.element?.startsWith("float80") || dtype.element === "float128") dt.ld = true;
  return dt;
}
