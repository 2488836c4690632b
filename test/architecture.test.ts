/** Imports go only downwards, as ARCHITECTURE.md draws them, and the core reaches neither `node:` nor a dependency. */
import { readdirSync, readFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";

const source = fileURLToPath(new URL("../src", import.meta.url));
const files = readdirSync(source, { recursive: true, encoding: "utf8" }).filter((f) => f.endsWith(".ts"));

/** The table of ARCHITECTURE.md: the rooms that files of a room may import from, besides their own. */
const table = readFileSync(new URL("../ARCHITECTURE.md", import.meta.url), "utf8").matchAll(
  /^\| `src\/(\w+)(?:\.ts|\/)` \|.*\| ([^|]+) \|$/gm,
);
const MAY_IMPORT = new Map([...table].map(([, name, rooms]) => [name!, rooms === "–" ? [] : rooms!.split(", ")]));

const room = (file: string) => file.split("/")[0]!.replace(/\.ts$/, "");

/** The file that a relative specifier names. */
const fileOf = (from: string, specifier: string) =>
  relative(source, join(source, dirname(from), specifier)).replace(/\.js$/, ".ts");

/** The specifiers of every import and re-export, types and imports at run time included. */
function imports(file: string): string[] {
  const text = readFileSync(join(source, file), "utf8");
  return [
    ...text.matchAll(/^(?:import|export)\s+(?:[^;'"]*?\sfrom\s+)?["']([^"']+)["']|\bimport\(\s*"([^"]+)"/gms),
  ].map((m) => (m[1] ?? m[2])!);
}

test("every file stands in a room of the plan", () => {
  expect(files.map(room).filter((r) => !MAY_IMPORT.has(r))).toEqual([]);
});

test("imports go only downwards", () => {
  const wrong: string[] = [];
  for (const file of files)
    for (const specifier of imports(file)) {
      if (!specifier.startsWith(".")) continue;
      const target = room(fileOf(file, specifier));
      if (target !== room(file) && !MAY_IMPORT.get(room(file))?.includes(target)) wrong.push(`${file} → ${specifier}`);
    }
  expect(wrong).toEqual([]);
});

test("no files import each other in a circle, types included", () => {
  const imported = new Map(
    files.map((f) => [
      f,
      imports(f)
        .filter((s) => s.startsWith("."))
        .map((s) => fileOf(f, s)),
    ]),
  );
  // Tarjan's strongly connected components.
  const order = new Map<string, number>();
  const lowest = new Map<string, number>();
  const open: string[] = [];
  const circles: string[] = [];
  const visit = (file: string): void => {
    order.set(file, order.size);
    lowest.set(file, order.get(file)!);
    open.push(file);
    for (const next of imported.get(file) ?? []) {
      if (!order.has(next)) visit(next);
      if (open.includes(next)) lowest.set(file, Math.min(lowest.get(file)!, lowest.get(next)!));
    }
    if (lowest.get(file) !== order.get(file)) return;
    const members = open.splice(open.indexOf(file));
    if (members.length > 1) circles.push(members.sort().join(" "));
  };
  for (const file of files) if (!order.has(file)) visit(file);
  // The class of views gives views, and the types of what it gives name the class.
  expect(circles).toEqual(["view/known.ts view/view.ts"]);
});

test("only the command line, its stores and servers, and zip for npz import packages; only these, stridebuf/node and scale import node:", () => {
  const packages =
    /^(io\/deflate\.ts: fflate|zarr\/json-text\.ts: jsonc-parser|zarr\/codecs\.ts: (numcodecs|crc-32)\/.*|remote\/open\.ts: aws4fetch)$/;
  const foreign = files.flatMap((file) =>
    imports(file)
      .filter((s) => !s.startsWith("."))
      .map((s) => `${room(file) === "cli" ? "cli" : file}: ${s.startsWith("node:") ? "node:" : s}`),
  );
  expect(
    foreign.filter(
      (f) => !f.startsWith("cli: ") && !/^(node|remote|scale|zarr)\/.*: node:$/.test(f) && !packages.test(f),
    ),
  ).toEqual([]);
});

test("JSR gets the sources that its export paths reach, and no others", () => {
  const { exports, publish } = JSON.parse(readFileSync(new URL("../jsr.json", import.meta.url), "utf8"));
  const reached = new Set<string>();
  const visit = (file: string): void => {
    if (reached.has(file)) return;
    reached.add(file);
    for (const specifier of imports(file)) if (specifier.startsWith(".")) visit(fileOf(file, specifier));
  };
  for (const path of Object.values<string>(exports)) visit(relative("src", path));
  const listed = (mark: string) =>
    (publish.exclude as string[]).filter((path) => path.startsWith(mark)).map((path) => path.slice(mark.length));
  const covers = (path: string, file: string) => path === file || file.startsWith(`${path}/`);
  const published = files.filter(
    (file) => listed("!src/").some((path) => covers(path, file)) || !listed("src/").some((path) => covers(path, file)),
  );
  expect(published.sort()).toEqual([...reached].sort());
});
