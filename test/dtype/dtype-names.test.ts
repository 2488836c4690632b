/** Every name of every language through `dtype()` and back, and docs/dtype-names.md, which says what each means. */
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import {
  allNames,
  decided,
  languageTitle,
  meaningsOf,
  type NameLanguage,
  systems,
} from "../../src/dtype/names/languages.js";
import { dtype, dtypes, fromName, isStridebufError, type NameSystem, readFormat, toName, view } from "../../src/js.js";

const languages = Object.keys(systems) as NameLanguage[];

test.each([
  ["uint8", "B"],
  ["float32", "f"],
  ["<f4", "<f"],
  [">u2", ">H"],
  ["|u1", "B"],
  ["=i8", "q"],
  ["<i8", "q"],
  ["S10", "10s"],
  ["U4", "4w"],
  [">U4", ">4w"],
  ["V8", "[numpy:numpy.dtypes:VoidDType:8]"],
  ["|O", "O"],
  ["c8", "Zf"],
  [">c16", ">Zd"],
  ["<f16", "g"],
  ["M8[ms]", "[numpy:numpy.dtypes:DateTime64DType:8:1]"],
  [">M8[25s]", ">[numpy:numpy.dtypes:DateTime64DType:7:19]"],
  ["datetime64[ns]", "[numpy:numpy.dtypes:DateTime64DType:a:1]"],
  ["timedelta64[s]", "[numpy:numpy.dtypes:TimeDelta64DType:7:1]"],
  ["datetime64", "[numpy:numpy.dtypes:DateTime64DType:e:1]"],
  ["complex64", "Zf"],
  ["bool_", "?"],
  ["half", "e"],
  ["double", "d"],
  ["intc", "i"],
  ["int_", "q"],
  ["longlong", "q"],
  ["longdouble", "g"],
  [">bfloat16", ">[ml_dtypes:bfloat16]"],
  ["bf16", "[ml_dtypes:bfloat16]"],
  [">bf16", ">[ml_dtypes:bfloat16]"],
  ["f16", "e"],
  ["fp16", "e"],
  ["fp32", "f"],
  ["i8", "b"],
  ["u8", "B"],
  ["fp8", "[ml_dtypes:float8_e4m3fn]"],
  ["e4m3", "[ml_dtypes:float8_e4m3fn]"],
  ["e5m2", "[ml_dtypes:float8_e5m2]"],
  ["fp8_e4m3", "[ml_dtypes:float8_e4m3fn]"],
  ["r24", "[numpy:numpy.dtypes:VoidDType:3]"],
  ["F32", "f"],
  ["U8", "B"],
  ["<U8", "8w"],
  ["U10", "10w"],
  ["F8_E4M3", "[ml_dtypes:float8_e4m3fn]"],
  ["FLOAT16", "e"],
  ["BFLOAT16", "[ml_dtypes:bfloat16]"],
  ["FLOAT8E4M3FN", "[ml_dtypes:float8_e4m3fn]"],
  ["halffloat", "e"],
  ["timestamp[ms]", "[numpy:numpy.dtypes:DateTime64DType:8:1]"],
  ["fixed_size_binary[16]", "[numpy:numpy.dtypes:VoidDType:10]"],
  ["Q4_K", "[gguf:Q4_K]"],
  ["q8_0", "[gguf:q8_0]"],
  [">q8_0", undefined],
  ["uint8_t", "B"],
  ["std::bfloat16_t", "[ml_dtypes:bfloat16]"],
  ["BigInt64Array", "q"],
])("%s is %s", (name, format) => {
  if (format === undefined) expect(() => dtype(name)).toThrow(/byte order/);
  else expect(dtype(name)).toBe(dtype(format));
});

describe.each(languages)("%s", (language) => {
  const names = systems[language].names();

  test("is read by dtype() as the table says, PEP 3118 first", () => {
    expect(names.length).toBeGreaterThan(10);
    for (const name of names.filter((text) => !isPattern(language, text))) {
      const reading = readFormat(name);
      const first = meaningsOf(name)[0]!;
      expect(reading.language, name).toBe(isFormat(name) ? "pep3118" : first.language);
      if (!isFormat(name)) expect(reading.dtype, name).toBe(dtype(first.meaning));
    }
  });

  test("goes there and back", () => {
    if (!["numpy", "zarr", "safetensors", "onnx", "arrow", "gguf"].includes(language)) return;
    const system = language as NameSystem;
    for (const name of names.filter((text) => !isPattern(language, text))) {
      const d = fromName(system, name);
      const back = toName(system, d);
      // Types without a name of their own, types that NumPy writes as raw bytes, and the machine's long double.
      if (back === undefined || String(back).includes("V")) continue;
      if (/^(date64|arrow\.uuid|decimal|float128)/.test(name)) continue;
      expect(fromName(system, back), `${name} → ${JSON.stringify(back)}`).toBe(d);
    }
  });
});

/** Names that take parameters. */
const isPattern = (language: NameLanguage, name: string): boolean => language === "arrow" && wants(name);
const wants = (name: string): boolean => {
  try {
    fromName("arrow", name);
    return false;
  } catch {
    return true;
  }
};

