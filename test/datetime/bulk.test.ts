/** Many counts at once against one at a time, between all units, near zero and at the ends of 64 bits. */
import { describe, expect, test } from "vitest";
import { convertUnit, convertUnits, NaT, type Unit } from "../../src/datetime/index.js";
import { backends } from "../lib/backends.js";
import { seeded } from "../lib/random.js";

const UNITS: readonly Unit[] = [
  ...["Y", "M", "W", "D", "h", "m", "s", "ms", "us", "ns", "ps", "as"].map((name) => [name, 1] as const),
  ["M", 7],
  ["D", 3],
  ["s", 25],
];

const code = ["Y", "M", "W", "", "D", "h", "m", "s", "ms", "us", "ns", "ps", "fs", "as"];
const formatOf = ([name, multiple]: Unit, kind: string) =>
  `[numpy:numpy.dtypes:${kind}64DType:${code.indexOf(name).toString(16)}:${multiple.toString(16)}]`;

function counts(seed: number): BigInt64Array {
  const random = seeded(seed);
  const list = [0n, 1n, -1n, NaT, 2n ** 63n - 1n, -(2n ** 63n) + 1n, 2n ** 48n, -(2n ** 51n) - 1n];
  for (let i = 0; i < 300; i++) {
    const bits = BigInt(Math.floor(64 * random()));
    const magnitude = BigInt(Math.floor(2 ** 53 * random())) * 2048n;
    list.push(BigInt.asIntN(64, magnitude >> (64n - bits)) * (random() < 0.5 ? 1n : -1n));
  }
  return BigInt64Array.from(list);
}

for (const { name, api } of backends)
  describe(name, () => {
    test("runs the backend it should", () => expect(api.backend.name).toBe(name));

    test.each(["datetime", "timedelta"] as const)("%s", (kind) => {
      const dtypeKind = kind === "datetime" ? "DateTime" : "TimeDelta";
      let refused = 0;
      UNITS.forEach((from, i) => {
        for (const to of UNITS) {
          const one = (value: bigint): bigint | undefined => {
            try {
              return value === NaT ? NaT : convertUnit(value, from, to, kind);
            } catch {
              refused++;
              return undefined;
            }
          };
          const all = counts(i + 1);
          const expected = Array.from(all, one);
          const fits = BigInt64Array.from(all.filter((_, k) => expected[k] !== undefined));
          const want = BigInt64Array.from(expected.filter((x) => x !== undefined));
          const bulk = new BigInt64Array(fits.length);
          convertUnits(bulk, fits, from, to, kind);
          expect(bulk, `${from} ${to}`).toEqual(want);
          const source = api.view(fits, { format: formatOf(from, dtypeKind) });
          expect(api.convert(source, formatOf(to, dtypeKind)).toTypedArray(), `${from} ${to}`).toEqual(want);
          const first = expected.indexOf(undefined);
          if (first < 0) continue;
          const whole = api.view(all, { format: formatOf(from, dtypeKind) });
          expect(() => api.convert(whole, formatOf(to, dtypeKind))).toThrow(`${all[first]} at [${first}] does not fit`);
          expect(() => convertUnits(new BigInt64Array(all.length), all, from, to, kind)).toThrow("does not fit");
        }
      });
      expect(refused).toBeGreaterThan(1000);
    });
  });
