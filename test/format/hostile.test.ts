/** Input that means harm: it gives a result or an error, soon, and leaves nothing behind. */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { dtypeFromNumpyDescr } from "../../src/dtype/names/numpy-descr.js";
import { dtype } from "../../src/dtype/read.js";
import { isStridebufError } from "../../src/errors.js";

function outcome(format: string, options?: { itemsize?: number }): string {
  try {
    return dtype(format, options).kind;
  } catch (error) {
    if (isStridebufError(error)) return error.name;
    throw error;
  }
}

const many = (text: string, n: number) => text.repeat(n);
const MB = 1 << 20;

describe("long and deep formats", () => {
  test.each([
    ["nested records, open", many("T{", 100_000), "UnsupportedFormatError"],
    ["nested records, closed", many("T{", 100_000) + many("}", 100_000), "UnsupportedFormatError"],
    ["allowed nesting", `${many("T{", 511)}i${many("}", 511)}`, "struct"],
    ["closing braces", many("}", 10 * MB), "FormatSyntaxError"],
    ["pads", many("x", 10 * MB), "struct"],
    ["white space", `${many(" ", 10 * MB)}i`, "int"],
    ["order characters", `${many("<>", 5 * MB)}i`, "int"],
    ["digits", `${many("9", 10 * MB)}i`, "FormatSyntaxError"],
    ["zeros", `${many("0", 10 * MB)}1i`, "int"],
    ["codes", many("i", 10 * MB), "UnsupportedFormatError"],
    ["a name", `i:${many("n", 10 * MB)}:`, "struct"],
    ["an open name", `i:${many("n", 10 * MB)}`, "FormatSyntaxError"],
    ["a bracket", `[a:${many("b", 10 * MB)}]`, "UnknownDTypeError"],
    ["an open bracket", `[a:${many("b", 10 * MB)}`, "FormatSyntaxError"],
    ["aliases", `[${many("a:b;", MB)}a:b]`, "UnknownDTypeError"],
    ["brackets", many("[a:b]", 2 * MB), "UnsupportedFormatError"],
    ["axes", `(${many("1,", 5 * MB)}1)i`, "UnsupportedFormatError"],
    ["shapes", `${many("(1)", 100)}i`, "UnsupportedFormatError"],
    ["an open shape", `(${many("1", 10 * MB)}`, "FormatSyntaxError"],
    ["pointers", `${many("&", 10 * MB)}i`, "UnsupportedFormatError"],
    ["function braces", `X{${many("{", 5 * MB)}${many("}", 5 * MB)}}`, "pointer"],
    ["open function braces", `X{${many("{", 10 * MB)}`, "FormatSyntaxError"],
    ["one field too many of a name", many("i:a:", 200_000), "FormatSyntaxError"],
  ])("%s", (_, format, expected) => {
    const start = performance.now();
    expect(outcome(format)).toBe(expected);
    // Generous for slow machines: what is quadratic takes minutes here.
    expect(performance.now() - start).toBeLessThan(20_000);
  });

  test("a hundred thousand fields take a hundred times what a thousand take", () => {
    const fields = (n: number) => Array.from({ length: n }, (_, i) => `<i:name${i}:`).join("");
    expect(dtype(fields(100_000)).fields).toHaveLength(100_000);
    expect(dtype(fields(100_000)).itemsize).toBe(400_000);
  });

  test("nesting that grows by an itemsize stays within the limit", () => {
    const nested = `${many("T{b:a:", 500)}i:z:${many("}", 500)}`;
    expect(["struct", "ItemsizeMismatchError"]).toContain(outcome(nested, { itemsize: 4096 }));
  });

  test.each(["numpy", "struct", "explicit"] as const)("the %s dialect", (dialect) => {
    for (const head of [many(" ", MB), many("9", MB), many("i", MB), many("T{", MB), many("(", MB)]) {
      const start = performance.now();
      for (const tail of ["", "i", "<<i", "}", "!"]) {
        try {
          dtype(head + tail, { dialect });
        } catch (error) {
          if (!isStridebufError(error)) throw error;
        }
      }
      expect(performance.now() - start).toBeLessThan(20_000);
    }
  });

  test("descr nested without end", () => {
    let descr: unknown = "<i4";
    for (let i = 0; i < 1000; i++) descr = [["a", descr]];
    expect(() => dtypeFromNumpyDescr(descr)).toThrow(/nest/);
  });
});

