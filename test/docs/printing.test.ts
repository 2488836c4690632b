/** docs/printing.md shows what is printed. */
import { readFileSync } from "node:fs";
import { formatWithOptions } from "node:util";
import { expect, test } from "vitest";
import * as stridebuf from "../../src/index.js";

const page = readFileSync(new URL("../../docs/printing.md", import.meta.url), "utf8");

test("the page shows what its program prints", () => {
  const [, code] = /```js\n([\s\S]*?)```/.exec(page)!;
  const [, shown] = /```text\n([\s\S]*?)```/.exec(page)!;
  const [, names, program] = /^import (\{.*\}) from "stridebuf";\n([\s\S]*)/.exec(code!)!;
  let printed = "";
  const console = { log: (...args: unknown[]) => (printed += `${formatWithOptions({ colors: false }, ...args)}\n`) };
  new Function("stridebuf", "console", `const ${names} = stridebuf;\n${program}`)(stridebuf, console);
  expect(printed).toBe(shown);
});
