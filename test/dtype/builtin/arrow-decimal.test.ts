/** Arrow's decimals: text that keeps every digit, numbers rounded once, and what does not fit. */
import { expect, test } from "vitest";
import { backends } from "../../lib/backends.js";

const digits38 = "12345678901234567890123456789012345678";

test.each([
  ["decimal32:9:2", ["-9999999.99", "0.05", "3.00"]],
  ["decimal64:18:-2", ["-99999999999999999900", "500", "0"]],
  [
    "decimal128:38:10",
    [`-${digits38.slice(0, 28)}.${digits38.slice(28)}`, "0.1000000000", "9007199254740993.0000000000"],
  ],
  ["decimal256:76:0", [`-${digits38}${digits38}`, "1", "0"]],
])("%s reads and writes text, in either byte order", (body, texts) => {
  for (const { api } of backends)
    for (const order of "<>") {
      const items = api.empty([texts.length], `${order}[arrow:${body}]`);
      texts.forEach((text, i) => {
        items.set(i, text as never);
      });
      expect(items.toArray()).toEqual(texts);
      expect(api.convert(items, "<d").toArray()).toEqual(texts.map(Number));
    }
});

test("numbers are rounded to the nearest unit, halves to even, by their exact value", () => {
  for (const { api } of backends) {
    const numbers = api.view(Float64Array.of(0.125, 0.375, 1.005, -2.675, 1e20, 0));
    const decimals = api.convert(numbers, "[arrow:decimal128:38:2]").toArray();
    expect(decimals).toEqual(["0.12", "0.38", "1.00", "-2.67", "100000000000000000000.00", "0.00"]);
  }
});

test("what has too many digits, or is no number, is refused", () => {
  const { api } = backends[0]!;
  const item = api.empty([], "[arrow:decimal32:4:2]");
  for (const value of ["100.00", "1.005", "x", "", 100, Number.NaN, Number.POSITIVE_INFINITY])
    expect(() => item.set(value as never), String(value)).toThrow(RangeError);
  expect(() => item.set(true as never)).toThrow(TypeError);
  for (const body of ["decimal32:10:2", "decimal128:0:2", "decimal128:38:x"])
    expect(() => api.empty([], `[arrow:${body}]`)).toThrow(/precision|scale/);
});
