import { expect, test } from "vitest";
import { backend } from "../../src/index.js";
import { cli } from "../lib/cli.js";

test("compares the kernels with plain loops", async () => {
  const { status, out } = await cli("bench", "--time", "1", "--json");
  expect(status).toBe(0);
  const report = JSON.parse(out);
  expect(report).toMatchObject({ backend: backend.name, node: process.version });
  expect(report.results.length).toBeGreaterThanOrEqual(5);
  for (const { name, stridebuf, plain, ratio } of report.results) {
    expect(stridebuf > 0 && plain > 0, name).toBe(true);
    expect(ratio).toBeCloseTo(stridebuf / plain);
  }
  expect((await cli("bench", "--time", "1")).out).toMatch(
    /^backend \w+, Node v.*\nkernel +stridebuf +plain loop +ratio\n/,
  );
});
