/**
 * `npm run fuzz -- [TARGET,…|all] [--time SECONDS] [--seed N] [--jobs N] [--keep] [--input FILE]`: coverage-guided fuzzing of the
 * sources, `--jobs` targets at a time. Starts from `corpus/TARGET`; `--keep` adds to it what reaches something new. A failing input is written to `findings/` and runs again
 * with `--input`. Exit status 1 when anything failed.
 */
import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { Worker } from "node:worker_threads";
import { build } from "esbuild";

/** Bytes of the longest input, and milliseconds after which one run counts as endless. */
const MOST_BYTES = 1024;
const ENDLESS_MS = 10_000;

const here = fileURLToPath(new URL(".", import.meta.url));
const all = readdirSync(join(here, "targets")).map((file) => file.replace(/\.ts$/, ""));
const { values: flags, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    time: { type: "string", default: "60" },
    seed: { type: "string", default: "1" },
    jobs: { type: "string", default: "1" },
    keep: { type: "boolean", default: false },
    input: { type: "string" },
  },
});
const [wanted = "all"] = positionals;
const targets = wanted === "all" ? all : wanted.split(",");
const unknown = targets.find((name) => !all.includes(name));
if (unknown !== undefined) throw new Error(`no target ${unknown}; there are ${all.join(", ")}`);
if (!(Number(flags.time) > 0)) throw new Error(`--time ${flags.time}: expected seconds`);
if (!(Number(flags.jobs) >= 1)) throw new Error(`--jobs ${flags.jobs}: expected a number of targets`);

if (!existsSync(join(here, "node_modules/@babel/core")))
  execFileSync("npm", ["--prefix", here, "ci", "--silent"], { stdio: "inherit" });
const { instrument } = await import("./lib/instrument.mjs");

const built = mkdtempSync(join(tmpdir(), "stridebuf-fuzz-"));

async function bundleOf(name) {
  const { outputFiles } = await build({
    stdin: {
      contents: `import { run } from "./targets/${name}.ts"; import { withinCost } from "./lib/oracle.ts";
        export { tally } from "./lib/oracle.ts";
        export const fuzz = (input) => withinCost(input.length, () => run(input));`,
      resolveDir: here,
    },
    bundle: true,
    write: false,
    format: "cjs",
    platform: "node",
    target: "node20",
    logLevel: "error",
  });
  const { code, edges } = instrument(outputFiles[0].text);
  const bundle = join(built, `${name}.cjs`);
  writeFileSync(bundle, code);
  return { bundle, edges };
}

const nameOf = (input) => createHash("sha256").update(input).digest("hex").slice(0, 12);

/** @returns the worker's report, or `{ error }` */
function work(name, { bundle, edges }) {
  const corpus = join(here, "corpus", name);
  mkdirSync(corpus, { recursive: true });
  const state = new SharedArrayBuffer(8);
  const sizes = new Int32Array(state);
  const current = new Uint8Array(new SharedArrayBuffer(MOST_BYTES));
  const only = flags.input === undefined ? undefined : readFileSync(flags.input);
  const workerData = {
    bundle,
    edges,
    corpus,
    seed: Number(flags.seed),
    seconds: Number(flags.time),
    state,
    current,
    only,
  };
  const worker = new Worker(join(here, "lib/worker.mjs"), {
    workerData,
    resourceLimits: { maxOldGenerationSizeMb: 1024 },
  });
  return new Promise((resolve) => {
    let last = -1;
    const watch = setInterval(() => {
      const runs = Atomics.load(sizes, 1);
      if (runs === last) end({ error: new Error(`no end after ${ENDLESS_MS / 1000} s`) });
      last = runs;
    }, ENDLESS_MS);
    const end = (report) => {
      clearInterval(watch);
      worker.terminate();
      resolve({ ...report, runs: sizes[1], input: Buffer.from(current.slice(0, sizes[0])) });
    };
    worker.on("message", end);
    worker.on("error", (error) => end({ error }));
  });
}

let executions = 0;
let failures = 0;

async function fuzz(name) {
  const report = await work(name, await bundleOf(name));
  executions += report.runs;
  if (report.error) {
    failures++;
    const file = join(here, "findings", `${name}-${nameOf(report.input)}`);
    mkdirSync(join(here, "findings"), { recursive: true });
    writeFileSync(file, report.input);
    console.log(`${name}: FAILED after ${report.runs} executions, input in ${file}`);
    console.log(`  as base64: ${report.input.toString("base64")}`);
    console.log(report.error.stack ?? report.error);
    return;
  }
  const { accepted, refused, covered, kept, fresh } = report;
  const share = ((100 * accepted) / Math.max(1, accepted + refused)).toFixed(0);
  console.log(
    `${name}: ${report.runs} executions, ${share} % accepted, ${covered} branches, ${kept} inputs (${fresh.length} new)`,
  );
  if (flags.keep) for (const input of fresh) writeFileSync(join(here, "corpus", name, nameOf(input)), input);
}

const waiting = [...targets];
await Promise.all(
  Array.from({ length: Number(flags.jobs) }, async () => {
    for (let name = waiting.shift(); name !== undefined; name = waiting.shift()) await fuzz(name);
  }),
);
rmSync(built, { recursive: true, force: true });
console.log(`${executions} executions`);
console.log(`${targets.length - failures} passed, ${failures} failed`);
process.exitCode = failures === 0 ? 0 : 1;
