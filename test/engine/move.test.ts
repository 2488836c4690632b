/** Copies through the public API: what the golden vectors do not reach. */
import { describe, expect, test } from "vitest";
import { packedContiguity } from "../../src/engine/contiguity.js";
import { isStridebufError } from "../../src/errors.js";
import { backends } from "../lib/backends.js";
import { errorOf } from "../lib/errors.js";
import { noise } from "../lib/moves.js";

const reasonOf = (run: () => unknown): string | undefined => {
  const error = errorOf(run);
  return isStridebufError(error, "LayoutError") ? error.reason : `no LayoutError: ${error}`;
};

for (const { name, api } of backends)
  describe(name, () => {
    const { view, copy, contiguous, byteswap, empty } = api;

    test("the backend is the one under test", () => expect(api.backend.name).toBe(name));

    test("NaN payloads, signalling ones too, survive every kind of copy", () => {
      for (const [format, words] of [
        ["f", [0x7f800001, 0xffbfffff, 0x7fc12345, 0xff800001]],
        ["d", [0x7ff00000, 0xfff7ffff, 0x7ff80000, 0x7ff12345]],
      ] as const) {
        const bits = new Uint32Array(4096);
        for (let i = 0; i < bits.length; i++) bits[i] = format === "d" && i % 2 === 0 ? i : words[(i >> 1) % 4]!;
        const src = view(bits.buffer, { format });
        const n = src.size;
        for (const [to, from] of [
          [empty([n], format), src],
          [empty([n], format).flip(), src],
          [empty([n / 2], format), src.slice("::2")],
          [empty([32, n / 32], format), src.reshape([n / 32, 32]).transpose()],
          [empty([8], format), src.slice(":8")],
          [empty([8], format), src.slice("15:7:-1")],
        ] as const) {
          copy(to, from);
          expect(to.toBytes()).toEqual(from.toBytes());
        }
        const swapped = empty([n], `>${format}`);
        copy(swapped, src);
        const back = empty([n], `<${format}`);
        copy(back, swapped);
        expect(back.toBytes()).toEqual(src.toBytes());
      }
    });

    test("one NaN among numbers of 8 bytes, wherever it stands, and what comes after it", () => {
      const items = 5200;
      const signalling = 0xfff00000_00000123n;
      const source = view(new ArrayBuffer(items * 8), { format: "d" });
      const bits = new BigUint64Array(source.storage.buffer as ArrayBuffer);
      const numbers = new Float64Array(bits.buffer);
      const infinities = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, -0, 5e-324];
      for (const step of [1, 2, 3])
        for (const at of [undefined, 0, 3, 4, 255, 256, 258, 1023, 1733]) {
          for (let i = 0; i < items; i++) numbers[i] = i % 7 === 0 ? infinities[i % 4]! : i / 3;
          if (at !== undefined) bits[at * step] = signalling;
          const from = source.slice(`::${step}`).slice(":1734");
          const to = view(new ArrayBuffer(1734 * 8 * 2), { format: "d" }).slice("::2");
          copy(to, from);
          const written = new BigUint64Array(to.storage.buffer as ArrayBuffer);
          for (let i = 0; i < 1734; i++)
            if (written[2 * i] !== bits[i * step]) throw new Error(`item ${i} of step ${step}, NaN at ${at}`);
        }
    });

    test("byteswap reverses the view's own elements and nothing else", () => {
      const bytes = noise(256, 1);
      const before = bytes.slice();
      byteswap(view(bytes, { format: "I", shape: [10], strides: [-24], byteOffset: 230 }));
      const expected = before.slice();
      for (let i = 0; i < 10; i++) {
        const at = 230 - 24 * i;
        for (let k = 0; k < 4; k++) expected[at + k] = before[at + 3 - k]!;
      }
      expect(bytes).toEqual(expected);
    });

    test("byteswap of TypedArrays honours their offset; one-byte types stay as they are", () => {
      const words = Uint16Array.of(0x1122, 0x3344, 0x5566, 0x7788);
      byteswap(words.subarray(1, 3));
      expect([...words]).toEqual([0x1122, 0x4433, 0x6655, 0x7788]);
      const bytes = Uint8Array.of(1, 2, 3);
      byteswap(bytes);
      expect([...bytes]).toEqual([1, 2, 3]);
    });

    test("large arrays swap in place, twice is nothing", () => {
      for (const array of [new Uint16Array(100_001), new Uint32Array(70_001), new Float64Array(50_001)]) {
        const bytes = new Uint8Array(array.buffer);
        bytes.set(noise(bytes.length, 5));
        const before = bytes.slice();
        const width = array.BYTES_PER_ELEMENT;
        byteswap(array);
        for (let i = 0; i < bytes.length; i++)
          if (bytes[i] !== before[i - (i % width) + width - 1 - (i % width)]) throw new Error(`byte ${i}`);
        byteswap(array);
        expect(Buffer.compare(bytes, before)).toBe(0);
      }
    });

    test("records: each element of each field turns, padding stays", () => {
      const format = "T{B:tag:xH:a:<(2)I:b:Zf:c:3s:d:x}";
      const records = view(noise(5 * 24, 3), { format: `=${format}`.replace("=T", "T") });
      const size = records.itemsize;
      const before = new Uint8Array(records.buffer).slice();
      byteswap(records);
      const after = new Uint8Array(records.buffer);
      const expected = before.slice();
      const offset = (field: string) => records.dtype.fields!.find((f) => f.name === field)!.offset;
      for (let i = 0; i < records.size; i++)
        for (const [start, width] of [
          [offset("a"), 2],
          [offset("b"), 4],
          [offset("b") + 4, 4],
          [offset("c"), 4],
          [offset("c") + 4, 4],
        ] as const)
          for (let k = 0; k < width; k++) expected[i * size + start + k] = before[i * size + start + width - 1 - k]!;
      expect(after).toEqual(expected);
    });

    test("records of the other byte order: same values afterwards", () => {
      const little = view(noise(70 * 14, 4), { format: "T{<H:a:<I:b:<q:c:}" });
      const big = empty([70], "T{>H:a:>I:b:>q:c:}");
      copy(big, little);
      expect(big.toArray()).toEqual(little.toArray());
      expect(big.toBytes()).not.toEqual(little.toBytes());
    });

    test("refusals leave the destination as it was", () => {
      const bytes = noise(64, 9);
      const before = bytes.slice();
      const all = view(bytes, { format: "I" });
      expect(reasonOf(() => copy(all.asReadonly(), all))).toBe("readonly");
      expect(reasonOf(() => byteswap(all.asReadonly()))).toBe("readonly");
      expect(reasonOf(() => copy(all, view(new Uint8Array(12), { format: "I" })))).toBe("shape");
      const repeated = view(bytes, { format: "I", shape: [3, 4], strides: [0, 4] });
      expect(reasonOf(() => copy(repeated, empty([3, 4], "I")))).toBe("overlap");
      const windows = view(bytes, { format: "I", shape: [3, 4], strides: [4, 4] });
      expect(reasonOf(() => copy(windows, empty([3, 4], "I")))).toBe("overlap");
      const shifted = view(bytes, { format: "I", shape: [5], strides: [3] });
      expect(reasonOf(() => copy(shifted, empty([5], "I")))).toBe("overlap");
      for (const wrong of [null, undefined, "x", {}, [1, 2], new ArrayBuffer(8), new DataView(new ArrayBuffer(8))])
        expect(errorOf(() => copy(all, wrong as never))).toBeInstanceOf(TypeError);
      expect(bytes).toEqual(before);
    });

    test("items that hold references are not copied as bytes", () => {
      const objects = view(new Uint8Array(32), { format: "O" });
      expect(reasonOf(() => copy(empty([4], "O"), objects))).toBe("dtype");
    });

    test("odd but legal destinations: strides that interleave without meeting", () => {
      const bytes = new Uint8Array(12);
      const dst = view(bytes, { format: "B", shape: [2, 3], strides: [5, 3] });
      copy(dst, Uint8Array.of(1, 2, 3));
      expect([...bytes]).toEqual([1, 0, 0, 2, 0, 1, 3, 0, 2, 0, 0, 3]);
    });

    test("TypedArrays are views of their elements, and broadcast", () => {
      const target = new Float64Array(6);
      copy(target, Float64Array.of(2.5));
      expect([...target]).toEqual([2.5, 2.5, 2.5, 2.5, 2.5, 2.5]);
      copy(target.subarray(1, 4), target.subarray(0, 3).fill(1));
      expect([...target]).toEqual([1, 1, 1, 1, 2.5, 2.5]);
    });

    test("SharedArrayBuffers and foreign Wasm memory on either side", () => {
      const shared = new SharedArrayBuffer(4096);
      const foreign = new WebAssembly.Memory({ initial: 1 });
      const data = noise(4096, 11);
      copy(new Uint8Array(shared), data);
      const inWasm = view(foreign.buffer, { format: "I", shape: [32, 32], byteOffset: 100 });
      copy(inWasm, view(shared, { format: "I", shape: [32, 32] }).transpose());
      const back = new Uint8Array(4096);
      copy(view(back, { format: "I", shape: [32, 32] }), inWasm.transpose());
      expect(back).toEqual(data);
    });

    test("detached and shrunken memory is refused", () => {
      const gone = new ArrayBuffer(64);
      const dead = view(gone, { format: "I" });
      structuredClone(gone, { transfer: [gone] });
      expect(
        isStridebufError(
          errorOf(() => copy(empty([16], "I"), dead)),
          "BoundsError",
        ),
      ).toBe(true);
      expect(
        isStridebufError(
          errorOf(() => copy(dead, empty([16], "I"))),
          "BoundsError",
        ),
      ).toBe(true);
    });

    test("contiguous gives the same view when it already is, a copy else", () => {
      const c = empty([3, 4], "f");
      expect(contiguous(c)).toBe(c);
      const f = contiguous(c, "F");
      expect(f.strides).toEqual([4, 12]);
      expect(contiguous(c.transpose(), "F").buffer).toBe(c.buffer);
      expect(contiguous(f.transpose()).strides).toEqual([12, 4]);
    });

    test("batches of layouts: views and packed numbers give the same answers", () => {
      const base = empty([4, 5, 6], "f");
      const all = [base, base.transpose(), base.slice(0), base.slice("..., 0"), base.slice(":0"), base.slice("1:2")];
      expect(api.areContiguous(all)).toEqual([true, false, true, false, true, true]);
      const packed: number[] = [];
      for (let i = 0; i < 9000; i++) {
        const { shape, strides, itemsize } = all[i % 6]!;
        packed.push(shape.length, itemsize);
        for (let axis = 0; axis < shape.length; axis++) packed.push(shape[axis]!, strides[axis]!);
      }
      const answers = packedContiguity(api.engine.backend, Float64Array.from(packed), 9000);
      expect(answers.every((answer, i) => answer === Number([1, 0, 1, 0, 1, 1][i % 6]))).toBe(true);
    });

    test("pointers on either side: rows anywhere, in any order", () => {
      const bytes = new Uint8Array(2048);
      const table = new DataView(bytes.buffer);
      const rows = [640, 512, 1024];
      rows.forEach((address, i) => void table.setBigUint64(i * 8, BigInt(address), true));
      const indirect = view(bytes, { format: "H", shape: [3, 4], strides: [8, 2], suboffsets: [16, -1] });
      const values = view(
        Uint16Array.from({ length: 12 }, (_, i) => i + 1),
        { shape: [3, 4] },
      );
      copy(indirect, values);
      rows.forEach((address, i) => {
        expect([...new Uint16Array(bytes.buffer, address + 16, 4)]).toEqual([1, 2, 3, 4].map((k) => 4 * i + k));
      });
      const out = empty([3, 4], ">H");
      copy(out, indirect);
      expect(out.toArray()).toEqual(values.toArray());
      copy(indirect, indirect.flip([1]));
      expect(indirect.toArray()).toEqual(values.flip([1]).toArray());
      table.setBigUint64(16, 5000n, true);
      const before = bytes.slice();
      expect(
        isStridebufError(
          errorOf(() => copy(indirect, values)),
          "BoundsError",
        ),
      ).toBe(true);
      expect(bytes).toEqual(before);
    });
  });
