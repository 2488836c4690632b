/** What bundlers make of the built package: programs that do not copy have no engine, and those that do have one for all. */
import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { buildSync } from "esbuild";
import { expect, test } from "vitest";

const root = fileURLToPath(new URL("..", import.meta.url));
const built = existsSync(`${root}dist/modules/index.js`);

/** Modules of the package in the bundle of a program, and what the program's `result` is. */
async function bundled(contents: string) {
  const { outputFiles, metafile } = buildSync({
    stdin: { contents, resolveDir: root },
    bundle: true,
    minify: true,
    format: "esm",
    write: false,
    metafile: true,
    tsconfigRaw: {},
  });
  const [output] = Object.values(metafile.outputs);
  const modules = Object.entries(output!.inputs)
    .filter(([, { bytesInOutput }]) => bytesInOutput > 0)
    .map(([path]) => path.replace("dist/modules/", ""));
  const { result } = await import(`data:text/javascript,${encodeURIComponent(outputFiles[0]!.text)}`);
  return { modules, result };
}

const file = `const file = writeNpy(view(Float32Array.of(1, 2.5)));`;
const rooms = (modules: readonly string[]) => new Set(modules.map((path) => path.split("/")[0]));

test.skipIf(!built)("a program that reads files has no engine, and fills memory of the same type", async () => {
  const { modules, result } = await bundled(`
    import { view } from "stridebuf";
    import { readNpy, writeNpy } from "stridebuf/npy";
    ${file}
    const out = readNpy(file, { out: view(new Uint8Array(8), { format: ">f" }) });
    let name;
    try { readNpy(file, { out: view(new Float64Array(2)) }); } catch (error) { name = error.name; }
    export const result = [out.toArray(), name];`);
  expect(result).toEqual([[1, 2.5], "EngineError"]);
  expect(rooms(modules)).not.toContain("engine");
  expect(modules.filter((path) => /wasm|fflate/.test(path))).toEqual([]);
});

test.skipIf(!built)("the printer comes with the functions that copy; without it items print as JSON", async () => {
  const program = (imports: string) => `
    import { ${imports}, view } from "stridebuf";
    const halves = view(Float32Array.of(0.5, 10), { shape: [2, 1] });
    export const result = [String(halves), String(view(new Uint8Array(1001)))];
    export const used = { ${imports} };`;
  const plain = await bundled(program("dtype"));
  expect(plain.result).toEqual(["[[0.5],[10]]\ndtype float32, shape [2, 1]", "[...]\ndtype uint8, shape [1001]"]);
  expect(plain.modules).not.toContain("view/print-items.js");
  const { result } = await bundled(program("fill"));
  expect(result[0]).toBe("[[ 0.5]\n [10. ]]\ndtype float32, shape [2, 1]");
  expect(result[1]).toContain("[0 0 0 ... 0 0 0]");
});

test.skipIf(!built)("what checks other people's resolvers comes with registering", async () => {
  const program = (imports: string, setUp: string) => `
    import { dtype, ${imports} } from "stridebuf";
    ${setUp}
    let found;
    try { found = dtype("[mini:e3m2]").itemsize; } catch (error) { found = error.name; }
    export const result = [found, dtype("[gguf:q4_0]").itemsize, dtype(">[arrow:decimal64:9:2]").byteOrder];`;
  const checks = "dtype/resolved.js";
  const plain = await bundled(program("slice", ""));
  expect(plain.result).toEqual(["UnknownDTypeError", 18, "big"]);
  expect(plain.modules).not.toContain(checks);
  expect(plain.modules).not.toContain("dtype/user-module.js");
  const small = `{ exponentBits: 3, mantissaBits: 2, bias: 3, style: "finite" }`;
  const owned = await bundled(program("registerDType", `registerDType("mini", () => ({ small: ${small} }));`));
  expect(owned.result).toEqual([1, 18, "big"]);
  expect(owned.modules).toContain(checks);
});

test.skipIf(!built)("a program that copies has nothing of the other functions of the engine", async () => {
  const { modules, result } = await bundled(`
    import { copy, view } from "stridebuf";
    const halves = view(new Float32Array(2));
    copy(halves, view(Float64Array.of(1, 2)), { scale: view(Int16Array.of(2, 3)) });
    export const result = halves.toArray();`);
  expect(result).toEqual([2, 6]);
  const others = ["engine/convert.js", "engine/owned.js", "engine/pool.js", "engine/explain.js"];
  expect(modules.filter((path) => others.includes(path))).toEqual([]);
});

test.skipIf(!built)("with any of the functions that copy, views are filled as copy does", async () => {
  const { modules, result } = await bundled(`
    import { convert, view } from "stridebuf";
    import { readNpy, writeNpy } from "stridebuf/npy";
    ${file}
    export const result = readNpy(file, { out: view(new Float64Array(2)) }).toArray();
    export const used = convert;`);
  expect(result).toEqual([1, 2.5]);
  expect(rooms(modules)).toContain("engine");
});
