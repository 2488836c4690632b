import { describe, expect, test } from "vitest";
import { type ElementName, elements, type SmallFloat } from "../../src/dtype/elements.js";
import { decodeSmall, encodeSmall } from "../../src/dtype/small-float.js";
import { fromHex, vectors } from "../lib/vectors.js";

const small = (name: string): SmallFloat => (elements[name as ElementName] as { small?: SmallFloat }).small!;

describe("decodeSmall", () => {
  test("gives the value of every code of every 4, 6 and 8-bit format", () => {
    const failures: unknown[] = [];
    for (const c of vectors("minifloat_decode").cases) {
      if (!c.f64be || !c.exp_bits) continue;
      for (let code = 0; code < 2 ** c.bits; code++) {
        const want = c.f64be[code];
        const got = decodeSmall(small(c.format), code);
        const bits = Number.isNaN(got)
          ? "nan"
          : Buffer.from(new Float64Array([got]).buffer)
              .reverse()
              .toString("hex");
        if (bits !== want) failures.push([c.format, code, bits, want]);
      }
    }
    expect(failures.slice(0, 10)).toEqual([]);
  });
});

describe("encodeSmall", () => {
  test("gives the exact nearest-even answer, and the saturated one", () => {
    const failures: unknown[] = [];
    let checked = 0;
    for (const c of vectors("minifloat_encode").cases) {
      const row = small(c.format);
      const bytes = fromHex(c.in_le);
      const input = c.src === "f32" ? new Float32Array(bytes.buffer) : new Float64Array(bytes.buffer);
      const out = fromHex(c.out_le);
      const codes = out.length === c.n ? out : new Uint16Array(out.buffer);
      const exact = new Map<number, number | null>(c.rne_differs);
      const saturated = new Map<number, number>(c.sat_differs);
      const nan = new Set<number>(c.nan_out);
      for (let i = 0; i < c.n; i++) {
        const x = input[i]!;
        const want = exact.get(i) ?? codes[i]!;
        for (const saturate of [false, true]) {
          const expected = saturate ? (saturated.get(i) ?? want) : want;
          const got = encodeSmall(row, x, saturate);
          checked++;
          if (got === expected) continue;
          const bothNaN = Number.isNaN(decodeSmall(row, expected)) && Number.isNaN(decodeSmall(row, got));
          if (bothNaN && nan.has(i)) continue;
          if (Number.isNaN(x) && row.style === "finite" && exact.get(i) === null) continue;
          failures.push([c.format, c.src, i, x, saturate, got, expected]);
        }
      }
    }
    expect(failures.slice(0, 10)).toEqual([]);
    expect(checked).toBeGreaterThan(100_000);
  });

  test("inverts decodeSmall on every code of every format", () => {
    const failures: unknown[] = [];
    for (const [name, row] of Object.entries(elements)) {
      const format = (row as { small?: SmallFloat }).small;
      if (!format) continue;
      for (let code = 0; code < 2 ** row.bits; code++) {
        const value = decodeSmall(format, code);
        if (!Number.isNaN(value) && encodeSmall(format, value, false) !== code) failures.push([name, code]);
      }
    }
    expect(failures.slice(0, 10)).toEqual([]);
  });
});
