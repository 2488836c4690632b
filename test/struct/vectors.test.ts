import { expect, test } from "vitest";
import { type Abi, calcsize, iterUnpack, Struct, unpack, unpackColumns, unpackFrom } from "../../src/struct/index.js";
import { fromHex, toHex, vectors } from "../lib/vectors.js";

// biome-ignore lint/suspicious/noExplicitAny: vector cases are read as test/vectors/README.md describes them
type Case = any;

const real = (hex: string): number => new DataView(fromHex(hex).buffer).getFloat64(0);

function value(v: Case): unknown {
  if (typeof v !== "object" || v === null) return v;
  if (Array.isArray(v)) return v.map(value);
  if ("i" in v) return BigInt(v.i);
  if ("f" in v) return real(v.f);
  if ("b" in v) return fromHex(v.b);
  if ("c" in v) return { re: real(v.c[0]), im: real(v.c[1]) };
  return v.t.map(value);
}

/** One text per value, in which an integer is the same as number and as bigint. */
function shown(v: unknown): string {
  if (v instanceof Uint8Array) return `b'${toHex(v)}'`;
  if (Array.isArray(v)) return `[${v.map(shown).join()}]`;
  return Object.is(v, -0) ? "-0" : String(v);
}

/** NaN payloads are not significant: writes them all alike, at the places where a NaN was packed. */
function run(c: Case, abi: Abi): unknown {
  const struct = () => new Struct(c.fmt, { abi });
  switch (c.op) {
    case "calcsize":
      return calcsize(c.fmt, { abi });
    case "pack": {
      const packed = struct().pack(...c.values.map(value));
      return c.nan ? shown(struct().unpack(packed)) : toHex(packed);
    }
    case "pack_into": {
      const buffer = fromHex(c.before);
      try {
        struct().packInto(buffer, c.offset, ...c.values.map(value));
      } catch (e) {
        expect(toHex(buffer)).toBe(c.before);
        throw e;
      }
      return c.nan ? shown(struct().unpackFrom(buffer, c.offset)) : toHex(buffer);
    }
    case "unpack":
      return shown(unpack(c.fmt, fromHex(c.hex), { abi }));
    case "unpack_from":
      return shown(unpackFrom(c.fmt, fromHex(c.hex), c.offset, { abi }));
    case "iter_unpack":
      return shown([...iterUnpack(c.fmt, fromHex(c.hex), { abi })]);
    default:
      return `unknown op ${c.op}`;
  }
}

function expected(c: Case, abi: Abi): unknown {
  if (c.op === "calcsize") return value(c.size);
  if (c.op.startsWith("pack")) {
    if (!c.nan) return c.hex;
    const struct = new Struct(c.fmt, { abi });
    return shown(c.op === "pack" ? struct.unpack(fromHex(c.hex)) : struct.unpackFrom(fromHex(c.hex), c.offset));
  }
  return shown(value(c.values));
}

/**
 * Differences chosen on purpose, with the reason. `undefined`: the case must agree.
 */
function difference(c: Case): string | undefined {
  if (/^[@=<>!]?Z[fd]$/.test(c.fmt) && c.error?.class === "bad_char") return "complex codes came with CPython 3.15";
  if (c.op === "calcsize" && typeof c.size === "object") return "sizes above 2^53 - 1 are refused";
  const lone = c.values?.length === 1 && c.values[0]?.f;
  if (c.error?.class === "arg_type" && lone && Number.isInteger(real(lone)) && !/[efd]/.test(c.fmt)) {
    return "1.0 and 1 are the same number in JavaScript";
  }
  return undefined;
}

function failures(cases: Case[], abi: Abi): { wrong: string[]; differences: string[] } {
  const wrong: string[] = [];
  const differences: string[] = [];
  for (const c of cases) {
    let got: unknown;
    let want: unknown;
    try {
      got = run(c, abi);
    } catch (e) {
      got = (e as { code?: string }).code ?? e;
    }
    try {
      want = c.error ? c.error.class : expected(c, abi);
    } catch (e) {
      want = e;
    }
    const why = difference(c);
    if (why !== undefined) differences.push(`${c.op} ${c.fmt} ${why}: ${got === want ? "agrees" : got}`);
    else if (got !== want) wrong.push(`${c.id} ${c.op} ${JSON.stringify(c.fmt)}: ${got}, expected ${want}`);
  }
  return { wrong, differences };
}

test("struct.json: CPython 3.13", () => {
  const { cases, count } = vectors("struct");
  expect(cases.length).toBe(count);
  const { wrong, differences } = failures(cases, "lp64");
  expect(wrong.slice(0, 10)).toEqual([]);
  expect([...differences].sort()).toEqual([
    "calcsize 4611686018427387903h sizes above 2^53 - 1 are refused: size_overflow",
    "calcsize 9223372036854775807x sizes above 2^53 - 1 are refused: size_overflow",
    "calcsize Zd complex codes came with CPython 3.15: 16",
    "calcsize Zf complex codes came with CPython 3.15: 8",
    `pack <i 1.0 and 1 are the same number in JavaScript: 01000000`,
    `pack @i 1.0 and 1 are the same number in JavaScript: 01000000`,
  ]);
});

const abis: [string, Abi][] = [
  ["x86_64_lp64_le", "lp64"],
  ["armhf_ilp32_le", "ilp32"],
  ["armhf_ilp32_le", "wasm32"],
  ["armhf_ilp32_le", "wasm32-emscripten"],
  ["i386_ilp32_le", "i386"],
  ["s390x_lp64_be", "lp64-be"],
];
test.each(abis)("abi/struct_%s as %s", (file, abi) => {
  const { cases, count } = vectors(`abi/struct_${file}`);
  expect(cases.length).toBe(count);
  expect(failures(cases, abi).wrong.slice(0, 10)).toEqual([]);
});

test("unpackColumns is the transpose of iterUnpack over every record of the vectors", () => {
  const wrong: string[] = [];
  for (const c of vectors("struct").cases) {
    if (c.op !== "iter_unpack" && c.op !== "unpack") continue;
    if (c.error || c.hex === "") continue;
    const records = [...iterUnpack(c.fmt, fromHex(c.hex + c.hex))];
    const widths = [...c.fmt.replace(/\s/g, "").matchAll(/(\d*)([a-zA-Z?])/g)].flatMap(([, n, code]) => {
      const count = n === "" ? 1 : Number(n);
      if (code === "x") return [];
      return code === "s" || code === "p" ? [{ code, width: count }] : new Array(count).fill({ code, width: 1 });
    });
    const columns = unpackColumns(new Struct(c.fmt), fromHex(c.hex + c.hex));
    const back = records.map((_, r) =>
      columns.map((column, k) => {
        const { code, width } = widths[k];
        const part = column.subarray(r * width, (r + 1) * width) as Uint8Array;
        if (code === "p") return part.slice(1, 1 + (part[0] ?? 0));
        return code === "s" || code === "c" ? part : code === "?" ? part[0] === 1 : part[0];
      }),
    );
    if (shown(back) !== shown(records)) wrong.push(`${c.id} ${c.fmt}`);
  }
  expect(wrong.slice(0, 10)).toEqual([]);
});
