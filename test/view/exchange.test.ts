/** Views on both sides of the `ndbuffer` contract: as exporters, and over the memory of other exporters. */
import { describe, expect, test } from "vitest";
import { acquire, check, NDBUFFER, type NDBuffer, type NDExporter, type NDRequest } from "../../src/exchange/index.js";
import * as wasm from "../../src/index.js";
import * as js from "../../src/js.js";
import { errorOf } from "../lib/errors.js";

const { dtype, dtypes, view, empty } = wasm;
const memory = () => new Uint8Array(256).map((_, i) => i).buffer;

describe("exporting", () => {
  test.each([
    ["i", "<i"],
    ["l", "<q"],
    [">H", ">H"],
    ["?", "?"],
    ["c", "c"],
    ["3s", "3s"],
    ["3w", "<3w"],
    ["Zd", "<Zd"],
    ["T{i:id:d:x:}", "T{<i:id:4x<d:x:}"],
    [">T{h:a:(2,3)f:m:}", "T{>h:a:(2,3)>f:m:}"],
    ["[ml_dtypes:bfloat16]", "<[ml_dtypes:bfloat16]"],
    ["[numpy:numpy.dtypes:DateTime64DType:8:1]", "<[numpy:numpy.dtypes:DateTime64DType:8:1]"],
  ])("%s leaves as %s, which reads back", (format, text) => {
    const v = view(memory(), { format, shape: [2] });
    const block = v[NDBUFFER]({ formats: "any" })!;
    expect(block.format).toBe(text);
    expect(dtype(text)).toBe(v.dtype);
    expect(view(v).dtype).toBe(v.dtype);
    expect(check(v)).toEqual([]);
  });

  test("every dtype of the tables", () => {
    for (const d of Object.values(dtypes)) {
      const v = empty([2, 2], d);
      expect(check(v), d.name).toEqual([]);
      expect(acquire(v, { formats: "any" }) === null || view(v).dtype === d, d.name).toBe(true);
    }
  });

  test.each(["P", "O", "g", "T{<i:a:^P:p:}"])("%s means nothing elsewhere", (format) => {
    expect(view(memory(), { format, shape: [2] })[NDBUFFER]({ formats: "any" })).toBeNull();
  });

  const v = view(memory(), { format: "<h", shape: [4, 6] });
  const pil = view(new BigUint64Array([16n, 20n, 0n]).buffer, {
    format: "B",
    shape: [2, 3],
    strides: [8, 1],
    suboffsets: [0, -1],
  });
  test.each<[string, NDExporter, NDRequest, boolean]>([
    ["plain", v, {}, true],
    ["records to whoever knows only numbers", view(memory(), { format: "T{<i:a:}" }), {}, false],
    ["read-only", v.asReadonly(), {}, true],
    ["read-only to a writer", v.asReadonly(), { writable: true }, false],
    ["strided", v.slice("::-1, ::2"), {}, true],
    ["strided as C", v.slice("::-1, ::2"), { contiguous: "any" }, false],
    ["transposed as F", v.transpose(), { contiguous: "F" }, true],
    ["pointers", pil, {}, false],
    ["pointers, asked for", pil, { indirect: true }, true],
  ])("%s", (_, exporter, request, isGiven) => {
    expect(exporter[NDBUFFER](request) !== null).toBe(isGiven);
    expect(check(exporter)).toEqual([]);
  });

  test("the memory itself, never a copy; the descriptor crosses structuredClone", () => {
    const block = v.slice("1:3, ::-2")[NDBUFFER]()!;
    expect(block.buffer).toBe(v.buffer);
    expect(structuredClone(block)).toEqual(block);
    expect(block).toMatchObject({ byteOffset: 22, shape: [2, 3], strides: [12, -4], itemsize: 2, readonly: false });
  });

  test("memory that is gone is not shared", () => {
    const gone = view(new ArrayBuffer(8));
    structuredClone(gone.buffer, { transfer: [gone.buffer as ArrayBuffer] });
    expect(gone[NDBUFFER]()).toBeNull();
    const resident = empty([4], "f", { resident: true });
    expect(check(resident)).toEqual([]);
    resident.dispose();
    expect(resident[NDBUFFER]()).toBeNull();
  });

  test("lent memory is asked for at each use: none is there after the release, and growth is followed", () => {
    const memory = new WebAssembly.Memory({ initial: 1, maximum: 2 });
    const lent = view(memory, { shape: [2], owner: {} });
    const block = lent[NDBUFFER]()!;
    memory.grow(1);
    expect(block.buffer).toBe(memory.buffer);
    lent.release();
    expect(() => block.buffer).toThrow(/was released/);
    expect(lent[NDBUFFER]()).toBeNull();
  });

  test("memory that moves is read at each use", () => {
    const growing = new WebAssembly.Memory({ initial: 1, maximum: 2 });
    const block = view(growing)[NDBUFFER]()!;
    const again = view({ [NDBUFFER]: () => block });
    const before = block.buffer;
    growing.grow(1);
    expect(block.buffer).toBe(growing.buffer);
    expect(block.buffer).not.toBe(before);
    again.set(3, 7);
    expect(new Uint8Array(growing.buffer)[3]).toBe(7);
  });
});

