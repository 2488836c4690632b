import { expect, test } from "vitest";
import { nearestName, requireKnownOptions } from "../src/options.js";

const known = ["format", "shape", "strides", "byteOffset", "suboffsets", "order", "readonly", "itemsize"];

test.each([
  ["offset", "byteOffset"],
  ["itemSize", "itemsize"],
  ["readOnly", "readonly"],
  ["stride", "strides"],
  ["hsape", "shape"],
  ["ordre", "order"],
])("%s is taken for %s", (given, meant) => {
  expect(() => requireKnownOptions({ [given]: 1 }, known)).toThrow(
    new TypeError(`"options" has no option "${given}": did you mean "${meant}"?`),
  );
});

test("a name like none lists those that are known", () => {
  expect(() => requireKnownOptions({ zebra: 1 }, ["order", "out"], "options.more")).toThrow(
    new TypeError('"options.more" has no option "zebra": known are order, out'),
  );
  expect(nearestName("x".repeat(10_000), known)).toBeUndefined();
});

test("known options, none, and what is no object", () => {
  expect(() => requireKnownOptions(undefined, known)).not.toThrow();
  expect(() => requireKnownOptions({ order: undefined }, known)).not.toThrow();
  for (const options of [null, 3, "C"]) expect(() => requireKnownOptions(options, known)).toThrow(TypeError);
});
