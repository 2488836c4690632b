/**
 * The adapters against the oldest versions of their libraries that the package's peer ranges admit ("oldest" in package.json):
 * `npm --prefix test/interop run test:oldest`, after a build. Installs them in a temporary folder that looks like this one.
 */
import { spawnSync } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

/** Tests that need no library beside those. */
const tests = ["arrow", "duckdb", "geotiff", "gguf", "hdf5", "ndarray", "out", "pyodide", "tensor", "zarrita"];
const withThem = ["ndarray-ops", "@types/ndarray-ops", "stridebuf", "vitest"];

const root = fileURLToPath(new URL("../..", import.meta.url));
const { devDependencies, oldest } = JSON.parse(readFileSync(new URL("package.json", import.meta.url), "utf8"));
const folder = mkdtempSync(join(tmpdir(), "oldest-"));
const workspace = join(folder, "test/interop");
let status = 1;
try {
  mkdirSync(workspace, { recursive: true });
  for (const path of ["examples", "test/lib", "node_modules", "package.json", "tsconfig.json"])
    symlinkSync(join(root, path), join(folder, path), "junction");
  cpSync(new URL(".", import.meta.url), workspace, {
    recursive: true,
    filter: (path) => !/[\\/](node_modules|out|package.*\.json)$/.test(path),
  });
  const dependencies = {
    ...Object.fromEntries(withThem.map((name) => [name, devDependencies[name]])),
    ...oldest,
    "@tensorflow/tfjs-backend-cpu": oldest["@tensorflow/tfjs-core"],
    stridebuf: `file:${root}`,
  };
  writeFileSync(join(workspace, "package.json"), JSON.stringify({ private: true, type: "module", dependencies }));
  const run = (command, ...args) => spawnSync(command, args, { cwd: workspace, stdio: "inherit" }).status ?? 1;
  status = run("npm", "install", "--ignore-scripts", "--no-audit", "--no-fund", "--no-package-lock");
  if (status === 0) status = run("npx", "vitest", "run", ...tests.map((name) => `${name}.test.ts`));
} finally {
  rmSync(folder, { recursive: true, force: true });
}
process.exit(status);
