/** What NumPy 1.24 printed for the arrays of numpy-print/cases.json (numpy-print/make.py), and where we differ from it. */
import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import type { NumpyDescr } from "../../src/dtype/names/numpy-descr.js";
import { dtypeFromNumpyDescr } from "../../src/index.js";
import { backends } from "../lib/backends.js";

interface Case {
  readonly name: string;
  readonly descr: NumpyDescr;
  readonly shape: readonly number[];
  readonly strides?: readonly number[];
  readonly byteOffset?: number;
  readonly bytes: string;
  readonly text: string;
}

const { cases } = JSON.parse(readFileSync(new URL("numpy-print/cases.json", import.meta.url), "utf8")) as {
  cases: Case[];
};

/** Booleans are spelled as JavaScript spells them. */
const inJavaScript = (text: string): string => text.replaceAll("True", "true").replaceAll("False", "false");

/** Texts that differ, each for a reason. */
const ours: Readonly<Record<string, string>> = {
  // As NumPy 2.3 and later: types of few digits have exponents from where their digits end.
  "float32, a million": "[1.4791494e+06 1.9092039e+06]",
  "float16, greatest": "[6.55e+04     -inf      nan]",
  // As NumPy 2: sub-arrays are summarised too.
  "long sub-arrays": "[([0, 0, 0, ..., 0, 0, 0],) ([0, 0, 0, ..., 0, 0, 0],)]",
};

for (const { name: backend, api } of backends) {
  test.each(cases)(`${backend}: $name`, ({ name, descr, bytes, text, shape, ...geometry }) => {
    const items = api.view(Buffer.from(bytes, "base64"), { format: dtypeFromNumpyDescr(descr), shape, ...geometry });
    const lines = items.toString().split("\n");
    expect(lines.pop()).toMatch(/^dtype /);
    expect(lines.join("\n")).toBe(ours[name] ?? inJavaScript(text));
  });
}

test("what differs does", () => {
  for (const name of Object.keys(ours)) expect(cases.find((each) => each.name === name)?.text).not.toBe(ours[name]);
});