describe("sizes beyond 2^53", () => {
  test.each([
    "9007199254740992i",
    "9007199254740991i",
    "(4294967296,4294967296)d",
    "(9007199254740991)9007199254740991B",
    "9007199254740991x9007199254740991x",
    "9007199254740991s9007199254740991s",
    "9007199254740991w",
    "T{9007199254740991x}i",
    "2T{9007199254740991s}",
    "99999999999999999999s",
    "18446744073709551616B",
  ])("%s", (format) => {
    for (const itemsize of [undefined, 4, 0]) {
      expect(["LayoutError", "FormatSyntaxError"]).toContain(
        outcome(format, itemsize === undefined ? {} : { itemsize }),
      );
    }
  });
  test("the largest there is", () => expect(dtype("9007199254740991B").itemsize).toBe(Number.MAX_SAFE_INTEGER));
  test.each([-1, 1.5, Number.NaN, 2 ** 53, Infinity])("itemsize %d", (itemsize) =>
    expect(() => dtype("i", { itemsize })).toThrow(RangeError),
  );
});

test("every error says where, with a caret", () => {
  for (const format of ["T{i", "i>", "(2,)i", "Zi", "[a", "q\n:a", `${many("i", 300)}!`, "ii\u202e:", "t", "=n"]) {
    try {
      dtype(format);
      expect.unreachable(format);
    } catch (error) {
      if (!isStridebufError(error, "FormatSyntaxError", "UnsupportedFormatError")) throw error;
      expect(error.index).toBeGreaterThanOrEqual(0);
      expect(error.index).toBeLessThanOrEqual(format.length);
      expect(error.format).toBe(format);
      const [, text, pointer] = error.message.split("\n");
      expect(pointer!.endsWith("^")).toBe(true);
      const under = text![pointer!.length - 1];
      if (/^[!-~]$/.test(format[error.index] ?? "")) expect(under).toBe(format[error.index]);
    }
  }
});

test("any text is read or refused with an error of ours", () => {
  const piece = fc.constantFrom(
    ..."xcbB?hilqnefdgspPuwOTZ&Xt[]{}():;$,0123456789@=<>!^ ",
    "T{",
    "a:b",
    ":x:",
    "é",
    "\0",
  );
  const text = fc.oneof(
    fc.string(),
    fc.array(piece, { maxLength: 24 }).map((parts) => parts.join("")),
  );
  fc.assert(
    fc.property(text, fc.option(fc.nat(64), { nil: undefined }), (format, itemsize) => {
      const options = itemsize === undefined ? {} : { itemsize };
      try {
        const d = dtype(format, options);
        expect(Number.isSafeInteger(d.itemsize)).toBe(true);
        if (itemsize !== undefined) expect(d.itemsize).toBe(itemsize);
        if (d.format.includes("[a:b")) return;
        expect(dtype(d.format)).toBe(d);
      } catch (error) {
        if (!isStridebufError(error)) throw error;
      }
    }),
    { numRuns: 20_000 },
  );
});

test("wrong arguments", () => {
  for (const format of [undefined, null, 3, {}, [], Symbol("x"), { kind: "int", itemsize: 4, format: "i" }]) {
    expect(() => dtype(format as never)).toThrow(TypeError);
  }
  for (const options of [{ abi: "toString" }, { dialect: "x" }, { itemsize: "4" }]) {
    expect(() => dtype("i", options as never)).toThrow(/expected/);
  }
});
