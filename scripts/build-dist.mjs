/**
 * src/ → dist/: one file per export path and shared chunks (esbuild), since starting up from some hundred loose modules costs several
 * times as much as from a few files; the declarations beside them come from tsc. Modules that several paths share stay single, so that
 * a dtype made through one path is the same object in all. Nothing is minified: what is installed can be read. build-cli.mjs makes dist/cli.
 */
import { execFileSync } from "node:child_process";
import { readFileSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const root = fileURLToPath(new URL("..", import.meta.url));
const require = createRequire(import.meta.url);
const { exports } = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));

/** The source of a built file: dist/io/npy.js → src/io/npy.ts. */
const sourceOf = (built) => built.replace(/^\.\/dist\//, "src/").replace(/\.js$/, ".ts");
const built = Object.values(exports)
  .map((entry) => entry.default)
  .filter(Boolean);

rmSync(join(root, "dist"), { recursive: true, force: true });
const tsc = join(dirname(require.resolve("typescript/package.json")), "bin/tsc");
execFileSync(process.execPath, [tsc, "-p", "tsconfig.build.json"], { cwd: root, stdio: "inherit" });
await build({
  absWorkingDir: root,
  entryPoints: built.map(sourceOf),
  outbase: "src",
  outdir: "dist",
  bundle: true,
  splitting: true,
  format: "esm",
  platform: "neutral",
  target: "es2022",
  packages: "external",
  external: ["node:*"],
  chunkNames: "chunks/[name]-[hash]",
  logLevel: "warning",
});
