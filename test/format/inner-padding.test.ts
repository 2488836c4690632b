/** NumPy's exporter drops the padding at the ends of inner records; docs/format.md §6 says where the text still shows it. */
import { expect, test } from "vitest";
import type { DType } from "../../src/dtype/dtype.js";
import { dtype } from "../../src/dtype/read.js";

function leafOffsets(d: DType, base = 0): number[] {
  if (d.kind === "struct") return d.fields!.flatMap((field) => leafOffsets(field.dtype, base + field.offset));
  if (d.kind !== "array") return [base];
  const n = d.shape!.reduce((product, dim) => product * dim, 1);
  return Array.from({ length: n }, (_, i) => leafOffsets(d.base!, base + i * d.base!.itemsize)).flat();
}

// `format` and `itemsize` are memoryview(a).format and .itemsize of aligned dtypes in NumPy 1.24; the offsets are the dtype's own.
test.each([
  [
    "the last field of a record inside",
    "T{>h:f0:xx(2,1)1w:h1:xxxxT{T{B:f0:}:f0:xxxxxxx(3)T{@L:c0:Zf:f1:i:h2:}:f1:}:f2:xxxxxxxxxxxxf:f3:}",
    104,
    [0, 4, 8, 16, 24, 32, 40, 48, 56, 64, 72, 80, 88, 96],
  ],
  [
    "a text whose size is that of the C rules by chance",
    "T{(3,1)T{2w:f0:>d:f1:d:f2:1s:f3:}:g0:xxxxxxxxxxxxxxxxxxxxx1w:a1:xxxxT{(2)@d:f0:L:f1:(2)1s:f2:xxxxxx(1,2)>d:b3:}:f2:(3)@Zd:f3:}",
    200,
    [0, 8, 16, 24, 32, 40, 48, 56, 64, 72, 80, 88, 96, 104, 112, 120, 128, 129, 136, 144, 152, 168, 184],
  ],
  [
    "the end of the whole item",
    "T{I:f0:xxxx(3)l:e1:T{B:f0:xxx>1w:f1:(1,1)B:f2:3s:g3:}:f2:xxxx(3)T{@f:b0:h:a1:xxT{(1)>Q:d0:}:f2:@i:g3:}:f3:}",
    120,
    [0, 8, 16, 24, 32, 36, 40, 41, 48, 52, 56, 64, 72, 76, 80, 88, 96, 100, 104, 112],
  ],
])("repeated records are as long as C makes them: %s", (_, format, itemsize, offsets) => {
  const read = dtype(format, { itemsize });
  expect(read.itemsize).toBe(itemsize);
  expect(leafOffsets(read)).toEqual(offsets);
});
