/**
 * Every place where views differ from CPython's memoryview on purpose. Each entry says what memoryview does, what views
 * do, why, and proves its own half; everything else is held to memoryview's golden vectors in memoryview.test.ts.
 */
import { describe, expect, test } from "vitest";
import { dtype } from "../../src/dtype/read.js";
import { ellipsis, slice } from "../../src/view/slices.js";
import type { StridedView } from "../../src/view/view.js";
import { backends } from "../lib/backends.js";
import { fromHex, toHex, vectors } from "../lib/vectors.js";

type Api = (typeof backends)[0]["api"];
interface Difference {
  memoryview: string;
  here: string;
  reason: string;
  proof: (api: Api) => void;
}

// biome-ignore lint/suspicious/noExplicitAny: vector cases are read as the README describes them
const open = (api: Api, s: any): StridedView =>
  api.view(fromHex(s.mem).buffer, {
    format: s.format,
    itemsize: s.itemsize,
    shape: s.shape,
    strides: s.strides,
    byteOffset: s.offset,
  });

const differences: Difference[] = [
  {
    memoryview: "up to Python 3.14, cast refuses Zf and Zd",
    here: "cast takes them, as Python 3.15 does",
    reason: "the newer rule adds formats and changes none",
    proof: ({ view }) => {
      expect(view(new Uint8Array(16)).cast("Zd").toArray()).toEqual([{ re: 0, im: 0 }]);
      const complex = vectors("memoryview_cast").cases.filter(({ to }: { to: string }) => /^@?Z[fd]$/.test(to));
      expect(complex.length).toBeGreaterThan(0);
      for (const { error } of complex) expect(error.class).toBe("cast_bad_format");
    },
  },
  {
    memoryview: "sub-views, slices of several axes and `...` raise NotImplementedError",
    here: "slice() takes any basic index of NumPy",
    reason:
      "docs/format.md §12: a strided model without n-d slicing is of little use; nothing in the protocol forbids it",
    proof: ({ view }) => {
      const v = view(Uint8Array.of(1, 2, 3, 4), { shape: [2, 2] });
      expect(v.slice(1).toArray()).toEqual([3, 4]);
      expect(v.slice(slice(null, null, -1), slice(1)).toArray()).toEqual([[4], [2]]);
      expect(v.slice(ellipsis, 0).toArray()).toEqual([1, 3]);
    },
  },
  {
    memoryview: "items can be read only in the native single-letter formats; others raise NotImplementedError",
    here: "get, set, toArray, iteration read every format of the grammar",
    reason: "reading foreign formats is what this library is for",
    proof: ({ view }) => {
      let judged = 0;
      for (const c of vectors("memoryview_attrs").cases) {
        if (c.tolist_error?.class !== "unsupported_format") continue;
        judged++;
        expect(() => open({ view } as Api, c.src).toArray(), c.id).not.toThrow();
      }
      expect(judged).toBeGreaterThan(0);
      expect(view(fromHex("01000000"), { format: "<i" }).get(0)).toBe(1);
    },
  },
  {
    memoryview: "`v[i]` is an item for one axis and an error otherwise",
    here: "get() wants as many indices as axes (TypeError otherwise), slice() gives views",
    reason: "JavaScript cannot overload brackets, and two names say which of the two is meant",
    proof: ({ view }) => {
      const v = view(new Uint8Array(4), { shape: [2, 2] });
      expect(() => v.get(0)).toThrow(TypeError);
      expect(() => v.get(0, 0, 0)).toThrow(TypeError);
    },
  },
  {
    memoryview: "True and False are indices 1 and 0",
    here: "only integers are indices",
    reason: "a boolean as an index is a mistake in JavaScript",
    proof: ({ view }) => {
      expect(() => view(new Uint8Array(4)).get(true as never)).toThrow(TypeError);
    },
  },
  {
    memoryview:
      "an empty view with one axis and another stride is not contiguous, although PyBuffer_IsContiguous says so",
    here: "it is contiguous, and can be cast",
    reason: "docs/format.md §12: one rule for all ranks, that of PyBuffer_IsContiguous",
    proof: ({ view }) => {
      const v = view(new Uint8Array(3)).slice(slice(0, 0, 2));
      expect([v.isContiguous("C"), v.isContiguous("F"), v.isContiguous("A")]).toEqual([true, true, true]);
      expect(v.cast("h").shape).toEqual([0]);
    },
  },
  {
    memoryview: "views of formats that `struct` cannot read (T{…}, Z, u, w) equal nothing, not even themselves",
    here: "they compare by value; `equals(other, { memoryview: true })` gives memoryview's answer",
    reason: "a record view that is not equal to itself helps nobody; CPython 3.15 reads Zf and Zd too",
    proof: (api) => {
      const readable = new Set<string>();
      for (const c of vectors("memoryview_eq").cases) {
        if (c.ub) continue;
        const a = open(api, c.a);
        const b = open(api, c.b);
        expect(a.equals(b, { memoryview: true }), c.id).toBe(c.equal);
        if (a.equals(b) === c.equal) continue;
        expect(c.equal, c.id).toBe(false);
        readable.add(c.a.format);
      }
      expect(
        [...readable].every((format) => /^(w|Z[fd]|T\{.*\})$/.test(format)),
        [...readable].join(" "),
      ).toBe(true);
    },
  },
  {
    memoryview: "bytes of `?` are compared as they are (0x02 differs from 0x01)",
    here: "booleans compare by their truth",
    reason: "docs/format.md §10; reading gives true for both",
    proof: ({ view }) => {
      const a = view(Uint8Array.of(2), { format: "?" });
      expect(a.equals(view(Uint8Array.of(1), { format: "?" }))).toBe(true);
    },
  },
  {
    memoryview: "hash(view) of a read-only view is the hash of its bytes",
    here: "there is no hash",
    reason: "JavaScript has no hashing protocol; Map and Set go by identity. toBytes() feeds any digest",
    proof: ({ view }) => {
      const v = view(new Uint8Array(4), { readonly: true });
      expect("hash" in v).toBe(false);
      expect(toHex(v.toBytes())).toBe("00000000");
    },
  },
  {
    memoryview: "release() and `with` end a view; an exporter cannot be resized while views live",
    here: "there is no release; memory that was detached, transferred or shrunk gives a BoundsError at use, never old or foreign bytes",
    reason:
      "ArrayBuffers are collected, and JavaScript does not let a view forbid a transfer. Resident memory has dispose()",
    proof: ({ view }) => {
      const buffer = new ArrayBuffer(8);
      const v = view(buffer);
      expect("release" in v).toBe(false);
      v.set(0, 5);
      structuredClone(buffer, { transfer: [buffer] });
      for (const use of [
        () => v.get(0),
        () => v.set(0, 1),
        () => v.toBytes(),
        () => v.toArray(),
        () => v.toTypedArray(),
      ])
        expect(use).toThrow(/detached|shrunk/);
    },
  },
  {
    memoryview: "len(view) is the length of the first axis, a TypeError without axes",
    here: "shape[0]",
    reason: "a getter that throws would break every inspector",
    proof: ({ view }) => expect("length" in view(new Uint8Array(4))).toBe(false),
  },
  {
    memoryview: "iterating over a view of several axes raises NotImplementedError",
    here: "it gives the sub-views along the first axis, as NumPy does; values() gives all items",
    reason: "follows from n-d slicing",
    proof: ({ view }) => {
      const v = view(Uint8Array.of(1, 2, 3, 4), { shape: [2, 2] });
      expect([...v].map((row) => (row as StridedView).toArray())).toEqual([
        [1, 2],
        [3, 4],
      ]);
      expect([...v.values()]).toEqual([1, 2, 3, 4]);
      expect(() => [...v.slice(0, 0)]).toThrow(TypeError);
    },
  },
  {
    memoryview: "index() raises ValueError when the value is not there",
    here: "index() gives -1",
    reason: "as indexOf does everywhere else in JavaScript",
    proof: ({ view }) => {
      const v = view(Uint8Array.of(5, 6, 5));
      expect([v.index(5), v.index(5, 1), v.index(6, 0, 1), v.index(7), v.count(5)]).toEqual([0, 2, -1, -1, 2]);
    },
  },
  {
    memoryview: "an integer format refuses 1.0",
    here: "a number without fraction is an integer",
    reason: "JavaScript has one number type",
    proof: ({ view }) => {
      const v = view(new Uint8Array(1));
      v.set(0, 1.0);
      expect(v.get(0)).toBe(1);
      expect(() => v.set(0, 1.5)).toThrow(TypeError);
    },
  },
  {
    memoryview: "`v[a:b] = other` demands equal formats and shapes",
    here: 'copy(dst, src) broadcasts and converts; casting: "no" forbids conversions',
    reason: "assignment as NumPy does it is the engine's main job; set() writes single items only",
    proof: (api) => {
      const v = api.view(new Uint8Array(4));
      api.copy(v.slice(slice(0, 2)), api.view(Uint8Array.of(9)));
      expect(v.toArray()).toEqual([9, 9, 0, 0]);
    },
  },
  {
    memoryview: "cast() takes native single letters only",
    here: "so does cast() given text; given a DType it takes any",
    reason: "the rule guards against `<i` being taken for native; a DType leaves no doubt",
    proof: ({ view }) => {
      const v = view(fromHex("00000001"));
      expect(() => v.cast(">i")).toThrow(/one native letter/);
      expect(v.cast(dtype(">i")).toArray()).toEqual([1]);
    },
  },
  {
    memoryview: "refusals are IndexError, ValueError, TypeError, NotImplementedError, BufferError",
    here: "BoundsError, RangeError, TypeError, LayoutError with a reason",
    reason: "JavaScript has no such classes; isStridebufError() tells them apart",
    proof: ({ view }) => {
      const v = view(new Uint8Array(1));
      expect(() => v.get(1)).toThrow(expect.objectContaining({ name: "BoundsError", axis: 0, index: 1 }));
      expect(() => v.set(0, 256)).toThrow(RangeError);
      expect(() => v.asReadonly().set(0, 1)).toThrow(
        expect.objectContaining({ name: "LayoutError", reason: "readonly" }),
      );
    },
  },
];

for (const { name, api } of backends) {
  describe(name, () => {
    test("runs on its backend", () => expect(api.backend.name).toBe(name));
    for (const { memoryview, here, reason, proof } of differences)
      test(`memoryview: ${memoryview}. Here: ${here}.`, () => {
        expect(reason.length).toBeGreaterThan(20);
        proof(api);
      });
  });
}
