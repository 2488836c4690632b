import fc from "fast-check";
import { expect, test } from "vitest";
import { JsonReader, type JsonScalar } from "../../src/io/json.js";

type Json = JsonScalar | Json[] | Map<string, Json>;

/** The whole of a value, as a reader hands it out. */
function treeOf(reader: JsonReader): Json {
  if (reader.isAt("{")) {
    const map = new Map<string, Json>();
    reader.object(
      (name) => map.has(name),
      (name) => void map.set(name, treeOf(reader)),
    );
    return map;
  }
  if (reader.isAt("[")) {
    const items: Json[] = [];
    expect(reader.array(() => items.push(treeOf(reader)))).toBe(items.length);
    return items;
  }
  return reader.scalar()!;
}

function read<T>(text: string, take: (reader: JsonReader) => T): T {
  const reader = new JsonReader(text, {
    maxDepth: 8,
    fail(index, message, kind) {
      throw new SyntaxError(`${kind} ${index}: ${message}`);
    },
  });
  const value = take(reader);
  reader.end();
  return value;
}
const parse = (text: string) => read(text, treeOf);

/** Objects as Maps, fractions as NaN: what parseStrictJson makes of JSON.parse's result. */
function expected(value: unknown): Json {
  if (Array.isArray(value)) return value.map(expected);
  if (typeof value === "object" && value !== null) {
    return new Map(Object.entries(value).map(([key, item]) => [key, expected(item)]));
  }
  if (typeof value === "number") return Number.isSafeInteger(value) && !Object.is(value, -0) ? value : Number.NaN;
  return value as Json;
}

test("agrees with JSON.parse", () => {
  const number = fc.oneof(fc.maxSafeInteger(), fc.double({ noNaN: true, noDefaultInfinity: true, noInteger: true }));
  const { json } = fc.letrec<{ json: unknown }>((tie) => ({
    json: fc.oneof(
      { maxDepth: 4 },
      fc.oneof(number, fc.string({ unit: "binary" }), fc.boolean(), fc.constant(null)),
      fc.array(tie("json")),
      fc.dictionary(fc.string(), tie("json")),
    ),
  }));
  fc.assert(
    fc.property(json, fc.nat(2), (value, indent) => {
      const text = JSON.stringify(value, null, indent);
      expect(parse(text)).toEqual(expected(JSON.parse(text)));
      expect(read(text, (reader) => reader.skip())).toBeUndefined();
    }),
  );
});

test("keeps the order of names, numeric ones too, and __proto__ as an ordinary name", () => {
  expect([...(parse('{"2":0,"1":0,"__proto__":0}') as Map<string, Json>).keys()]).toEqual(["2", "1", "__proto__"]);
});

test.each([
  ['{"a":1,"a":2}', "duplicate 7"],
  ['{"a":1,"\\u0061":2}', "duplicate 7"],
  ["[[[[[[[[[", "depth 8"],
  ["{,}", "syntax 1"],
  ['{"a":1,}', "syntax 7"],
  ["[1,]", "syntax 3"],
  ["[01]", "syntax 2"],
  ["[1.]", "syntax 2"],
  ["{'a':1}", "syntax 1"],
  ["[NaN]", "syntax 1"],
  ["tru", "syntax 0"],
  ["[1] x", "syntax 4"],
  ['"open', "syntax 0"],
  ['"line\n"', "syntax 0"],
  ['"\\x"', "syntax 0"],
  ["", "syntax 0"],
])("refuses %j", (text, start) => {
  expect(() => parse(text)).toThrow(new RegExp(`^${start}: `));
  if (!start.startsWith("duplicate"))
    expect(() => read(text, (reader) => reader.skip())).toThrow(new RegExp(`^${start}: `));
});
