/**
 * The benchmark driver.
 *
 *   node bench/run.mjs                       all cases, suites and rivals (npm run bench)
 *   node bench/run.mjs --quick               a subset in under a minute (npm run bench:quick)
 *   node bench/run.mjs --matrix              Node 20, 24 and 26 one after the other (npm run bench:matrix)
 *
 * --case ID,…  --size SIZE,…  --group wasm,js,plain,rivals,numpy  --suite overhead,struct,files,format,startup
 * --node 24|26|PATH  --launches N  --close N  --rounds N  --round-ms N  --warm-ms N  --out FILE  --list
 */
import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { parseArgs } from "node:util";
import { cases } from "./lib/cases.mjs";
import { startNumpy } from "./lib/contestants.mjs";
import { dist, root } from "./lib/load.mjs";
import { machine } from "./lib/machine.mjs";
import { caseContest, launch, recordOf, suiteContest } from "./lib/session.mjs";
import { gainOf } from "./report/figures.mjs";
import { startup } from "./special/startup.mjs";

const { values: flags } = parseArgs({
  options: {
    quick: { type: "boolean" },
    matrix: { type: "boolean" },
    list: { type: "boolean" },
    case: { type: "string" },
    size: { type: "string" },
    group: { type: "string" },
    suite: { type: "string" },
    node: { type: "string" },
    launches: { type: "string" },
    close: { type: "string" },
    rounds: { type: "string" },
    "round-ms": { type: "string" },
    "warm-ms": { type: "string" },
    out: { type: "string" },
  },
});

const quickCases = ["swap4", "stride2-4", "field-12", "transpose-4", "permute-210", "nchw-3", "copy-4"].concat([
  "bf16-f32",
  "f32-bf16",
  "f16-f32",
  "f32-f16",
  "e4m3-f32",
  "f32-e4m3",
  "f64-i32",
  "i64-f64",
]);
const suites = {
  overhead: ["ours", "plain"],
  struct: ["ours", "plain", "rivals"],
  files: ["ours", "rivals"],
  format: ["ours", "rivals"],
};

const known = {
  case: cases.map((c) => c.id),
  size: ["e16", "e128", "64K", "256K", "1M", "64M"],
  group: ["rivals", "wasm", "js", "plain", "numpy"],
  suite: [...Object.keys(suites), "startup"],
};

const plan = flags.quick
  ? { cases: quickCases, sizes: ["e16", "64K", "1M"], groups: ["wasm", "js", "plain"], suites: ["startup"] }
  : {
      cases: known.case,
      sizes: known.size,
      groups: known.group,
      suites: known.suite,
    };
const timing = flags.quick
  ? { launches: 1, close: 0, rounds: 3, roundMs: 6, warmMs: 30 }
  : { launches: 3, close: 4, rounds: 2, roundMs: 15, warmMs: 60 };
/** Lines that are won or lost by less than this factor are close: another day they may go the other way. */
const CLOSE = 1.3;
/** Groups that are only compared with get fewer launches; no target divides by the js backend. */
const fewerLaunches = { js: 2, rivals: 2 };
/** The names behind a flag. @throws Error for one that does not exist: nothing would be measured, and nobody told */
function list(flag, fallback) {
  if (flags[flag] === undefined) return fallback;
  const names = flags[flag].split(",").filter(Boolean);
  const unknown = names.find((name) => !known[flag].includes(name));
  if (unknown !== undefined) throw new Error(`--${flag} ${unknown}: expected some of ${known[flag].join(", ")}`);
  return names;
}

for (const flag of ["launches", "close", "rounds", "round-ms", "warm-ms"])
  if (flags[flag] !== undefined && !(flag === "close" ? /^\d+$/ : /^[1-9]\d*$/).test(flags[flag]))
    throw new Error(`--${flag} ${flags[flag]}: expected a whole number${flag === "close" ? "" : " from 1 on"}`);

const narrowed = flags.case !== undefined || flags.size !== undefined;
const chosen = {
  cases: flags.suite !== undefined && !narrowed ? [] : list("case", plan.cases),
  sizes: list("size", plan.sizes),
  groups: list("group", plan.groups),
  suites: list("suite", narrowed ? [] : plan.suites),
};

/** Installed under bench/nodes on demand: the packages hold the binary itself. */
function nodeBinary(name) {
  if (name === undefined || name === process.versions.node.split(".")[0]) return process.execPath;
  if (!/^\d+$/.test(name)) return name;
  const path = join(root, `bench/nodes/node_modules/node${name}/bin/node`);
  if (!existsSync(path))
    execFileSync("npm", ["--prefix", join(root, "bench/nodes"), "ci", "--ignore-scripts"], { stdio: "inherit" });
  if (!existsSync(path)) throw new Error(`Node ${name} is not in bench/nodes`);
  return path;
}

