/**
 * Other libraries' arrays, by their own way and through stridebuf's adapters: `npm run bench:interop`. Every job runs in fresh processes
 * (child.mjs), in which the two sides take turns; all jobs are launched once before any is launched again. Prints the table as it grows, writes
 * it to bench/results/interop.json, bench/INTEROP.md and docs/interop.md.
 * `--job arrow` runs those whose names contain the text, and writes nothing; `--launches N`, `--ms N` say how long each is looked at.
 */
import { execFile } from "node:child_process";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs, promisify } from "node:util";
import { root } from "../lib/load.mjs";
import { machine } from "../lib/machine.mjs";
import { median } from "../lib/measure.mjs";
import { names } from "./names.mjs";
import { markdown, rowOf } from "./table.mjs";

const { values: flags } = parseArgs({
  options: {
    job: { type: "string", default: "" },
    launches: { type: "string", default: "3" },
    ms: { type: "string", default: "500" },
  },
});
if (!existsSync(new URL("node_modules", import.meta.url)))
  throw new Error("the libraries are not installed: npm ci --prefix test/interop");

const child = fileURLToPath(new URL("child.mjs", import.meta.url));
const started = { ...machine(process.execPath), launches: Number(flags.launches), ms: Number(flags.ms) };
const chosen = names.filter((name) => name.includes(flags.job));
const launches = new Map(chosen.map((name) => [name, []]));
for (let launch = 0; launch < started.launches; launch++)
  for (const name of chosen) {
    const { stdout } = await promisify(execFile)(process.execPath, ["--expose-gc", child, name, flags.ms]);
    const found = JSON.parse(stdout.trimEnd().split("\n").at(-1));
    launches.get(name).push(found);
    console.log(`${launch + 1}/${started.launches} ${rowOf(found).join(" | ")}`);
  }

const figure = (list, side) => median(list.map((launch) => launch[side]));
const rows = chosen.map((name) => {
  const list = launches.get(name);
  const ratios = list.map(({ theirs, ours }) => theirs / ours);
  return {
    ...list[0],
    name,
    theirs: figure(list, "theirs"),
    ours: figure(list, "ours"),
    ratio: median(ratios),
    ratios,
  };
});
const text = markdown(started, rows);
console.log(`\n${text}`);
if (flags.job === "") {
  const json = rows.map((row) => JSON.stringify(row)).join(",\n");
  writeFileSync(
    join(root, "bench/results/interop.json"),
    `{"machine":${JSON.stringify(started)},\n"rows":[\n${json}\n]}\n`,
  );
  writeFileSync(join(root, "bench/INTEROP.md"), `# Benchmark of the adapters\n\n${text}`);
  const path = join(root, "docs/interop.md");
  const between = /(<!-- bench:start -->\n)[\s\S]*?(<!-- bench:end -->)/;
  writeFileSync(
    path,
    readFileSync(path, "utf8").replace(between, (_, start, end) => `${start}\n${text}\n${end}`),
  );
}
