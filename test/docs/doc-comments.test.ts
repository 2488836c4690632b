/**
 * The documentation that an editor shows: there is some for everything public, it names no file that is not shipped, and its examples
 * compile against the built declarations and run. Those that need another library run in test/interop.
 */
import { appendFileSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { array } from "../../src/index.js";
import { writeNpy } from "../../src/io/npy.js";
import { writeSafetensors } from "../../src/io/safetensors.js";
import { planLines } from "../../src/scale/plan.js";
import { exampleModules } from "../lib/examples.js";
import { entries, programOf, publicSurface, root, ts } from "../lib/public-docs.js";

const surface = publicSurface();

test("everything public says what it is", () => {
  expect(surface.length).toBeGreaterThan(500);
  expect(surface.filter(({ text }) => text === "").map(({ name }) => name)).toEqual([]);
});

test("every function, class and method of a class has an example", () => {
  const missing = surface.filter(
    ({ kind, examples }) => ["function", "class", "method"].includes(kind) && examples.length === 0,
  );
  expect(missing.map(({ name }) => name)).toEqual([]);
});

test("declarations name no file that is not shipped", () => {
  const shipped = new Set(
    ["docs", "dist"].flatMap((folder) => readdirSync(join(root, folder), { recursive: true }) as string[]),
  );
  const unknown: string[] = [];
  for (const name of readdirSync(join(root, "dist"), { recursive: true }) as string[]) {
    if (!name.endsWith(".d.ts")) continue;
    const text = readFileSync(join(root, "dist", name), "utf8");
    for (const [comment] of text.matchAll(/\/\*[\s\S]*?\*\//g))
      for (const [path] of comment.matchAll(
        /[\w./-]+\.(?:md|ts|mjs)\b|\b(?:bench|test|src|assembly|scripts)\/[\w.-]*/g,
      ))
        if (!shipped.has(path.replace(/^docs\//, "")) && path !== "CHANGELOG.md") unknown.push(`${name}: ${path}`);
  }
  expect(unknown).toEqual([]);
});

/** What needs a library that is not installed here: test/interop runs these. */
const peers = new Set([
  "stridebuf/arrow",
  "stridebuf/zarrita",
  "stridebuf/pyodide",
  "stridebuf/hdf5",
  "stridebuf/duckdb",
  "stridebuf/geotiff",
]);

describe("examples", () => {
  const examples = exampleModules(surface).filter(({ specifier }) => !peers.has(specifier));
  const folder = mkdtempSync(join(tmpdir(), "stridebuf-examples-"));
  const before = process.cwd();
  beforeAll(async () => {
    process.chdir(folder);
    // A plan of one shard.
    writeFileSync("grid.npy", writeNpy(array([1, 2, 3])));
    const tasks = [{ src: "grid.npy", dst: "grid16.npy", options: { to: "float16" } }];
    for await (const line of planLines(tasks, { version: "0.0.0", shardBytes: 1 << 20 }))
      appendFileSync("plan.ndjson", line);
    // One file on the web, which is read in parts.
    const file = writeSafetensors({
      "embed.weight": array(
        [
          [1, 2],
          [3, 4],
        ],
        "float16",
      ),
    });
    vi.stubGlobal("fetch", async (_: unknown, { headers, method }: RequestInit = {}) => {
      const range = /^bytes=(\d+)-(\d+)$/.exec(new Headers(headers).get("range") ?? "");
      if (range === null) return new Response(method === "HEAD" ? null : file);
      const [from, to] = [Number(range[1]), Math.min(Number(range[2]), file.length - 1)];
      return new Response(file.slice(from, to + 1), {
        status: 206,
        headers: { "content-range": `bytes ${from}-${to}/${file.length}` },
      });
    });
  });
  afterAll(() => {
    vi.unstubAllGlobals();
    process.chdir(before);
    rmSync(folder, { recursive: true, force: true });
  });

  const sources = new Map(entries.map(({ specifier, source }) => [specifier, pathToFileURL(source).href]));
  sources.set("examples", new URL("../lib/examples.ts", import.meta.url).href);

  test.each(examples.map(({ name, code }, i) => [name, code, i] as const))("%s", async (_, code, i) => {
    const path = join(folder, `example-${i}.ts`);
    writeFileSync(
      path,
      code.replace(
        / from "(stridebuf[\w/]*|examples)";$/gm,
        (_, name) => ` from ${JSON.stringify(sources.get(name))};`,
      ),
    );
    await import(/* @vite-ignore */ pathToFileURL(path).href);
  });

  test("compile", () => {
    const files = new Map<string, string>(examples.map(({ code }, i) => [join(root, `example-${i}.ts`), code]));
    files.set(
      join(root, "examples.d.ts"),
      'declare module "examples" { const same: (a: unknown, b: unknown) => void; const throws: (n: string, f: () => unknown) => Promise<void>; }',
    );
    const program = programOf(files);
    const faults = [...files.keys()].flatMap((name, i) => {
      const file = program.getSourceFile(name)!;
      const said = [...program.getSyntacticDiagnostics(file), ...program.getSemanticDiagnostics(file)];
      return said.map((d) => `${examples[i]?.name}: ${ts.flattenDiagnosticMessageText(d.messageText, " ")}`);
    });
    expect(faults).toEqual([]);
  }, 240_000);
});
