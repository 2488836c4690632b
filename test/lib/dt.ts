/** DTypes as the golden vectors describe data types (DT in test/vectors/README.md). */
import type { DType } from "../../src/dtype/dtype.js";

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
};
const orders = { little: "<", big: ">", none: "|" };

/** The DT of a dtype. */
export function describeDType(dtype: DType): unknown {
  const { itemsize: n, kind } = dtype;
  if (kind === "array") return { k: "A", n, shape: [...dtype.shape!], t: describeDType(dtype.base!) };
  if (kind === "struct") {
    const fields = dtype.fields!.map(({ name, offset, dtype: t }) => ({ name, off: offset, t: describeDType(t) }));
    return { k: "V", n, fields };
  }
  const facts = { k: kinds[kind], n, o: orders[dtype.byteOrder] };
  if (dtype.unit) return { ...facts, unit: [dtype.unit[1], dtype.unit[0]] };
  return dtype.element?.startsWith("float80") ? { ...facts, ld: true } : facts;
}
