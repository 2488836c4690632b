/** docs/format.md §7, rule by rule. */
import { describe, expect, test, vi } from "vitest";
import type { DType, ItemCodec } from "../../src/dtype/dtype.js";
import { dtypes } from "../../src/dtype/dtypes.js";
import { arrayDType, scalarDType } from "../../src/dtype/make.js";
import { withByteOrder } from "../../src/dtype/order.js";
import { defaultRegistry } from "../../src/dtype/owner-table.js";
import { type DTypeOptions, dtype } from "../../src/dtype/read.js";
import { DTypeRegistry, registerDType, unregisterDType } from "../../src/dtype/registry.js";
import type { DTypeResolver, ResolveContext } from "../../src/dtype/resolver.js";
import { customNames, isCustom, matching } from "../../src/dtype/resolver.js";
import { datetimeDType } from "../../src/dtype/time-units.js";
import { isStridebufError } from "../../src/errors.js";
import { customFormat } from "../../src/format/bracket.js";

const codec: ItemCodec = { hub: "value", read: (view, offset) => view.getUint8(offset) };

function registry(owners: Record<string, DTypeResolver>): DTypeRegistry {
  const made = new DTypeRegistry();
  for (const [owner, resolver] of Object.entries(owners)) made.register(owner, resolver);
  return made;
}

function failure(
  format: string,
  options?: DTypeOptions,
): Error & { reasons?: readonly string[]; known?: readonly string[] } {
  try {
    dtype(format, options);
  } catch (error) {
    if (isStridebufError(error)) return error;
    throw error;
  }
  throw new Error(`${format} was read`);
}

const nobody = (itemsize: number): DTypeOptions => ({ registry: new DTypeRegistry({ builtins: false }), itemsize });

describe("scan", () => {
  test.each([
    "[a:b",
    "[]",
    "[;]",
    "[a]",
    "[:b]",
    "[a:b;]",
    "[a:b;c]",
    "[a:[b]]",
    "[ a:b]",
    "[a:\0]",
    "[a:é]",
    "[a\n:b]",
  ])("%j is a syntax error", (format) => expect(failure(format, { itemsize: 4 }).name).toBe("FormatSyntaxError"));
  test("bodies are opaque: braces, parentheses, colons, commas, blanks", () => {
    const d = dtype("T{b:x:[a:T{(2,3)i}:x: y, $z]:v:}", nobody(5));
    expect(d.fields![1]!.dtype.custom).toMatchObject({ owner: "a", body: "T{(2,3)i}:x: y, $z", resolved: false });
  });
  test("an empty body is a body", () => expect(dtype("[a:]", nobody(4)).custom!.body).toBe(""));
  test("the first : or $ ends the owner, and : is emitted", () => {
    const d = dtype("[a$b:c$d]", nobody(4));
    expect(d.custom).toMatchObject({ owner: "a", body: "b:c$d" });
    expect(d.format).toBe("[a:b:c$d]");
    expect(dtype("[a:b:c$d]", nobody(4))).toBe(d);
  });
});

describe("node: counts and shapes are sub-arrays", () => {
  test.each([
    ["3[ml_dtypes:bfloat16]", "(3)[ml_dtypes:bfloat16]", 6],
    ["(2,2)>[ml_dtypes:bfloat16]", "(2,2)>[ml_dtypes:bfloat16]", 8],
    ["(2)3[ml_dtypes:int4]", "(2,3)[ml_dtypes:int4]", 6],
    ["T{b:a:[numpy:numpy.dtypes:TimeDelta64DType:8:1]:t:}", undefined, 16],
    ["T{b:a:<[numpy:numpy.dtypes:TimeDelta64DType:8:1]:t:}", undefined, 9],
  ])("%s", (format, text, itemsize) => {
    const d = dtype(format);
    expect(d.itemsize).toBe(itemsize);
    if (text !== undefined) expect(d.format).toBe(text);
    expect(dtype(d.format)).toBe(d);
  });
});

