/** Every code block of the README runs; what the first one prints is checked on the packed tarball (scripts/check-package.mjs). */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { afterAll, expect, test } from "vitest";

const readme = readFileSync(new URL("../README.md", import.meta.url), "utf8");
const folder = mkdtempSync(join(tmpdir(), "stridebuf-readme-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const blocks = [...readme.matchAll(/```(?:js|ts)\n([\s\S]*?)```/g)].map((m) => m[1]!);

test("has blocks", () => {
  expect(blocks.length).toBeGreaterThan(2);
});

test.each(blocks.map((code, i) => [i, code] as const))("block %i runs", async (i, code) => {
  const main = new URL("../src/index.ts", import.meta.url).href;
  const path = join(folder, `block-${i}.ts`);
  writeFileSync(path, code.replace(/from "stridebuf"/g, `from ${JSON.stringify(main)}`));
  await expect(import(/* @vite-ignore */ pathToFileURL(path).href)).resolves.toBeDefined();
});
