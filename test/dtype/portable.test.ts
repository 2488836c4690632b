/** Text that leaves the machine: the same dtype comes back, and every ABI reads the same layout from it. */
import { expect, test } from "vitest";
import { abis } from "../../src/format/abi.js";
import { type Abi, type DType, dtype, dtypes, portableFormat, structDType, withByteOrder } from "../../src/js.js";
import { vectors } from "../lib/vectors.js";

test.each([
  ["T{i:id:d:x:}", "T{<i:id:4x<d:x:}"],
  ["l", "<q"],
  [">H", ">H"],
  ["B", "B"],
  ["3s", "3s"],
  ["5w", "<5w"],
  ["(2,3)f", "(2,3)<f"],
  ["Zd", "<Zd"],
  ["P", "<[stridebuf:pointer64]"],
  ["O", "[stridebuf:object64]"],
  ["g", "<[stridebuf:float80x16]"],
  ["T{b:a:O:o:}", "T{b:a:7x<[stridebuf:object64]:o:}"],
  ["T{>i:a:<h:b:2x}", "T{>i:a:<h:b:2x}"],
  ["[ml_dtypes:bfloat16]", "<[ml_dtypes:bfloat16]"],
])("%s is %s", (format, portable) => expect(portableFormat(dtype(format))).toBe(portable));

/** Everything but the identity of interned parts, which an ABI's own readings have too. */
const facts = (d: DType): unknown => ({
  ...{ kind: d.kind, itemsize: d.itemsize, byteOrder: d.byteOrder, element: d.element, lanes: d.lanes, shape: d.shape },
  base: d.base && facts(d.base),
  fields: d.fields?.map(({ name, offset, dtype: part }) => [name, offset, facts(part)]),
});

test("every ready-made type, records of them, and the formats of NumPy's vectors, under every ABI", () => {
  const all: DType[] = Object.values(dtypes).flatMap((d) => [d, d.byteOrder === "none" ? d : withByteOrder(d, "big")]);
  const fields = all.map((d, i) => ({ name: `n${i}`, dtype: d }));
  all.push(structDType(fields), structDType(fields, { align: true }), dtype("datetime64[ms]"), dtype("P"), dtype("O"));
  for (const { format } of vectors("format-vectors-lp64-le")) {
    try {
      all.push(dtype(format));
    } catch {}
  }
  expect(all.length).toBeGreaterThan(150);
  for (const d of all) {
    const text = portableFormat(d);
    expect(dtype(text), text).toBe(d);
    for (const abi of Object.keys(abis) as Abi[])
      expect(facts(dtype(text, { abi })), `${abi} ${text}`).toEqual(facts(d));
  }
});
