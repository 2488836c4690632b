/** Records: one at a time beside python-struct, binary-parser and bufferpack; columns of 10^6 beside the best loop. */

import { deepStrictEqual } from "node:assert";
import { createRequire } from "node:module";
import { stridebuf } from "../lib/load.mjs";

const require = createRequire(import.meta.url);
const FORMAT = "<Ihfdb";
const RECORD = 19;
const RECORDS = 1000;
const values = [3_000_000_000, -12345, 1.5, -2.25, 7];

function recordBytes() {
  const bytes = new Uint8Array(RECORD * RECORDS);
  const data = new DataView(bytes.buffer);
  for (let at = 0; at < bytes.length; at += RECORD) {
    data.setUint32(at, values[0], true);
    data.setInt16(at + 4, values[1], true);
    data.setFloat32(at + 6, values[2], true);
    data.setFloat64(at + 10, values[3], true);
    data.setInt8(at + 18, values[4]);
  }
  return bytes;
}

/** A columns workload: format for `unpackColumns`, and the offsets, getters and array types that a loop uses. */
/** @type {{ bytes: number, format: string, fields: [offset: number, getter: string, array: any][] }[]} */
const columnSets = [
  {
    bytes: 12,
    format: "<fff",
    fields: [
      [0, "Float32", Float32Array],
      [4, "Float32", Float32Array],
      [8, "Float32", Float32Array],
    ],
  },
  {
    bytes: 20,
    format: "<iiiHHI",
    fields: [
      [0, "Int32", Int32Array],
      [4, "Int32", Int32Array],
      [8, "Int32", Int32Array],
      [12, "Uint16", Uint16Array],
      [14, "Uint16", Uint16Array],
      [16, "Uint32", Uint32Array],
    ],
  },
  {
    bytes: 32,
    format: "<dddff",
    fields: [
      [0, "Float64", Float64Array],
      [8, "Float64", Float64Array],
      [16, "Float64", Float64Array],
      [24, "Float32", Float32Array],
      [28, "Float32", Float32Array],
    ],
  },
];
const COLUMN_RECORDS = 1e6;

function columnBytes({ bytes }) {
  const out = new Float32Array((bytes * COLUMN_RECORDS) / 4);
  for (let i = 0; i < out.length; i++) out[i] = i * 0.5;
  return new Uint8Array(out.buffer);
}

async function ours() {
  const struct = await stridebuf("struct/index.js");
  const bytes = recordBytes();
  const record = new struct.Struct(FORMAT);
  const single = [0, 1].map((i) => bytes.slice(i * RECORD, (i + 1) * RECORD));
  const topic = `one record of ${FORMAT}`;
  /** @type {object[]} */
  const out = [
    {
      topic,
      name: "Struct.unpack",
      kind: "ours",
      call: (w) => record.unpack(single[w]),
      check: () => deepStrictEqual([...record.unpack(single[0])], values),
    },
    { topic, name: "unpack(format, …)", kind: "ours", call: (w) => struct.unpack(FORMAT, single[w]) },
    {
      topic,
      name: "Struct.pack",
      kind: "ours",
      call: () => record.pack(...values),
      check: () => deepStrictEqual(record.pack(...values), single[0]),
    },
    {
      topic,
      name: "iterUnpack",
      kind: "ours",
      per: RECORDS,
      call: () => {
        let n = 0;
        for (const _ of struct.iterUnpack(FORMAT, bytes)) n++;
        return n;
      },
    },
  ];
  for (const set of columnSets) {
    const data = columnBytes(set);
    const sources = [0, 1].map(() => new Uint8Array(data.buffer));
    out.push({
      topic: `10^6 records of ${set.format} (${set.bytes} bytes) to columns`,
      name: `unpackColumns ${set.format}`,
      kind: "ours",
      per: COLUMN_RECORDS,
      call: (w) => struct.unpackColumns(set.format, sources[w]),
    });
  }
  return out;
}

/** One loop over records with a DataView, one typed array a column: what a careful reader writes by hand. */
function plain() {
  return columnSets.map((set) => {
    const data = columnBytes(set);
    const views = [0, 1].map(() => new DataView(data.buffer));
    const body = set.fields.map(([offset, get], i) => `c${i}[i] = v.get${get}(at + ${offset}, true);`).join(" ");
    const loop = new Function(
      "v",
      "n",
      ...set.fields.map((_, i) => `c${i}`),
      `for (let i = 0, at = 0; i < n; i++, at += ${set.bytes}) { ${body} }`,
    );
    return {
      topic: `10^6 records of ${set.format} (${set.bytes} bytes) to columns`,
      name: `js DataView loop ${set.format}`,
      kind: "js",
      per: COLUMN_RECORDS,
      call: (w) => {
        const columns = set.fields.map(([, , Type]) => new Type(COLUMN_RECORDS));
        loop(views[w], COLUMN_RECORDS, ...columns);
        return columns;
      },
    };
  });
}

function rivals() {
  const bytes = Buffer.from(recordBytes().buffer);
  const single = [0, 1].map((i) => bytes.subarray(i * RECORD, (i + 1) * RECORD));
  const topic = `one record of ${FORMAT}`;
  const version = (name) => require(`../node_modules/${name}/package.json`).version;
  return [
    function pythonStruct() {
      const { unpack } = /** @type {any} */ (require(/** @type {string} */ ("python-struct")));
      return {
        topic,
        name: "python-struct",
        version: version("python-struct"),
        kind: "rival",
        call: (w) => unpack(FORMAT, single[w]),
        check: () => deepStrictEqual(unpack(FORMAT, single[0]), values),
      };
    },
    function binaryParser() {
      const { Parser } = /** @type {any} */ (require(/** @type {string} */ ("binary-parser")));
      const parser = new Parser().endianness("little").uint32("a").int16("b").floatle("c").doublele("d").int8("e");
      return {
        topic,
        name: "binary-parser",
        version: version("binary-parser"),
        kind: "rival",
        call: (w) => parser.parse(single[w]),
        check: () => deepStrictEqual(Object.values(parser.parse(single[0])), values),
      };
    },
    function bufferpack() {
      const { unpack } = /** @type {any} */ (require(/** @type {string} */ ("bufferpack")));
      return {
        topic,
        name: "bufferpack",
        version: version("bufferpack"),
        kind: "rival",
        call: (w) => unpack(FORMAT, single[w]),
        check: () => deepStrictEqual(unpack(FORMAT, single[0]), values),
      };
    },
    function dataView() {
      const views = single.map((b) => new DataView(b.buffer, b.byteOffset, b.length));
      const read = (v) => [
        v.getUint32(0, true),
        v.getInt16(4, true),
        v.getFloat32(6, true),
        v.getFloat64(10, true),
        v.getInt8(18),
      ];
      return {
        topic,
        name: "js DataView by hand",
        kind: "js",
        call: (w) => read(views[w]),
        check: () => deepStrictEqual(read(views[0]), values),
      };
    },
  ];
}

export const groups = ["ours", "plain", "rivals"];
export const tasks = (group) => ({ ours, plain, rivals })[group]();
