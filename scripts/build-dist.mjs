/**
 * src/ → dist/, twice from the same modules:
 *
 * - dist/modules/: one minified ES module per source, for bundlers, which then leave out what is not used, and for browsers;
 * - dist/: CommonJS, one file per export path and shared chunks, for Node and its kin: starting up from a hundred loose modules costs
 *   several times as much as from a few files, and `import` and `require` (Jest, Mocha, .cts) meet in one instance of the engine.
 *   What several paths share lies in one chunk, so that a dtype made through one path is the same object in all.
 *
 * `exports` in package.json tells them apart. The declarations beside dist/*.js are those that the export paths reach.
 * build-cli.mjs makes dist/cli.
 */
import { execFileSync } from "node:child_process";
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { build, transform } from "esbuild";
import { minify as terser } from "terser";

const root = fileURLToPath(new URL("..", import.meta.url));
const dist = join(root, "dist");
const require = createRequire(import.meta.url);
const { exports } = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));
const entries = Object.values(exports).filter((entry) => entry.types !== undefined);
/** @satisfies {import("esbuild").BuildOptions} */
const common = /** @type {const} */ ({
  absWorkingDir: root,
  outbase: "src",
  format: "esm",
  platform: "neutral",
  target: "es2022",
  logLevel: "warning",
});
const minified = /** @type {const} */ ({ minify: true, charset: "ascii" });

/** Files that text imports or re-exports, by relative specifiers. */
function* imports(text) {
  for (const [, specifier] of text.matchAll(/(?:from\s*|import\s*\(?\s*)["'](\.[^"'\s]+)["']/g)) yield specifier;
}

/** Without the comment that opens a source and speaks of the files beside it; those of the entries speak to users. */
function withoutHeader(text, file) {
  const header = /^\/\*\*[\s\S]*?\*\/\n/.exec(text)?.[0];
  if (header === undefined || entries.some(({ types }) => resolve(root, types) === file)) return text;
  const source = readFileSync(file.replace(dist, join(root, "src")).replace(/\.d\.ts$/, ".ts"), "utf8");
  return source.startsWith(header) ? text.slice(header.length) : text;
}

/**
 * Removes the declarations that no entry reaches, and writes typed arrays so that compilers before 5.7, whose typed arrays have no
 * parameter, read them too: what `Uint8Array.of` gives is a `Uint8Array<ArrayBuffer>` where there is such a thing.
 */
function finishDeclarations() {
  const reached = new Set();
  const visit = (file) => {
    if (reached.has(file)) return;
    reached.add(file);
    const text = readFileSync(file, "utf8");
    for (const specifier of imports(text)) visit(resolve(dirname(file), specifier.replace(/\.js$/, ".d.ts")));
    const portable = withoutHeader(text, file)
      .replace(/\b(\w+\d(?:Clamped)?Array)<ArrayBuffer>/g, 'ReturnType<$1Constructor["of"]>')
      .replace(/\b(\w+\d(?:Clamped)?Array)<ArrayBufferLike>/g, "$1")
      // Editors show the last comment only, and the compiler heeds the last line only.
      .replace(/ \*\/\n( *)\/\*\* @ts-ignore \*\//g, "\n$1 * @ts-ignore */");
    if (portable !== text) writeFileSync(file, portable);
  };
  for (const { types } of entries) visit(resolve(root, types));
  for (const name of readdirSync(dist, { recursive: true, encoding: "utf8" })) {
    if (name.endsWith(".d.ts") && !reached.has(join(dist, name))) rmSync(join(dist, name));
  }
}

rmSync(dist, { recursive: true, force: true });
const tsc = join(dirname(require.resolve("typescript/package.json")), "bin/tsc");
execFileSync(process.execPath, [tsc, "-p", "tsconfig.build.json"], { cwd: root, stdio: "inherit" });
finishDeclarations();

const { metafile, outputFiles } = await build({
  ...common,
  entryPoints: entries.map((entry) => entry.default.replace("./dist/modules/", "src/").replace(/js$/, "ts")),
  outdir: "dist",
  bundle: true,
  splitting: true,
  chunkNames: "chunks/[name]-[hash]",
  packages: "external",
  external: ["node:*"],
  metafile: true,
  write: false,
});
// What was a module stays strict.
const banner = '"use strict";';
// Exports become plain values once all of a file has run: getters, which stand for values that may change (none does), cost each call
// between chunks about 10 ns (bench/NOTES.md).
const footer = 'module.exports=Object.defineProperty({...module.exports},"__esModule",{value:!0});';
for (const { path, text } of outputFiles) {
  // "platform: node" names the exports in a way that Node finds without running the file.
  const { code } = await transform(text, {
    ...minified,
    format: "cjs",
    platform: "node",
    target: "es2022",
    banner,
    footer,
  });
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, code);
}
const modules = await build({
  ...common,
  entryPoints: Object.keys(metafile.inputs),
  outdir: "dist/modules",
  write: false,
});
for (const { path, text } of modules.outputFiles) {
  // Terser, since it keeps what says that a call has no effects, without which bundlers cannot drop it.
  const { code } = await terser(text, {
    module: true,
    ecma: 2020,
    format: { preserve_annotations: true, ascii_only: true },
  });
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, /** @type {string} */ (code));
}

/** What a folder's files are, where it differs from the package's own manifest. */
const scopes = { dist: "commonjs", "dist/modules": "module", "dist/cli": "module" };
for (const [folder, type] of Object.entries(scopes)) {
  mkdirSync(join(root, folder), { recursive: true });
  writeFileSync(join(root, folder, "package.json"), `${JSON.stringify({ type, sideEffects: false })}\n`);
}
