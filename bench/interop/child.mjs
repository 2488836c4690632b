/**
 * One job in this process: `node child.mjs "FILE NAME" MS`. A job is `{ library, job, way, theirs(), ours(), values? }`; both return what they
 * read as something with numbers in it, which is compared first. The sides take turns for `MS` milliseconds each; prints the medians in ns.
 */
import { isDeepStrictEqual } from "node:util";
import { median } from "../lib/measure.mjs";

const [name, budget] = process.argv.slice(2);
const [file, key] = name.split(" ");
const { [key]: setUp } = await import(`./jobs/${file}.mjs`);
const job = await setUp();

/** Calls take at least this long together, or the clock is too coarse. */
const BATCH_NS = 1e6;

const now = () => Number(process.hrtime.bigint());
async function timed(call, times) {
  const start = now();
  for (let i = 0; i < times; i++) {
    const result = call();
    if (typeof result?.then === "function") await result;
  }
  return (now() - start) / times;
}

const { values = (x) => x } = job;
const [a, b] = [values(await job.theirs()), values(await job.ours())].map((x) => Array.from(x, Number));
if (!isDeepStrictEqual(a, b)) throw new Error(`${name}: the results differ, ${a.slice(0, 8)} and ${b.slice(0, 8)}`);

const sides = ["theirs", "ours"].map((side) => ({ call: job[side], times: 1, taken: [], side }));
for (const side of sides) {
  // Warm, and long enough to be timed.
  const end = now() + Number(budget) * 4e5;
  let each = await timed(side.call, 1);
  while (now() < end) each = await timed(side.call, Math.max(1, Math.floor(BATCH_NS / 4 / each)));
  side.times = Math.max(1, Math.ceil(BATCH_NS / each));
}
globalThis.gc?.();
const end = now() + Number(budget) * 2e6;
while (now() < end || sides[0].taken.length < 3)
  for (const side of sides) side.taken.push(await timed(side.call, side.times));

const [theirs, ours] = sides.map(({ taken }) => median(taken));
const { library, job: what, way } = job;
console.log(JSON.stringify({ library, job: what, way, theirs, ours }));
// Libraries keep workers and databases.
process.exit(0);
