/**
 * src/ → dist/, three ways from the same modules:
 *
 * - dist/modules/: one minified file per module, for bundlers, which then leave out what is not used;
 * - dist/: one file per export path and shared chunks, for Node and its kin, where starting up from a hundred loose modules costs
 *   several times as much as from a few files. Modules that several paths share stay single, so that a dtype made through one path is
 *   the same object in all;
 * - dist/**.d.ts: the declarations that the export paths reach, from tsc.
 *
 * The module's text lies once in dist/modules and is shared by both. `exports` in package.json tells the two apart by the condition
 * `node`. build-cli.mjs makes dist/cli.
 */
import { execFileSync } from "node:child_process";
import { readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join, relative, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const root = fileURLToPath(new URL("..", import.meta.url));
const dist = join(root, "dist");
const require = createRequire(import.meta.url);
const { exports } = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));
const entries = Object.values(exports).filter((entry) => entry.types !== undefined);
/** The module that holds the Wasm binary as text: 80 kB that both builds share. */
const BINARY = "src/backend/wasm/binary.ts";

const common = {
  absWorkingDir: root,
  outbase: "src",
  format: "esm",
  platform: "neutral",
  target: "es2022",
  charset: "ascii",
  minifyWhitespace: true,
  minifySyntax: true,
  minifyIdentifiers: true,
  logLevel: "warning",
};

/** Files that text imports or re-exports, by relative specifiers. */
function* imports(text) {
  for (const [, specifier] of text.matchAll(/(?:from\s*|import\s*\(?\s*)["'](\.[^"'\s]+)["']/g)) yield specifier;
}

/** Removes the declarations that no entry reaches. */
function pruneDeclarations() {
  const reached = new Set();
  const visit = (file) => {
    if (reached.has(file)) return;
    reached.add(file);
    for (const specifier of imports(readFileSync(file, "utf8"))) {
      visit(resolve(dirname(file), specifier.replace(/\.js$/, ".d.ts")));
    }
  };
  for (const { types } of entries) visit(resolve(root, types));
  for (const name of readdirSync(dist, { recursive: true })) {
    if (name.endsWith(".d.ts") && !reached.has(join(dist, name))) rmSync(join(dist, name));
  }
}

/** Leaves the binary's module outside a bundle: a placeholder, which `placeBinary` replaces by the way to it from each file. */
const PLACEHOLDER = "stridebuf-binary";
const sharedBinary = {
  name: "shared-binary",
  setup({ onResolve }) {
    onResolve({ filter: /\/binary\.js$/ }, ({ path, resolveDir }) =>
      resolve(resolveDir, path) === join(root, BINARY.replace(/ts$/, "js"))
        ? { path: PLACEHOLDER, external: true }
        : undefined,
    );
  },
};

function placeBinary(outputs) {
  const binary = BINARY.replace("src", "dist/modules").replace(/ts$/, "js");
  for (const file of Object.keys(outputs)) {
    const text = readFileSync(join(root, file), "utf8");
    if (!text.includes(PLACEHOLDER)) continue;
    const way = relative(dirname(file), binary);
    writeFileSync(join(root, file), text.replaceAll(PLACEHOLDER, way.startsWith(".") ? way : `./${way}`));
  }
}

rmSync(dist, { recursive: true, force: true });
const tsc = join(dirname(require.resolve("typescript/package.json")), "bin/tsc");
execFileSync(process.execPath, [tsc, "-p", "tsconfig.build.json"], { cwd: root, stdio: "inherit" });
pruneDeclarations();

const { metafile } = await build({
  ...common,
  // Stack traces and printed classes keep their names.
  minifyIdentifiers: true,
  entryPoints: entries.map(({ types }) => types.replace("./dist/", "src/").replace(/d\.ts$/, "ts")),
  outdir: "dist",
  bundle: true,
  splitting: true,
  chunkNames: "chunks/[name]-[hash]",
  packages: "external",
  external: ["node:*"],
  metafile: true,
  plugins: [sharedBinary],
});
placeBinary(metafile.outputs);
await build({ ...common, entryPoints: [...Object.keys(metafile.inputs), BINARY], outdir: "dist/modules" });
