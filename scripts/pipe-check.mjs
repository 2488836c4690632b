/**
 * A stream much larger than memory through `stridebuf convert - -`: what comes out is right, and the process stays small.
 * Usage: node scripts/pipe-check.mjs [MiB]; 3072 unless said.
 */
import { spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

/** Node reads a pipe into new memory, and lets 64 MiB of it come together before it looks for what is free: 132 to 282 MiB in 70 runs. */
const LIMIT_MIB = 320;
const main = fileURLToPath(new URL("../dist/cli/main.js", import.meta.url));
const mebibytes = Number(process.argv[2] ?? 3072);
const args = ["convert", "-", "-", "--format", ">f", "--to", "<d"];
const child = spawn(process.execPath, [main, ...args], { stdio: ["pipe", "pipe", "inherit"] });

let peak = 0;
const look = setInterval(() => {
  try {
    const status = readFileSync(`/proc/${child.pid}/status`, "utf8");
    peak = Math.max(peak, Number(/VmHWM:\s+(\d+)/.exec(status)?.[1] ?? 0) / 1024);
  } catch {
    // It has ended, or there is no /proc.
  }
}, 50);

/** Item i is i mod 2^20. */
const chunk = Buffer.alloc(1 << 20);
const perChunk = chunk.length / 4;
for (let i = 0; i < perChunk; i++) chunk.writeFloatBE(i, i * 4);

async function send() {
  for (let i = 0; i < mebibytes; i++) {
    if (!child.stdin.write(chunk)) await new Promise((resolve) => child.stdin.once("drain", resolve));
  }
  child.stdin.end();
}

let received = 0;
let wrong = 0;
async function check() {
  for await (const bytes of child.stdout) {
    // One whole item of each piece is looked at.
    const skip = (8 - (received % 8)) % 8;
    if (bytes.length >= skip + 8 && bytes.readDoubleLE(skip) !== ((received + skip) / 8) % perChunk) wrong++;
    received += bytes.length;
  }
}

const start = performance.now();
const ended = new Promise((resolve) => child.on("close", resolve));
await Promise.all([send(), check()]);
const status = await ended;
clearInterval(look);
const seconds = (performance.now() - start) / 1000;
const expected = mebibytes * 2 ** 20 * 2;
console.log(`${mebibytes} MiB in ${seconds.toFixed(1)} s, peak ${peak.toFixed(0)} MiB, ${wrong} wrong`);
if (status !== 0 || received !== expected || wrong > 0 || peak > LIMIT_MIB) {
  console.error(`failed: status ${status}, ${received} of ${expected} bytes, limit ${LIMIT_MIB} MiB`);
  process.exitCode = 1;
}
