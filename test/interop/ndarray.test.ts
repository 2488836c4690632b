/** stridebuf/ndarray against scijs' ndarray and ndarray-ops. */
import ndarray from "ndarray";
import ops from "ndarray-ops";
import { isStridebufError, view } from "stridebuf";
import { assign, fromNdarray, toNdarray } from "stridebuf/ndarray";
import { describe, expect, test } from "vitest";

const counted = (n: number) => Float64Array.from({ length: n }, (_, i) => i);
const values = (a: ReturnType<typeof ndarray>): unknown => fromNdarray(a).toArray();

describe("arrays as views", () => {
  const base = ndarray(counted(24), [2, 3, 4]);
  test.each([
    ["whole", base],
    ["transposed", base.transpose(2, 0, 1)],
    ["backwards", base.step(-1, 1, -2)],
    ["a window", base.lo(1, 1, 1).hi(1, 2, 2)],
    ["one row", base.pick(1, 2, null)],
    ["one item", base.pick(1, 2, 3)],
  ])("%s", (_, array) => {
    const seen = fromNdarray(array);
    expect(seen.shape).toEqual(array.shape);
    expect(seen.buffer).toBe(array.data.buffer);
    for (let i = 0; i < seen.size; i++) {
      const index = array.shape.map(
        (n, axis) => Math.floor(i / array.shape.slice(axis + 1).reduce((a, b) => a * b, 1)) % n,
      );
      expect(seen.get(...index)).toBe(array.get(...index));
    }
    const back = toNdarray(seen, ndarray);
    expect(values(back)).toEqual(values(array));
    expect((back.data as Float64Array).buffer).toBe(base.data.buffer);
  });

  test("raw bits", () => {
    expect(fromNdarray({ data: new Uint16Array([0x3c00]), shape: [1], stride: [1] }, "e").get(0)).toBe(1);
  });

  test.each<[string, object, object]>([
    ["a fractional stride", { stride: [0.5] }, { name: "LayoutError", reason: "strides", axis: 0 }],
    ["plain arrays", { data: [1, 2] }, { name: "LayoutError", reason: "exchange" }],
    ["items outside", { offset: 2 }, { name: "BoundsError" }],
    ["no strides", { stride: undefined }, { name: "TypeError" }],
  ])("%s are refused", (_, changes, fields) => {
    const array = { data: new Float32Array(3), shape: [2], stride: [1], ...changes };
    expect(() => fromNdarray(array as never)).toThrow(expect.objectContaining(fields));
  });

  test("a format of another size is refused", () => {
    expect(() => fromNdarray(ndarray(new Float32Array(2)), "d")).toThrow(expect.objectContaining({ reason: "dtype" }));
  });
});

test("assign does what ndarray-ops does", () => {
  for (const [rows, columns] of [
    [8, 8],
    [37, 61],
  ] as const) {
    const src = ndarray(counted(rows * columns), [columns, rows]).transpose(1, 0);
    const theirs = ndarray(new Float32Array(rows * columns), [rows, columns]);
    const ours = ndarray(new Float32Array(rows * columns), [rows, columns]);
    ops.assign(theirs, src as never);
    assign(ours, src);
    expect(ours.data).toEqual(theirs.data);
    assign(ours.step(-1), src);
    ops.assign(theirs.step(-1), src as never);
    expect(ours.data).toEqual(theirs.data);
  }
});

describe("views as arrays", () => {
  test("what no typed array can show is copied: byte order, unaligned items; records are refused", () => {
    const swapped = view(new Uint8Array([0, 1, 0, 2]), { format: ">h" });
    expect(toNdarray(swapped)).toEqual({ data: new Int16Array([1, 2]), shape: [2], stride: [1], offset: 0 });
    const packed = view(new Uint8Array([9, 1, 0, 9, 2, 0]), { format: "<h", shape: [2], strides: [3], byteOffset: 1 });
    expect(toNdarray(packed).data).toEqual(new Int16Array([1, 2]));
    const records = view(new Uint8Array(4), { format: "T{<h:a:<h:b:}" });
    try {
      toNdarray(records);
      expect.unreachable();
    } catch (error) {
      expect(isStridebufError(error, "LayoutError")).toBe(true);
    }
  });

  test("complex numbers get a last axis of two", () => {
    const complex = view(new Float32Array([1, 2, 3, 4]).buffer, { format: "Zf" });
    expect(toNdarray(complex.flip())).toMatchObject({ shape: [2, 2], stride: [-2, 1], offset: 2 });
  });
});
