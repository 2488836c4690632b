/** The built package: what start-up loads, and that what is loaded late does what it should, however it is called. */
import { execFileSync } from "node:child_process";
import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";

const root = fileURLToPath(new URL("..", import.meta.url));

/** What a program, in which `loaded()` lists the package's files in memory, makes of `result`. */
function run(body: string): unknown {
  const program = `
    const { relative } = require("node:path");
    const loaded = () => Object.keys(require.cache).map((path) => relative("dist", path)).sort();
    let result;
    ${body}
    process.stdout.write(JSON.stringify(result));`;
  return JSON.parse(execFileSync(process.execPath, ["-e", program], { cwd: root, encoding: "utf8" }));
}

describe.skipIf(!existsSync(`${root}dist/index.js`))("start-up", () => {
  test.each([
    ["stridebuf", ["chunks/core.js", "index.js"]],
    ["stridebuf/js", ["chunks/core.js", "js.js"]],
  ])("of %s loads few files, and a view and a conversion no more", (path, files) => {
    const program = `
      const { convert, view } = require("${path}");
      const before = loaded();
      const bytes = Uint8Array.of(63, 128, 0, 0, 64, 0, 0, 0, 64, 64, 0, 0, 64, 128, 0, 0);
      const turned = convert(view(bytes, { format: ">f", shape: [2, 2] }).transpose(), "e").toTypedArray();
      result = { before, after: loaded(), turned: [...turned].map(Number) };`;
    const { before, after, turned } = run(program) as { before: string[]; after: string[]; turned: number[] };
    expect(before).toEqual(files);
    expect(after).toEqual(files);
    expect(turned).toHaveLength(4);
  });

  test("fflate is loaded when an archive is read or written", () => {
    const program = `
      const { exports } = require("stridebuf/package.json");
      const unzips = () => loaded().some((file) => file.includes("fflate"));
      const paths = Object.keys(exports).filter((path) => exports[path].types).map((path) => path.replace(".", "stridebuf"));
      const early = paths.filter((path) => require(path) && unzips());
      const { readNpz, writeNpz } = require("stridebuf/npy");
      const [name] = readNpz(writeNpz({ a: require("stridebuf").view(Float32Array.of(1)) })).keys();
      result = { paths: paths.length > 20, early, name, unzips: unzips() };`;
    expect(run(program)).toEqual({ paths: true, early: [], name: "a", unzips: true });
  });

  test("functions of files that are loaded late are the same at every call, and load their file once", () => {
    const program = `
      const { array, dtype, dtypes, toName } = require("stridebuf");
      const before = loaded();
      const names = [toName("onnx", dtypes.bfloat16), toName("onnx", dtypes.float32)];
      const v = array([[1, 2], [3, 4]], "<f");
      result = {
        names, again: require("stridebuf").toName === toName, before: before.includes("chunks/names.js"),
        after: loaded().includes("chunks/names.js"), text: [String(v), String(v)], equal: [v.equals(v), v.equals(array([1]))],
        types: [dtype("float32") === dtypes.float32, dtype("[ml_dtypes:bfloat16]") === dtypes.bfloat16, dtype("[zarr:int8]").name],
      };`;
    const text = "[[1. 2.]\n [3. 4.]]\ndtype float32, shape [2, 2]";
    expect(run(program)).toEqual({
      names: [16, 1],
      again: true,
      before: false,
      after: true,
      text: [text, text],
      equal: [true, false],
      types: [true, true, "int8"],
    });
  });
});
