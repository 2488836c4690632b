/** stridebuf/dlpack: structures written field by field here, and by `writeDLTensor`. */
import { dtypes, empty, view } from "stridebuf";
import { fromDLTensor, writeDLTensor } from "stridebuf/dlpack";
import { describe, expect, test } from "vitest";

const newMemory = () => new WebAssembly.Memory({ initial: 1, maximum: 3 });

test("a DLTensor as clang lays it out for wasm32", () => {
  const memory = newMemory();
  const data = new DataView(memory.buffer);
  new Int16Array(memory.buffer, 1024, 6).set([1, 2, 3, 4, 5, 6]);
  data.setUint32(64, 1020, true); // data
  data.setInt32(64 + 4, 1, true); // kDLCPU
  data.setInt32(64 + 12, 2, true); // ndim
  data.setUint8(64 + 16, 0); // kDLInt
  data.setUint8(64 + 17, 16);
  data.setUint16(64 + 18, 1, true);
  data.setUint32(64 + 20, 256, true); // shape
  data.setUint32(64 + 24, 272, true); // strides
  data.setBigUint64(64 + 32, 4n, true); // byte_offset
  new BigInt64Array(memory.buffer, 256, 4).set([2n, 3n, 1n, 2n]);
  const tensor = fromDLTensor(memory, 64);
  const values = [
    [1, 3, 5],
    [2, 4, 6],
  ];
  expect(tensor.toArray()).toEqual(values);
  memory.grow(1);
  expect(tensor.toArray()).toEqual(values);
  new DataView(memory.buffer).setUint32(64 + 24, 0, true); // no strides: C order
  expect(fromDLTensor(memory, 64).toArray()).toEqual([
    [1, 2, 3],
    [4, 5, 6],
  ]);
});

describe.each([4, 8] as const)("there and back, pointers of %i bytes", (pointerSize) => {
  test.each([true, false])("versioned: %j", (versioned) => {
    const options = { versioned, pointerSize };
    for (const dtype of [
      dtypes.float32,
      dtypes.uint8,
      dtypes.bool,
      dtypes.bfloat16,
      dtypes.complex64,
      dtypes.float8_e4m3fn,
    ]) {
      const memory = newMemory();
      const source = view(memory, { format: dtype, shape: [4, 6], byteOffset: 4096 });
      for (const v of [
        source,
        source.transpose(),
        source.slice("::-1, 1::2"),
        source.slice("1, 2"),
        source.slice("0:0"),
      ]) {
        expect(writeDLTensor(memory, 64, v, options)).toBeGreaterThan(0);
        const seen = fromDLTensor(memory, 64, options);
        expect([seen.dtype, seen.shape]).toEqual([dtype, v.shape]);
        if (v.size > 0) expect([seen.byteOffset, seen.strides]).toEqual([v.byteOffset, v.strides]);
      }
    }
  });

  test("read-only and padded types need the versioned form", () => {
    const memory = newMemory();
    const nibbles = view(memory, { format: dtypes.int4, shape: [3], byteOffset: 512 });
    writeDLTensor(memory, 64, nibbles.asReadonly(), { versioned: true, pointerSize });
    const seen = fromDLTensor(memory, 64, { versioned: true, pointerSize });
    expect([seen.dtype, seen.readonly]).toEqual([dtypes.int4, true]);
    expect(() => writeDLTensor(memory, 64, nibbles, { pointerSize })).toThrow(
      expect.objectContaining({ reason: "exchange" }),
    );
  });
});

test("vector lanes are a sub-array, or an axis of what is converted", () => {
  const memory = newMemory();
  writeDLTensor(memory, 64, view(memory, { format: "(4)<f", shape: [2], byteOffset: 1024 }));
  new Float32Array(memory.buffer, 1024, 8).set([1, 2, 3, 4, 5, 6, 7, 8]);
  expect(fromDLTensor(memory, 64).shape).toEqual([2]);
  const values = [
    [1, 2, 3, 4],
    [5, 6, 7, 8],
  ];
  expect(fromDLTensor(memory, 64, { as: "<h" }).toArray()).toEqual(values);
  const out = empty([4, 2], "<d").transpose();
  expect(fromDLTensor(memory, 64, { out })).toBe(out);
  expect(out.toArray()).toEqual(values);
});

describe("refusals", () => {
  const memory = newMemory();
  const plain = view(memory, { format: "<f", shape: [2, 2], byteOffset: 512 });
  const layout = (reason: string) => expect.objectContaining({ name: "LayoutError", reason });
  test("what DLPack cannot say leaves the memory as it was", () => {
    const before = new Uint8Array(memory.buffer).slice();
    expect(() => writeDLTensor(memory, 64, view(new Float32Array(2)))).toThrow(layout("exchange"));
    expect(() => writeDLTensor(memory, 64, view(memory, { format: ">f", shape: [2] }))).toThrow(layout("dtype"));
    const uneven = view(memory, { format: "<f", shape: [2], strides: [6] });
    expect(() => writeDLTensor(memory, 64, uneven)).toThrow(layout("strides"));
    expect(() => writeDLTensor(memory, 65536 - 32, plain)).toThrow(expect.objectContaining({ name: "BoundsError" }));
    expect(() => writeDLTensor(memory, 12, plain)).toThrow(RangeError);
    new Uint8Array(memory.buffer, 64, 64).fill(7);
    const nibble = view(memory, { format: dtypes.int4, shape: [1] });
    expect(() => writeDLTensor(memory, 64, nibble)).toThrow(layout("exchange"));
    expect(new Uint8Array(memory.buffer, 64, 64).every((byte) => byte === 7)).toBe(true);
    new Uint8Array(memory.buffer, 64, 64).fill(0);
    expect(new Uint8Array(memory.buffer)).toEqual(before);
  });

  test("other devices, other versions, addresses outside", () => {
    writeDLTensor(memory, 64, plain, { versioned: true });
    const data = new DataView(memory.buffer);
    data.setInt32(64 + 24 + 4, 2, true);
    expect(() => fromDLTensor(memory, 64, { versioned: true })).toThrow(/device of type 2/);
    data.setUint32(64, 2, true);
    expect(() => fromDLTensor(memory, 64, { versioned: true })).toThrow(/DLPack 2/);
    expect(() => fromDLTensor(memory, 65530)).toThrow(expect.objectContaining({ name: "BoundsError" }));
    expect(() => fromDLTensor(memory, 64, { pointers: 4 } as never)).toThrow(/did you mean "pointerSize"/);
  });
});
