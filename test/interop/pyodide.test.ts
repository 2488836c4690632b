/** stridebuf/pyodide: CPython's objects as views and views as memoryviews, until they are given back. */
import { loadPyodide, type PyodideInterface } from "pyodide";
import { convert, copy, dtype, dtypes, empty, isStridebufError, view } from "stridebuf";
import { fromPyBuffer, toPyBuffer } from "stridebuf/pyodide";
import { beforeAll, describe, expect, test } from "vitest";

let pyodide: PyodideInterface;
beforeAll(async () => {
  pyodide = await loadPyodide();
  pyodide.runPython("import array, ctypes, struct");
});

/** Python code that needs CPython's own test exporter, which older versions of Pyodide leave out. */
function withExporter(code: string, skip: (why: string) => void): string {
  if (!code.includes("ND(")) return code;
  try {
    pyodide.runPython("import _testbuffer\nND = _testbuffer.ndarray");
  } catch {
    skip("this version of Pyodide has no _testbuffer");
  }
  return code;
}

const py = (code: string) => pyodide.runPython(code);
/** Runs Python with a view as `x`. */
const withView = (v: Parameters<typeof toPyBuffer>[1], code: string) => {
  const x = toPyBuffer(pyodide, v);
  pyodide.globals.set("x", x);
  x.destroy();
  try {
    return py(code);
  } finally {
    pyodide.globals.delete("x");
  }
};

describe("fromPyBuffer", () => {
  test.for<[string, string, string, unknown, number[] | null]>([
    ["array('i')", "array.array('i', [1, -2, 3])", "i", [1, -2, 3], [4]],
    ["backwards", "memoryview(array.array('h', range(6)))[::-2]", "h", [5, 3, 1], [-4]],
    ["big-endian", "ND([1, 258], shape=[2], format='>H')", ">H", [1, 258], [2]],
    ["half", "ND([1.5, -2.0], shape=[2], format='e')", "e", [1.5, -2], [2]],
    ["bytes", "b'ab'", "B", [97, 98], [1]],
    ["misaligned", "(ctypes.c_int32 * 2).from_buffer(bytearray(9), 1)", "<l", [0, 0], [4]],
    ["long of 4 bytes", "array.array('l', [7])", "l", [7], [4]],
    ["no axes", "ctypes.c_double(2.5)", "<d", 2.5, []],
    ["empty", "b''", "B", [], [1]],
    [
      "suboffsets",
      "ND(list(range(6)), shape=[2, 3], format='h', flags=_testbuffer.ND_PIL)",
      "h",
      [
        [0, 1, 2],
        [3, 4, 5],
      ],
      null,
    ],
    ["record", "ND([(1, 2.5, b'ab')], shape=[1], format='<hd2s')", "<hd2s", null, [12]],
  ])("%s", ([, code, format, values, strides], { skip }) => {
    const proxy = py(withExporter(code, skip));
    const v = fromPyBuffer(pyodide, proxy);
    proxy.destroy();
    expect(v.format).toBe(format);
    if (strides !== null) expect(v.strides).toEqual(strides);
    else expect(v.suboffsets).not.toBeNull();
    if (values !== null) expect(v.toArray()).toEqual(values);
    v.release();
  });

  test("it is Python's memory: writes are seen, also after it has grown", () => {
    const proxy = py("a = array.array('d', [1, 2, 3]); a");
    const v = fromPyBuffer(pyodide, proxy);
    v.set(0, 7.5);
    expect(v.get(1)).toBe(2);
    const before = v.buffer;
    py("big = bytearray(1 << 26); del big");
    expect(v.buffer).not.toBe(before);
    v.set(1, 8.5);
    copy(v.slice("2:"), Float64Array.of(9.5));
    expect(py("a.tolist()").toJs()).toEqual([7.5, 8.5, 9.5]);
    v.release();
  });

  test("read-only and locked as Python has it", () => {
    const bytes = fromPyBuffer(pyodide, py("b'abc'"));
    expect(bytes.readonly).toBe(true);
    expect(() => bytes.set(0, 1)).toThrow(/read-only/);
    const array = fromPyBuffer(pyodide, py("locked = bytearray(4); locked"));
    expect(array.readonly).toBe(false);
    expect(() => py("locked.append(1)")).toThrow(/BufferError/);
    array.release();
    py("locked.append(1)");
  });

  test("after the release every use of every view is an error, and no stale byte is read", () => {
    const proxy = py("gone = array.array('i', [1, 2, 3]); gone");
    const v = fromPyBuffer(pyodide, proxy);
    const part = v.slice("1:");
    expect([v.get(0), part.get(0)]).toEqual([1, 2]);
    v.release();
    v.release();
    const out = empty([3], "i");
    for (const use of [
      () => v.get(0),
      () => part.get(0),
      () => part.set(0, 5),
      () => v.toArray(),
      () => v.toBytes(),
      () => v.toTypedArray(),
      () => copy(out, v),
      () => copy(v, out),
      () => convert(part, "<d"),
      () => part.buffer,
      () => [...v],
      () => toPyBuffer(pyodide, v),
    ]) {
      let error: unknown;
      try {
        use();
      } catch (e) {
        error = e;
      }
      expect(isStridebufError(error, "BoundsError")).toBe(true);
      expect((error as Error).message).toContain("released");
    }
    expect(`${v}`).toContain("released");
    expect(py("gone.tolist()").toJs()).toEqual([1, 2, 3]);
  });

  test("what has no buffer, and formats that cannot be read", () => {
    expect(() => fromPyBuffer(pyodide, py("object()"))).toThrow(/bytes-like object/);
    expect(() => fromPyBuffer(pyodide, 5)).toThrow(TypeError);
    expect(() => fromPyBuffer({} as never, py("b''"))).toThrow(/loadPyodide/);
    py("released = memoryview(b'a'); released.release()");
    expect(() => fromPyBuffer(pyodide, py("released"))).toThrow(/released/);
  });
});

