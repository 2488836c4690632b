/**
 * `stridebuf convert --jobs 1` and `--jobs 2` in turn, whole processes on a file system in memory: one large file bound by memory, two bound
 * by arithmetic, and many files. `node bench/special/jobs.mjs [--rounds 7] [--mib 1024] [--folder /dev/shm] [--jobs 2]`; needs `npm run build`.
 */
import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { closeSync, mkdirSync, mkdtempSync, openSync, readdirSync, readFileSync, rmSync, writeSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";

const { values: given } = parseArgs({
  options: {
    rounds: { type: "string", default: "7" },
    mib: { type: "string", default: "1024" },
    folder: { type: "string", default: "/dev/shm" },
    jobs: { type: "string", default: "2" },
  },
});
const [rounds, mib] = [Number(given.rounds), Number(given.mib)];
const main = fileURLToPath(new URL("../../dist/cli/main.js", import.meta.url));
const folder = mkdtempSync(join(given.folder, "stridebuf-jobs-"));

const BLOCK = 2 ** 20;
const floats = (() => {
  let x = 1;
  const uniform = () => {
    x = Math.imul(x, 1664525) + 1013904223;
    return (x >>> 0) / 2 ** 32;
  };
  return Float32Array.from({ length: BLOCK / 4 }, () => (uniform() - 0.5) * 400);
})();
/** A mebibyte of items of each kind, which files repeat. */
const blocks = {
  f4: floats,
  f8: Float64Array.from(floats.subarray(0, BLOCK / 8)),
  "M8[D]": BigInt64Array.from(floats.subarray(0, BLOCK / 8), (x) => BigInt(Math.trunc(x * 100))),
};

/** @param {string} path @param {keyof typeof blocks} type @param {number} count mebibytes */
function makeNpy(path, type, count) {
  const block = blocks[type];
  const shape = `(${(count * BLOCK) / block.BYTES_PER_ELEMENT},)`;
  const head = `{'descr': '<${type}', 'fortran_order': False, 'shape': ${shape}, }`.padEnd(117);
  const fd = openSync(path, "w");
  writeSync(fd, Buffer.from([0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59, 1, 0, 118, 0]));
  writeSync(fd, `${head}\n`);
  for (let i = 0; i < count; i++) writeSync(fd, block);
  closeSync(fd);
}

const rows = [
  { name: "float32 to float16", type: "f4", to: "float16", files: 1 },
  { name: "float64 to float8_e4m3fn", type: "f8", to: "float8_e4m3fn", files: 1 },
  { name: "datetime64[D] to datetime64[M]", type: "M8[D]", to: "datetime64[M]", files: 1 },
  { name: "8 files, float32 to float16", type: "f4", to: "float16", files: 8 },
];

/** @param {string} path */
const digest = (path) =>
  readdirSync(path)
    .sort()
    .map((name) =>
      createHash("sha256")
        .update(readFileSync(join(path, name)))
        .digest("hex"),
    )
    .join();

/** @param {number[]} values */
const median = (values) => [...values].sort((a, b) => a - b)[values.length >> 1];

try {
  console.log(`${mib} MiB in all, ${rounds} rounds in turn, seconds of whole processes: median (least)`);
  for (const { name, type, to, files } of rows) {
    const source = join(folder, "in");
    mkdirSync(source);
    for (let i = 0; i < files; i++) makeNpy(join(source, `${i}.npy`), /** @type {any} */ (type), mib / files);
    /** @type {Record<string, number[]>} */
    const times = { 1: [], [given.jobs]: [] };
    const digests = new Set();
    for (let round = 0; round <= rounds; round++) {
      for (const jobs of ["1", given.jobs]) {
        const out = join(folder, "out");
        const start = performance.now();
        const args = ["convert", `${source}/*.npy`, "-o", out, "--to", to, "--jobs", jobs, "--quiet"];
        execFileSync(process.execPath, [main, ...args]);
        const seconds = (performance.now() - start) / 1000;
        // The first round warms up, and shows that the bytes are the same.
        if (round > 0) times[jobs].push(seconds);
        else digests.add(digest(out));
        rmSync(out, { recursive: true });
      }
    }
    if (digests.size !== 1) throw new Error(`${name}: other bytes`);
    const [one, more] = ["1", given.jobs].map((jobs) => ({
      mid: median(times[jobs]),
      least: Math.min(...times[jobs]),
    }));
    const text = [one, more].map(({ mid, least }) => `${mid.toFixed(2)} (${least.toFixed(2)})`);
    const ratio = `${(one.mid / more.mid).toFixed(2)}×, of the least ${(one.least / more.least).toFixed(2)}×`;
    console.log(`${name.padEnd(34)}--jobs 1 ${text[0]}  --jobs ${given.jobs} ${text[1]}  ${ratio}`);
    rmSync(source, { recursive: true });
  }
} finally {
  rmSync(folder, { recursive: true });
}
