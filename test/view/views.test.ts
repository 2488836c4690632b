import { expect, test } from "vitest";
import { voidDType } from "../../src/dtype/make-other.js";
import { dtype } from "../../src/dtype/read.js";
import { isStridebufError } from "../../src/errors.js";
import { ellipsis, type IndexEntry, newaxis, slice, sliceIndices } from "../../src/view/slices.js";
import { contiguousStrides } from "../../src/view/strides.js";
import { StridedView } from "../../src/view/view.js";
import { backends } from "../lib/backends.js";
import { fromVjson, sameValue } from "../lib/values.js";
import { type Blob, expectBlob, fill, toHex, vectors } from "../lib/vectors.js";

// biome-ignore lint/suspicious/noExplicitAny: vector cases are read as the README describes them
type Case = any;

const entry = (e: Case): IndexEntry =>
  e === "newaxis" ? newaxis : e === "..." ? ellipsis : "i" in e ? e.i : slice(e.s[0], e.s[1], e.s[2]);

/** The text form of the same index. */
const text = (index: Case[]): string =>
  index
    .map((e) => (typeof e === "string" ? e : "i" in e ? `${e.i}` : e.s.map((n: number | null) => n ?? "").join(":")))
    .join(", ");

function apply(view: StridedView<unknown>, op: Case): StridedView<unknown> {
  switch (op.op) {
    case "index": {
      const indexed = view.slice(...op.index.map(entry));
      if (op.index.length === 0) return indexed;
      const same = view.slice(text(op.index));
      expect([same.byteOffset, same.shape, same.strides]).toEqual([indexed.byteOffset, indexed.shape, indexed.strides]);
      return indexed;
    }
    case "transpose":
      return view.transpose(op.axes ?? undefined);
    case "squeeze":
      return view.squeeze(op.axes ?? undefined);
    case "broadcast":
      return view.broadcastTo(op.shape);
    case "reshape":
      return view.reshape(op.shape, op.order);
    case "field":
      return view.field(op.name);
    case "window": {
      const shape = [...view.shape.slice(0, -1), view.shape.at(-1)! - op.size + 1, op.size];
      const strides = [...view.strides, view.strides.at(-1)!];
      return new StridedView(view.host, view.storage, view.dtype, {
        byteOffset: view.byteOffset,
        shape,
        strides,
        suboffsets: null,
      });
    }
    case "view_bytes": {
      const shape = [...view.shape.slice(0, -1), view.shape.at(-1)! * view.itemsize];
      const strides = [...view.strides.slice(0, -1), 1];
      return new StridedView(view.host, view.storage, dtype("B"), {
        byteOffset: view.byteOffset,
        shape,
        strides,
        suboffsets: null,
      });
    }
    default:
      throw new Error(`operation ${op.op}`);
  }
}

function facts(view: StridedView<unknown>): object {
  const compared = view.size > 0;
  return {
    shape: view.shape,
    strides: compared ? view.strides.filter((_, axis) => view.shape[axis]! > 1) : [],
    offset: compared ? view.byteOffset : null,
    itemsize: view.itemsize,
    nbytes: view.nbytes,
    c: view.isContiguous("C"),
    f: view.isContiguous("F"),
    any: view.isContiguous("A"),
  };
}

const expectedFacts = (e: Case): object => ({
  shape: e.shape,
  strides: e.shape.includes(0) ? [] : e.strides.filter((_: number, axis: number) => e.shape[axis] > 1),
  offset: e.offset,
  itemsize: e.itemsize,
  nbytes: e.nbytes,
  c: e.c,
  f: e.f,
  any: e.c || e.f,
});

/** The records of the cases by their size: a case whose last dtype is a field's says only "field:a". */
const records: Record<number, string> = { 3: "<T{B:a:h:b:}", 5: "<T{h:x:(2)B:y:b:z:}", 12: "<T{f:a:d:b:}" };

function baseOf(c: Case, view: (typeof backends)[0]["api"]["view"]): StridedView<unknown> {
  const bytes = fill(c.base.nbytes, c.base.k, c.base.mask);
  const text = c.fmt.startsWith("field:") ? records[c.dtype_itemsize]! : c.fmt;
  const format = c.fmt === "5x" ? voidDType(5) : dtype(text, { itemsize: c.dtype_itemsize });
  const { shape, strides, offset } = c.base;
  return view(bytes.buffer, { format, shape, strides, byteOffset: offset });
}

for (const { name, api } of backends) {
  const { view } = api;
  test(`${name}: runs on its backend`, () => expect(api.backend.name).toBe(name));

  test(`${name}: views.json`, () => {
    const failures: unknown[] = [];
    for (const c of vectors("views").cases) {
      try {
        let v = baseOf(c, view);
        const ops = [...c.ops];
        for (const op of ops) v = apply(v, op);
        if (c.last_op === "not_a_view") {
          failures.push([c.id, "should need a copy"]);
          continue;
        }
        expect(facts(v)).toEqual(expectedFacts(c.expect));
        expectBlob(v.toBytes("C"), c.expect.C as Blob, "C");
        expectBlob(v.toBytes("F"), (c.expect.F ?? c.expect.C) as Blob, "F");
        const isF = c.expect.f && !c.expect.c;
        expectBlob(v.toBytes("A"), ((isF && c.expect.F) || c.expect.C) as Blob, "A");
        expect(v.hex()).toBe(toHex(v.toBytes()));
        if (c.tolist !== undefined && !sameValue(v.toArray(), fromVjson(c.tolist)))
          failures.push([c.id, "tolist", JSON.stringify(c.tolist)]);
      } catch (error) {
        if (c.last_op === "not_a_view" && isStridebufError(error, "LayoutError") && error.reason === "contiguity")
          continue;
        failures.push([c.id, (error as Error).message]);
      }
    }
    expect(failures.slice(0, 10)).toEqual([]);
  });

  test(`${name}: views_errors.json`, () => {
    const failures: unknown[] = [];
    for (const c of vectors("views_errors").cases) {
      let v = baseOf(c, view);
      for (const op of c.ops.slice(0, -1)) v = apply(v, op);
      try {
        apply(v, c.ops.at(-1));
        failures.push([c.id, c.error.msg]);
      } catch (error) {
        const { class: kind, msg } = c.error;
        const isIndex = kind === "index" && !/too many|ellipsis/.test(msg);
        const ok = isIndex
          ? isStridebufError(error, "BoundsError")
          : kind === "axis" || /step/.test(msg)
            ? error instanceof RangeError
            : isStridebufError(error, "LayoutError");
        if (!ok) failures.push([c.id, kind, msg, String(error)]);
      }
    }
    expect(failures.slice(0, 10)).toEqual([]);
  });
}

test("slice_indices.json", () => {
  const failures: unknown[] = [];
  for (const c of vectors("slice_indices").cases) {
    const range = slice(...(c.slice.map(fromVjson) as [number, number, number]));
    const { start, stop, step, count } = sliceIndices(range, c.len);
    const wanted = Number(fromVjson(c.step));
    const sameStep = step === wanted || (Math.abs(wanted) > 2 ** 53 && Math.abs(step) === Number.MAX_SAFE_INTEGER);
    if (start !== c.start || stop !== c.stop || !sameStep || count !== c.count)
      failures.push([c, start, stop, step, count]);
  }
  expect(failures.slice(0, 10)).toEqual([]);
});

test("FillContiguousStrides multiplies through empty axes", () => {
  expect(contiguousStrides([2, 0, 4], 8, "C")).toEqual([0, 32, 8]);
  expect(contiguousStrides([2, 0, 4], 8, "F")).toEqual([8, 16, 0]);
});
