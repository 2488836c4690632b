/**
 * What a user downloads: raw and gzipped bytes of each export path and of typical imports, bundled and minified as an application does
 * it, and of the Wasm module, held to the ceilings of bench/size-ceilings.json; lines per folder of the sources. `--write FILE` also
 * keeps the figures as JSON.
 */
import { readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import { buildSync } from "esbuild";

const root = fileURLToPath(new URL("..", import.meta.url));
const KiB = 1024;

/** Ceilings of gzipped bytes, a few percent above what was reached. */
const ceilings = JSON.parse(readFileSync(join(root, "bench/size-ceilings.json"), "utf8"));

/** What applications take of the paths, besides all of them. */
const typical = {
  "{ slice }": 'export { slice } from "stridebuf"',
  "{ dtype }": 'export { dtype } from "stridebuf"',
  "{ view }": 'export { view } from "stridebuf"',
  "{ view, copy }": 'export { view, copy } from "stridebuf"',
  "{ unpack }": 'export { unpack } from "stridebuf/struct"',
  "{ readNpy }": 'export { readNpy } from "stridebuf/npy"',
};

function bundleSizes() {
  const { exports } = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));
  const whole = Object.keys(exports)
    .filter((path) => !path.endsWith(".json"))
    .map((path) => path.replace(/^\./, "stridebuf"))
    .map((path) => [path, `export * from "${path}"`]);
  return [...whole, ...Object.entries(typical)].map(([path, contents]) => {
    const { outputFiles } = buildSync({
      stdin: { contents, resolveDir: root },
      bundle: true,
      minify: true,
      format: "esm",
      target: "es2022",
      write: false,
      external: ["node:*", "fflate"],
      // What is measured is what is packed: the paths of tsconfig.json lead to the sources.
      tsconfigRaw: {},
    });
    const bundle = outputFiles[0].contents;
    return { path, raw: bundle.length, gzip: gzipSync(bundle, { level: 9 }).length };
  });
}

function linesPerFolder() {
  const folders = new Map();
  const visit = (folder) => {
    for (const name of readdirSync(folder)) {
      const path = join(folder, name);
      if (statSync(path).isDirectory()) visit(path);
      else if (path.endsWith(".ts") && !path.endsWith("binary.ts")) {
        const [top, second] = relative(root, folder).split("/");
        const key = second ? `${top}/${second}` : top;
        const lines = readFileSync(path, "utf8").split("\n").length - 1;
        const { files, total, longest } = folders.get(key) ?? { files: 0, total: 0, longest: 0 };
        folders.set(key, { files: files + 1, total: total + lines, longest: Math.max(longest, lines) });
      }
    }
  };
  for (const top of ["src", "assembly"]) visit(join(root, top));
  return [...folders].map(([folder, facts]) => ({ folder, ...facts }));
}

const wasm = readFileSync(join(root, "build/stridebuf.wasm"));
const sizes = [
  ...bundleSizes(),
  { path: "stridebuf.wasm", raw: wasm.length, gzip: gzipSync(wasm, { level: 9 }).length },
];
const failures = [];
console.log(`${"export path".padEnd(24)}${"raw".padStart(10)}${"gzip".padStart(10)}${"ceiling".padStart(10)}`);
for (const { path, raw, gzip } of sizes) {
  const { [path]: ceiling } = ceilings.gzip;
  console.log(
    `${path.padEnd(24)}${String(raw).padStart(10)}${String(gzip).padStart(10)}${String(ceiling ?? "none").padStart(10)}`,
  );
  if (ceiling !== undefined && gzip > ceiling) failures.push(`${path}: ${gzip} bytes gzipped, ceiling ${ceiling}`);
  if (ceiling === undefined) failures.push(`${path} has no ceiling in bench/size-ceilings.json`);
}
if (wasm.length > 64 * KiB) failures.push(`stridebuf.wasm: ${wasm.length} bytes raw, ceiling ${64 * KiB}`);

const lines = linesPerFolder();
console.log(`\n${"folder".padEnd(24)}${"files".padStart(10)}${"lines".padStart(10)}${"longest".padStart(10)}`);
for (const { folder, files, total, longest } of lines)
  console.log(
    `${folder.padEnd(24)}${String(files).padStart(10)}${String(total).padStart(10)}${String(longest).padStart(10)}`,
  );

const write = process.argv.indexOf("--write");
if (write > 0) writeFileSync(process.argv[write + 1], `${JSON.stringify({ sizes, lines }, null, 1)}\n`);
for (const failure of failures) console.error(`size: ${failure}`);
process.exitCode = failures.length ? 1 : 0;