describe("rule 1: aliases are tried from left to right", () => {
  test("the first answer wins", () => {
    const second = vi.fn(() => dtypes.float64);
    const options = { registry: registry({ a: () => undefined, b: () => dtypes.float32, c: second }) };
    const d = dtype("[a:x;b:y;c:z]", options);
    expect(d).toMatchObject({ kind: "float", itemsize: 4, element: "float32" });
    expect(d.custom).toMatchObject({ owner: "b", body: "y", aliases: ["a:x", "b:y", "c:z"], resolved: true });
    expect(second).not.toHaveBeenCalled();
  });
  test("what the resolver is told", () => {
    const asked: [string, ResolveContext][] = [];
    const options = {
      registry: registry({
        a: (body, context) => {
          asked.push([body, context]);
          return { itemsize: 8, codec, honoursByteOrder: true };
        },
      }),
    };
    dtype(">3[a:b:c]", { ...options, itemsize: 24, abi: "wasm32" });
    dtype("T{b:x:[a:d]:y:}", options);
    expect(asked).toEqual([
      ["b:c", { order: ">", littleEndian: false, complex: false, itemsize: 8, params: "b:c", abi: "wasm32" }],
      ["d", { order: "@", littleEndian: true, complex: false, params: "d", abi: "lp64" }],
    ]);
  });
});

describe("rule 2: a resolver that fails is named, and the next alias is tried", () => {
  const bad: Record<string, DTypeResolver> = {
    throws: () => {
      throw new Error("no such day");
    },
    throwsText: () => {
      throw "just text";
    },
    number: () => 42 as never,
    nothing: () => null as never,
    array: () => [] as never,
    noSize: () => ({}),
    negative: () => ({ itemsize: -1, codec }),
    fraction: () => ({ itemsize: 1.5, codec }),
    huge: () => ({ itemsize: 2 ** 60, codec }),
    alignment: () => ({ itemsize: 8, alignment: 3, codec }),
    kind: () => ({ itemsize: 8, kind: "__proto__" as never, codec }),
    element: () => ({ element: "toString" as never }),
    elementSize: () => ({ element: "float32", itemsize: 8 }),
    small: () => ({ small: { exponentBits: 99, mantissaBits: 2, bias: 3, style: "ieee" } }),
    integer: () => ({ integer: { bits: 9, signed: true } }),
    codec: () => ({ itemsize: 1, codec: { hub: "value", read: "f" } as never }),
    undecodable: () => ({ itemsize: 4, kind: "float" }),
    getter: () =>
      ({
        get itemsize(): number {
          throw new Error("gotcha");
        },
      }) as never,
    promise: (async () => dtypes.int8) as never,
    fake: () => ({ kind: "int", itemsize: 4, format: "i" }) as never,
  };
  test.each(Object.keys(bad))("%s", (name) => {
    const options = { registry: registry({ ...bad, good: () => dtypes.int16 }) };
    const error = failure(`[${name}:x]`, options);
    expect(error.name).toBe("UnknownDTypeError");
    expect(error.message).toContain(`${name}:x: `);
    expect(dtype(`[${name}:x;good:y]`, options).itemsize).toBe(2);
  });
  test("one error lists every alias and its reason", () => {
    const error = failure("[throws:x;nobody:y;number:z]", { registry: registry(bad) });
    expect(error.reasons).toHaveLength(3);
    expect(error.reasons![0]).toBe("throws:x: no such day");
    expect(error.message).toMatch(/nobody:y: not known; number:z: .*42/);
    expect(error.cause).toMatchObject({ message: "no such day" });
  });
  test("resolvers that ask for themselves", () => {
    const own = new DTypeRegistry();
    own.register("self", (body) => dtype(`[self:${body}]`, { registry: own }));
    own.register("chain", (body) => dtype(`[chain:${Number(body) + 1}]`, { registry: own }));
    own.register("step", (body) =>
      body === "0" ? dtypes.int8 : dtype(`[step:${Number(body) - 1}]`, { registry: own }),
    );
    expect(failure("[self:x]", { registry: own }).message).toContain("again");
    expect(failure("[chain:0]", { registry: own }).message).toContain("deep");
    expect(dtype("[step:5]", { registry: own }).element).toBe("int8");
    expect(failure("[self:x]", { registry: own }).name).toBe("UnknownDTypeError");
  });
});

