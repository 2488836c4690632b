/**
 * CPython's memoryview, case by case. What differs on purpose is not judged here but listed, with reasons, in
 * memoryview-differences.test.ts.
 */
import { describe, expect, test } from "vitest";
import { isStridebufError } from "../../src/errors.js";
import { slice } from "../../src/view/slices.js";
import type { StridedView } from "../../src/view/view.js";
import { backends } from "../lib/backends.js";
import { fromVjson, sameValue } from "../lib/values.js";
import { fromHex, toHex, vectors } from "../lib/vectors.js";

// biome-ignore lint/suspicious/noExplicitAny: vector cases are read as the README describes them
type Case = any;
type View = (typeof backends)[0]["api"]["view"];

const open = (view: View, s: Case): StridedView =>
  view(fromHex(s.mem).buffer, {
    format: s.format,
    itemsize: s.itemsize,
    shape: s.shape,
    strides: s.strides,
    byteOffset: s.offset,
    readonly: s.readonly === true,
  });

/** memoryview says that an empty view with one axis and another stride is not contiguous; PyBuffer_IsContiguous that it is. */
const emptyQuirk = (a: Case): boolean => a.shape.length === 1 && a.shape[0] === 0 && a.strides[0] !== a.itemsize;

function attributeFailures(v: StridedView<unknown>, a: Case): string[] {
  const wrong: string[] = [];
  const compare = (what: string, actual: unknown, expected: unknown): void => {
    if (JSON.stringify(actual) !== JSON.stringify(expected)) wrong.push(`${what} ${JSON.stringify(actual)}`);
  };
  compare("format", v.format, a.format);
  compare("itemsize", v.itemsize, a.itemsize);
  compare("shape", v.shape, a.shape);
  compare("strides", v.strides, a.strides);
  compare("nbytes", v.nbytes, a.nbytes);
  compare("ndim", v.ndim, a.ndim);
  compare("readonly", v.readonly, a.readonly);
  const quirk = emptyQuirk(a);
  compare("c", v.isContiguous("C"), a.c || quirk);
  compare("f", v.isContiguous("F"), a.f || quirk);
  compare("any", v.isContiguous("A"), a.any || quirk);
  return wrong;
}

