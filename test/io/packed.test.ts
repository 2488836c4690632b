import fc from "fast-check";
import { expect, test } from "vitest";
import { packBits, unpackBits } from "../../src/io/packed.js";

/** Bit by bit, from the definition. */
function bitAt(bytes: Uint8Array, bit: number): number {
  return (bytes[bit >> 3]! >> (bit & 7)) & 1;
}

test.each([4, 6] as const)("value i of %i bits lies at bits [i*bits, (i+1)*bits)", (bits) => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 0, max: 255 }), { maxLength: 40 }), (values) => {
      const count = values.length;
      const packed = new Uint8Array(Math.ceil((count * bits) / 8) + 1).fill(0xff, -1);
      packBits(packed, Uint8Array.from(values), count, bits);
      expect(packed.at(-1)).toBe(0xff);
      values.forEach((value, i) => {
        for (let b = 0; b < bits; b++) expect(bitAt(packed, i * bits + b)).toBe((value >> b) & 1);
      });
      const back = new Uint8Array(count + 1).fill(0xaa);
      unpackBits(back, packed, count, bits);
      expect([...back]).toEqual([...values.map((value) => value & (2 ** bits - 1)), 0xaa]);
    }),
  );
});