describe("rule 3: byte order is obeyed or refused", () => {
  const options = {
    registry: registry({
      deaf: () => ({ itemsize: 8, codec }),
      keen: () => ({ itemsize: 8, codec, honoursByteOrder: true }),
      native: () => dtypes.float64,
      both: (_, { littleEndian }) => scalarDType("float64", littleEndian ? "little" : "big"),
      record: () => arrayDType(dtypes.int32, [2]),
      row: () => ({ element: "float64" }),
      bytes: () => dtypes.float8_e5m2,
    }),
  };
  test.each(["deaf", "native", "record"])("%s ignores it", (owner) => {
    expect(failure(`>[${owner}:x]`, options)).toMatchObject({ name: "ByteOrderUnsupportedError", dtype: `${owner}:x` });
    expect(failure(`T{>i:a:[${owner}:x]:b:}`, options).name).toBe("ByteOrderUnsupportedError");
    for (const order of "<=@^") expect(dtype(`${order}[${owner}:x]`, options).itemsize).toBe(8);
    expect(() => withByteOrder(dtype("[deaf:x]", options), "big")).toThrow(/native byte order only/);
  });
  test.each(["keen", "both", "row"])("%s obeys it", (owner) => {
    const big = dtype(`>[${owner}:x]`, options);
    const little = dtype(`[${owner}:x]`, options);
    expect([big.byteOrder, little.byteOrder]).toEqual(["big", "little"]);
    expect(big.format).toBe(`>[${owner}:x]`);
    expect(dtype(big.format, options)).toBe(big);
    expect(withByteOrder(big, "little")).toBe(little);
    expect(withByteOrder(little, "big")).toBe(big);
  });
  test("a fallback alias does not hide it", () => {
    expect(failure(">[deaf:x;struct:8B]", options).name).toBe("ByteOrderUnsupportedError");
  });
  test("one-byte types have no order", () => {
    expect(dtype(">[bytes:x]", options)).toBe(dtype("[bytes:x]", options));
    expect(dtype(">[ml_dtypes:float8_e4m3fn]")).toBe(dtypes.float8_e4m3fn);
  });
});

describe("rule 4: Z[…]", () => {
  test("a resolver may have a complex form of its own", () => {
    const resolver: DTypeResolver = (_, { complex }) =>
      complex ? { kind: "complex", itemsize: 10, alignment: 2, codec } : { itemsize: 4, codec, kind: "float" };
    const d = dtype("Z[a:b]", { registry: registry({ a: resolver }) });
    expect(d).toMatchObject({ kind: "complex", itemsize: 10, alignment: 2, format: "Z[a:b]" });
  });
  test("otherwise it is a pair of the real type", () => {
    const real: DTypeResolver = () => ({
      itemsize: 4,
      alignment: 4,
      kind: "float",
      codec: { hub: "float64", read: (view, offset, little) => view.getFloat32(offset, little) },
      honoursByteOrder: true,
    });
    const options = { registry: registry({ a: real, t: () => datetimeDType("datetime", ["s", 1]) }) };
    const d = dtype(">Z[a:b]", options);
    expect(d).toMatchObject({ kind: "complex", itemsize: 8, alignment: 4, lanes: 2, byteOrder: "big" });
    expect(d.base).toMatchObject({ kind: "float", itemsize: 4 });
    const bytes = new DataView(new Uint8Array([0, 0x3f, 0x80, 0, 0, 0xc0, 0, 0, 0]).buffer);
    expect(d.codec!.read!(bytes, 1, false)).toEqual({ re: 1, im: -2 });
    expect(withByteOrder(d, "little").format).toBe("Z[a:b]");
    expect(failure("Z[t:x]", options).message).toMatch(/no real number/);
    expect(failure("Z[x:y]", { ...options, itemsize: 8 }).name).toBe("UnknownDTypeError");
  });
  test("known pairs are the ready-made ones", () => {
    expect(dtype("Z[ml_dtypes:bfloat16]")).toBe(dtypes.bcomplex32);
    expect(dtype("Z[cpp:std:bfloat16]")).toMatchObject({ element: "bfloat16", lanes: 2, width: 2 });
  });
});

