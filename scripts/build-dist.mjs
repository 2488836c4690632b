/**
 * src/ → dist/, twice from the same modules:
 *
 * - dist/modules/: one minified ES module per source, for bundlers, which then leave out what is not used, and for browsers;
 * - dist/: CommonJS, one file per export path and shared chunks, for Node and its kin: starting up from a hundred loose modules costs
 *   several times as much as from a few files, and `import` and `require` (Jest, Mocha, .cts) meet in one instance of the engine.
 *   What several paths share lies in one chunk, so that a dtype made through one path is the same object in all. Which source goes where,
 *   and what is loaded late, is said in chunks.mjs.
 *
 * `exports` in package.json tells them apart. The declarations beside dist/*.js are those that the export paths reach.
 * build-cli.mjs makes dist/cli.
 */
import { execFileSync } from "node:child_process";
import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { rolldown } from "rolldown";
import { minify as terser } from "terser";
import { chunksOf, isLate, waits } from "./chunks.mjs";
import { commonJs, entryMark, functionsOf } from "./common-js.mjs";
import { finishDeclarations } from "./declarations.mjs";

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

/**
 * Terser, since it keeps what says that a call has no effects, without which bundlers cannot drop it. Functions stay where they are: put
 * into their only caller, they made small copies and views up to a fifth slower, since engines inline what is small.
 */
const terse = /** @type {const} */ ({
  ecma: 2020,
  compress: { passes: 2, inline: 0, reduce_funcs: false },
  format: { preserve_annotations: true, ascii_only: true },
});

rmSync(dist, { recursive: true, force: true });
const tsc = join(dirname(require.resolve("typescript/package.json")), "bin/tsc");
execFileSync(process.execPath, [tsc, "-p", "tsconfig.build.json"], { cwd: root, stdio: "inherit" });
finishDeclarations(root, new Set(entries.map(({ types }) => join(root, types))));

const src = join(root, "src");
const paths = entries.map((entry) => entry.default.replace("./dist/modules/", "").replace(/\.js$/, ""));
const entry = "entry:";
/** @type {Map<string, import("rolldown").ModuleInfo>} */
const sources = new Map();
/** @type {ReturnType<typeof chunksOf>} */
let chunkOf;
const bundle = await rolldown({
  cwd: root,
  // An entry may be in no chunk but its own: so those are made up, and give on what a source exports.
  input: Object.fromEntries(paths.map((path) => [path, entry + path])),
  platform: "neutral",
  transform: { target: common.target },
  external: (id) => !/^(?:[./]|entry:)/.test(id),
  preserveEntrySignatures: "allow-extension",
  plugins: [
    {
      name: "entries",
      resolveId: (id) => (id.startsWith(entry) ? id : null),
      load: (id) =>
        id.startsWith(entry) ? `export * from ${JSON.stringify(join(src, `${id.slice(entry.length)}.ts`))};` : null,
      buildEnd() {
        for (const id of this.getModuleIds()) sources.set(id, /** @type {any} */ (this.getModuleInfo(id)));
        chunkOf = chunksOf(src, sources);
      },
    },
  ],
});
const { output } = await bundle.generate({
  dir: dist,
  format: "es",
  // Engines look at each use whether a constant has its value yet.
  topLevelVar: true,
  entryFileNames: "[name].js",
  chunkFileNames: "chunks/[name].js",
  codeSplitting: {
    includeDependenciesRecursively: false,
    groups: [{ debugName: "chunks", name: (id) => chunkOf(id) }],
  },
});
const chunks = output.filter((each) => each.type === "chunk");
const late = new Map(
  chunks.filter(({ fileName }) => isLate(fileName)).map(({ fileName, code }) => [fileName, functionsOf(code)]),
);
const none = new Map();
for (const { fileName, code: text, isEntry, isDynamicEntry } of chunks) {
  const { code, names } = commonJs(fileName, text, waits(fileName) ? late : none);
  const { code: small } = await terser(code, { ...terse, toplevel: true });
  const path = join(dist, fileName);
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, isEntry || isDynamicEntry ? `${small}${entryMark(names)}` : /** @type {string} */ (small));
}
const modules = await build({
  ...common,
  entryPoints: [...sources.keys()].filter((id) => id.startsWith(src)),
  outdir: "dist/modules",
  write: false,
});
for (const { path, text } of modules.outputFiles) {
  const { code } = await terser(text, { ...terse, module: true });
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, /** @type {string} */ (code));
}

/** What a folder's files are, where it differs from the package's own manifest. */
const scopes = { dist: "commonjs", "dist/modules": "module", "dist/cli": "module" };
for (const [folder, type] of Object.entries(scopes)) {
  mkdirSync(join(root, folder), { recursive: true });
  writeFileSync(join(root, folder, "package.json"), `${JSON.stringify({ type, sideEffects: false })}\n`);
}