async function runOn(nodePath, { cases: ids, sizes, groups, suites: chosenSuites, ...rest }, file) {
  const numpy = groups.includes("numpy") ? await startNumpy() : null;
  const facts = machine(nodePath);
  const timed = { ...timing, ...rest };
  const [launches, close, rounds, roundMs, warmMs] = ["launches", "close", "rounds", "round-ms", "warm-ms"].map(
    (flag) => Number(flags[flag] ?? timed[flag.replace("-ms", "Ms")]),
  );
  const options = { rounds, roundMs, warmMs, nodePath, numpy };
  const contests = sizes.flatMap((size) =>
    ids
      .filter((id) => cases.find((c) => c.id === id)?.sizes.includes(size))
      .map((id) => ({ ...caseContest(id, size), groups: groups.filter((g) => g !== "numpy") })),
  );
  const suiteContests = chosenSuites
    .filter((suite) => suite !== "startup")
    .map((suite) => ({ ...suiteContest(suite), groups: suites[suite] }));
  /** @type {{ machine: any, method: object, cases: any[], suites: any[] }} */
  const report = {
    machine: { ...facts, ...(numpy ? { numpy: numpy.versions } : {}) },
    method: { launches, close, fewerLaunches, rounds, roundMs, warmMs, quick: flags.quick ?? false },
    cases: [],
    suites: [],
  };
  const started = Date.now();
  const cold = chosenSuites.includes("startup") ? [startup(nodePath, flags.quick ? 6 : 16)] : [];
  const save = () => {
    report.machine.minutes = Number(((Date.now() - started) / 60000).toFixed(1));
    report.cases = contests.filter((c) => c.launched).map(recordOf);
    report.suites = [...suiteContests.filter((c) => c.launched).map(recordOf), ...cold];
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, `${compact(report)}\n`);
  };
  try {
    // All contests once, then all again: the launches of one lie minutes apart, so that their spread holds what
    // changes on the machine meanwhile.
    for (let pass = 0; pass < launches; pass++) {
      const before = Date.now();
      for (const contest of [...suiteContests, ...contests]) {
        const present = contest.groups.filter((g) => pass < (fewerLaunches[g] ?? launches));
        await launch(contest, { ...options, groups: present, numpy: contest.facts.suite ? null : numpy });
        console.log(`${pass + 1}/${launches} ${line(recordOf(contest))}`);
      }
      save();
      console.log(`pass ${pass + 1} took ${((Date.now() - before) / 1000).toFixed(0)} s`);
    }
    // Turns a third as long, three times as many: what neighbours do for a while then meets both sides.
    const finer = { ...options, rounds: 3 * rounds, roundMs: Math.ceil(roundMs / 3) };
    const closeOnes = contests
      .filter(({ facts, launched }) => launched > 0 && !facts.size.startsWith("e"))
      .filter(isClose);
    for (let pass = 0; pass < close; pass++)
      for (const contest of closeOnes) {
        const present = contest.groups.filter((g) => g === "wasm" || g === "plain");
        await launch(contest, { ...finer, groups: present, numpy: null });
        console.log(`close ${pass + 1}/${close} ${line(recordOf(contest))}`);
      }
  } finally {
    numpy?.stop();
    save();
  }
  console.log(`${file}: ${report.cases.length} cases in ${report.machine.minutes} min on Node ${facts.node}`);
}

/** Whether who wins a line, ours or what JavaScript has without a library, is in doubt. */
function isClose(contest) {
  const gain = gainOf(recordOf(contest));
  return gain !== undefined && gain < CLOSE && gain > 1 / CLOSE;
}

/** JSON with a line per case and suite, so that a new recording is a readable change. */
function compact({ machine, method, cases, suites }) {
  const list = (records) => `[\n${records.map((record) => JSON.stringify(record)).join(",\n")}\n]`;
  return `{"machine":${JSON.stringify(machine)},\n"method":${JSON.stringify(method)},\n"cases":${list(cases)},\n"suites":${list(suites)}}`;
}

const time = (ns) =>
  ns < 1e3 ? `${ns.toFixed(0)} ns` : ns < 1e6 ? `${(ns / 1e3).toFixed(1)} µs` : `${(ns / 1e6).toFixed(2)} ms`;

function line({ id, suite, size, payload, variants, refused }) {
  const cells = variants.map((v) => {
    const isTime = suite || size.startsWith("e");
    return `${v.name} ${isTime ? time(v.ns / (v.per ?? 1)) : (payload / v.ns).toFixed(1)}`;
  });
  const left = refused.map((r) => `${r.name} REFUSED ${r.reason}`);
  return `${suite ?? `${id} ${size}`}: ${[...cells, ...left].join(" | ")}`;
}

if (flags.list) {
  for (const c of cases) console.log(`${c.id.padEnd(20)} ${c.row.padEnd(12)} ${c.label}`);
} else {
  if (!existsSync(join(dist, "index.js"))) throw new Error("build the package first: npm run build");
  if (!existsSync(join(root, "bench/node_modules")) && chosen.groups.includes("rivals"))
    execFileSync("npm", ["--prefix", join(root, "bench"), "ci"], { stdio: "inherit" });
  const folder = join(root, "bench/results");
  if (flags.matrix) {
    await runOn(nodeBinary("24"), chosen, join(folder, "node24.json"));
    const lighter = {
      ...chosen,
      sizes: chosen.sizes.filter((s) => ["64K", "1M", "64M"].includes(s)),
      groups: chosen.groups.filter((g) => g === "wasm" || g === "plain"),
      suites: chosen.suites.filter((s) => s === "startup"),
      launches: 2,
      close: 1,
    };
    for (const name of ["20", "26"]) await runOn(nodeBinary(name), lighter, join(folder, `node${name}.json`));
  } else {
    const nodePath = nodeBinary(flags.node);
    const major = machine(nodePath).node.split(".")[0];
    const part = flags.quick ? "-quick" : narrowed || flags.suite || flags.group ? "-part" : "";
    await runOn(nodePath, chosen, flags.out ?? join(folder, `node${major}${part}.json`));
  }
}