describe("rule 5: struct: and buffer: describe bytes", () => {
  const kinds: [format: string, itemsize: number, kind: string][] = [
    ["[a:b;struct:8B]", 8, "array"],
    ["[a:b;struct:d]", 8, "float"],
    ["[a:b;struct:8s]", 8, "bytes"],
    ["[a:b;struct:dd]", 16, "struct"],
    ["[a:b;struct:=ci]", 5, "struct"],
    ["[a:b;buffer:(2,2)f]", 16, "array"],
    ["[struct:q]", 8, "int"],
  ];
  test.each(kinds)("%s", (format, itemsize, kind) => {
    const d = dtype(format);
    expect(d).toMatchObject({ itemsize, kind, format, custom: { viaFallback: true, resolved: true } });
    expect(dtype(d.format)).toBe(d);
    expect(dtype(`T{${format}:x:}`).fields![0]!.dtype).toBe(d);
  });
  test("struct: is the strict struct syntax", () => {
    expect(failure("[struct:T{i}]").message).toContain("struct:T{i}");
    expect(failure("[buffer:}]").message).toContain("buffer:}");
  });
  test("the order state reaches in, unless the body has its own", () => {
    expect(dtype(">[a:b;struct:Q]")).toMatchObject({ byteOrder: "big", format: ">[a:b;struct:Q]" });
    expect(dtype("[a:b;struct:>Q]")).toMatchObject({ byteOrder: "big", format: "[a:b;struct:>Q]" });
    expect(dtype(">[a:b;struct:<Q]").byteOrder).toBe("little");
    expect(dtype("[a:b;struct:l]").itemsize).toBe(8);
    expect(dtype("<[a:b;struct:l]").itemsize).toBe(4);
    for (const format of [">[a:b;struct:<Q]", "[a:b;struct:>Q]", "T{>[a:b;struct:Q]:x:[a:b;struct:>Q]:y:}"]) {
      expect(dtype(dtype(format).format)).toBe(dtype(format));
    }
  });
  test("the state is written into bodies that would mean something else in canonical text", () => {
    const cases: [string, string, number][] = [
      ["[a:b;struct:ci]", "[a:b;struct:@ci]", 8],
      ["[a:b;buffer:T{i:x:b:y:}]", "[a:b;buffer:@T{i:x:b:y:}]", 8],
      ["<[a:b;struct:l]", "[a:b;struct:<l]", 4],
      ["^[a:b;struct:pH]", "[a:b;buffer:^T{1p:f0:H:f1:}]", 3],
    ];
    for (const [format, text, itemsize] of cases) {
      const d = dtype(`T{b:a:${format}:x:}`).fields![1]!.dtype;
      expect(d).toMatchObject({ format: text, itemsize, custom: { viaFallback: true } });
      expect(dtype(format)).toBe(d);
    }
    expect(dtype("[a:b;struct:l]", { abi: "llp64" }).format).toBe("[a:b;buffer:i]");
    // No text says everywhere what pointers of another ABI are: it reads back under its own.
    const packed = dtype("^[a:b;struct:HP]", { abi: "wasm32" });
    expect(packed).toMatchObject({ format: "[a:b;buffer:^HP]", itemsize: 6 });
    expect(dtype(packed.format, { abi: "wasm32" })).toBe(packed);
    expect(dtype("[a:b;struct:l]", { abi: "lp64-be" }).format).toBe(">[a:b;buffer:>q]");
  });
  test("they can be refused", () => {
    const strict = { allowPhysicalFallback: false };
    expect(failure("[a:b;struct:8B]", strict).name).toBe("UnknownDTypeError");
    const d = dtype("[a:b;struct:8B]", { ...strict, itemsize: 8 });
    expect(d).toMatchObject({ kind: "custom", custom: { resolved: false, viaFallback: false } });
  });
  test("a type that is known is no fallback", () => {
    expect(dtype("[ml_dtypes:bfloat16;struct:H]")).toMatchObject({ kind: "float", custom: { viaFallback: false } });
  });
});

