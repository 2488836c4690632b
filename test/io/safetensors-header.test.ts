import { expect, test } from "vitest";
import {
  formatSafetensorsHeader,
  parseSafetensorsHeader,
  type SafetensorsPlanEntry,
} from "../../src/io/safetensors-header.js";
import { safetensorsBytes, safetensorsTypes } from "../../src/io/safetensors-rules.js";

/** A file of the given JSON text (or bytes) and data. */
function file(json: string | Uint8Array, dataBytes = 0): Uint8Array {
  const text = typeof json === "string" ? new TextEncoder().encode(json) : json;
  const bytes = new Uint8Array(8 + text.length + dataBytes);
  new DataView(bytes.buffer).setBigUint64(0, BigInt(text.length), true);
  bytes.set(text, 8);
  return bytes;
}

const tensor = (dtype: string, shape: string, offsets: string) =>
  `{"dtype":"${dtype}","shape":${shape},"data_offsets":${offsets}}`;
const parse = (bytes: Uint8Array) => parseSafetensorsHeader(bytes, bytes.length);

test("reads entries in header order and metadata", () => {
  const json = `{"b":${tensor("F32", "[2]", "[2,10]")},"__metadata__":{"format":"pt"},"a":${tensor("U8", "[2]", "[0,2]")}}  `;
  const header = parse(file(json, 10));
  expect([...header.entries.keys()]).toEqual(["b", "a"]);
  expect(header.metadata).toEqual(new Map([["format", "pt"]]));
  expect(header.entries.get("b")).toEqual({
    name: "b",
    type: "F32",
    shape: [2],
    byteOffset: header.dataOffset + 2,
    nbytes: 8,
  });
});

test("however an object is written, it says the same", () => {
  const texts = [
    tensor("F32", "[2,3]", "[0,24]"),
    '{"dtype": "F32", "shape": [2, 3], "data_offsets": [0, 24]}',
    '{ "dtype" :"F32",\n"shape":[ 2 ,3],"data_offsets":[0,24 ]}',
    '{"shape":[2,3],"data_offsets":[0,24],"dtype":"F32"}',
    '{"dtype":"F32","more":[{"shape":[9]}],"shape":[2,3],"data_offsets":[0,24]}',
    '{"dtype":"F\\u00332","shape":[2,3],"data_offsets":[0,24]}',
  ];
  const entries = texts.map((text) => {
    const { entries, dataOffset } = parse(file(`{"x":${text}}`, 24));
    const { byteOffset, ...entry } = entries.get("x")!;
    return { ...entry, at: byteOffset - dataOffset };
  });
  for (const entry of entries) expect(entry).toEqual({ name: "x", type: "F32", shape: [2, 3], nbytes: 24, at: 0 });
});

test.each([
  ["shape", tensor("U8", "[01]", "[0,1]"), "header-json"],
  ["shape", tensor("U8", "[1,]", "[0,1]"), "header-json"],
  ["shape", tensor("U8", `[${Array(70).fill(1)}]`, "[0,1]"), "shape"],
  ["end", `${tensor("U8", "[1]", "[0,1]")}}`, "header-json"],
])("what looks usual is no less strictly read: %s", (_, text, reason) => {
  expect(() => parse(file(`{"x":${text}}`, 1))).toThrow(expect.objectContaining({ reason }));
});

test("accepts empty files, empty tensors and scalars", () => {
  expect(parse(file("{}")).entries.size).toBe(0);
  const json = `{"s":${tensor("F64", "[]", "[0,8]")},"e":${tensor("F32", "[0,3]", "[8,8]")},"z":${tensor("F32", "[3,0]", "[0,0]")}}`;
  expect(parse(file(json, 8)).entries.size).toBe(3);
});

test("counts whole bytes of packed types", () => {
  expect(safetensorsBytes("F4", 6)).toBe(3);
  expect(safetensorsBytes("F4", 5)).toBeUndefined();
  expect(safetensorsBytes("F6_E2M3", 4)).toBe(3);
  expect(safetensorsBytes("F6_E3M2", 20)).toBe(15);
  expect(safetensorsBytes("F6_E3M2", 6)).toBeUndefined();
});

const one = (dtype: string, shape: string, offsets: string) => `{"x":${tensor(dtype, shape, offsets)}}`;