for (const { name, api } of backends) {
  describe(name, () => {
    const { view } = api;
    test("runs on its backend", () => expect(api.backend.name).toBe(name));

    test("memoryview_attrs.json", () => {
      const failures: unknown[] = [];
      for (const c of vectors("memoryview_attrs").cases) {
        const v = open(view, c.src);
        failures.push(...attributeFailures(v, c.attrs).map((what) => [c.id, what]));
        for (const order of ["C", "F", "A"] as const)
          if (toHex(v.toBytes(order)) !== c.tobytes[order]) failures.push([c.id, "tobytes", order]);
        if (toHex(v.toBytes()) !== c.tobytes.None) failures.push([c.id, "tobytes"]);
        if (typeof c.len === "number" && v.shape[0] !== c.len) failures.push([c.id, "len"]);
        if (c.tolist !== undefined && !sameValue(v.toArray(), fromVjson(c.tolist))) failures.push([c.id, "tolist"]);
        if (c.iter === "ok" && !sameValue([...v], fromVjson(c.tolist))) failures.push([c.id, "iter"]);
        if (c.hex !== undefined && v.hex() !== c.hex) failures.push([c.id, "hex"]);
        if (c.hex_sep?.result !== undefined && v.hex(c.hex_sep.sep, c.hex_sep.bytes_per_sep) !== c.hex_sep.result)
          failures.push([c.id, "hex_sep", v.hex(c.hex_sep.sep, c.hex_sep.bytes_per_sep), c.hex_sep]);
      }
      expect(failures.slice(0, 10)).toEqual([]);
    });

    test("memoryview_cast.json", () => {
      const reasons: Record<string, string> = {
        cast_bad_format: "dtype",
        cast_non_byte: "dtype",
        cast_length: "shape",
        cast_size: "shape",
        cast_ndim: "rank",
        cast_zero: "shape",
        cast_not_contiguous: "contiguity",
      };
      const failures: unknown[] = [];
      for (const c of vectors("memoryview_cast").cases) {
        const v = open(view, c.src);
        let result: StridedView;
        try {
          result = v.cast(c.to, c.to_shape);
        } catch (error) {
          const ok =
            c.error !== undefined &&
            (c.error.class === "cast_shape"
              ? error instanceof RangeError
              : isStridebufError(error, "LayoutError") && error.reason === reasons[c.error.class]);
          if (!ok) failures.push([c.id, c.error?.class, String(error)]);
          continue;
        }
        if (c.error !== undefined) {
          const isNewer = /^@?Z[fd]$/.test(c.to);
          if (!isNewer && !(c.error.class === "cast_not_contiguous" && emptyQuirk(c.src)))
            failures.push([c.id, c.error.class, "accepted"]);
          continue;
        }
        failures.push(...attributeFailures(result, c.expect).map((what) => [c.id, what]));
        if (c.tolist !== undefined && !sameValue(result.toArray(), fromVjson(c.tolist)))
          failures.push([c.id, "tolist", result.toArray(), c.tolist]);
      }
      expect(failures.slice(0, 10)).toEqual([]);
    });

    test("memoryview_eq.json with the rules of memoryview", () => {
      const failures: unknown[] = [];
      for (const c of vectors("memoryview_eq").cases) {
        if (c.ub) continue;
        const a = open(view, c.a);
        const b = open(view, c.b);
        if (a.equals(b, { memoryview: true }) !== c.equal) failures.push([c.id, c.a, c.b, c.equal]);
        if (b.equals(a, { memoryview: true }) !== c.equal) failures.push([c.id, "turned around"]);
      }
      expect(failures.slice(0, 10)).toEqual([]);
    });

    test("memoryview_item.json: single items", () => {
      const failures: unknown[] = [];
      for (const c of vectors("memoryview_item").cases) {
        const key = typeof c.key === "number" ? [c.key] : Array.isArray(c.key?.t) ? c.key.t : undefined;
        const isItem = key?.every(Number.isInteger) && key.length === c.src.shape.length;
        if (!isItem) continue;
        const v = open(view, c.src);
        const before = toHex(new Uint8Array(v.buffer));
        try {
          if (c.op === "get") {
            const value = v.get(...key);
            if (c.error?.class === "unsupported_format") continue;
            if (c.error || !sameValue(value, fromVjson(c.value))) failures.push([c.id, "get", value, c.value, c.error]);
          } else {
            if ("value_view" in c) continue;
            v.set(...key, fromVjson(c.value) as never);
            if (c.error?.class === "unsupported_format") continue;
            // A float without fraction is an integer in JavaScript.
            if (c.error?.class === "value_type" && c.value?.f !== undefined && Number.isInteger(fromVjson(c.value)))
              continue;
            if (c.error || toHex(new Uint8Array(v.buffer)) !== c.mem_after) failures.push([c.id, "set", c]);
          }
        } catch (error) {
          const expected = c.error?.class;
          const ok =
            expected === "index_range"
              ? isStridebufError(error, "BoundsError")
              : expected === "readonly"
                ? isStridebufError(error, "LayoutError") && error.reason === "readonly"
                : expected === "value_type"
                  ? error instanceof TypeError
                  : expected === "value_range"
                    ? error instanceof RangeError
                    : expected === "unsupported_format";
          if (!ok) failures.push([c.id, expected, String(error), c]);
          if (toHex(new Uint8Array(v.buffer)) !== before) failures.push([c.id, "memory changed by a refused set"]);
        }
      }
      expect(failures.slice(0, 10)).toEqual([]);
    });

    test("memoryview_item.json: slices of one axis", () => {
      const failures: unknown[] = [];
      for (const c of vectors("memoryview_item").cases) {
        if (c.key?.s === undefined || c.op !== "get") continue;
        const v = open(view, c.src);
        let part: StridedView;
        try {
          part = v.slice(slice(...(c.key.s as [number, number, number])));
        } catch (error) {
          const ok =
            (c.error?.class === "step_zero" && error instanceof RangeError) ||
            (c.error?.class === "zero_dim" && isStridebufError(error, "LayoutError"));
          if (!ok) failures.push([c.id, c.error, String(error)]);
          continue;
        }
        if (c.view === undefined) {
          failures.push([c.id, c.error]);
          continue;
        }
        const expected = { ...c.view };
        // A slice of at most one item keeps a stride that means nothing.
        if (part.size <= 1) expected.strides = part.strides;
        failures.push(...attributeFailures(part, expected).map((what) => [c.id, what]));
        if (toHex(part.toBytes()) !== c.view.tobytes) failures.push([c.id, "tobytes"]);
        if (c.view.tolist !== undefined && !sameValue(part.toArray(), fromVjson(c.view.tolist)))
          failures.push([c.id, "tolist"]);
      }
      expect(failures.slice(0, 10)).toEqual([]);
    });

    test("memoryview_item.json: slice assignment of equal structures", () => {
      const failures: unknown[] = [];
      let judged = 0;
      for (const c of vectors("memoryview_item").cases) {
        if (c.value_view === undefined || c.mem_after === undefined) continue;
        judged++;
        const v = open(view, c.src);
        const part = c.key?.s === undefined ? v : v.slice(slice(...(c.key.s as [number, number, number])));
        api.copy(part, open(view, c.value_view));
        if (toHex(new Uint8Array(v.buffer)) !== c.mem_after) failures.push([c.id, c]);
      }
      expect(failures.slice(0, 5)).toEqual([]);
      expect(judged).toBeGreaterThan(20);
    });

    test("memoryview_overlap.json", () => {
      const failures: unknown[] = [];
      for (const c of vectors("memoryview_overlap").cases) {
        const v = view(fromHex(c.mem), { format: c.format });
        api.copy(v.slice(slice(...(c.dst as [number]))), v.slice(slice(...(c.src as [number]))));
        if (toHex(new Uint8Array(v.buffer)) !== c.mem_after) failures.push(c.id);
      }
      expect(failures).toEqual([]);
    });

    test("memoryview_release.json: what does not need release", () => {
      // Steps about releasing, hashing and pinning have no counterpart; memoryview-differences.test.ts says why.
      const absent = /^(release|resize|enter|exit|hash|unexport|\w+=export)/;
      let programs = 0;
      for (const c of vectors("memoryview_release").cases) {
        if (c.steps.some((s: Case) => s.step.startsWith("release") || s.step.startsWith("enter"))) continue;
        programs++;
        const names = new Map<string, StridedView>();
        let readonly = false;
        for (const { step, ok, value } of c.steps) {
          if (absent.test(step)) continue;
          const [, target, verb, rest] = /^(?:(\w)=)?(\w+) ?(.*)$/.exec(step) as unknown as [
            string,
            string,
            string,
            string,
          ];
          const args = rest.split(" ");
          const on = names.get(args[0]!)!;
          const run = (): unknown => {
            if (verb === "bytearray" || verb === "bytes") {
              readonly = verb === "bytes";
              return names.set(target, view(new Uint8Array(Number(rest)))) && null;
            }
            if (verb === "view") return names.set(target, view(on.buffer, { readonly })) && null;
            if (verb === "toreadonly") return names.set(target, on.asReadonly()) && null;
            if (verb === "set") return on.set(Number(args[1]), Number(args[2])) ?? null;
            if (verb === "get") return on.get(Number(args[1]));
            if (verb === "readonly") return on.readonly;
            throw new Error(`step ${step}`);
          };
          if (ok) expect(run(), `${c.name}: ${step}`).toEqual(value ?? null);
          else expect(run, `${c.name}: ${step}`).toThrow(/read-only/);
        }
      }
      expect(programs).toBeGreaterThan(1);
    });
  });
}
