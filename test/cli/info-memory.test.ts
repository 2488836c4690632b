/** What `info` costs for the longest list of tensors that a header may have by default, in a process of its own. */
import { spawnSync } from "node:child_process";
import { existsSync, openSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { MAX_SAFETENSORS_HEADER_BYTES } from "../../src/io/safetensors-header.js";
import { temporaryFolder } from "../lib/cli.js";

/** As docs/streaming.md says. */
const CEILING_MIB = 256;
const COUNT = MAX_SAFETENSORS_HEADER_BYTES / 128;
const main = fileURLToPath(new URL("../../dist/cli/main.js", import.meta.url));
const isMeasured = existsSync(main) && existsSync("/proc/self/status");
if (!isMeasured) console.warn("skipped: the built command line (npm run build makes it), on Linux");

const folder = temporaryFolder();
const row = (i: number) =>
  `"layer.${i >> 6}.w${i & 63}":{"dtype":"F32","shape":[1],"data_offsets":[${4 * i},${4 * i + 4}]}`;
const head = `{${Array.from({ length: COUNT }, (_, i) => row(i)).join()}}`;
const headerBytes = Math.ceil(head.length / 8) * 8;
const file = Buffer.alloc(8 + headerBytes + 4 * COUNT);
file.writeBigUInt64LE(BigInt(headerBytes));
file.write(head.padEnd(headerBytes), 8);
const path = folder.path("most.safetensors");
const peak = folder.path("peak.cjs");
if (isMeasured) {
  writeFileSync(path, file);
  writeFileSync(
    peak,
    `process.on("exit", () => {
      const status = require("fs").readFileSync("/proc/self/status", "latin1");
      require("fs").writeSync(2, /VmHWM:\\s+(\\d+)/.exec(status)[1]);
    });`,
  );
}

test.skipIf(!isMeasured).each([[["--no-stats"]], [["--json"]]])("info %j", { timeout: 240_000 }, (args) => {
  const out = openSync(folder.path("out"), "w");
  const { status, stderr } = spawnSync(process.execPath, ["-r", peak, main, "info", path, ...args], {
    stdio: ["ignore", out, "pipe"],
    encoding: "utf8",
  });
  expect([status, stderr]).toEqual([0, expect.stringMatching(/^\d+$/)]);
  expect(Number(stderr) / 1024).toBeLessThan(CEILING_MIB);
});
