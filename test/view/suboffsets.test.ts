import { describe, expect, test } from "vitest";
import { isStridebufError } from "../../src/errors.js";
import { newaxis, slice } from "../../src/view/slices.js";
import type { StridedView } from "../../src/view/view.js";
import { backends } from "../lib/backends.js";
import { fromVjson, sameValue } from "../lib/values.js";
import { fromHex, toHex, vectors } from "../lib/vectors.js";

// biome-ignore lint/suspicious/noExplicitAny: vector cases are read as the README describes them
type Case = any;

/** Lays the blocks of a case into one memory, with a gap before each so that wrong addresses hit nothing valid. */
function memoryOf(blocks: Case[], pointerSize: 4 | 8): { buffer: ArrayBuffer; start: number[] } {
  const start: number[] = [];
  let end = 64;
  for (const b of blocks) {
    start.push(end);
    end += ("slots" in b ? b.slots * pointerSize : b.data.length / 2) + 24;
    end += -end & 7;
  }
  const bytes = new Uint8Array(end).fill(0xee);
  const data = new DataView(bytes.buffer);
  blocks.forEach((b, i) => {
    if ("data" in b) bytes.set(fromHex(b.data), start[i]!);
    else
      for (const [slot, block, offset] of b.ptrs) {
        const at = start[i]! + slot * pointerSize;
        const scaled = "slots" in blocks[block] ? (offset * pointerSize) / 8 : offset;
        if (pointerSize === 8) data.setBigInt64(at, BigInt(start[block]! + scaled), true);
        else data.setInt32(at, start[block]! + scaled, true);
      }
  });
  return { buffer: bytes.buffer, start };
}

function check(v: StridedView<unknown>, c: Case): string[] {
  const wrong: string[] = [];
  if (toHex(v.toBytes("C")) !== c.C) wrong.push("C");
  if (toHex(v.toBytes("F")) !== c.F) wrong.push("F");
  if (v.isContiguous("C") !== c.c || v.isContiguous("F") !== c.f) wrong.push("contiguity");
  if (c.tolist !== undefined && !sameValue(v.toArray(), fromVjson(c.tolist))) wrong.push("tolist");
  if (c.tolist !== undefined && v.size > 0) {
    const first = v.get(...v.shape.map(() => 0));
    const last = v.get(...v.shape.map(() => -1));
    const flat = [fromVjson(c.tolist)].flat(99);
    if (!sameValue(first, flat[0]) || !sameValue(last, flat.at(-1))) wrong.push("get");
  }
  return wrong;
}

