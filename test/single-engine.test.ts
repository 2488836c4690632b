/** The built package: however it is imported, a process has one engine, and dtypes and views of one path are those of all. */
import { execFileSync } from "node:child_process";
import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";

const root = fileURLToPath(new URL("..", import.meta.url));

const program = `
import { createRequire } from "node:module";
import { dtype, view, backend } from "stridebuf";
import { readNpy, writeNpy } from "stridebuf/npy";
const require = createRequire(import.meta.url);
const common = require("stridebuf");
const later = await import("stridebuf");
const npy = require("stridebuf/npy");
const file = writeNpy(view(Float32Array.of(1, 2)));
console.log([common.view === view, later.view === view, common.backend === backend, npy.readNpy === readNpy,
  readNpy(file).dtype === common.dtype("<f"), npy.readNpy(file) instanceof view(file).constructor].join());
`;

test.skipIf(!existsSync(`${root}dist/index.js`))("import and require meet in one engine", () => {
  const printed = execFileSync(process.execPath, ["--input-type=module", "-e", program], {
    cwd: root,
    encoding: "utf8",
  });
  expect(printed.trim()).toBe("true,true,true,true,true,true");
});

test.skipIf(!existsSync(`${root}dist/index.js`))("the module is decoded where the platform has no base64", () => {
  const bare = "delete globalThis.Buffer; delete globalThis.atob; delete Uint8Array.fromBase64;";
  const program = `${bare} import("stridebuf").then(({ backend }) => console.log(JSON.stringify(backend)));`;
  const printed = execFileSync(process.execPath, ["--input-type=module", "-e", program], {
    cwd: root,
    encoding: "utf8",
  });
  expect(JSON.parse(printed)).toEqual({ name: "wasm" });
});