describe("rule 6: sizes must agree with the buffer", () => {
  test.each([
    ["[ml_dtypes:bfloat16]", 4],
    ["[a:b;struct:8B]", 16],
    ["2[ml_dtypes:bfloat16]", 8],
    ["T{[ml_dtypes:float8_e5m2]:x:[numpy:numpy.dtypes:Float64DType]:y:}", 7],
  ])("%s in %d bytes", (format, itemsize) => {
    const error = failure(format, { itemsize });
    expect(error.name).toBe("ItemsizeMismatchError");
    expect(error.message).toContain(format);
  });
});

describe("rule 7: unknown types are carried, their size solved for", () => {
  test.each([
    ["[a:b]", 16, [["", 16]]],
    ["3[a:b]", 24, [["", 8]]],
    ["(2,3)[a:b]", 24, [["", 4]]],
    [
      "T{b:t:[a:b]:v:}",
      9,
      [
        ["t", 1],
        ["v", 8],
      ],
    ],
    [
      "T{[a:b]:v:i:t:}",
      12,
      [
        ["v", 8],
        ["t", 4],
      ],
    ],
    [
      "T{b:t:3x(2)[a:b]:v:h:u:}",
      16,
      [
        ["t", 1],
        ["v", 10],
        ["u", 2],
      ],
    ],
    ["T{(2)T{h:x:[a:b]:v:}:s:}", 10, [["s", 10]]],
  ] as [string, number, [string, number][]][])("%s of %d bytes", (format, itemsize, sizes) => {
    const d = dtype(format, nobody(itemsize));
    expect(d.itemsize).toBe(itemsize);
    const found = d.fields
      ? d.fields.map((field) => [field.name, field.dtype.itemsize])
      : [["", (d.base ?? d).itemsize]];
    expect(found).toEqual(sizes);
    expect(dtype(d.format, nobody(itemsize))).toBe(d);
  });
  test("what does not come out even", () => {
    expect(failure("3[a:b]", nobody(25)).name).toBe("ItemsizeMismatchError");
    expect(failure("T{q:t:[a:b]:v:}", nobody(7)).name).toBe("ItemsizeMismatchError");
    expect(failure("T{[a:b]:v:i:t:}", nobody(11)).name).toBe("ItemsizeMismatchError");
  });
  test("several unknown types make the record opaque", () => {
    const d = dtype("T{[a:b]:x:[c:d]:y:}", nobody(24));
    expect(d).toMatchObject({ kind: "custom", itemsize: 24, custom: { resolved: false, aliases: ["a:b", "c:d"] } });
    expect(dtype(d.format, nobody(24))).toBe(d);
  });
  test("without an itemsize there is no size", () => {
    const error = failure("[a:b]");
    expect(error.name).toBe("UnknownDTypeError");
    expect(error.known).toContain("numpy");
  });
});

test("rule 8: an unresolved type has a description but nothing that decodes", () => {
  const d = dtype(">[a:b]", nobody(4));
  expect(d).toMatchObject({ kind: "custom", format: ">[a:b]", name: "a:b", copyable: true, width: 1 });
  expect(d.element ?? d.codec).toBeUndefined();
});

describe("rule 9: handles are never followed, and no byte of them is copied", () => {
  test("StringDType", () => {
    const d = dtype("T{b:a:[numpy:numpy.dtypes:StringDType:7f00]:s:}");
    expect(d).toMatchObject({ itemsize: 24, copyable: false });
    expect(d.fields![1]!.dtype).toMatchObject({ kind: "object", itemsize: 16, alignment: 8, copyable: false });
    expect(dtype(d.format)).toBe(d);
    expect(dtype("[numpy:numpy.dtypes:StringDType:7f00]", { abi: "wasm32" }).itemsize).toBe(8);
    expect(failure(">[numpy:numpy.dtypes:StringDType:7f00]").name).toBe("ByteOrderUnsupportedError");
    expect(failure("[numpy:numpy.dtypes:StringDType:xyz]").message).toContain("hexadecimal");
  });
  test("two handles are two types", () => {
    const [a, b] = ["1", "2"].map((handle) => dtype(`[numpy:numpy.dtypes:StringDType:${handle}]`));
    expect(a!.equals(b!)).toBe(false);
  });
});

