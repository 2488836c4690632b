/**
 * One thread against several: `node bench/special/parallel.mjs [threads]`. Copies and conversions of resident arrays, by `stridebuf` and by
 * `stridebuf/parallel`, taking turns in one process; median microseconds and how many times faster. `--busy` keeps every core but one
 * at work meanwhile.
 */
import { availableParallelism } from "node:os";
import { Worker } from "node:worker_threads";
import * as one from "../../dist/index.js";
import { parallel } from "../../dist/parallel/index.js";

const [threads] = process.argv.slice(2).filter((argument) => !argument.startsWith("--"));
const cores = await parallel(threads === undefined ? {} : { threads: Number(threads) });
const busy = process.argv.includes("--busy")
  ? Array.from({ length: availableParallelism() - 1 }, () => new Worker("for (;;);", { eval: true }))
  : [];

const median = (times) => times.sort((a, b) => a - b)[times.length >> 1];

/** Rows that take turns for `ms` milliseconds; median microseconds of each. */
function alternate(calls, nbytes, ms = 600) {
  const repeats = Math.max(1, Math.floor((1 << 20) / nbytes));
  const times = calls.map(() => []);
  for (const end = performance.now() + ms; performance.now() < end; )
    calls.forEach((call, i) => {
      const start = performance.now();
      for (let n = 0; n < repeats; n++) call();
      times[i].push(((performance.now() - start) * 1000) / repeats);
    });
  return times.map((list) => median(list.slice(list.length >> 2)));
}

const jobs = [
  ["float32 → float16", "f", "e"],
  ["bfloat16 → float32", "bfloat16", "f"],
  ["float64 → int32", "d", "i"],
  ["byte swap of float32", "f", ">f"],
  ["plain copy", "f", "f"],
  ["transpose of float32", "f", "T"],
];
console.log(`${cores.threads} threads, Node ${process.version}${busy.length > 0 ? ", the other cores busy" : ""}\n`);
console.log("| job | bytes of source | one thread, µs | together, µs | × |\n| :-- | --: | --: | --: | --: |");
for (const nbytes of [1 << 16, 1 << 18, 1 << 20, 1 << 23, 1 << 26])
  for (const [name, from, to] of jobs) {
    const calls = [one, cores].map((api) => {
      const { itemsize } = one.dtype(from);
      const side = Math.floor(Math.sqrt(nbytes / itemsize));
      const shape = to === "T" ? [side, side] : [nbytes / itemsize];
      const source = api.empty(shape, from, { resident: true });
      const target = api.empty(shape, to === "T" ? from : to, { resident: true });
      const src = to === "T" ? source.transpose() : source;
      return () => api.copy(target, src);
    });
    const [alone, together] = alternate(calls, nbytes);
    const figures = [alone.toFixed(1), together.toFixed(1), (alone / together).toFixed(2)];
    console.log(`| ${[name, nbytes, ...figures].join(" | ")} |`);
  }
cores.close();
for (const worker of busy) worker.terminate();
