/** Views without an engine: what a program gets that takes nothing but `view`. */
import { expect, test } from "vitest";
import { createJsBackend } from "../../src/backend/js/backend.js";
import { createEngine } from "../../src/engine/engine.js";
import { slice, view } from "../../src/index.js";
import { plainHost } from "../../src/view/copy-items.js";
import { createView } from "../../src/view/create.js";
import type { StridedView } from "../../src/view/view.js";

const plain = createView(plainHost());
const bytes = Uint8Array.from({ length: 96 }, (_, i) => i * 7);

test.each([
  ["a transpose", (make: typeof view) => make(bytes, { format: ">h", shape: [4, 3, 4] }).transpose([2, 0, 1])],
  ["a step back", (make: typeof view) => make(bytes).slice(slice(null, null, -3))],
  ["records", (make: typeof view) => make(bytes, { format: "T{<i:x:<d:y:}", shape: [2, 4] }).transpose()],
  ["nothing", (make: typeof view) => make(bytes, { shape: [0, 4] }).transpose()],
])("%s: the bytes, in either order, that an engine gives", (_, shaped) => {
  for (const order of ["C", "F"] as const)
    expect(shaped(plain as typeof view).toBytes(order)).toEqual(shaped(view).toBytes(order));
});

test("pointers are followed", () => {
  const memory = new BigInt64Array([24n, 16n, 30n, 40n]);
  const options = { format: "q", shape: [2, 1], strides: [8, 8], suboffsets: [0, -1] } as const;
  expect(plain(memory.buffer, options).toBytes()).toEqual(view(memory.buffer, options).toBytes());
});

test("references are refused", () => {
  expect(() =>
    plain(bytes, { format: "O", shape: [2, 2] })
      .transpose()
      .toBytes(),
  ).toThrow(/references/);
});

test("an engine takes over the views that are there", () => {
  const host = plainHost();
  const early = createView(host)(bytes, { shape: [8, 12] }).transpose();
  const calls: string[] = [];
  const backend = createJsBackend();
  const { move } = backend;
  const recorded: typeof move = (...args) => {
    calls.push("move");
    move.apply(backend, args);
  };
  createEngine({ ...backend, move: recorded }, host);
  expect(early.toBytes()).toEqual(
    view(bytes, { shape: [8, 12] })
      .transpose()
      .toBytes(),
  );
  expect(calls).toEqual(["move"]);
});

const values = Float32Array.of(1, -2, 3.5, 4);

test.each([
  ["the same items", "<f", (v: StridedView) => v],
  ["the other byte order", ">f", (v: StridedView) => v],
  ["any layout", "<f", (v: StridedView) => v.transpose().slice("::-1, ::-1")],
])("%s are copied into memory that is there", (_, format, shaped) => {
  const src = shaped(plain(values, { shape: [2, 2] }));
  const out = plain(new Uint8Array(40), { format, shape: [2, 2], strides: [8, 16], byteOffset: 4 });
  out.host.copy(out, src);
  expect(out.toArray()).toEqual(src.toArray());
  expect(src.toTypedArray({ out: new Float32Array(4) })).toEqual(src.toTypedArray());
});

test("source and destination may overlap", () => {
  const memory = plain(Uint8Array.of(1, 2, 3, 4, 5));
  const out = memory.slice("1:");
  out.host.copy(out, memory.slice(":-1"));
  expect(memory.toArray()).toEqual([1, 1, 2, 3, 4]);
});

test.each([
  ["another type", { format: "d", shape: [2] }, "EngineError"],
  ["items that overlap", { format: "f", shape: [2], strides: [2] }, "EngineError"],
  ["memory that is read-only", { format: "f", shape: [2], readonly: true }, "LayoutError"],
])("%s is refused, and nothing written", (_, options, tag) => {
  const memory = new Uint8Array(16);
  const out = plain(memory, options);
  expect(() => out.host.copy(out, plain(values).slice(":2"))).toThrow(expect.objectContaining({ name: tag }));
  expect(memory.every((byte) => byte === 0)).toBe(true);
});
