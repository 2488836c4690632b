/**
 * Converts generated files of several GiB through the built command line and checks that it holds less than 256 MiB: float32 to
 * bfloat16, byte order, and C to F order by panels. Needs room for twice the size in the temporary folder.
 *
 * node scripts/big-file-check.mjs [--gib 3] [--json]
 */
import { spawn } from "node:child_process";
import { closeSync, mkdtempSync, openSync, readSync, rmSync, statSync, writeSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";

const { values } = parseArgs({ options: { gib: { type: "string", default: "3" }, json: { type: "boolean" } } });
const LIMIT_MIB = 256;
const COLUMNS = 16384;
const rows = Math.floor((Number(values.gib) * 2 ** 30) / (COLUMNS * 4));
const main = fileURLToPath(new URL("../dist/cli/main.js", import.meta.url));
const folder = mkdtempSync(join(tmpdir(), "stridebuf-big-"));
const source = join(folder, "source.bin");

/** The value at a place, known without reading: enough bits of it survive bfloat16 to tell places apart. */
const valueAt = (row, column) => ((row * 31 + column * 7) % 251) - 125;

function generate() {
  const fd = openSync(source, "w");
  const panel = new Float32Array(COLUMNS * 64);
  for (let row = 0; row < rows; row += 64) {
    const count = Math.min(64, rows - row);
    for (let r = 0; r < count; r++) {
      for (let c = 0; c < COLUMNS; c++) panel[r * COLUMNS + c] = valueAt(row + r, c);
    }
    writeSync(fd, panel, 0, count * COLUMNS * 4);
  }
  closeSync(fd);
}

/** Runs the command under GNU time, which tells the largest resident set. */
function run(args) {
  return new Promise((resolve, reject) => {
    const start = performance.now();
    const child = spawn("/usr/bin/time", ["-f", "%M", process.execPath, main, ...args], {
      stdio: ["ignore", "ignore", "pipe"],
    });
    let err = "";
    child.stderr.on("data", (text) => {
      err += text;
    });
    child.on("error", reject);
    child.on("close", (code) => {
      const seconds = (performance.now() - start) / 1000;
      const peakMiB = Number(err.trim().split("\n").at(-1)) / 1024;
      if (code === 0) resolve({ seconds, peakMiB });
      else reject(new Error(err));
    });
  });
}

/** Compares a few thousand places of the result with what they must be. */
function check(path, offset, itemsize, placeOf, read) {
  const fd = openSync(path, "r");
  const item = new DataView(new ArrayBuffer(itemsize));
  for (let i = 0; i < 5000; i++) {
    const row = (i * 7919) % rows;
    const column = (i * 104729) % COLUMNS;
    readSync(fd, item, 0, itemsize, offset + placeOf(row, column) * itemsize);
    if (read(item) !== valueAt(row, column)) throw new Error(`${path}: wrong value at (${row}, ${column})`);
  }
  closeSync(fd);
}

const inC = (row, column) => row * COLUMNS + column;
const inF = (row, column) => column * rows + row;
const float = (bits) => new Float32Array(Uint32Array.of(bits).buffer)[0];
/** @type {[name: string, options: string[], itemsize: number, placeOf: typeof inC, read: (item: DataView) => number][]} */
const cases = [
  ["float32 to bfloat16", ["--to", "bfloat16"], 2, inC, (item) => float(item.getUint16(0, true) << 16)],
  ["little to big endian", ["--to", ">f"], 4, inC, (item) => item.getFloat32(0, false)],
  ["C to F order", ["--order", "F"], 4, inF, (item) => item.getFloat32(0, true)],
];

try {
  generate();
  const nbytes = statSync(source).size;
  const results = [];
  for (const [name, options, itemsize, placeOf, read] of cases) {
    const target = join(folder, "target.npy");
    const place = ["--format", "<f", "--shape", `${rows},${COLUMNS}`];
    const { seconds, peakMiB } = await run(["convert", source, target, ...place, ...options]);
    check(target, statSync(target).size - rows * COLUMNS * itemsize, itemsize, placeOf, read);
    rmSync(target);
    results.push({ name, nbytes, seconds, peakMiB });
    if (!values.json) {
      const rate = (nbytes / 1e6 / seconds).toFixed(0);
      console.log(
        `${name}: ${(nbytes / 2 ** 30).toFixed(2)} GiB in ${seconds.toFixed(1)} s (${rate} MB/s), peak ${peakMiB.toFixed(0)} MiB`,
      );
    }
    if (!(peakMiB < LIMIT_MIB)) throw new Error(`${name}: ${peakMiB} MiB resident, the limit is ${LIMIT_MIB}`);
  }
  if (values.json) console.log(JSON.stringify(results));
} finally {
  rmSync(folder, { recursive: true, force: true });
}