describe("rule 10: one shared alias, byte order and itemsize make the same type", () => {
  const same = (a: string, b: string) => dtype(a).equals(b);
  test("customs", () => {
    expect(same("[cpp:std:bfloat16;ml_dtypes:bfloat16]", "[ml_dtypes:bfloat16]")).toBe(true);
    expect(same("[ml_dtypes$bfloat16]", "[ml_dtypes:bfloat16]")).toBe(true);
    expect(same("[cpp:std:bfloat16]", "[ml_dtypes:bfloat16]")).toBe(false);
    expect(same(">[ml_dtypes:bfloat16]", "[ml_dtypes:bfloat16]")).toBe(false);
    expect(same("[ml_dtypes:bfloat16]", "H")).toBe(false);
    expect(same("Z[ml_dtypes:bfloat16]", "[ml_dtypes:bfloat16]")).toBe(false);
  });
  test("inside records and sub-arrays", () => {
    const a = "T{(2)[cpp:std:bfloat16;ml_dtypes:bfloat16]:x:}";
    expect(same(a, "T{(2)[ml_dtypes:bfloat16]:x:}")).toBe(true);
    expect(same(a, "T{(2)[ml_dtypes:bfloat16]:y:}")).toBe(false);
  });
  test("unknown ones, by size too", () => {
    expect(dtype("[a:b;c:d]", nobody(8)).equals(dtype("[c:d]", nobody(8)))).toBe(true);
    expect(dtype("[c:d]", nobody(8)).equals(dtype("[c:d]", nobody(4)))).toBe(false);
    expect(dtype("[c:d]", nobody(8)).equals("not a format [")).toBe(false);
  });
});

describe("rule 11: emission", () => {
  test.each([
    ["[cpp:std:bfloat16;ml_dtypes:bfloat16]"],
    [">[cpp:std::float16_t]"],
    ["[numpy:numpy.dtypes:Float64DType]"],
    ["[numpy:ml_dtypes:bfloat16]"],
    ["T{[numpy:numpy.dtypes:Int8DType]:a:}"],
  ])("%s keeps its spelling", (format) => expect(dtype(format).format.replace("^", "")).toBe(format));
  test("names that are made are encoded", () => {
    expect(customFormat("my.lib", "a b;[é]")).toBe("[my.lib:a%20b%3B%5B%C3%A9%5D]");
    expect(dtype(customFormat("my.lib", "a b;[é]"), nobody(2)).custom!.body).toBe("a%20b%3B%5B%C3%A9%5D");
    expect(() => customFormat("a:b", "")).toThrow(TypeError);
  });
});

describe("registry", () => {
  test("owners come and go, and what was cached goes with them", () => {
    const format = "[coming.and.going:x]";
    expect(failure(format).name).toBe("UnknownDTypeError");
    registerDType("coming.and.going", () => dtypes.int32);
    expect(dtype(format).element).toBe("int32");
    registerDType("coming.and.going", () => dtypes.int64);
    expect(dtype(format).element).toBe("int64");
    expect(defaultRegistry.owners()).toContain("coming.and.going");
    expect(unregisterDType("coming.and.going")).toBe(true);
    expect(unregisterDType("coming.and.going")).toBe(false);
    expect(failure(format).name).toBe("UnknownDTypeError");
  });
  test("private ones do not meet", () => {
    const [one, two] = [registry({ a: () => dtypes.int8 }), registry({ a: () => ({ itemsize: 4, codec }) })];
    expect(dtype("[a:b]", { registry: one }).itemsize).toBe(1);
    expect(dtype("[a:b]", { registry: two }).itemsize).toBe(4);
    expect(failure("[a:b]").name).toBe("UnknownDTypeError");
    expect(dtype("[a:b]", { registry: two })).toBe(dtype("[a:b]", { registry: two }));
  });
  test("a registered owner is asked before the built-in one", () => {
    const own = registry({ ml_dtypes: (body) => (body === "bfloat16" ? dtypes.uint16 : undefined) });
    expect(dtype("[ml_dtypes:bfloat16]", { registry: own }).kind).toBe("uint");
    expect(dtype("[ml_dtypes:int4]", { registry: own })).toBe(dtypes.int4);
  });
  test.each(["struct", "buffer", "", "a b", "a:b", "é"])("%j cannot be an owner", (owner) =>
    expect(() => registry({ [owner]: () => undefined })).toThrow(TypeError),
  );
  test("names of Object's own are only names", () => {
    for (const owner of ["__proto__", "constructor", "toString"]) {
      expect(failure(`[${owner}:x]`).name).toBe("UnknownDTypeError");
      expect(failure(`[numpy:numpy.dtypes:${owner}]`).name).toBe("UnknownDTypeError");
      expect(failure(`[ml_dtypes:${owner}]`).name).toBe("UnknownDTypeError");
      expect(dtype(`i:${owner}:`).fields![0]!.name).toBe(owner);
    }
  });
});

