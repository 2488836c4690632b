/**
 * What breaks first when a petabyte is converted by a thousand workers: a simulation of bytes, requests, retries, stragglers and listings.
 * Nothing is measured here; every figure follows from the assumptions below, which are to be replaced by one's own:
 * `node bench/special/scale.mjs --workers 200 --nicBytes 3e9`. Chance comes from a seed, so that the table is the same each time.
 */
import { parseArgs } from "node:util";

const GiB = 2 ** 30;
const MiB = 2 ** 20;

const assumptions = {
  /** What is read; half of it is written (float32 to bfloat16). */
  sourceBytes: 1e15,
  ratio: 0.5,
  workers: 1000,
  shardBytes: 256 * MiB,
  /** Of one worker: network, both ways together, and converting and hashing on one core. */
  nicBytes: 1.25e9,
  coreBytes: 0.8e9,
  /** Of one range request. */
  requestBytes: 8 * MiB,
  /** Seconds until the first byte; requests on their way at once. */
  latency: 0.05,
  inFlight: 6,
  /** Share of requests that fail and are sent again, and the mean pause before. */
  failing: 1e-3,
  pause: 0.25,
  /** Share of workers that are slow, and how slow. */
  stragglers: 0.02,
  slowness: 4,
  /** Hours between two deaths of one worker, and seconds until its place is taken. */
  lifeHours: 500,
  replacedAfter: 120,
  /** What the store gives in all: bytes and requests a second (S3 names 5,500 reads a second and prefix). */
  storeBytes: 1e12,
  storeReads: 5500,
  /** Bytes of a line of the plan for one shard; lines that one process plans a second. */
  lineBytes: 330,
  plannedLines: 50_000,
  /** What one process of `verify` reads and hashes a second. */
  verifyBytes: 1e9,
  /** Names in one page of a listing, and pages a second. */
  pageNames: 1000,
  pages: 10,
  seed: 1,
};

const options = Object.fromEntries(Object.keys(assumptions).map((name) => [name, { type: "string" }]));
const given = parseArgs({ options: /** @type {Record<string, { type: "string" }>} */ (options) }).values;
const a = { ...assumptions, ...Object.fromEntries(Object.entries(given).map(([name, text]) => [name, Number(text)])) };

/** @param {number} seed */
function seeded(seed) {
  return () => {
    seed = (seed + 0x6d2b79f5) | 0;
    let t = Math.imul(seed ^ (seed >>> 15), 1 | seed);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}

const targetBytes = a.sourceBytes * a.ratio;
const shards = Math.ceil(targetBytes / a.shardBytes);
const readBytes = a.shardBytes / a.ratio;
const requests = Math.ceil(readBytes / a.requestBytes);

/** Seconds that a shard takes a worker that is not slow: whichever is slowest of network, core, waiting and the store's share. */
const transfer = (readBytes + a.shardBytes) / Math.min(a.nicBytes, a.storeBytes / a.workers);
const waiting = (requests * (a.latency + a.failing * a.pause)) / a.inFlight;
const asking = (requests * a.workers) / a.storeReads;
const shardSeconds = Math.max(transfer, readBytes / a.coreBytes, waiting, asking);

/**
 * Lets workers do the shards, `share` at a time; a worker that dies loses the shard it is at. Returns when the last is done, and what was
 * done twice.
 * @param {number} share shards that are handed out at once
 */
function simulate(share) {
  const random = seeded(a.seed);
  const slow = Array.from({ length: a.workers }, () => (random() < a.stragglers ? a.slowness : 1));
  const deathsPerSecond = 1 / (a.lifeHours * 3600);
  /** When each worker is free again, soonest first. */
  const free = slow.map((factor) => ({ at: 0, factor }));
  let end = 0;
  let deaths = 0;
  for (let left = shards; left > 0; left -= share) {
    const worker = /** @type {{ at: number, factor: number }} */ (free.shift());
    const seconds = Math.min(share, left) * shardSeconds * worker.factor;
    // Exponential lives; more than one death in a share is left out.
    const isDead = random() < 1 - Math.exp(-seconds * deathsPerSecond);
    if (isDead) deaths++;
    worker.at += seconds + (isDead ? a.replacedAfter + random() * shardSeconds * worker.factor : 0);
    end = Math.max(end, worker.at);
    let [low, high] = [0, free.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (free[middle].at <= worker.at) low = middle + 1;
      else high = middle;
    }
    free.splice(low, 0, worker);
  }
  return { hours: end / 3600, deaths };
}

/** @param {number} seconds */
const time = (seconds) =>
  seconds < 120
    ? `${seconds.toFixed(0)} s`
    : seconds < 7200
      ? `${(seconds / 60).toFixed(0)} min`
      : `${(seconds / 3600).toFixed(1)} h`;
/** @param {number} count */
const thousands = (count) => Math.round(count).toLocaleString("en");

const ideal = (shards * shardSeconds) / a.workers;
const slices = Math.ceil(shards / a.workers);
const bound = { transfer, core: readBytes / a.coreBytes, waiting, "the store's reads a second": asking };
const [slowest] = Object.entries(bound).sort(([, x], [, y]) => y - x)[0];

const rows = [
  ["shards, requests", `${thousands(shards)}, ${thousands(shards * requests)}`],
  ["a shard", `${shardSeconds.toFixed(2)} s, bound by ${slowest}`],
  ["all of it, were nothing in the way", time(ideal)],
  ...[
    ["one slice a worker", slices],
    ["16 slices a worker", Math.ceil(slices / 16)],
    ["shard by shard", 1],
  ].map(([name, share]) => {
    const { hours, deaths } = simulate(Number(share));
    return [`with stragglers and deaths, ${name}`, `${time(hours * 3600)}, ${deaths} deaths`];
  }),
  ["requests that are sent again", thousands(shards * requests * a.failing)],
  [
    "reads a second, of what the store takes",
    `${thousands(a.workers * (requests / shardSeconds))} of ${thousands(a.storeReads)} a prefix`,
  ],
  [
    "bytes a second, of what the store gives",
    `${((a.workers * (readBytes + a.shardBytes)) / shardSeconds / 1e9).toFixed(0)} of ${(a.storeBytes / 1e9).toFixed(0)} GB`,
  ],
  ["the plan", `${((shards * a.lineBytes) / 1e6).toFixed(0)} MB, made in ${time(shards / a.plannedLines)}`],
  ["verify, in one process", time(targetBytes / a.verifyBytes)],
  ["verify, from a listing of parts", time(shards / a.pageNames / a.pages)],
  [
    "records of what is done",
    `${((shards * 128) / 1e6).toFixed(0)} MB in one file, ${thousands(shards)} objects otherwise`,
  ],
  ["multipart uploads of 10,000 parts", thousands(Math.ceil(shards / 10_000))],
];
console.log(
  `${(a.sourceBytes / 1e15).toFixed(2)} PB, ${a.workers} workers, shards of ${(a.shardBytes / GiB).toFixed(2)} GiB`,
);
for (const [name, value] of rows) console.log(`${name.padEnd(52)}${value}`);
