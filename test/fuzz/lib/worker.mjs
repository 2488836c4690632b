/**
 * The loop of the fuzzer, in a thread of its own so that what kills it (endless loops, exhausted heaps) is a finding. The input of
 * the moment lies in shared memory. Mutations and the classes of hit counts are AFL's (Zalewski, "technical details", 2013).
 */
import { readdirSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
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

function mutate(input, other) {
  let out = input;
  for (let turns = 1 + below(5); turns > 0; turns--) {
    const at = below(out.length + 1);
    const size = Math.min(out.length - at, 1 + below(8));
    const put = (...parts) => Buffer.concat([out.subarray(0, at), ...parts, out.subarray(at + size)]);
    switch (below(7)) {
      case 0:
        out = put(out.subarray(at, at + size).map((b) => b ^ (1 << below(8))));
        break;
      case 1:
        out = put(Uint8Array.from({ length: size }, () => below(256)));
        break;
      case 2:
        out = put();
        break;
      case 3:
        out = put(
          out.subarray(at, at + size),
          Uint8Array.from({ length: 1 + below(16) }, () => below(256)),
        );
        break;
      case 4:
        out = put(Uint8Array.from({ length: size }, () => [0, 1, 127, 128, 254, 255][below(6)]));
        break;
      case 5:
        out = put(other.subarray(below(other.length + 1)).subarray(0, 1 + below(64)));
        break;
      default:
        out = put(Uint8Array.from(out.subarray(at, at + size), (b) => b + below(9) - 4));
    }
  }
  return out.subarray(0, MOST);
}

async function attempt(input) {
  current.set(input);
  sizes[0] = input.length;
  Atomics.add(sizes, 1, 1);
  const pending = fuzz(input);
  if (pending !== undefined) await pending;
  return novelty();
}

async function loop() {
  const kept = [];
  const fresh = [];
  const known = only === undefined ? readdirSync(corpus).map((name) => readFileSync(join(corpus, name))) : [only];
  for (const input of [...known, new Uint8Array(0)]) if ((await attempt(input)) > 0) kept.push(Buffer.from(input));
  const until = Date.now() + (only === undefined ? 1000 * seconds : 0);
  for (let n = 0; (n & 63) !== 0 || Date.now() < until; n++) {
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
