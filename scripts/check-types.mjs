/**
 * The built declarations under every compiler, module resolution and library that is promised, with `skipLibCheck: false`: compiles
 * test/consumer/use.mts and use.cts, which hold a mistake each that must be found. `--quick` takes the oldest and the newest compiler
 * with fewer settings. Ends with `types: N passed, N failed`.
 */
import { execFile, execFileSync } from "node:child_process";
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

const root = fileURLToPath(new URL("..", import.meta.url));
const consumer = join(root, "test/consumer");
const quick = process.argv.includes("--quick");

const { exports } = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));
const used = readFileSync(join(consumer, "use.mts"), "utf8");
for (const [path, { types }] of Object.entries(exports)) {
  const specifier = path.replace(".", "stridebuf");
  if (types && !used.includes(`from "${specifier}";`)) throw new Error(`use.mts does not import ${specifier}`);
}

/** Oldest first: TypeScript 5.2 is the first that knows `Symbol.dispose`. */
const compilers = [5.2, 5.9, 6, 7];
const both = ["use.mts", "use.cts"];
const resolutions = [
  { moduleResolution: "node16", module: "node16", files: both },
  { moduleResolution: "nodenext", module: "nodenext", files: both },
  { moduleResolution: "bundler", module: "esnext", files: ["use.mts"] },
  { moduleResolution: "node10", module: "esnext", files: ["use.mts"] },
  { moduleResolution: "node10", module: "commonjs", files: ["use.cts"] },
];
const libraries = [["es2022"], ["esnext", "dom", "dom.iterable"]];

/** Every row: a compiler with a resolution and a library, or with its own settings. */
const rows = compilers.flatMap((compiler) => [
  ...resolutions
    // TypeScript 7 has no node10 any more.
    .filter(({ moduleResolution }) => compiler < 7 || moduleResolution !== "node10")
    .flatMap((resolution) => libraries.map((lib) => ({ compiler, ...resolution, lib })))
    .filter(({ moduleResolution, lib }) => {
      if (!quick) return true;
      if (compiler === 5.2) return moduleResolution === "node16" || (moduleResolution === "node10" && lib.length === 1);
      return compiler === 7 && (moduleResolution !== "node16" || lib.length === 1);
    }),
  // Those of older compilers are of a time before ES modules.
  ...(compiler >= 6 ? [{ compiler, files: ["use.mts"] }] : []),
]);

const folder = mkdtempSync(join(tmpdir(), "stridebuf-types-"));

/** What a row that says how modules are found sets. */
const settingsOf = ({ compiler, module, moduleResolution, lib }) => ({
  ...{ strict: true, target: "es2022", types: [] },
  ...{ exactOptionalPropertyTypes: true, isolatedModules: true, verbatimModuleSyntax: true },
  ...{ module, moduleResolution, lib },
  // TypeScript 6 asks to be told that one knows.
  ...(moduleResolution === "node10" && compiler === 6 ? { ignoreDeprecations: "6.0" } : {}),
});

const nameOf = ({ compiler, module, moduleResolution, lib }) =>
  `TypeScript ${compiler}, ${module ? `${moduleResolution}, ${module}, ${lib.join(" ")}` : "its own settings"}`;

async function compile(row) {
  const { compiler, files } = row;
  const compilerOptions = { noEmit: true, skipLibCheck: false, ...(row.module && settingsOf(row)) };
  const config = join(folder, `${nameOf(row).replace(/\W+/g, "-")}.json`);
  writeFileSync(config, JSON.stringify({ compilerOptions, files }));
  const tsc = join(consumer, `node_modules/typescript-${compiler}/bin/tsc`);
  try {
    await promisify(execFile)(process.execPath, [tsc, "-p", config, "--pretty", "false"], { cwd: folder });
    return "";
  } catch (error) {
    return error.stdout || error.message;
  }
}

let passed = 0;
let failed = 0;
async function check(row) {
  const said = await compile(row);
  if (said === "") passed++;
  else {
    failed++;
    console.error(`FAILED: ${nameOf(row)}\n${said.split("\n").slice(0, 5).join("\n")}`);
  }
}

try {
  if (!existsSync(join(consumer, "node_modules")))
    execFileSync("npm", ["ci", "--prefix", consumer, "--ignore-scripts", "--silent"], { stdio: "inherit" });
  const installed = join(folder, "node_modules/stridebuf");
  mkdirSync(installed, { recursive: true });
  cpSync(join(root, "package.json"), join(installed, "package.json"));
  cpSync(join(root, "dist"), join(installed, "dist"), { recursive: true, filter: (path) => !path.endsWith(".js") });
  for (const file of both) cpSync(join(consumer, file), join(folder, file));
  const next = async () => {
    for (let row = rows.shift(); row !== undefined; row = rows.shift()) await check(row);
  };
  await Promise.all([next(), next()]);
} finally {
  rmSync(folder, { recursive: true, force: true });
}
console.log(`types: ${passed} passed, ${failed} failed`);
process.exitCode = failed === 0 ? 0 : 1;