/** Whether a text is PEP 3118, by its parser alone. */
function isFormat(text: string): boolean {
  try {
    return readFormat(text, { dialect: "numpy" }).language === "pep3118";
  } catch {
    try {
      return readFormat(text, { dialect: "explicit" }).language === "pep3118";
    } catch {
      return false;
    }
  }
}

describe("clashes", () => {
  test("PEP 3118 text keeps its meaning, and says what else it would be", () => {
    const { language, dtype: d, diagnostics } = readFormat("single");
    expect([language, d.fields?.length]).toEqual(["pep3118", 6]);
    expect(diagnostics).toEqual(["single is also a name in NumPy: float32"]);
    expect(readFormat("i8").diagnostics).toEqual(["i8 is also a name in NumPy: int64"]);
    expect(readFormat("bf16").diagnostics).toEqual([]);
  });

  test("every exception to the order of languages is one", () => {
    for (const [name, language] of Object.entries(decided)) {
      expect(meaningsOf(name)[0]!.language).toBe(language);
      expect(meaningsOf(name).length, name).toBeGreaterThan(1);
    }
  });
});

describe("options are about PEP 3118 text", () => {
  test("unknown ones are refused", () => {
    expect(() => dtype("i", { itemSize: 4 } as never)).toThrow(/did you mean "itemsize"/);
    expect(() => readFormat("i", { offset: 4 } as never)).toThrow(TypeError);
  });
  test("abi is not asked, and a reading says so", () => {
    expect(dtype("long", { abi: "wasm32" })).toBe(dtypes.int64);
    expect(readFormat("float32", { abi: "wasm32" }).diagnostics).toEqual([
      '"abi" is about PEP 3118 text; float32 is a name and means the same under every ABI',
    ]);
  });
  test("itemsize must be that of the name", () => {
    expect(dtype("float32", { itemsize: 4 })).toBe(dtypes.float32);
    expect(() => dtype("float32", { itemsize: 8 })).toThrow(/8 bytes, but float32 has 4/);
  });
  test.each(["numpy", "struct", "explicit"] as const)("dialect %s reads no names", (dialect) => {
    expect(() => dtype("bf16", { dialect })).toThrow(expect.objectContaining({ name: "FormatSyntaxError" }));
  });
});

describe("misspelled", () => {
  test.each([
    ["floaat32", ["float32"]],
    ["bfloat17", ["bfloat16"]],
    ["Float32", ["float32"]],
    ["<flot32", ["float32"]],
    ["datetme64[ms]", ["datetime64"]],
    ["F8_E4M4", ["F8_E4M3"]],
    ["uint8_T", ["uint8_t"]],
  ])("%s", (text, first) => {
    const error = failure(() => dtype(text));
    expect(isStridebufError(error, "UnknownDTypeError") && error.known.slice(0, 1)).toEqual(first);
    expect((error as Error).message).toContain(`did you mean ${first[0]}`);
  });

  test.each([
    ["[ml_dtypes:bfloat17]", "bfloat16"],
    ["[numpy:numpy.dtypes:Float63DType]", "numpy.dtypes:Float64DType"],
    ["[arrow:int33]", "int32"],
    ["[gguf:q4_k_m]", "q4_K"],
    ["[packed:int3]", "int4"],
  ])("the body of %s: types of its owner", (text, meant) => {
    const error = failure(() => dtype(text));
    expect(isStridebufError(error, "UnknownDTypeError") && error.known).toContain(meant);
    expect((error as Error).message).toContain(meant);
  });

  test("an owner", () => {
    expect(() => dtype("[ml_dtype:bfloat16]")).toThrow(/did you mean ml_dtypes\?/);
  });

  test.each(["hello", "F", "i8x9", "M8[foo]", "i>", "3", "T{i"])("%s stays an error of the format", (text) => {
    expect(failure(() => dtype(text))).toMatchObject({ name: "FormatSyntaxError" });
  });
});

function failure(run: () => unknown): unknown {
  try {
    run();
  } catch (error) {
    return error;
  }
  throw new Error("expected an error");
}

test("the names that types know are names, and their items and typed arrays are what the types say", () => {
  const text = readFileSync(fileURLToPath(new URL("../../src/format/named-items.ts", import.meta.url)), "utf8");
  const namesOf = (type: string) =>
    [...new RegExp(`type ${type} =([^;]*);`).exec(text)![1]!.matchAll(/"([^"]+)"/g)].map((m) => m[1]!);
  const rows = [...text.matchAll(/Record<([\w| ]+), Leaf<(\w+), (\w+)>>/g)].flatMap(([, groups, item, values]) =>
    groups!.split(" | ").flatMap((group) => {
      const names =
        group === "TimeName"
          ? namesOf("TimeUnit").flatMap((unit) => [`datetime64[${unit}]`, `>m8[${unit}]`, `M8[${unit}]`])
          : namesOf(group);
      return names.map((name) => [name, item!, values!] as const);
    }),
  );
  expect(rows.length).toBeGreaterThan(100);
  for (const [name, item, values] of rows) {
    expect(isFormat(name), name).toBe(false);
    const items = view(new ArrayBuffer(64), { format: name });
    expect(typeof items.get(0), name).toBe(item === "Complex" ? "object" : item);
    if (values === "never") expect(() => items.toTypedArray(), name).toThrow("no typed array holds");
    else expect(items.toTypedArray().constructor.name, name).toBe(values);
  }
});

