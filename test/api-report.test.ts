/**
 * The public surface with its signatures: the declarations that the export paths reach, without comments, as they are built. A change of
 * __snapshots__/api-report.txt is a change of the public contract or of what it is written with; `npx vitest run test/api-report.test.ts -u` records it.
 */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";

const dist = fileURLToPath(new URL("../dist/", import.meta.url));

/** Declarations as the compiler prints them hold no comment signs inside strings. */
const withoutComments = (text: string): string =>
  text
    .replace(/\/\*[\s\S]*?\*\//g, "")
    .replace(/^\s*\/\/.*$/gm, "")
    .replace(/[ \t]+$/gm, "")
    .replace(/\n{2,}/g, "\n")
    .trim();

test.skipIf(!existsSync(`${dist}index.d.ts`))("the declarations are the recorded ones", async () => {
  const files = readdirSync(dist, { recursive: true, encoding: "utf8" }).filter((file) => file.endsWith(".d.ts"));
  const report = files
    .sort()
    .map((file) => `// ${file}\n${withoutComments(readFileSync(dist + file, "utf8"))}\n`)
    .join("\n");
  await expect(report).toMatchFileSnapshot("__snapshots__/api-report.txt");
});