describe("types by parameters alone", () => {
  const options = {
    registry: registry({
      mini: matching([
        ["e3m2", { small: { exponentBits: 3, mantissaBits: 2, bias: 3, style: "ieee" } }],
        ["bf16", { small: { exponentBits: 8, mantissaBits: 7, bias: 127, style: "ieee" } }],
        ["e6m9", { small: { exponentBits: 6, mantissaBits: 9, bias: 31, style: "ieee" } }],
        [{ startsWith: "int" }, (body) => ({ integer: { bits: Number(body.slice(3)), signed: true } })],
        [/^f(32|64)$/, (body) => dtype(body === "f32" ? "f" : "d")],
      ]),
    }),
  };
  test("known parameters are the known element", () => {
    expect(dtype("[mini:bf16]", options)).toMatchObject({ element: "bfloat16", format: "[mini:bf16]" });
  });
  test("floats of one and two bytes", () => {
    const view = new DataView(new ArrayBuffer(2));
    const e3m2 = dtype("[mini:e3m2]", options);
    expect(e3m2).toMatchObject({ kind: "float", itemsize: 1, byteOrder: "none" });
    e3m2.codec!.write!(view, 0, 1.3, true);
    expect(e3m2.codec!.read!(view, 0, true)).toBe(1.25);
    const e6m9 = dtype(">[mini:e6m9]", options);
    expect(e6m9).toMatchObject({ kind: "float", itemsize: 2, byteOrder: "big" });
    e6m9.codec!.write!(view, 0, -3.5, false);
    expect(e6m9.codec!.read!(view, 0, false)).toBe(-3.5);
  });
  test("integers wrap", () => {
    const int3 = dtype("[mini:int3]", options);
    const bytes = new Uint8Array(3);
    int3.codec!.encodeTile!(bytes, Float64Array.of(3, 4, -1), 3);
    const values = new Float64Array(3);
    int3.codec!.decodeTile!(values, bytes, 3);
    expect([...values]).toEqual([3, -4, -1]);
    expect(int3.kind).toBe("int");
  });
  test("matching by exact name, start and pattern", () => {
    expect(dtype("[mini:f32]", options).itemsize).toBe(4);
    expect(failure("[mini:f128]", options).name).toBe("UnknownDTypeError");
    const d: DType = dtype("[numpy:numpy.dtypes:TimeDelta64DType:8:1;x:y]");
    expect(isCustom(d, "numpy", { startsWith: "numpy.dtypes:TimeDelta64DType" })).toBe(true);
    expect(isCustom(d, "numpy", "numpy.dtypes:TimeDelta64DType")).toBe(false);
    expect(isCustom(d, "numpy", /^numpy\.dtypes:TimeDelta64DType:[\da-f]+:[\da-f]+$/g)).toBe(true);
    expect(isCustom(d, "num", /./)).toBe(false);
    expect(isCustom(dtypes.int8, "numpy", /./)).toBe(false);
    expect(customNames(d)).toEqual([
      ["numpy", "numpy.dtypes:TimeDelta64DType:8:1"],
      ["x", "y"],
    ]);
  });
});
