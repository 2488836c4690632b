/** Which NaN a NaN becomes (docs/format.md, section 13): on both backends, in kernels and in what is left beside their blocks. */
import { expect, test } from "vitest";
import { backends } from "../lib/backends.js";

/** A signalling NaN of each type: its bits without the sign, and bytes per item. */
const signalling: readonly (readonly [string, bigint, number])[] = [
  ["float16", 0x7c01n, 2],
  ["bfloat16", 0x7f81n, 2],
  ["float32", 0x7f800001n, 4],
  ["float64", 0x7ff0000000000001n, 8],
  ["float8_e5m2", 0x7dn, 1],
];
/** The bit that makes a NaN of each type quiet. */
const quietBit: Readonly<Record<string, bigint>> = {
  float16: 0x200n,
  bfloat16: 0x40n,
  float32: 0x400000n,
  float64: 0x8000000000000n,
  float8_e5m2: 0x2n,
};
const count = 100;

const writeAll = (bits: bigint, width: number): Uint8Array =>
  Uint8Array.from({ length: count * width }, (_, i) => Number((bits >> BigInt(8 * (i % width))) & 0xffn));

for (const { name, api } of backends) {
  for (const [from, bits, width] of signalling) {
    test(`${name}: a signalling ${from} gives quiet NaNs of its sign, but for bfloat16 → float32, which keeps bits`, () => {
      for (const negative of [0n, 1n]) {
        const code = bits | (negative << BigInt(8 * width - 1));
        const source = api.view(writeAll(code, width), { format: from, shape: [count] });
        for (const [to, , toWidth] of signalling) {
          if (to === from) continue;
          const bytes = api.convert(source, to).toBytes();
          for (const at of [0, (count - 1) * toWidth]) {
            const got = [...bytes.subarray(at, at + toWidth)].reduceRight(
              (sum, byte) => (sum << 8n) | BigInt(byte),
              0n,
            );
            const where = `${from} ${code.toString(16)} → ${to}, byte ${at}: ${got.toString(16)}`;
            if (from === "bfloat16" && to === "float32") expect(got, where).toBe(code << 16n);
            else
              expect([got >> BigInt(8 * toWidth - 1), got & quietBit[to]!], where).toEqual([negative, quietBit[to]!]);
          }
        }
      }
    });
  }
}
