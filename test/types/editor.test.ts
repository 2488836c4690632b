/** What an editor shows and offers, asked of TypeScript's language service over the built declarations, and what a wide record costs it. */
import { existsSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { compilerOptions, libraryText, programOf, root, ts } from "../lib/public-docs.js";

const built = existsSync(join(root, "dist/index.d.ts"));
const FILE = join(root, "editor.ts");

/** A language service over one file; `|` marks where the cursor stands. */
function editor(marked: string) {
  const cursor = marked.indexOf("|");
  const text = marked.replace("|", "");
  const read = (name: string): string | undefined =>
    name === FILE ? text : (libraryText(name) ?? ts.sys.readFile(name));
  const service = ts.createLanguageService({
    getCompilationSettings: () => compilerOptions,
    getScriptFileNames: () => [FILE],
    getScriptVersion: () => "1",
    getScriptSnapshot: (name) => {
      const found = read(name);
      return found === undefined ? undefined : ts.ScriptSnapshot.fromString(found);
    },
    getCurrentDirectory: () => root,
    getDefaultLibFileName: (options) => join("/node_modules/typescript/lib", ts.getDefaultLibFileName(options)),
    fileExists: (name) => name === FILE || libraryText(name) !== undefined || ts.sys.fileExists(name),
    readFile: read,
  });
  return {
    hover() {
      const info = service.getQuickInfoAtPosition(FILE, cursor);
      return { type: ts.displayPartsToString(info?.displayParts), docs: ts.displayPartsToString(info?.documentation) };
    },
    completions: () => service.getCompletionsAtPosition(FILE, cursor, {})?.entries.map(({ name }) => name) ?? [],
  };
}

describe.skipIf(!built)("in the editor", () => {
  test("an item of a record is shown by its fields", () => {
    const { type } = editor(`import { view } from "stridebuf";
      const po|int = view(new ArrayBuffer(16), { format: "T{<I:id:<f:x:}" }).get(0);`).hover();
    expect(type.replace(/\s+/g, " ")).toBe("const point: { id: number; x: number; }");
  }, 120_000);

  test.each([
    ["copy", "dst[...] = src: broadcasts"],
    ["convert", "A new view with every item converted"],
    ["empty", "A view over new, zeroed memory"],
  ])(
    "%s is documented where it is called",
    (name, docs) => {
      const said = editor(`import { ${name} } from "stridebuf";
      ${name[0]}|${name.slice(1)};`).hover();
      expect(said.docs).toContain(docs);
    },
    120_000,
  );

  test.each([
    ['dtype("|")', "dtype"],
    ['convert(new Float32Array(1), "|")', "convert"],
  ])(
    "names are offered in %s",
    (call, name) => {
      const offered = editor(`import { ${name} } from "stridebuf";
      ${call};`).completions();
      expect(offered).toEqual(
        expect.arrayContaining(["float32", "bfloat16", "datetime64[ms]", "float8_e4m3fn", "uint8"]),
      );
    },
    120_000,
  );
});

test.skipIf(!built)(
  "a record of 30 fields costs the compiler little",
  () => {
    const fields = Array.from({ length: 30 }, (_, i) => `<${"bhiqfd"[i % 6]}:field${i}:`).join("");
    const count = (format: string): number => {
      const program = programOf(
        new Map([
          [
            FILE,
            `import { view } from "stridebuf";
          const records = view(new ArrayBuffer(512), { format: "${format}" });
          export const item = records.get(0);
          export const columns = records.columns();`,
          ],
        ]),
      );
      expect(program.getSemanticDiagnostics(program.getSourceFile(FILE))).toEqual([]);
      return program.getInstantiationCount();
    };
    const wide = count(`T{${fields}}`) - count("T{<b:field0:}");
    expect(wide).toBeGreaterThan(1000);
    expect(wide).toBeLessThan(8_000);
  },
  240_000,
);
