/** Byte equality with the reference safetensors library, and its opinion of hostile headers. */
import { readFileSync, writeFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { fromName, view } from "../../src/index.js";
import { readSafetensors, writeSafetensors } from "../../src/io/safetensors.js";
import { safetensorsTypes } from "../../src/io/safetensors-rules.js";
import { temporaryFolder } from "../lib/cli.js";
import { pythonWith } from "../lib/python.js";
import { fill, toHex } from "../lib/vectors.js";

const python = pythonWith("safetensors", "numpy");
const folder = temporaryFolder();

/** Types that NumPy has, which the library's NumPy door writes and reads. */
const simple = ["BOOL", "U8", "I8", "I16", "U16", "F16", "I32", "U32", "F32", "C64", "F64", "I64", "U64"] as const;

describe.skipIf(python.path === null)(python.title, () => {
  test("writes the same bytes", () => {
    const tensors = Object.fromEntries(
      simple.flatMap((type, i) => {
        const format = fromName("safetensors", type);
        const bytes = fill(6 * format.itemsize, i, type === "BOOL" ? 1 : 127);
        return ["z", "ä", "𝒳"].map((name) => [`${name}.${type}`, view(bytes, { format, shape: [2, 3] })]);
      }),
    );
    writeFileSync(folder.path("ours.safetensors"), writeSafetensors(tensors, { format: "np" }));
    const names = python.json(
      `
import sys, json
from safetensors.numpy import load_file, save_file
t = load_file(sys.argv[1])
save_file(t, sys.argv[2], {"format": "np"})
print(json.dumps(sorted(t)))`,
      folder.path("ours.safetensors"),
      folder.path("theirs.safetensors"),
    );
    expect(names).toEqual(Object.keys(tensors).sort((a, b) => (Buffer.from(a) < Buffer.from(b) ? -1 : 1)));
    expect(toHex(readFileSync(folder.path("ours.safetensors")))).toBe(
      toHex(readFileSync(folder.path("theirs.safetensors"))),
    );
  });

  test("accepts every type that is written", () => {
    const tensors = Object.fromEntries(
      Object.entries(safetensorsTypes).map(([type, row], i) => {
        const format = fromName("safetensors", type);
        return [type, view(fill(8 * format.itemsize, i, row.bits < 8 ? 2 ** row.bits - 1 : 1), { format, shape: [8] })];
      }),
    );
    const bytes = writeSafetensors(tensors);
    writeFileSync(folder.path("all.safetensors"), bytes);
    const seen = python.json(
      `
import sys, json, safetensors
with open(sys.argv[1], "rb") as f: d = safetensors.deserialize(f.read())
print(json.dumps({n: [i["dtype"], bytes(i["data"]).hex()] for n, i in d}))`,
      folder.path("all.safetensors"),
    ) as Record<string, [string, string]>;
    const file = readSafetensors(bytes);
    for (const type of file.names) expect(seen[type]).toEqual([type, toHex(file.bytes(type))]);
  });

  // It lets a header begin with white space, which the format forbids and we refuse; else the two agree.
  test("agrees on which headers are wrong", () => {
    const tensor = (dtype: string, shape: string, offsets: string) =>
      `{"dtype":"${dtype}","shape":${shape},"data_offsets":${offsets}}`;
    const cases: [json: string, data: number][] = [
      ["{}", 0],
      ["{} ", 0],
      ["{}", 1],
      ["[]", 0],
      ['{"a":1}', 0],
      [`{"a":${tensor("U8", "[2]", "[0,2]")}}`, 2],
      [`{"a":${tensor("U8", "[2]", "[0,2]")}}`, 3],
      [`{"a":${tensor("U8", "[2]", "[0,2]")}}`, 1],
      [`{"a":${tensor("U8", "[2]", "[1,3]")}}`, 3],
      [`{"a":${tensor("U8", "[]", "[0,1]")}}`, 1],
      [`{"a":${tensor("U8", "[0]", "[0,0]")}}`, 0],
      [`{"a":${tensor("U8", "[2]", "[2,0]")}}`, 2],
      [`{"a":${tensor("F32", "[2]", "[0,2]")}}`, 2],
      [`{"a":${tensor("F4", "[3]", "[0,2]")}}`, 2],
      [`{"a":${tensor("F4", "[4]", "[0,2]")}}`, 2],
      [`{"a":${tensor("F6_E2M3", "[4]", "[0,3]")}}`, 3],
      [`{"a":${tensor("X8", "[4]", "[0,4]")}}`, 4],
      [`{"a":${tensor("U8", "[-1]", "[0,1]")}}`, 1],
      [`{"a":${tensor("U8", "[1.0]", "[0,1]")}}`, 1],
      [`{"a":${tensor("U8", "[18446744073709551615,18446744073709551615]", "[0,1]")}}`, 1],
      [`{"a":${tensor("U8", "[1]", "[0,1]")},"b":${tensor("U8", "[1]", "[1,2]")}}`, 2],
      [`{"a":${tensor("U8", "[1]", "[0,1]")},"b":${tensor("U8", "[1]", "[0,1]")}}`, 1],
      [`{"a":${tensor("U8", "[1]", "[0,1]")},"b":${tensor("U8", "[1]", "[2,3]")}}`, 3],
      [`{"__metadata__":{"a":"b"},"a":${tensor("U8", "[1]", "[0,1]")}}`, 1],
      ['{"__metadata__":{"a":1}}', 0],
      ['{"__metadata__":null}', 0],
    ];
    const files = cases.map(([json, data]) => {
      const text = new TextEncoder().encode(json);
      const bytes = new Uint8Array(8 + text.length + data);
      new DataView(bytes.buffer).setBigUint64(0, BigInt(text.length), true);
      bytes.set(text, 8);
      return bytes;
    });
    writeFileSync(folder.path("cases.json"), JSON.stringify(files.map(toHex)));
    const theirs = python.json(
      `
import sys, json, safetensors
def ok(b):
    try: safetensors.deserialize(b); return True
    except Exception: return False
print(json.dumps([ok(bytes.fromhex(h)) for h in json.load(open(sys.argv[1]))]))`,
      folder.path("cases.json"),
    ) as boolean[];
    const ours = files.map((bytes) => {
      try {
        readSafetensors(bytes);
        return true;
      } catch {
        return false;
      }
    });
    expect(cases.filter((_, i) => ours[i] !== theirs[i])).toEqual([]);
  });
});
