/** Imports go only downwards, as ARCHITECTURE.md draws them, and the core reaches neither `node:` nor a dependency. */
import { readdirSync, readFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";

const source = fileURLToPath(new URL("../src", import.meta.url));
const files = readdirSync(source, { recursive: true, encoding: "utf8" }).filter((f) => f.endsWith(".ts"));

/** Rooms, lowest first; a file may import from its own room and from those before it that are named. */
const MAY_IMPORT: Record<string, readonly string[]> = {
  platform: [],
  errors: [],
  options: [],
  exchange: [],
  format: ["errors"],
  backend: ["errors", "dtype"],
  dtype: ["errors", "options", "format"],
  datetime: ["errors", "options", "dtype"],
  convert: ["errors", "dtype", "backend", "datetime"],
  view: ["errors", "options", "exchange", "format", "dtype", "backend", "convert", "datetime"],
  engine: ["errors", "options", "exchange", "dtype", "view", "backend", "convert"],
  api: ["errors", "options", "format", "dtype", "view", "engine", "backend", "convert"],
  shared: ["errors", "options", "format", "dtype", "view", "engine", "convert"],
  index: ["api", "shared", "backend", "view"],
  js: ["api", "shared", "backend"],
  struct: ["errors", "options", "format", "dtype", "view", "engine", "api", "shared", "index"],
  io: ["errors", "options", "format", "dtype", "view", "engine", "api", "shared", "index"],
  interop: ["errors", "options", "exchange", "dtype", "view", "engine", "api", "shared", "index"],
  node: ["options", "io"],
  cli: [
    ...["errors", "options", "format", "dtype", "view", "engine", "api", "shared", "index", "io", "node", "struct"],
    "datetime",
  ],
};

const room = (file: string) => file.split("/")[0]!.replace(/\.ts$/, "");

/** [file, specifier] of every import and re-export. */
function imports(file: string): string[] {
  const text = readFileSync(join(source, file), "utf8");
  return [...text.matchAll(/^(?:import|export)\s+(?:[^;'"]*?\sfrom\s+)?["']([^"']+)["']/gms)].map((m) => m[1]!);
}

test("every file stands in a room of the plan", () => {
  expect(files.map(room).filter((r) => !(r in MAY_IMPORT))).toEqual([]);
});

test("imports go only downwards", () => {
  const wrong: string[] = [];
  for (const file of files)
    for (const specifier of imports(file)) {
      if (!specifier.startsWith(".")) continue;
      const target = room(relative(source, join(source, dirname(file), specifier)).replace(/\.js$/, ".ts"));
      if (target !== "platform" && target !== room(file) && !MAY_IMPORT[room(file)]?.includes(target))
        wrong.push(`${file} → ${specifier}`);
    }
  expect(wrong).toEqual([]);
});

test("only the command line, and zip for npz, imports packages; only the command line and stridebuf/node import node:", () => {
  const foreign = files.flatMap((file) =>
    imports(file)
      .filter((s) => !s.startsWith("."))
      .map((s) => `${room(file) === "cli" ? "cli" : file}: ${s.startsWith("node:") ? "node:" : s}`),
  );
  expect(
    foreign.filter((f) => !f.startsWith("cli: ") && !/^node\/.*: node:$/.test(f) && f !== "io/deflate.ts: fflate"),
  ).toEqual([]);
});
