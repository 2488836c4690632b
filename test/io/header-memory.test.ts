/** What a hostile header may cost: each is opened in a process of its own, whose peak of resident memory is what docs/streaming.md allows. */
import { spawnSync } from "node:child_process";
import { ftruncateSync, openSync, writeFileSync, writeSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { buildSync } from "esbuild";
import { expect, test } from "vitest";
import { MAX_SAFETENSORS_HEADER_BYTES } from "../../src/io/safetensors-header.js";
import { temporaryFolder } from "../lib/cli.js";

const CEILING_MIB = 256;
const MOST = MAX_SAFETENSORS_HEADER_BYTES;
const folder = temporaryFolder();

const program = folder.path("open.mjs");
buildSync({
  stdin: {
    contents: `
      import { existsSync, fstatSync, openSync, readFileSync, readSync } from "node:fs";
      import { openTensorFile } from "./open-file.ts";
      const fd = openSync(process.argv[2], "r");
      const source = { byteLength: fstatSync(fd).size, read: (dst, at) => void readSync(fd, dst, 0, dst.length, at) };
      const seen = await openTensorFile(source).then(
        ({ tensors, metadata }) => [tensors.length, metadata.size],
        (error) => [error.name, error.reason],
      );
      // Of this program alone; where there is no such file, the figure may be the parent's.
      const status = existsSync("/proc/self/status") ? readFileSync("/proc/self/status", "latin1") : "";
      const peak = Number(/VmHWM:\\s+(\\d+)/.exec(status)?.[1] ?? process.resourceUsage().maxRSS);
      console.log(JSON.stringify([...seen, peak / 1024]));`,
    resolveDir: fileURLToPath(new URL("../../src/io", import.meta.url)),
  },
  bundle: true,
  platform: "node",
  format: "esm",
  outfile: program,
});

/** What opening a file of this header and `dataBytes` of nothing gives, and the peak in MiB. */
function open(json: string, dataBytes = 0, headerBytes = Math.ceil(Buffer.byteLength(json) / 8) * 8) {
  const path = folder.path("hostile.safetensors");
  const head = Buffer.alloc(8 + headerBytes, " ");
  head.writeBigUInt64LE(BigInt(headerBytes));
  head.write(json, 8);
  writeFileSync(path, "");
  const fd = openSync(path, "r+");
  writeSync(fd, head);
  ftruncateSync(fd, head.length + dataBytes);
  const { stdout, stderr } = spawnSync(process.execPath, [program, path], { encoding: "utf8" });
  if (stderr !== "") throw new Error(stderr);
  const [first, second, peak] = JSON.parse(stdout) as [unknown, unknown, number];
  return { seen: [first, second], peak };
}

const most = Math.floor(MOST / 128);
const listed = (count: number, row: (i: number) => string) => Array.from({ length: count }, (_, i) => row(i)).join();
const tensors = (count: number) =>
  listed(count, (i) => `"${i.toString(36)}":{"dtype":"U8","shape":[0],"data_offsets":[0,0]}`);
const ones = Array(64).fill(1).join();

test.each<[what: string, seen: unknown[], json: () => string, dataBytes?: number, headerBytes?: number]>([
  ["99 MB of tensors", ["FileFormatError", "header-limit"], () => `{${tensors(100)}}`, 0, 99_000_000],
  ["the most tensors", [most, 0], () => `{${tensors(most)}}`],
  ["one more", ["FileFormatError", "header-limit"], () => `{${tensors(most + 1)}}`],
  [
    "tensors of 64 axes",
    [80_000, 0],
    () => `{${listed(80_000, (i) => `"${i}":{"dtype":"U8","shape":[${ones}],"data_offsets":[${i},${i + 1}]}`)}}`,
    80_000,
  ],
  [
    "a string that takes two bytes a character, and tensors",
    [60_000, 1],
    () => `{${tensors(60_000)},"__metadata__":{"wide":"${"é".repeat(5_000_000)}"}}`,
    0,
    MOST,
  ],
  ["escapes", [0, 1], () => `{"__metadata__":{"a":"${"\\u00e9\u20ac".repeat(1_800_000)}"}}`],
  [
    "two million strings",
    ["FileFormatError", "header-limit"],
    () => `{"__metadata__":{${listed(2_000_000, (i) => `"${i}":""`)}}}`,
  ],
  ["lists that nobody reads", ["FileFormatError", "tensor-info"], () => `{"a":[${"[],".repeat(5_000_000)}0]}`],
  [
    "names that nobody reads",
    [1, 0],
    () => `{"a":{"x":{${listed(1_100_000, (i) => `"${i}":0`)}},"dtype":"U8","shape":[0],"data_offsets":[0,0]}}`,
  ],
])("%s", (_, seen, json, dataBytes, headerBytes) => {
  const opened = open(json(), dataBytes, headerBytes);
  expect(opened.seen).toEqual(seen);
  expect(opened.peak).toBeLessThan(CEILING_MIB);
});