describe.each([
  ["wasm", wasm],
  ["js", js],
])("taking from exporters, %s", (_, api) => {
  const bytes = new Uint8Array(24);
  const base: NDBuffer = {
    version: 1,
    buffer: bytes.buffer,
    byteOffset: 20,
    shape: [2, 3],
    strides: [-4, -8],
    format: ">h",
    itemsize: 2,
    readonly: false,
  };
  const showing = (changes: object = {}): NDExporter => ({
    [NDBUFFER]: () => ({ ...base, ...changes }) as unknown as NDBuffer,
  });

  test("view, copy and convert", () => {
    api.copy(showing(), api.view(new Int16Array([1, 2, 3, 4, 5, 6]), { shape: [2, 3] }));
    expect(api.view(showing()).toArray()).toEqual([
      [1, 2, 3],
      [4, 5, 6],
    ]);
    expect(api.convert(showing(), "f").toArray()).toEqual([
      [1, 2, 3],
      [4, 5, 6],
    ]);
    const out = new Float64Array(3);
    api.copy(out, { [NDBUFFER]: () => ({ ...base, shape: [3], strides: [-8] }) });
    expect([...out]).toEqual([1, 2, 3]);
    api.byteswap(showing());
    expect(api.view(showing()).get(0, 1)).toBe(512);
    expect(api.view(showing({ strides: null, byteOffset: 0 })).strides).toEqual([6, 2]);
  });

  test("what is asked for", () => {
    const requests: unknown[] = [];
    const listening: NDExporter = {
      [NDBUFFER](request) {
        requests.push(request?.writable);
        return base;
      },
    };
    api.view(listening);
    api.convert(listening, "d");
    api.copy(listening, api.view(new Int16Array(6), { shape: [2, 3] }));
    expect(requests.map(Boolean)).toEqual([false, false, true]);
  });

  test("read-only memory", () => {
    expect(api.view(showing({ readonly: 1 })).readonly).toBe(true);
    expect(api.view(showing(), { readonly: true }).readonly).toBe(true);
    const error = errorOf(() => api.copy(showing({ readonly: true }), new Int16Array(3))) as Error;
    expect(error).toMatchObject({ name: "LayoutError", reason: "exchange" });
    expect(error.message).toMatch(/"dst" does not share writable memory/);
  });

  test("records, opaque types and pointers", () => {
    expect(
      api.view(showing({ format: "T{<i:a:}", itemsize: 4, byteOffset: 0, shape: [], strides: [] })).toArray(),
    ).toMatchObject({ a: expect.any(Number) });
    const opaque = api.view(showing({ format: "[who:knows]", itemsize: 3, strides: null, byteOffset: 0 }));
    expect(opaque.itemsize).toBe(3);
    const buffer = new Uint32Array([8, 9, 0x04030201]).buffer;
    const indirect = { buffer, format: "B", itemsize: 1, strides: [4, 1], shape: [2, 2], byteOffset: 0 };
    const pil = api.view(showing({ ...indirect, suboffsets: [0, -1], pointerSize: 4 }));
    expect(pil.toArray()).toEqual([
      [1, 2],
      [2, 3],
    ]);
  });

  test.each<[string, object, object]>([
    ["an item outside", { byteOffset: 23 }, { name: "BoundsError" }],
    ["shape of another rank", { shape: [2] }, { name: "LayoutError", reason: "rank" }],
    ["a fractional stride", { strides: [-4, 0.5] }, { name: "RangeError" }],
    ["no format", { format: "<%" }, { name: "FormatSyntaxError" }],
    ["no buffer", { buffer: {} }, { name: "TypeError" }],
    ["a mask", { mask: base }, { name: "LayoutError", reason: "exchange" }],
    ["a device", { device: { type: "webgpu" } }, { name: "LayoutError", reason: "exchange" }],
    ["another version", { version: 2 }, { name: "LayoutError", reason: "exchange" }],
  ])("%s is refused", (_what, changes, error) => {
    expect(errorOf(() => api.view(showing(changes)))).toMatchObject(error);
    expect(errorOf(() => api.copy(new Int16Array(6), showing(changes)))).toMatchObject(error);
  });

  test("an exporter describes itself", () => {
    expect(() => api.view(showing(), { format: "f" })).toThrow(/"format" expected nothing beside an exporter/);
    expect(() => api.copy({} as NDExporter, new Int16Array(1))).toThrow(/ndbuffer exporter, got an object/);
  });

  test("the owner travels with every slice and with what is exported again", () => {
    const owner = { name: "pool" };
    const row = api.view(showing({ owner })).slice(1);
    const again = row[NDBUFFER]()!;
    expect(again.owner).toBeDefined();
    expect(JSON.stringify(again.owner)).toContain('"pool"');
  });
});
