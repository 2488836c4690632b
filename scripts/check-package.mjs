/**
 * The package as a stranger gets it: packs the tarball, lints it (publint, attw), installs it into an empty project and runs there
 * every export path, the README's example and the command line. Ends with `package: N passed, N failed`.
 */
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("..", import.meta.url));
const manifest = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));
const folder = mkdtempSync(join(tmpdir(), "stridebuf-package-"));
const run = (command, args, cwd = folder) =>
  execFileSync(command, args, { cwd, encoding: "utf8", stdio: ["ignore", "pipe", "pipe"] });
const count = { passed: 0, failed: 0 };

function check(name, body) {
  try {
    body();
    count.passed++;
  } catch (error) {
    count.failed++;
    console.error(`FAILED: ${name}\n${error.message}\n${error.stdout ?? ""}${error.stderr ?? ""}`);
  }
}

try {
  const [{ filename }] = JSON.parse(run("npm", ["pack", "--json", "--silent", "--pack-destination", folder], root));
  const tarball = join(folder, filename);
  check("publint", () => run("npx", ["publint", "run", tarball, "--strict"], root));
  check("attw", () => run("npx", ["attw", tarball, "--profile", "esm-only"], root));

  writeFileSync(join(folder, "package.json"), JSON.stringify({ name: "stranger", private: true, type: "module" }));
  run("npm", ["install", "--silent", tarball]);
  for (const path of Object.keys(manifest.exports)) {
    if (path.endsWith(".json") || path.endsWith(".wasm")) continue;
    const specifier = path.replace(/^\./, "stridebuf");
    check(`import ${specifier}`, () =>
      run(process.execPath, [
        "--input-type=module",
        "-e",
        `if (Object.keys(await import("${specifier}")).length === 0) throw new Error("empty")`,
      ]),
    );
  }

  const readme = readFileSync(join(root, "README.md"), "utf8");
  const example = /```js\n([\s\S]*?)```/.exec(readme)?.[1];
  check("the README's example", () => {
    if (!example) throw new Error("README.md has no js example");
    writeFileSync(join(folder, "example.mjs"), example);
    const expected = [...example.matchAll(/\/\/ → (.*)$/gm)].map((m) => m[1].trim());
    const printed = run(process.execPath, ["example.mjs"]).trim().split("\n");
    if (expected.length === 0 || expected.join("\n") !== printed.join("\n"))
      throw new Error(`expected\n${expected.join("\n")}\nprinted\n${printed.join("\n")}`);
  });
  check("npx stridebuf explain", () => {
    if (!run("npx", ["--no-install", "stridebuf", "explain", "T{<i:x:<d:y:}"]).includes("12"))
      throw new Error("no itemsize");
  });
} finally {
  rmSync(folder, { recursive: true, force: true });
}
console.log(`package: ${count.passed} passed, ${count.failed} failed`);
process.exitCode = count.failed === 0 ? 0 : 1;