for (const { name, api } of backends) {
  describe(name, () => {
    const { view } = api;
    test("runs on its backend", () => expect(api.backend.name).toBe(name));

    test("suboffsets.json, and the same with 4-byte pointers", () => {
      const failures: unknown[] = [];
      let narrowed = 0;
      for (const c of vectors("suboffsets").cases) {
        const { buffer, start } = memoryOf(c.blocks, 8);
        const { format, itemsize, shape, strides, suboffsets } = c;
        const byteOffset = start[c.buf[0]]! + c.buf[1];
        const v = view(buffer, { format, itemsize, shape, strides, suboffsets, byteOffset });
        failures.push(...check(v, c).map((what) => [c.id, what]));
        expect(v.suboffsets).toEqual(suboffsets.some((s: number) => s >= 0) ? suboffsets : null);

        // Only cases whose pointers all lie in the first block scale in one way.
        if (c.blocks.slice(1).some((b: Case) => "slots" in b) || suboffsets.filter((s: number) => s >= 0).length !== 1)
          continue;
        narrowed++;
        const narrow = memoryOf(c.blocks, 4);
        const last = suboffsets.findIndex((s: number) => s >= 0);
        const w = view(narrow.buffer, {
          format,
          itemsize,
          shape,
          strides: strides.map((s: number, axis: number) => (axis <= last ? s / 2 : s)),
          suboffsets,
          byteOffset: narrow.start[c.buf[0]]! + c.buf[1] / 2,
          pointerSize: 4,
        });
        failures.push(...check(w, c).map((what) => [c.id, "4-byte", what]));
      }
      expect(narrowed).toBeGreaterThan(20);
      expect(failures.slice(0, 10)).toEqual([]);
    });

    test("suboffsets_slice.json", () => {
      const failures: unknown[] = [];
      for (const c of vectors("suboffsets_slice").cases) {
        const [rows, ...inner] = c.base_shape as [number, ...number[]];
        const rowBytes = inner.reduce((n, m) => n * m, c.itemsize);
        const blocks: Case[] = [{ slots: rows, ptrs: Array.from({ length: rows }, (_, i) => [i, i + 1, 0]) }];
        for (let i = 0; i < rows; i++) blocks.push({ data: c.data.slice(2 * i * rowBytes, 2 * (i + 1) * rowBytes) });
        const { buffer, start } = memoryOf(blocks, 8);
        const strides = [8, ...inner.map((_, axis) => inner.slice(axis + 1).reduce((n, m) => n * m, c.itemsize))];
        let v = view(buffer, {
          format: c.format,
          shape: c.base_shape,
          strides,
          suboffsets: [0, ...inner.map(() => -1)],
          byteOffset: start[0]!,
        });
        for (const step of c.slices) v = v.slice(...step.map((s: [number, number, number]) => slice(...s)));
        failures.push(...check(v, c).map((what) => [c.id, what]));
        expect(v.shape).toEqual(c.shape);
        if (v.size === 0) continue;
        expect({
          id: c.id,
          strides: v.strides.map((s, axis) => (v.shape[axis]! > 1 ? s : 0)),
          suboffsets: v.suboffsets,
        }).toEqual({
          id: c.id,
          strides: c.strides.map((s: number, axis: number) => (c.shape[axis] > 1 ? s : 0)),
          suboffsets: c.suboffsets,
        });
        expect(v.byteOffset - start[0]!).toBe(c.table_start_bytes);
      }
      expect(failures.slice(0, 10)).toEqual([]);
    });

    /** Three rows of four int16 behind a table of pointers: row r holds 10r .. 10r+3. */
    const rowsView = (): StridedView => {
      const rows = [0, 10, 20].map((n) => ({
        data: toHex(new Uint8Array(Int16Array.of(n, n + 1, n + 2, n + 3).buffer)),
      }));
      const table = {
        slots: 3,
        ptrs: [
          [0, 1, 0],
          [1, 2, 0],
          [2, 3, 0],
        ],
      };
      const { buffer, start } = memoryOf([table, ...rows], 8);
      return view(buffer, { format: "h", shape: [3, 4], strides: [8, 2], suboffsets: [0, -1], byteOffset: start[0]! });
    };

    test("an integer index follows the pointer and leaves a plain view", () => {
      const row = rowsView().slice(1);
      expect(row.suboffsets).toBeNull();
      expect(row.toArray()).toEqual([10, 11, 12, 13]);
      expect(rowsView().slice("1, ::2").toArray()).toEqual([10, 12]);
      expect(rowsView().slice(newaxis, 1).toArray()).toEqual([[10, 11, 12, 13]]);
    });

    test("an index after the pointer moves into the suboffset", () => {
      const column = rowsView().slice(null, 2);
      expect([column.shape, column.strides, column.suboffsets]).toEqual([[3], [8], [4]]);
      expect(column.toArray()).toEqual([2, 12, 22]);
      expect(rowsView().flip().toArray()).toEqual([
        [23, 22, 21, 20],
        [13, 12, 11, 10],
        [3, 2, 1, 0],
      ]);
    });

    test("a dropped pointer axis is followed by the axis before it", () => {
      const v = rowsView();
      const cube = v.broadcastTo([2, 3, 4]);
      expect(cube.slice(null, 1).toArray()).toEqual([
        [10, 11, 12, 13],
        [10, 11, 12, 13],
      ]);
      expect(cube.slice(null, 1).suboffsets).toEqual([0, -1]);
    });

    test("set writes through the pointer", () => {
      const v = rowsView();
      v.set(2, -1, 99);
      expect(v.get(2, 3)).toBe(99);
      expect(v.toArray()).toEqual([
        [0, 1, 2, 3],
        [10, 11, 12, 13],
        [20, 21, 22, 99],
      ]);
    });

    test("axes cannot trade places across a pointer", () => {
      expect(() => rowsView().transpose()).toThrow(/through a pointer/);
      expect(rowsView().transpose([0, 1]).toArray()).toEqual(rowsView().toArray());
      const outer = rowsView().broadcastTo([2, 3, 4]).transpose([1, 0, 2]);
      expect(outer.suboffsets).toEqual([-1, 0, -1]);
      expect(outer.slice(1).toArray()).toEqual([
        [10, 11, 12, 13],
        [10, 11, 12, 13],
      ]);
    });

    test("reshape needs a copy, copies compare equal", () => {
      expect(() => rowsView().reshape([12])).toThrow(/a copy is needed/);
      const plain = view(rowsView().toBytes(), { format: "h", shape: [3, 4] });
      expect(rowsView().equals(plain)).toBe(true);
      expect([...rowsView().values()]).toEqual([...plain.values()]);
    });

    test("a pointer outside its memory is a BoundsError at use", () => {
      const bytes = new BigInt64Array([8n, 1000n, -9n, 2n ** 62n]);
      const v = view(bytes, { format: "B", shape: [4], strides: [8], suboffsets: [0] });
      expect(v.get(0)).toBe(0xe8);
      for (const i of [1, 2, 3]) {
        let error: unknown;
        try {
          v.get(i);
        } catch (e) {
          error = e;
        }
        expect(isStridebufError(error, "BoundsError"), `item ${i}`).toBe(true);
      }
      expect(() => v.toBytes()).toThrow(/leads to byte/);
      expect(() => v.toArray()).toThrow(/leads to byte/);
    });

    test("the first table is proven at construction", () => {
      expect(() => view(new ArrayBuffer(24), { format: "B", shape: [4], strides: [8], suboffsets: [0] })).toThrow(
        /reach/,
      );
      expect(() => view(new ArrayBuffer(24), { format: "B", shape: [3], suboffsets: [0] })).toThrow(TypeError);
    });

    test("memory that grows is followed through pointers of 4 bytes and into further buffers", () => {
      for (const own of [{ pointerSize: 4 as const }, { buffers: [Uint8Array.of(1, 2).buffer] }]) {
        const memory = new WebAssembly.Memory({ initial: 1, maximum: 4 });
        new Uint8Array(memory.buffer).set([64, 0, 0, 0]);
        const v = view(memory, { format: "B", shape: [1, 2], strides: [8, 1], suboffsets: [0, -1], ...own });
        const row = v.slice(0);
        memory.grow(1);
        new Uint8Array(memory.buffer).set([7, 8], 64);
        expect(v.toArray()).toEqual([[7, 8]]);
        expect(row.toArray()).toEqual([7, 8]);
        row.set(1, 9);
        expect(new Uint8Array(memory.buffer)[65]).toBe(9);
      }
    });

    test("a pointer back from a further buffer leads to lent memory that ends with its release", () => {
      const there = new Uint8Array(24);
      there.set([7], 16);
      const next = new BigUint64Array([16n]);
      new BigUint64Array(there.buffer).set([1n << 48n]);
      const options = { format: "B", shape: [1, 1, 1], strides: [8, 8, 1], suboffsets: [0, 0, -1] };
      const lent = view(there.buffer, { ...options, buffers: [next.buffer], owner: {} });
      const [middle, item] = [lent.slice(0), lent.slice(0, 0)];
      expect([lent.toArray(), middle.toArray(), item.toArray()]).toEqual([[[[7]]], [[7]], [7]]);
      const within = [lent.get(0, 0, 0), middle.get(0, 0), item.get(0)];
      expect(within).toEqual([7, 7, 7]);
      lent.release();
      for (const gone of [lent, middle, item]) {
        expect(() => gone.toArray()).toThrow(/was released/);
        expect(() => gone.get(...gone.shape.map(() => 0))).toThrow(/was released/);
      }
    });

    test("pointers may lead into further buffers", () => {
      const table = new BigUint64Array([(1n << 48n) | 2n, 2n << 48n, 0n]);
      const buffers = [Uint8Array.of(1, 2, 3, 4).buffer, Uint8Array.of(5, 6).buffer];
      const v = view(table.buffer, { format: "B", shape: [3, 2], strides: [8, 1], suboffsets: [0, -1], buffers });
      expect(v.slice("0:2").toArray()).toEqual([
        [3, 4],
        [5, 6],
      ]);
      expect(v.slice(1).buffer).toBe(buffers[1]);
      expect(v.get(1, 1)).toBe(6);
      expect(toHex(v.toBytes())).toBe("030405060200");
      v.set(0, 0, 77);
      expect(new Uint8Array(buffers[0]!)[2]).toBe(77);
    });
  });
}
