import fc from "fast-check";
import { expect, test } from "vitest";
import { PythonTuple, parsePythonLiteral, pythonRepr } from "../../src/io/python-literal.js";

const parse = (text: string) =>
  parsePythonLiteral(text, (index, message) => {
    throw new SyntaxError(`${index}: ${message}`);
  });

test("reads what .npy headers are made of", () => {
  expect(parse("{'descr': '<i4', 'fortran_order': False, 'shape': (2, 3), }  \n")).toEqual(
    new Map<string, unknown>([
      ["descr", "<i4"],
      ["fortran_order", false],
      ["shape", PythonTuple.from([2, 3])],
    ]),
  );
  expect(parse("[None, True, -12, u'x', 5L]")).toEqual([null, true, -12, "x", 5]);
  expect(parse("9007199254740993")).toBe(9007199254740993n);
});

test("tells tuples from lists and from parentheses", () => {
  expect(parse("()")).toBeInstanceOf(PythonTuple);
  expect(parse("(6,)")).toBeInstanceOf(PythonTuple);
  expect(parse("(6)")).toBe(6);
  expect(parse("[6]")).not.toBeInstanceOf(PythonTuple);
});

test("reads string escapes as Python does", () => {
  expect(parse(String.raw`'it\'s \\ \x41\u00e9\U0001f600\n'`)).toBe("it's \\ Aé😀\n");
});

test("prints strings as Python's repr does", () => {
  expect(pythonRepr("it's")).toBe(`"it's"`);
  expect(pythonRepr(`it's "x"`)).toBe(`'it\\'s "x"'`);
  expect(pythonRepr("a\x7f\u00a0\u2028\\")).toBe("'a\\x7f\\xa0\\u2028\\\\'");
});

test("reads back whatever it prints", () => {
  fc.assert(
    fc.property(fc.string({ unit: "binary" }), (text) => {
      expect(parse(pythonRepr(text))).toBe(text);
    }),
  );
});

test.each([
  ["", 0],
  ["{", 1],
  ["(1, 2", 5],
  ["(,)", 1],
  ["(1,,)", 3],
  ["(1 2)", 3],
  ["{'a': 1,, }", 8],
  ["{'a' 1}", 5],
  ["{1: 2}", 1],
  ["{'a': 1, 'a': 2}", 9],
  ["{'a', 'b'}", 4],
  ["02", 0],
  ["0x2", 1],
  ["2_4", 1],
  ["+2", 0],
  ["2.0", 1],
  ["1+1", 1],
  ["tuple([2])", 0],
  ["Trueish", 0],
  ["b'x'", 0],
  ["'a' 'b'", 4],
  ["'open", 0],
  ["'line\n'", 0],
  ["'\\q'", 1],
  ["'\\x4'", 1],
  ["'\\U00110000'", 1],
  ["1 # comment", 2],
  ["{}\0", 2],
  ["9".repeat(41), 0],
])("refuses %j at %i", (text, index) => {
  expect(() => parse(text)).toThrow(new RegExp(`^${index}: `));
});

test("limits depth without exhausting the stack", () => {
  expect(() => parse("(".repeat(100_000))).toThrow(/nested deeper/);
  expect(() => parse("{'a':".repeat(100_000))).toThrow(/nested deeper/);
});