describe("toPyBuffer", () => {
  test.each([
    ["int32", view(Int32Array.of(1, -2)), "i", "[1, -2]"],
    ["int64", view(BigInt64Array.of(1n, -(2n ** 60n))), "q", "[1, -1152921504606846976]"],
    ["half", convert(view(Float32Array.of(1.5)), "e"), "e", "[1.5]"],
    ["strided", view(Int16Array.of(1, 2, 3, 4)).slice("::-2"), "h", "[4, 2]"],
    ["F order", view(new Uint8Array([1, 2, 3, 4, 5, 6]), { shape: [2, 3], order: "F" }), "B", "[[1, 3, 5], [2, 4, 6]]"],
    ["no axes", view(Float64Array.of(2.5), { shape: [] }), "d", "2.5"],
    ["nothing", view(new Float64Array(0)), "d", "[]"],
  ])("%s", (_, source, format, values) => {
    expect(withView(source, "x.format")).toBe(format);
    expect(withView(source, "str(x.tolist())")).toBe(values);
    expect(withView(source, "x.nbytes")).toBe(source.nbytes);
  });

  test.each([
    "[ml_dtypes:bfloat16]",
    ">[numpy:numpy.dtypes:DateTime64DType:8:1]",
    "[numpy:numpy.dtypes:TimeDelta64DType:8:1]",
    "T{<i:id:>d:x:(2,3)h:m:}",
    "T{bid}",
    "Zd",
    "5s",
    "3w",
    "[gguf:q4_0]",
  ])("%s there and back", (format) => {
    const type = dtype(format);
    const bytes = Uint8Array.from({ length: 2 * type.itemsize }, (_, i) => i * 7);
    const source = view(bytes, { format: type, shape: [2] });
    const x = toPyBuffer(pyodide, source);
    const back = fromPyBuffer(pyodide, x);
    expect(back.dtype).toBe(type);
    expect(back.toBytes()).toEqual(source.toBytes());
    back.release();
    x.destroy();
  });

  test("read-only stays read-only; what is written goes to Python's copy", () => {
    const source = view(Int32Array.of(1, 2));
    expect(withView(source.asReadonly(), "x.readonly")).toBe(true);
    expect(withView(source, "x[0] = 9; x.tolist()").toJs()).toEqual([9, 2]);
    expect(source.get(0)).toBe(1);
  });

  test("Python's own memory goes back without a copy, and is held by the memoryview", () => {
    const proxy = py("own = bytearray(range(12)); own");
    const v = fromPyBuffer(pyodide, proxy);
    const x = toPyBuffer(pyodide, v.cast("i").slice("::-2"));
    v.release();
    pyodide.globals.set("x", x);
    x.destroy();
    expect(py("x.format, x.strides == (-8,)").toJs()).toEqual(["i", true]);
    py("x[0] = 1");
    expect(py("own[8:] == bytearray([1, 0, 0, 0])")).toBe(true);
    expect(() => py("own.append(1)")).toThrow(/BufferError/);
    pyodide.globals.delete("x");
    py("own.append(1)");
  });

  test("suboffsets in and out", ({ skip }) => {
    const pointers = "ND(list(range(12)), shape=[3, 4], format='i', flags=_testbuffer.ND_PIL)";
    const v = fromPyBuffer(pyodide, py(withExporter(pointers, skip)));
    expect(withView(v.slice("::2, 1:"), "str(x.tolist()), x.suboffsets[0] >= 0").toJs()).toEqual([
      "[[1, 2, 3], [9, 10, 11]]",
      true,
    ]);
    expect(withView(convert(v, "<d"), "str(x.tolist()[2])")).toBe("[8.0, 9.0, 10.0, 11.0]");
    v.release();
  });

  test("a thousand round trips leak nothing", () => {
    const source = view(new Float64Array(4096));
    const used = () => py("import gc, sys; gc.collect(); sys.getallocatedblocks()") as number;
    const trip = () => {
      const x = toPyBuffer(pyodide, source);
      fromPyBuffer(pyodide, x).release();
      x.destroy();
    };
    for (let i = 0; i < 50; i++) trip();
    const before = used();
    for (let i = 0; i < 1000; i++) trip();
    expect(used() - before).toBeLessThan(200);
  });

  test("references are refused", () => {
    expect(() => toPyBuffer(pyodide, empty([1], "O"))).toThrow(/references/);
    expect(() => toPyBuffer(pyodide, dtypes.int8 as never)).toThrow(TypeError);
  });
});
