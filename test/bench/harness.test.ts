/** The benchmark harness judges what it times: its judge, its plain JavaScript and the installed rivals agree on tiny cases. */
import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
// @ts-expect-error plain JavaScript
import { cases, specOf } from "../../bench/lib/cases.mjs";
// @ts-expect-error plain JavaScript
import { elements, fill, sameResult } from "../../bench/lib/elements.mjs";
// @ts-expect-error plain JavaScript
import { referenceResult } from "../../bench/lib/reference.mjs";
// @ts-expect-error plain JavaScript
import { ours } from "../../bench/variants/ours.mjs";
import { dtype } from "../../src/shared.js";
import { backends } from "../lib/backends.js";

interface Variant {
  name: string;
  call(which: number): void;
  before?(second: boolean): void;
  result?(which: number): Uint8Array;
}
const installed = existsSync(fileURLToPath(new URL("../../bench/node_modules/ndarray-ops", import.meta.url)));
const variantFiles = ["plain-move", "plain-convert", "native"].concat(
  installed ? ["rivals-ndarray", "rivals-bytes"] : [],
);

function prepare(id: string) {
  // 64 channels of 16 elements would be less than a pixel.
  const spec = specOf(id, id.endsWith("-64") ? "e128" : "e16");
  const source = new Uint8Array(spec.src.bytes);
  fill(spec.from, source, spec.mode);
  const src = new Uint8Array(spec.src.bytes);
  const dst = new Uint8Array(spec.dst.bytes);
  return { spec, source, src, dst, expected: referenceResult(spec, source) as Uint8Array };
}

type Prepared = ReturnType<typeof prepare>;

function differences(prepared: Prepared, variants: Variant[]): string[] {
  const { spec, source, src, dst, expected } = prepared;
  return variants.flatMap((variant) => {
    src.set(source);
    if (spec.inPlace) dst.set(source);
    else dst.fill(0xee);
    variant.before?.(false);
    variant.call(0);
    const same = !variant.result || sameResult(spec.to, variant.result(0), expected);
    return same ? [] : [`${spec.id}: ${variant.name}`];
  });
}

describe("the harness", () => {
  test("has cases with distinct names, and every case has contestants in plain JavaScript", async () => {
    const ids: string[] = cases.map((c: { id: string }) => c.id);
    expect(new Set(ids).size).toBe(ids.length);
    const failures: string[] = [];
    for (const id of ids) {
      const prepared = prepare(id);
      const variants: Variant[] = [];
      for (const file of variantFiles) {
        const module = await import(`../../bench/variants/${file}.mjs`);
        variants.push(...(await module.variants(prepared.spec, prepared)));
      }
      if (variants.length === 0) failures.push(`${id} has no contestant`);
      failures.push(...differences(prepared, variants));
    }
    expect(failures).toEqual([]);
  });

  test("the judge tells a wrong byte", () => {
    const { expected, spec } = prepare("f32-f16");
    const wrong = expected.slice();
    wrong[3]! ^= 1;
    expect(sameResult(spec.to, expected, expected.slice())).toBe(true);
    expect(sameResult(spec.to, expected, wrong)).toBe(false);
  });

  test.for(["f16", "bf16", "e4m3", "e5m2"])("reads every code of %s back to itself", (type) => {
    const { bytes, read, encode } = elements[type];
    const data = new DataView(new ArrayBuffer(2));
    for (let code = 0; code < 2 ** (8 * bytes); code++) {
      data.setUint16(0, code, true);
      const value = read(data, 0);
      if (!Number.isNaN(value)) expect(encode(value)).toBe(code);
    }
  });

  for (const { name, api } of backends)
    test(`stridebuf gives the judge's bytes on the ${name} backend`, () => {
      expect(api.backend.name).toBe(name);
      const failures: string[] = [];
      for (const { id, from, to } of cases) {
        if (from !== to && !("convert" in api)) continue;
        for (const home of ["staged", "resident"]) {
          const prepared = prepare(id);
          const ourOne = ours({ ...api, dtype }, `${name} ${home}`, home, prepared.spec, prepared);
          failures.push(...differences(prepared, [ourOne]));
        }
      }
      expect(failures).toEqual([]);
    });
});