test("docs/dtype-names.md is what the tables say", async () => {
  await expect(document()).toMatchFileSnapshot("../../docs/dtype-names.md");
});

const code = (text: string): string => `\`${text}\``;
const shown = (meaning: ReturnType<typeof meaningsOf>[number]["meaning"]): string => {
  const d = dtype(meaning);
  return code(d.custom?.owner === "gguf" || d.kind === "struct" ? d.format : d.name);
};

function document(): string {
  const rows = (lines: string[][]): string => lines.map((cells) => `| ${cells.join(" | ")} |`).join("\n");
  const clashes = [...allNames()]
    .map((name) => ({ name, meanings: meaningsOf(name) }))
    .map(({ name, meanings }) => ({ name, meanings, other: new Set(meanings.map((m) => dtype(m.meaning))).size > 1 }))
    .filter(({ name, other }) => other || isFormat(name))
    .filter(({ name }) => name.length > 1);
  const perLanguage = languages.map((language) => {
    const names = systems[language].names().filter((name) => !isPattern(language, name));
    const byType = new Map<string, string[]>();
    for (const name of names) {
      const type = shown(systems[language].read(name)!);
      byType.set(type, [...(byType.get(type) ?? []), code(name)]);
    }
    const lines = [...byType].map(([type, all]) => [all.join(" "), type]);
    return `### ${languageTitle(language)}\n\n${patterns[language]}| name | dtype |\n| --- | --- |\n${rows(lines)}\n`;
  });
  const clashLines = clashes.map(({ name, meanings }) => [
    code(name),
    isFormat(name)
      ? `PEP 3118 text: ${code(dtype(name).format)}`
      : `${languageTitle(meanings[0]!.language)}: ${shown(meanings[0]!.meaning)}`,
    (isFormat(name) ? meanings : meanings.slice(1).filter((m) => shown(m.meaning) !== shown(meanings[0]!.meaning)))
      .map((m) => `${languageTitle(m.language)}: ${shown(m.meaning)}`)
      .join(", "),
  ]);
  return `${introduction}
## Clashes

| text | is read as | would also be |
| --- | --- | --- |
${rows(clashLines)}

## Names by language

${perLanguage.join("\n")}`;
}

const patterns: Record<NameLanguage, string> = {
  numpy: `Patterns: an order character (\`<\` \`>\` \`=\` \`|\`) in front of any name; \`S10\` (10 bytes), \`U4\` (4 code units of 4 bytes), \`V8\` (8
raw bytes); \`M8[ms]\`, \`m8[25s]\`, \`datetime64[ns]\`, \`timedelta64[D]\` with any unit and multiple. Names that depend on the
machine mean what they mean on 64-bit Linux and macOS. The types of ml_dtypes count as NumPy's.

`,
  zarr: 'Patterns: `r24` (raw bits). Version 2 uses NumPy\'s codes. `fromName("zarr", …)` reads names with a configuration too.\n\n',
  safetensors: "",
  ml: "What frameworks, papers and MLIR call them. Numbers count bits.\n\n",
  onnx: '`fromName("onnx", …)` reads the numbers of TensorProto.DataType too.\n\n',
  arrow: `Patterns: \`timestamp[ms]\`, \`duration[us]\`, \`time32[s]\`, \`time64[ns]\`, \`fixed_size_binary[16]\`, \`decimal128…\`, the parameters in
brackets as pyarrow prints them or behind \`:\` as in \`[arrow:timestamp:ms]\`.

`,
  gguf: 'In either case. `fromName("gguf", …)` reads the numbers of ggml_type too.\n\n',
  cpp: "",
  javascript: "",
};

const introduction = `# Names of dtypes

\`dtype(text)\`, the command line and every reader of files go through one table. This page is made from it by
\`npx vitest run test/dtype/dtype-names.test.ts -u\`.

1. **PEP 3118 text keeps its meaning wherever it is valid** ([format.md](format.md)). One letter is always PEP 3118.
2. What is no format is looked up as a name, in the languages below, in their order.
3. Exceptions: without an order character \`i8\`, \`u8\`, \`f16\`, \`c32\`, \`U8\`, \`U16\`, \`U32\` and \`U64\` count bits, as everywhere but
   in NumPy. Write \`<i8\`, \`<f16\`, \`<U8\` for NumPy's meaning; file formats that use NumPy's codes always write the order
   character.
4. What is neither is an error: of the format, or, where a name is near, an \`UnknownDTypeError\` that says which.

\`readFormat(text).language\` and \`stridebuf explain TEXT\` say which language a text was read in, and what else it could be. The
options \`abi\` and \`dialect\` are about PEP 3118 text: a name means the same under every ABI, and is not read where a dialect is
given. \`fromName(system, name)\` reads the names of one system only, and \`toName\`, \`dtypeNames\` go the other way.
`;
