import { expect, test } from "vitest";
import { cli } from "../lib/cli.js";

test("draws a record with its padding", async () => {
  const { status, out } = await cli("explain", "T{b:tag:i:id:(2)d:xy:}");
  expect(status).toBe(0);
  expect(out).toContain("|  tag  |.......................|              id               |");
  expect(out).toContain("[('tag', '|i1'), ('', '|V3'), ('id', '<i4'), ('xy', '<f8', (2,))]");
  expect(out).toMatch(/^id +4 +4 +int32 +little$/m);
  expect(out).toMatch(/^\(padding\) +1 +3$/m);
});

test("gives the size under each ABI", async () => {
  const { out } = await cli("explain", "T{b:a:l:b:}", "--json");
  const facts = JSON.parse(out);
  const sizes = Object.fromEntries(facts.abis.map((row: { abi: string; itemsize: number }) => [row.abi, row.itemsize]));
  expect(sizes).toMatchObject({ lp64: 16, llp64: 8, wasm32: 8, "lp64-be": 16 });
  expect(facts.fields.map((field: { name: string; offset: number }) => [field.name, field.offset])).toEqual([
    ["a", 0],
    ["b", 8],
  ]);
  expect(facts.padding).toEqual([{ offset: 1, nbytes: 7 }]);
  const narrow = JSON.parse((await cli("explain", "T{b:a:l:b:}", "--json", "--abi", "wasm32")).out);
  expect(narrow.itemsize).toBe(8);
});

test("knows names and bracketed types", async () => {
  for (const format of ["bfloat16", "[ml_dtypes:bfloat16]"]) {
    const facts = JSON.parse((await cli("explain", format, "--json")).out);
    expect(facts).toMatchObject({ name: "bfloat16", itemsize: 2, numpy: "<V2", canonical: "[ml_dtypes:bfloat16]" });
  }
  expect(JSON.parse((await cli("explain", ">float32", "--json")).out)).toMatchObject({
    byteOrder: "big",
    numpy: ">f4",
  });
});

test("long, empty and nested layouts are drawn within reason", async () => {
  const { out } = await cli("explain", "T{1000000s:blob:T{<h:x:<h:y:}:p:}");
  expect(out.split("\n").length).toBeLessThan(40);
  expect(out).toContain("more bytes of blob");
  expect(out).toContain("p.x");
  expect((await cli("explain", "0s")).out).toContain("(no bytes)");
});

test("a format that is none: one line, status 1", async () => {
  const result = await cli("explain", "T{i");
  expect(result).toMatchObject({ status: 1, out: "" });
  expect(result.err).toMatch(/^stridebuf: [^\n]*index 3[^\n]*"T\{i"$/);
});

test("numbers of several parts are drawn part by part, long names beside their box, bits in words", async () => {
  const lines = async (format: string) => (await cli("explain", format)).out.split("\n");
  expect(await lines("Zf")).toContain("   0 |              re               |              im               |");
  expect(await lines("(2)h")).toContain("   0 |      [0]      |      [1]      |");
  expect(await lines("float8_e4m3fn")).toContain("   0 |float8~| float8_e4m3fn");
  expect(await lines("bfloat16")).toContain("bits        16: 1 sign, 8 exponent (bias 127), 7 fraction");
  expect(await lines("T{Zf:z:(2)B:b:}")).toContain(
    "   0 |             z.re              |             z.im              |",
  );
});
