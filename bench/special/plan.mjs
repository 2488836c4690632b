/**
 * What a plan of 100,000 shards takes: seconds and bytes of `stridebuf plan` as a user calls it, start of Node included; and seconds until a worker has
 * found the last shard. Of raw bytes, whose plan has one tensor, and of a checkpoint of 2,000 tensors. `node bench/special/plan.mjs` after `npm run build`.
 */
import { spawnSync } from "node:child_process";
import { closeSync, ftruncateSync, mkdtempSync, openSync, rmSync, statSync, writeSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const main = fileURLToPath(new URL("../../dist/cli/main.js", import.meta.url));
const SHARDS = 100_000;
const ROUNDS = 5;
const folder = mkdtempSync(join(tmpdir(), "stridebuf-plan-"));

/**
 * A file of holes: only heads are read.
 * @param {string} name
 * @param {Uint8Array} head
 * @param {number} dataBytes
 */
function sparse(name, head, dataBytes) {
  const path = join(folder, name);
  const fd = openSync(path, "w");
  writeSync(fd, head);
  ftruncateSync(fd, head.length + dataBytes);
  closeSync(fd);
  return path;
}

/** @param {number} tensors @param {number} items */
function checkpoint(tensors, items) {
  const each = 4 * items;
  const entries = Array.from({ length: tensors }, (_, i) => [
    `model.layers.${i}.weight`,
    { dtype: "F32", shape: [items], data_offsets: [i * each, (i + 1) * each] },
  ]);
  const json = Buffer.from(JSON.stringify(Object.fromEntries(entries)));
  const head = Buffer.alloc(8);
  head.writeBigUInt64LE(BigInt(json.length));
  return sparse("model.safetensors", Buffer.concat([head, json]), tensors * each);
}

/** @param {string[]} args */
function timed(...args) {
  const start = performance.now();
  const { status, stderr } = spawnSync(
    "sh",
    ["-c", 'exec "$0" "$@" > plan.ndjson', process.execPath, main, "plan", ...args],
    {
      cwd: folder,
      encoding: "utf8",
    },
  );
  if (status !== 0) throw new Error(stderr);
  return (performance.now() - start) / 1000;
}

/** Seconds until a worker knows its shard, which cannot be done: the source is gone. */
function found() {
  const start = performance.now();
  spawnSync(process.execPath, [main, "run", "plan.ndjson", "--index", String(SHARDS - 1)], { cwd: folder });
  return (performance.now() - start) / 1000;
}

/** @param {number[]} values */
const median = (values) => values.sort((a, b) => a - b)[values.length >> 1];

try {
  const raw = sparse("raw.bin", new Uint8Array(0), SHARDS * 8000);
  const cases = [
    ["raw bytes", [raw, "out.bin", "--format", "<f", "--to", "bfloat16", "--shard", "4000"]],
    ["2,000 tensors", [checkpoint(2000, 100_000), "out.safetensors", "--to", "bfloat16", "--shard", "4000"]],
  ];
  for (const [name, args] of cases) {
    const seconds = Array.from({ length: ROUNDS }, () => timed(.../** @type {string[]} */ (args)));
    const bytes = statSync(join(folder, "plan.ndjson")).size;
    const looked = Array.from({ length: ROUNDS }, found);
    console.log(
      `${name}: planned in ${median(seconds).toFixed(2)} s, ${(bytes / 1e6).toFixed(1)} MB; the last shard found in ${median(looked).toFixed(2)} s`,
    );
  }
} finally {
  rmSync(folder, { recursive: true });
}
