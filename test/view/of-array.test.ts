import { expect, test } from "vitest";
import { backends } from "../lib/backends.js";

for (const { name, api } of backends) {
  const { copy, view } = api;

  test(`${name}: the view of a typed array is kept, one for each API and array`, () => {
    const array = Float32Array.of(1, 2, 3);
    const first = [view(array), view(array), view(array)];
    expect(first[2]).toBe(first[1]);
    expect(first[2]!.format).toBe("f");
    expect(view(array, {})).not.toBe(first[2]);
    array[1] = 5;
    expect(first[2]!.toArray()).toEqual([1, 5, 3]);
    expect(view(array.subarray(1)).toArray()).toEqual([5, 3]);
    for (const other of backends) if (other.api !== api) expect(other.api.view(array)).not.toBe(first[2]);
    expect(view(array).host).toBe(first[0]!.host);
  });

  test(`${name}: arrays that were looked at and then detached, resized or lied about`, () => {
    const array = new Float32Array(64).fill(2);
    for (let i = 0; i < 3; i++) expect(view(array).get(63)).toBe(2);
    structuredClone(array.buffer, { transfer: [array.buffer] });
    expect(() => view(array)).toThrow("detached");

    // ES2024, which the compiler's library does not know.
    const Resizable = ArrayBuffer as unknown as new (
      length: number,
      options: { maxByteLength: number },
    ) => ArrayBuffer & { resize(length: number): void };
    const memory = new Resizable(16, { maxByteLength: 64 });
    const tracking = new Uint8Array(memory);
    for (let i = 0; i < 3; i++) expect(view(tracking).size).toBe(16);
    memory.resize(48);
    expect(view(tracking).size).toBe(48);
    memory.resize(8);
    expect(view(tracking).size).toBe(8);
    copy(tracking, 7);
    expect([...tracking]).toEqual(new Array(8).fill(7));

    class Boasting extends Uint8Array {
      override get length(): number {
        return 1 << 20;
      }
    }
    const boasting = new Boasting(4);
    for (let i = 0; i < 3; i++) expect(view(boasting).size).toBe(4);
    copy(boasting, 1);
    expect(view(boasting).toArray()).toEqual([1, 1, 1, 1]);
  });

  test(`${name}: empty arrays, and every type of element`, () => {
    for (const Type of [Int8Array, Uint8ClampedArray, Uint16Array, Int32Array, Float64Array] as const) {
      const filled = view(Type.of(1, 2));
      expect([filled.toArray(), filled.nbytes]).toEqual([[1, 2], 2 * Type.BYTES_PER_ELEMENT]);
      expect(view(new Type(0)).shape).toEqual([0]);
    }
    expect(view(BigInt64Array.of(-1n)).get(0)).toBe(-1n);
  });
}
