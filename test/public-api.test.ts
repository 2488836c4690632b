/** The names that each export path has; a change here is a change of the public contract. */
import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import * as datetime from "../src/datetime/index.js";
import * as exchange from "../src/exchange/index.js";
import * as main from "../src/index.js";
import * as npy from "../src/io/npy.js";
import * as npz from "../src/io/npz.js";
import * as safetensors from "../src/io/safetensors.js";
import * as stream from "../src/io/stream.js";
import * as js from "../src/js.js";
import * as node from "../src/node/index.js";
import * as struct from "../src/struct/index.js";

const manifest = JSON.parse(readFileSync(new URL("../package.json", import.meta.url), "utf8"));

test("every export path has its names", () => {
  const names = Object.fromEntries(
    Object.entries({
      ".": main,
      "./js": js,
      "./struct": struct,
      "./datetime": datetime,
      "./npy": npy,
      "./npz": npz,
    }).map(([path, module]) => [path, Object.keys(module).sort()]),
  );
  names["./safetensors"] = Object.keys(safetensors).sort();
  names["./exchange"] = Object.keys(exchange).sort();
  names["./node"] = Object.keys(node).sort();
  names["./stream"] = Object.keys(stream).sort();
  expect(names).toMatchSnapshot();
});

test("the two backends export the same names and are what they say", () => {
  expect(Object.keys(js).sort()).toEqual(Object.keys(main).sort());
  expect(main.backend.name).toBe("wasm");
  expect(js.backend.name).toBe("js");
});

test("package.json: types first, dependencies exact, nothing for the core", () => {
  for (const [path, entry] of Object.entries<Record<string, string>>(manifest.exports)) {
    if (path === "./package.json") continue;
    expect(Object.keys(entry), path).toEqual(["types", "module", "node", "require", "default"]);
  }
  const versions = Object.values<string>({ ...manifest.dependencies, ...manifest.devDependencies });
  expect(versions.filter((v) => !/^\d+\.\d+\.\d+$/.test(v))).toEqual([]);
  expect(manifest.sideEffects).toBe(false);
});