test.each<[reason: string, bytes: Uint8Array]>([
  ["header-missing", new Uint8Array(7)],
  ["header-length", file("", 9)],
  ["header-limit", new Uint8Array(32).fill(0xff)],
  ["header-truncated", file("{}").subarray(0, 9)],
  ["header-start", file("  {}")],
  ["header-start", file("[]")],
  ["header-utf8", file(Uint8Array.of(0x7b, 0x22, 0xff, 0x22, 0x7d))],
  ["header-json", file('{"a":}')],
  ["header-json", file("{}\0\0")],
  ["header-depth", file(`{"a":${"[".repeat(5000)}`)],
  ["duplicate-name", file(`{"x":${tensor("U8", "[1]", "[0,1]")},"x":${tensor("U8", "[1]", "[1,2]")}}`, 2)],
  ["duplicate-name", file('{"x":{"dtype":"U8","shape":[1],"shape":[1],"data_offsets":[0,1]}}', 1)],
  ["metadata", file('{"__metadata__":[]}')],
  ["metadata", file('{"__metadata__":{"a":1}}')],
  ["tensor-info", file('{"x":1}')],
  ["tensor-info", file('{"x":{"dtype":"U8","shape":[1]}}')],
  ["dtype", file(one("F128", "[1]", "[0,16]"), 16)],
  ["dtype", file(one("toString", "[1]", "[0,16]"), 16)],
  ["shape", file(one("U8", "1", "[0,1]"), 1)],
  ["shape", file(one("U8", "[-1]", "[0,1]"), 1)],
  ["shape", file(one("U8", "[1.0]", "[0,1]"), 1)],
  ["shape", file(one("U8", '["1"]', "[0,1]"), 1)],
  ["offsets", file(one("U8", "[1]", "[0]"), 1)],
  ["offsets", file(one("U8", "[1]", "[1,0]"), 1)],
  ["offsets", file(one("U8", "[1]", "[-1,0]"), 1)],
  ["offsets", file(one("U8", "[1]", "[0,1e0]"), 1)],
  ["overflow", file(one("U8", "[18446744073709551616]", "[0,1]"), 1)],
  ["overflow", file(one("U8", "[4294967296,4294967296]", "[0,0]"))],
  ["overflow", file(one("F64", "[4503599627370496]", "[0,0]"))],
  ["overflow", file(one("U8", "[1]", "[0,18446744073709551615]"), 1)],
  ["alignment", file(one("F4", "[3]", "[0,2]"), 2)],
  ["size", file(one("F32", "[2]", "[0,4]"), 4)],
  ["hole", file(one("U8", "[1]", "[1,2]"), 2)],
  ["hole", file(`{"x":${tensor("U8", "[1]", "[0,1]")},"y":${tensor("U8", "[1]", "[2,3]")}}`, 3)],
  ["overlap", file(`{"x":${tensor("U8", "[2]", "[0,2]")},"y":${tensor("U8", "[2]", "[1,3]")}}`, 3)],
  ["range", file(one("U8", "[8]", "[0,8]"), 7)],
  ["trailing", file(one("U8", "[8]", "[0,8]"), 9)],
])("refuses a header by its rule: %s", (reason, bytes) => {
  expect(() => parse(bytes)).toThrow(
    expect.objectContaining({ name: "FileFormatError", container: "safetensors", reason }),
  );
});

test("writes headers that it reads back, padded to 8 bytes", () => {
  const tensors: SafetensorsPlanEntry[] = Object.keys(safetensorsTypes).map((type, i) => ({
    name: `t"${i}\n`,
    type: type as keyof typeof safetensorsTypes,
    shape: [i, 8],
  }));
  const { bytes, entries } = formatSafetensorsHeader(tensors, new Map([["k", "v"]]));
  expect(bytes.length % 8).toBe(0);
  const end = entries.at(-1)!.byteOffset + entries.at(-1)!.nbytes;
  const header = parseSafetensorsHeader(bytes, end);
  expect([...header.entries.values()]).toEqual(entries);
  expect(header.metadata).toEqual(new Map([["k", "v"]]));
});

test("refuses to write the reserved name", () => {
  expect(() => formatSafetensorsHeader([{ name: "__metadata__", type: "U8", shape: [] }])).toThrow(TypeError);
});

test("reads 10,000 tensors in time that grows with their number only", () => {
  const time = (count: number): number => {
    const tensors = Array.from({ length: count }, (_, i): SafetensorsPlanEntry => {
      return { name: `model.layers.${i}.self_attn.q_proj.weight`, type: "BF16", shape: [16, 16] };
    });
    const { bytes, entries } = formatSafetensorsHeader(tensors);
    const end = entries.at(-1)!.byteOffset + entries.at(-1)!.nbytes;
    let best = Number.POSITIVE_INFINITY;
    for (let i = 0; i < 30; i++) {
      const start = performance.now();
      parseSafetensorsHeader(bytes, end);
      best = Math.min(best, performance.now() - start);
    }
    return best;
  };
  // Ten times the tensors: ten times the time, a hundred were it quadratic. The figure itself is in bench/.
  expect(time(10_000) / time(1000)).toBeLessThan(90);
});
