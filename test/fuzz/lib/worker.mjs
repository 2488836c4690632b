/**
 * The loop of the fuzzer, in a thread of its own so that what kills it (endless loops, exhausted heaps) is a finding. The input of
 * the moment lies in shared memory. Mutations and the classes of hit counts are AFL's (Zalewski, "technical details", 2013).
 */
import { readdirSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { setImmediate } from "node:timers/promises";
import { parentPort, workerData } from "node:worker_threads";

const { bundle, edges: count, corpus, seed, seconds, state, current, only } = workerData;
const edges = new Uint8Array(Math.ceil(count / 4) * 4);
globalThis.edges = edges;
const words = new Uint32Array(edges.buffer);
const { fuzz, tally } = createRequire(import.meta.url)(bundle);

const MOST = current.length;
const sizes = new Int32Array(state);

let random = seed | 1;
function below(limit) {
  random ^= random << 13;
  random ^= random >>> 17;
  random ^= random << 5;
  return (random >>> 0) % limit;
}

/** Classes of hit counts: 1, 2, 3, 4–7, 8–15, 16–31, 32–127, 128 and more. */
const classOf = Uint8Array.from({ length: 256 }, (_, n) =>
  n < 4 ? [0, 1, 2, 4][n] : n < 8 ? 8 : n < 16 ? 16 : n < 32 ? 32 : n < 128 ? 64 : 128,
);
const seen = new Uint8Array(edges.length);

/** What the last run was first to do: 2 take a branch, 1 take one so often, 0 nothing. Clears the counts. */
function novelty() {
  let result = 0;
  for (let w = 0; w < words.length; w++) {
    if (words[w] === 0) continue;
    for (let i = 4 * w; i < 4 * w + 4; i++) {
      const bits = classOf[edges[i]];
      if ((seen[i] & bits) === bits) continue;
      result = Math.max(result, seen[i] === 0 ? 2 : 1);
      seen[i] |= bits;
    }
    words[w] = 0;
  }
  return result;
}

const odd = [0, 1, 127, 128, 254, 255];
/** Where inputs are put together; as long as a mutation can make one before it is cut. */
const work = new Uint8Array(MOST + 5 * 64);

/** `input` with a few places changed, some by a part of `other`. The result lies in `work` until the next call. */
function mutate(input, other) {
  work.set(input);
  let length = input.length;
  /** Makes room for `count` bytes at `at` in place of the `size` there. */
  const room = (at, size, count) => {
    work.copyWithin(at + count, at + size, length);
    length += count - size;
  };
  for (let turns = 1 + below(5); turns > 0; turns--) {
    const at = below(length + 1);
    const end = Math.min(length, at + 1 + below(8));
    switch (below(7)) {
      case 0:
        for (let i = at; i < end; i++) work[i] ^= 1 << below(8);
        break;
      case 1:
        for (let i = at; i < end; i++) work[i] = below(256);
        break;
      case 2:
        room(at, end - at, 0);
        break;
      case 3: {
        const count = 1 + below(16);
        room(at, 0, count);
        for (let i = at; i < at + count; i++) work[i] = below(256);
        break;
      }
      case 4:
        for (let i = at; i < end; i++) work[i] = odd[below(6)];
        break;
      case 5: {
        const from = below(other.length + 1);
        const part = other.subarray(from, from + 1 + below(64));
        room(at, end - at, part.length);
        work.set(part, at);
        break;
      }
      default:
        for (let i = at; i < end; i++) work[i] += below(9) - 4;
    }
  }
  return work.subarray(0, Math.min(length, MOST));
}

async function attempt(input) {
  current.set(input);
  sizes[0] = input.length;
  Atomics.add(sizes, 1, 1);
  try {
    const pending = fuzz(input);
    if (pending !== undefined) await pending;
  } catch {
    // Most errors are refusals that nobody reads the stack of, so only a finding is given one.
    Error.stackTraceLimit = 20;
    await fuzz(input);
    throw new Error("failed once and not again");
  }
  return novelty();
}

async function loop() {
  Error.stackTraceLimit = 0;
  const kept = [];
  const fresh = [];
  const known = only === undefined ? readdirSync(corpus).map((name) => readFileSync(join(corpus, name))) : [only];
  for (const input of [...known, new Uint8Array(0)]) if ((await attempt(input)) > 0) kept.push(Buffer.from(input));
  const until = Date.now() + (only === undefined ? 1000 * seconds : 0);
  for (let n = 0; (n & 63) !== 0 || Date.now() < until; n++) {
    // Memory that only a WeakRef or a FinalizationRegistry knows is given back between two turns of the event loop.
    if ((n & 63) === 0) await setImmediate();
    // Half of the inputs come from the newest: what was found last is least explored.
    const newest = below(2) === 0 ? Math.max(0, kept.length - 16) : 0;
    const base = kept[newest + below(kept.length - newest)] ?? Buffer.alloc(0);
    const input = mutate(base, kept[below(Math.max(1, kept.length))] ?? base);
    const found = await attempt(input);
    if (found > 0) kept.push(Buffer.from(input));
    if (found > 1) fresh.push(Buffer.from(input));
  }
  const covered = seen.reduce((n, bits) => n + (bits === 0 ? 0 : 1), 0);
  parentPort.postMessage({ ...tally, kept: kept.length, covered, fresh });
}

await loop();
