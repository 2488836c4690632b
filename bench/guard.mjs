/**
 * The regression guard: a few cases as ratios inside one run, held to the recorded ones. Only a large drop fails, and
 * only when it is seen three times, so that a busy machine does not. `--record` writes bench/guard.json anew.
 *
 * Ratios (speeds): staged beside `TypedArray.set`, resident beside `memory.copy`, staged beside the js backend.
 */
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { root } from "./lib/load.mjs";
import { machine } from "./lib/machine.mjs";
import { caseContest, launch, recordOf } from "./lib/session.mjs";
import { ratio } from "./report/figures.mjs";

const LARGEST_DROP = 2.5;
const TRIES = 3;
const SIZE = "1M";
const watched = [
  "swap4",
  "stride2-4",
  "field-12",
  "reverse-1",
  "transpose-4",
  "transpose-1",
  "permute-210",
  "nchw-3",
  "copy-4",
].concat([
  "bf16-f32",
  "f32-bf16",
  "f16-f32",
  "f32-f16",
  "e4m3-f32",
  "f32-e4m3",
  "be-f16-f32",
  "f64-f32",
  "f64-i32",
  "i64-f64",
]);
const measures = {
  "resident ÷ memory.copy": ["wasm resident", "memory.copy"],
  "staged ÷ TypedArray.set": ["wasm staged", "TypedArray.set"],
  "staged ÷ js backend": ["wasm staged", "js backend"],
};

const path = join(root, "bench/guard.json");
const options = {
  groups: ["wasm", "js"],
  rounds: 3,
  roundMs: 5,
  warmMs: 100,
  nodePath: process.execPath,
  numpy: null,
};

async function measureCase(id) {
  const contest = caseContest(id, SIZE);
  await launch(contest, options);
  const record = recordOf(contest);
  for (const r of record.refused) throw new Error(`${id}: ${r.name}: ${r.reason}`);
  return Object.fromEntries(
    Object.entries(measures).map(([name, [a, b]]) => [name, Number(ratio(record, a, b)?.toPrecision(3))]),
  );
}

if (process.argv.includes("--record")) {
  const ratios = {};
  for (const id of watched) {
    const runs = [await measureCase(id), await measureCase(id)];
    ratios[id] = Object.fromEntries(Object.keys(measures).map((m) => [m, Math.min(...runs.map((r) => r[m]))]));
    console.log(id, ratios[id]);
  }
  const { date, commit, cpu, node } = machine(process.execPath);
  writeFileSync(path, `${JSON.stringify({ recorded: { date, commit, cpu, node, size: SIZE }, ratios }, null, 2)}\n`);
} else {
  const { ratios } = JSON.parse(readFileSync(path, "utf8"));
  const failures = [];
  for (const [id, expected] of Object.entries(ratios)) {
    const best = {};
    for (let attempt = 0; attempt < TRIES; attempt++) {
      for (const [m, value] of Object.entries(await measureCase(id))) best[m] = Math.max(best[m] ?? 0, value);
      if (Object.keys(expected).every((m) => best[m] * LARGEST_DROP >= expected[m])) break;
    }
    for (const m of Object.keys(expected)) {
      const ok = best[m] * LARGEST_DROP >= expected[m];
      if (!ok) failures.push(`${id}, ${m}: ${best[m]}, recorded ${expected[m]}`);
      console.log(`${ok ? "ok  " : "FAIL"} ${id.padEnd(14)} ${m.padEnd(24)} ${best[m]} (recorded ${expected[m]})`);
    }
  }
  for (const failure of failures) console.error(`guard: fell by more than ${LARGEST_DROP}×: ${failure}`);
  process.exitCode = failures.length ? 1 : 0;
}
