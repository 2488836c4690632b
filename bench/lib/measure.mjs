/**
 * Timing. A variant is `{ name, kind, call(which), result?() }`: `call` does the whole job once and is given 0 and 1 in
 * turn, which selects one of two sets of array objects over the same memory, so that no engine can fold an array into
 * the code as a constant. Calls are grouped into batches of at least 30 µs; tinybench takes the samples.
 */
import { Bench } from "tinybench";

const BATCH_MS = 0.03;
/** What takes longer than this is judged with one set, warm after one call and measured once in a launch. */
export const SLOW_MS = 250;

const batched = (call, batch) =>
  batch === 1
    ? (() => {
        let which = 0;
        return () => {
          call(which);
          which ^= 1;
        };
      })()
    : () => {
        for (let i = 0; i < batch; i++) call(i & 1);
      };

/**
 * Calls until a variant is taken to be warm, unless they take longer than this: who runs a loop, and by what code, is found out while it
 * comes again, with ours by races, with loops by the engine's compilers.
 */
const WARM_CALLS = 8;
const WARM_LIMIT_MS = 500;

/** Runs a variant until it is warm and sets its `batch` and `estimate` (ms per call). */
export function warmUp(variant, warmMs) {
  if (variant.estimate > SLOW_MS) return;
  let calls = 0;
  let last = Number.POSITIVE_INFINITY;
  const start = performance.now();
  let now = start;
  do {
    const before = now;
    const times = last > 0.5 ? 1 : 8;
    for (let i = 0; i < times; i++) variant.call(calls++ & 1);
    now = performance.now();
    last = (now - before) / times;
  } while (now - start < warmMs || (calls < WARM_CALLS && now - start < WARM_LIMIT_MS));
  let batch = 1;
  while (last < BATCH_MS) {
    const group = batched(variant.call, batch);
    group();
    const before = performance.now();
    group();
    const took = performance.now() - before;
    last = took / batch;
    if (took >= BATCH_MS) break;
    batch *= Math.min(16, Math.max(2, Math.ceil(BATCH_MS / Math.max(took, 1e-4))));
  }
  Object.assign(variant, { batch, estimate: last });
}

/**
 * One round over all variants, beginning with another one each time.
 * @returns {Record<string, { p50: number, p99: number, min: number, samples: number }>} nanoseconds per call
 */
export function round(variants, roundMs, turn) {
  const out = {};
  for (let i = 0; i < variants.length; i++) {
    const { name, call, batch, estimate } = variants[(i + turn) % variants.length];
    if (estimate > SLOW_MS && turn > 0) continue;
    const bench = new Bench({ time: roundMs, iterations: estimate > roundMs ? 1 : 3, warmup: false, throws: true });
    // Otherwise tinybench calls once more to see whether a promise comes back, which doubles what is slow.
    bench.add(name, batched(call, batch), { async: false });
    bench.runSync();
    const { latency } = /** @type {import("tinybench").TaskResult & { state: "completed" }} */ (bench.tasks[0].result);
    const ns = (ms) => (ms * 1e6) / batch;
    out[name] = { p50: ns(latency.p50), p99: ns(latency.p99), min: ns(latency.min), samples: latency.samplesCount };
  }
  return out;
}

export const median = (values) => {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
};

/**
 * All launches of one variant, each a list of rounds, to the figures that are recorded. `ns` is the median over launches
 * of a launch's median; `spread` the slowest round over the fastest, of all launches.
 */
export function summarise(launches) {
  const digits4 = (x) => Number(x.toPrecision(4));
  const rounds = launches.flat();
  const medians = rounds.map((r) => r.p50);
  return {
    ns: digits4(median(launches.map((each) => median(each.map((r) => r.p50))))),
    p99: digits4(Math.max(...rounds.map((r) => r.p99))),
    best: digits4(Math.min(...rounds.map((r) => r.min))),
    spread: digits4(Math.max(...medians) / Math.min(...medians)),
  };
}
