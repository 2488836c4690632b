/** Properties: the canonical text gives the same dtype back, whatever the dtype. */
import fc from "fast-check";
import { expect, test } from "vitest";
import type { DType } from "../../src/dtype/dtype.js";
import { type ElementName, elements } from "../../src/dtype/elements.js";
import { arrayDType, scalarDType } from "../../src/dtype/make.js";
import {
  bytesDType,
  charDType,
  complexDType,
  objectDType,
  pascalDType,
  pointerDType,
  textDType,
  voidDType,
} from "../../src/dtype/make-other.js";
import { dtypeFromNumpyDescr, numpyDescr } from "../../src/dtype/names/numpy-descr.js";
import { withByteOrder } from "../../src/dtype/order.js";
import { dtype } from "../../src/dtype/read.js";
import { structDType } from "../../src/dtype/records.js";
import { datetimeDType } from "../../src/dtype/time-units.js";
import type { Dialect } from "../../src/format/choice.js";

const order = fc.constantFrom("little" as const, "big" as const);
const n = fc.nat(5);
const leaf: fc.Arbitrary<DType> = fc.oneof(
  fc.tuple(fc.constantFrom(...(Object.keys(elements) as ElementName[])), order).map((a) => scalarDType(...a)),
  fc
    .tuple(
      fc.constantFrom<ElementName>("float16", "float32", "float64", "bfloat16", "float80x16", "float8_e5m2"),
      order,
    )
    .map((a) => complexDType(...a)),
  n.map(bytesDType),
  n.map(pascalDType),
  n.map(voidDType),
  fc.constant(charDType()),
  fc.tuple(n, fc.constantFrom(2 as const, 4 as const), order).map((a) => textDType(...a)),
  fc.tuple(fc.constantFrom(4 as const, 8 as const), order).map((a) => pointerDType(...a)),
  fc.constantFrom(4 as const, 8 as const).map(objectDType),
  fc
    .tuple(
      fc.constantFrom("datetime" as const, "timedelta" as const),
      fc.tuple(fc.constantFrom("Y", "D", "ms", "ns", "generic"), fc.integer({ min: 1, max: 999 })),
      order,
    )
    .map((a) => datetimeDType(...a)),
  fc
    .constantFrom(
      "[cpp:std:bfloat16;ml_dtypes:bfloat16]",
      ">[cpp:std::float16_t]",
      "[a:b;struct:>dd]",
      ">[a:b;struct:Q]",
      "[a:b;buffer:T{i:x:b:y:}]",
      "[a:b;struct:8B]",
      "[a:b;struct:ci]",
      "<[a:b;struct:l]",
      "Z[cpp:std:bfloat16]",
      "[numpy:numpy.dtypes:StringDType:7f]",
      "[numpy:numpy.dtypes:Int16DType]",
      "[packed:int4]",
      "[gguf:q4_0]",
    )
    .map((format) => dtype(format)),
);

const name = fc.oneof(
  fc.string({ maxLength: 4 }).map((s) => s.replace(/[:\0]/g, "")),
  fc.constantFrom("__proto__", "constructor", "f0", "f1", "a b", "}", "T{", "[", " ", "<i", "é", "😀"),
);

const { any: anyDType } = fc.letrec<{ any: DType; record: DType }>((tie) => ({
  any: fc.oneof(
    { depthSize: "small", withCrossShrink: true },
    leaf,
    fc.tuple(tie("any"), fc.array(fc.nat(3), { maxLength: 3 })).map(([base, shape]) => arrayDType(base, shape)),
    tie("record"),
  ),
  record: fc
    .tuple(
      fc.uniqueArray(fc.tuple(name, tie("any"), fc.constantFrom(0, 0, 0, 1, 2, 7)), {
        maxLength: 5,
        selector: ([text]) => text,
      }),
      fc.constantFrom(0, 0, 1, 3, 8),
    )
    .map(([entries, tail]) => {
      let offset = 0;
      const fields = entries.map(([text, type, gap]) => {
        const field = { name: text, offset: offset + gap, dtype: type };
        offset = field.offset + type.itemsize;
        return field;
      });
      return structDType(fields, { itemsize: offset + tail });
    }),
}));

const check = (property: fc.IProperty<[DType]>) => fc.assert(property, { numRuns: 1500 });

test("dtype(d.format) is d, with and without its itemsize, in every dialect that knows no other rule", () => {
  check(
    fc.property(anyDType, (d) => {
      expect(dtype(d.format)).toBe(d);
      for (const dialect of ["auto", "explicit"] satisfies Dialect[]) {
        expect(dtype(d.format, { itemsize: d.itemsize, dialect }), `${d.format} ${dialect}`).toBe(d);
      }
      expect(d.equals(d.format)).toBe(true);
    }),
  );
});

test("white space and redundant order characters change nothing", () => {
  check(
    fc.property(anyDType, (d) => {
      // Spaces go before each character outside names and brackets but not inside numbers and pairs such as T{ and Zd.
      const spaced = d.format.replace(/:[^:]*:|\[[^\]]*\]|T\{|Z\S|\d+|[\s\S]/gu, (token) => ` ${token}\n`);
      if (!d.format.includes("Z[")) expect(dtype(spaced)).toBe(d);
      expect(dtype(`@ ${d.format}`)).toBe(d);
    }),
  );
});

test("byte order there and back", () => {
  const swappable = anyDType.filter((d) => !/\[a:b|StringDType|gguf/.test(d.format));
  check(
    fc.property(swappable, (d) => {
      const big = withByteOrder(d, "big");
      const little = withByteOrder(d, "little");
      expect(big.itemsize).toBe(d.itemsize);
      expect(withByteOrder(big, "little")).toBe(little);
      expect(withByteOrder(little, "big")).toBe(big);
      expect(dtype(big.format)).toBe(big);
    }),
  );
});

test("NumPy's descr keeps every layout", () => {
  const offsets = (d: DType): unknown =>
    d.kind === "struct" && !d.custom ? d.fields!.map((f) => [f.name, f.offset, offsets(f.dtype)]) : d.itemsize;
  const describable = anyDType.filter((d) => d.copyable && d.kind !== "array" && !d.format.includes("::"));
  check(
    fc.property(describable, (d) => {
      const back = dtypeFromNumpyDescr(numpyDescr(d));
      expect(offsets(back)).toEqual(offsets(d));
      expect(back.itemsize).toBe(d.itemsize);
    }),
  );
});
