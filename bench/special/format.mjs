/** Reading formats: looked up, read for the first time, and what other libraries need to be ready for the same record. */

import { strictEqual } from "node:assert";
import { createRequire } from "node:module";
import { stridebuf } from "../lib/load.mjs";

const require = createRequire(import.meta.url);
const version = (name) => require(`../node_modules/${name}/package.json`).version;

const CODES = ["i", "d", "q", "i", "f", "B", "B", "i", "i", "d"];
const ITEMSIZE = 46;
const topics = {
  cached: "dtype(format) that was read before",
  cold: "a record of 10 fields, read for the first time",
  long: "a record of 1,000 fields, read for the first time, per field",
};

/** No two calls give the same text, so that no cache has it. */
let fresh = 0;
const record = () => `T{${CODES.map((code, i) => `<${code}:f${i}_${fresh}:`).join("")}}`;
/** Texts made beforehand: making one costs about as much as reading it. */
function pool(count, make) {
  const texts = [];
  let next = 0;
  return () => {
    if (next === texts.length) {
      texts.length = next = 0;
      for (let i = 0; i < count; i++, fresh++) texts.push(make());
    }
    return texts[next++];
  };
}
const long = () => Array.from({ length: 1000 }, (_, i) => `<i:f${i}_${fresh}:`).join("");

async function ours() {
  const { dtype } = await stridebuf("index.js");
  const known = record();
  const [texts, longTexts] = [pool(2000, record), pool(20, long)];
  return [
    { topic: topics.cached, name: "dtype, scalar", kind: "ours", call: () => dtype("<f") },
    {
      topic: topics.cached,
      name: "dtype, 10 fields",
      kind: "ours",
      call: () => dtype(known),
      check: () => strictEqual(dtype(known), dtype(known)),
    },
    {
      topic: topics.cached,
      name: "dtype, 10 fields, itemsize",
      kind: "ours",
      call: () => dtype(known, { itemsize: ITEMSIZE }),
    },
    {
      topic: topics.cold,
      name: "dtype",
      kind: "ours",
      call: () => dtype(texts()),
      check: () => strictEqual(dtype(texts()).itemsize, ITEMSIZE),
    },
    {
      topic: topics.long,
      name: "dtype, 1,000 fields",
      kind: "ours",
      per: 1000,
      call: () => dtype(longTexts()),
      check: () => strictEqual(dtype(longTexts()).fields.length, 1000),
    },
  ];
}

function rivals() {
  return [
    function pythonStruct() {
      const { sizeOf } = /** @type {any} */ (require(/** @type {string} */ ("python-struct")));
      const format = `<${CODES.join("")}`;
      return {
        topic: topics.cold,
        name: "python-struct sizeOf",
        version: version("python-struct"),
        kind: "rival",
        note: "size only, no names",
        call: () => sizeOf(format),
        check: () => strictEqual(sizeOf(format), ITEMSIZE),
      };
    },
    function binaryParser() {
      const { Parser } = /** @type {any} */ (require(/** @type {string} */ ("binary-parser")));
      const methods = { i: "int32", d: "doublele", q: "int64", f: "floatle", B: "uint8" };
      const build = () => {
        const parser = new Parser().endianness("little");
        for (const [i, code] of CODES.entries()) parser[methods[code]](`f${i}`);
        parser.compile();
        return parser;
      };
      return {
        topic: topics.cold,
        name: "binary-parser compile",
        version: version("binary-parser"),
        kind: "rival",
        call: build,
        check: () => strictEqual(build().sizeOf(), ITEMSIZE),
      };
    },
  ];
}

export const groups = ["ours", "rivals"];
export const tasks = (group) => ({ ours, rivals })[group]();
