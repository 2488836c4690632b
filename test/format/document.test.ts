/** The tables of docs/format.md say what the code does. */
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { type ElementName, elements } from "../../src/dtype/elements.js";
import { decodeSmall, smallFloatCodes } from "../../src/dtype/small-float.js";
import { type AbiProfile, abis, codeTables } from "../../src/format/abi.js";
import { dtype, isStridebufError } from "../../src/js.js";

const text = readFileSync(fileURLToPath(new URL("../../docs/format.md", import.meta.url)), "utf8");

/** The cells of the table of a section, without its head. */
function table(section: string): string[][] {
  const body = text.slice(text.indexOf(`\n## ${section}`));
  const lines = body.slice(body.indexOf("<!-- checked")).split("\n").slice(3);
  const end = lines.findIndex((line) => !line.startsWith("|"));
  return lines.slice(0, end).map((line) =>
    line
      .slice(1, -1)
      .split("|")
      .map((cell) => cell.trim()),
  );
}

test("section 4: sizes and alignments of every letter under every ABI", () => {
  const profiles: AbiProfile[] = Object.values(abis);
  const seen = new Set<string>();
  for (const [letters, , standard, ...sizes] of table("4 Letters")) {
    for (const [, letter] of letters!.matchAll(/(?<!\S)`(\S)`(?!\S)/g) as Iterable<[string, string]>) {
      seen.add(letter);
      for (const [i, abi] of profiles.entries()) {
        const native = codeTables(abi).native.get(letter)!;
        expect(`${letter} ${abi.name} ${native.size}/${native.align}`).toBe(`${letter} ${abi.name} ${sizes[i]}`);
        const own = codeTables(abi).standard.get(letter)!.size;
        expect(standard!.split(" or "), `${letter} ${abi.name}`).toContain(own < 0 ? "–" : String(own));
      }
    }
  }
  expect([...seen].sort()).toEqual([...codeTables(abis.lp64).native.keys()].sort());
});

const cases = table("11 Edge cases").map(([format, itemsize, read]) => ({
  format: format!.slice(1, -1),
  itemsize: itemsize === "" ? undefined : Number(itemsize),
  read: read!.replace(/^`(.*)`$/, "$1"),
}));

test.each(cases)("section 11: $format of $itemsize bytes is $read", ({ format, itemsize, read }) => {
  const result = () => {
    try {
      return dtype(format, itemsize === undefined ? undefined : { itemsize }).format;
    } catch (error) {
      return isStridebufError(error) ? error.name : error;
    }
  };
  expect(result()).toBe(read);
});

test("section 13: parameters of small floats", () => {
  const rows = table("13 Small numbers");
  const small = Object.entries(elements).flatMap(([name, row]) => ("small" in row ? [name] : []));
  expect(rows.map(([name]) => name).sort()).toEqual(small.sort());
  const nan = { ieee: "IEEE", fn: "all ones", fnuz: "the code of -0", finite: "none", e8m0: "all ones" };
  for (const [name, exponentBits, mantissaBits, bias, infinity, nans, largest] of rows) {
    const row = elements[name as ElementName] as (typeof elements)["float16"];
    const { small: own } = row;
    expect([exponentBits, mantissaBits, bias].map(Number), name).toEqual([
      own!.exponentBits,
      own!.mantissaBits,
      own!.bias,
    ]);
    expect([infinity, nans], name).toEqual([smallFloatCodes(own!).infinity < 0 ? "no" : "yes", nan[own!.style]]);
    expect(Number(largest), name).toBe(decodeSmall(own!, smallFloatCodes(own!).max));
  }
});
