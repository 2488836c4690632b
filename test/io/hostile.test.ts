/** Damaged and hostile files: every reader answers with views or a FileFormatError, and soon. */
import fc from "fast-check";
import { expect, test } from "vitest";
import { isStridebufError } from "../../src/errors.js";
import { view } from "../../src/index.js";
import { readNpy, readNpz, writeNpy, writeNpz } from "../../src/io/npy.js";
import { readSafetensors, writeSafetensors } from "../../src/io/safetensors.js";

const record = view(new Uint8Array(120), { format: "T{<i:a:(2)>d:b:3s:c:xT{<h:x:}:d:}", shape: [2, 2] });
const grid = view(new Float32Array(12), { shape: [3, 4] });

const cases: [name: string, file: Uint8Array, read: (bytes: Uint8Array) => unknown][] = [
  ["a record .npy", writeNpy(record), (bytes) => readNpy(bytes).toBytes()],
  ["a version 3 .npy", writeNpy(grid, { version: 3 }), (bytes) => readNpy(bytes).toBytes()],
  ["a plain .npz", writeNpz({ a: grid, b: record }), (bytes) => readNpz(bytes, { maxBytes: 1 << 20 })],
  [
    "a packed .npz",
    writeNpz({ a: grid, b: record }, { compress: true }),
    (bytes) => readNpz(bytes, { maxBytes: 1 << 20 }),
  ],
  ["a .safetensors", writeSafetensors({ a: grid, b: grid }, { k: "v" }), (bytes) => [...readSafetensors(bytes)]],
];

test.each(cases)("%s with bytes changed, cut and inserted", (_, file, read) => {
  const edit = fc.record({
    at: fc.nat(file.length - 1),
    byte: fc.nat(255),
    kind: fc.constantFrom("set", "cut", "insert"),
  });
  fc.assert(
    fc.property(fc.array(edit, { minLength: 1, maxLength: 3 }), (edits) => {
      const bytes = [...file];
      for (const { at, byte, kind } of edits) {
        if (kind === "set") bytes[at] = byte;
        else bytes.splice(at, kind === "cut" ? 1 + (byte % 32) : 0, ...(kind === "insert" ? [byte] : []));
      }
      try {
        read(Uint8Array.from(bytes));
      } catch (error) {
        const told = isStridebufError(error, "FileFormatError");
        if (!told) throw error;
        expect(error.message.length).toBeLessThan(500);
      }
    }),
    { numRuns: 1500 },
  );
});

test("shared memory is read as any other", () => {
  for (const [, file, read] of cases.slice(0, 2).concat(cases.slice(-1))) {
    const shared = new Uint8Array(new SharedArrayBuffer(file.length));
    shared.set(file);
    expect(read(shared)).toBeDefined();
  }
});
