/** stridebuf/ndarray against scijs' ndarray and ndarray-ops. */
import ndarray from "ndarray";
import ops from "ndarray-ops";
import { copy, isStridebufError, view } from "stridebuf";
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

describe("small assignments, which need no views", () => {
  const arrays = [Int8Array, Uint16Array, Int32Array, Float32Array, Float64Array] as const;
  let seed = 20261129;
  const below = (n: number): number => {
    seed = (Math.imul(seed, 1103515245) + 12345) >>> 0;
    return (seed >>> 8) % n;
  };

  function faultOf(run: () => void): string {
    try {
      run();
      return "";
    } catch (error) {
      return (error as Error).message;
    }
  }

  /** Over `data`, with strides of either sign, 0 and others at random; it may leave the data. */
  function grid(data: object, shape: number[]) {
    const stride = shape.map(() => below(13) - 6);
    return { data, shape, stride, offset: below(48) };
  }

  test("are what copy does, errors included", () => {
    let written = 0;
    for (let round = 0; round < 3000; round++) {
      const Type = arrays[below(5)]!;
      const numbers = () => Array.from({ length: 60 }, () => below(100));
      const [a, b] = [new Type(numbers()), new (below(4) > 0 ? Type : arrays[below(5)]!)(numbers())];
      if (below(4) === 0) b[below(60)] = Number.NaN;
      const shape = below(2) === 0 ? [1 + below(5)] : [1 + below(4), below(5)];
      const same = below(3) === 0;
      const dst = grid(a, shape);
      const src = { ...grid(same ? a : b, shape), ...(below(5) === 0 && { shape: [1, 2], stride: [3, 1] }) };
      const [kept, other] = [a.slice(), b.slice()];
      const twin = { ...dst, data: kept };
      const twinSrc = { ...src, data: same ? kept : other };
      const fault = faultOf(() => assign(dst, src));
      expect(fault).toBe(faultOf(() => copy(fromNdarray(twin), fromNdarray(twinSrc))));
      expect(a).toEqual(kept);
      if (fault === "") written++;
    }
    expect(written).toBeGreaterThan(800);
  });

  test("keep the bits of numbers that are none, and the sign of zero", () => {
    const bits = Uint32Array.of(0x7f800001, 0xffc12345, 0x80000000, 0x3f800000);
    const from = new Float32Array(bits.buffer);
    const to = new Float32Array(4);
    assign(ndarray(to, [2, 2]), ndarray(from, [2, 2]).transpose(1, 0));
    expect([...new Uint32Array(to.buffer)]).toEqual([bits[0], bits[2], bits[1], bits[3]]);
  });

  test("booleans of @stdlib are not raw bytes", () => {
    const flags = { data: new Uint8Array(2), shape: [2], strides: [1], dtype: "bool" };
    assign(flags, { data: Uint8Array.of(0, 7), shape: [2], strides: [1] });
    expect(flags.data).toEqual(Uint8Array.of(0, 1));
  });
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
