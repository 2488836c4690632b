import { expect, test } from "vitest";
import {
  add,
  compare,
  convertUnit,
  convertUnits,
  datetime,
  divide,
  formatDatetime,
  formatTimeDType,
  multiply,
  NaT,
  negate,
  parseDatetime,
  parseTimeDType,
  subtract,
  timedelta,
  type Unit,
} from "../../src/datetime/index.js";
import { vectors } from "../lib/vectors.js";

// biome-ignore lint/suspicious/noExplicitAny: vector cases are read as test/vectors/README.md describes them
type Case = any;

const count = (text: string): bigint => (text === "NaT" ? NaT : BigInt(text));
const shown = (value: bigint): string => (value === NaT ? "NaT" : String(value));

const kinds = { M: "datetime", m: "timedelta" } as const;
const letters = { datetime: "M", timedelta: "m" };

function arithmetic(c: Case): unknown {
  const [a, b] = [count(c.a), count(c.b)];
  const m = (value: bigint, unit: string) => timedelta(value, unit);
  const M = (value: bigint, unit: string) => datetime(value, unit);
  const { a_unit, b_unit } = c;
  switch (c.expr) {
    case "M-m":
      return subtract(M(a, a_unit), m(b, b_unit));
    case "M+m":
      return add(M(a, a_unit), m(b, b_unit));
    case "m+m":
      return add(m(a, a_unit), m(b, b_unit));
    case "m-m":
      return subtract(m(a, a_unit), m(b, b_unit));
    case "M-M":
      return subtract(M(a, a_unit), M(b, b_unit));
    case "-m":
      return negate(m(a, a_unit));
    case "m*i":
      return multiply(m(a, a_unit), b);
    case "m//m":
      return shown(divide(m(a, a_unit), m(b, b_unit)));
    case "M==M":
      return compare(M(a, a_unit), M(b, b_unit)) === 0;
    case "M<M":
      return compare(M(a, a_unit), M(b, b_unit)) === -1;
    default:
      return `unknown expression ${c.expr}`;
  }
}

function run(c: Case): unknown {
  switch (c.op) {
    case "dtype": {
      const parsed = parseTimeDType(c.text);
      const order = parsed.byteOrder === "big" ? ">" : "=";
      return [letters[parsed.kind], order, ...parsed.unit, formatTimeDType(parsed)].join();
    }
    case "parse": {
      const { value, unit } = parseDatetime(c.text, c.unit ?? undefined);
      return [shown(value), ...unit].join();
    }
    case "convert":
      return shown(convertUnit(count(c.value), c.from, c.to, kinds[c.kind as "M" | "m"]));
    case "string":
      return formatDatetime(count(c.value), c.unit);
    case "string_as":
      return formatDatetime(count(c.value), c.unit, c.to);
    case "arith": {
      const out = arithmetic(c);
      if (typeof out !== "object") return out;
      const { value, kind, unit } = out as { value: bigint; kind: "datetime" | "timedelta"; unit: Unit };
      return [shown(value), letters[kind], ...unit].join();
    }
    default:
      return `unknown op ${c.op}`;
  }
}

function expected(c: Case): unknown {
  if (c.error || c.overflow || c.numpy_lenient) return "error";
  switch (c.op) {
    case "dtype":
      return [c.kind, c.order, ...c.unit, c.str].join();
    case "parse":
      return [c.value, ...c.out_unit].join();
    case "arith":
      return c.out.unit ? [c.out.value, c.out.kind, ...c.out.unit].join() : c.out.value;
    default:
      return c.out ?? c.text;
  }
}

/** Seconds (as attoseconds) that NumPy takes a unit to be for timedeltas: 400 average years are 146097 days. */
const attoseconds = ([name, multiple]: [string, number]): bigint => {
  const seconds: Record<string, number> = { Y: 31556952, M: 2629746, W: 604800, D: 86400, h: 3600, m: 60, s: 1 };
  const powers: Record<string, bigint> = {
    as: 1n,
    fs: 10n ** 3n,
    ps: 10n ** 6n,
    ns: 10n ** 9n,
    us: 10n ** 12n,
    ms: 10n ** 15n,
  };
  return BigInt(multiple) * (powers[name] ?? BigInt(seconds[name]!) * 10n ** 18n);
};

/**
 * NumPy refuses unit factors above 2^56 whatever the value. We give the exact answer when it fits (`exact`, where the
 * vectors have it), and NaT for NaT.
 */
function beyondNumPy(c: Case): string | undefined {
  if (c.error?.class !== "factor_overflow") return undefined;
  if (c.value === "NaT") return "NaT";
  if (c.exact !== undefined || c.kind === "M") return c.exact;
  const [from, to] = [attoseconds(c.from), attoseconds(c.to)];
  let out = (BigInt(c.value) * from) / to;
  if (out * to > BigInt(c.value) * from) out--;
  return out > -(2n ** 63n) && out < 2n ** 63n ? String(out) : undefined;
}

/** Sums whose operands are out of range in the common unit: NumPy wrapped, and the vectors do not say so. */
const unmarkedOverflow = new Set(["dt03061"]);

test("datetime.json: NumPy's answers, exact where NumPy wraps", () => {
  const { cases, count: n } = vectors("datetime");
  expect(cases.length).toBe(n);
  const wrong: string[] = [];
  for (const c of cases as Case[]) {
    let got: unknown;
    let name = "";
    try {
      got = run(c);
    } catch (e) {
      got = "error";
      name = (e as Error).name;
    }
    const want = unmarkedOverflow.has(c.id) ? "error" : (beyondNumPy(c) ?? expected(c));
    if (got !== want) wrong.push(`${c.id} ${JSON.stringify(c)}: ${got}`);
    const names: Record<string, string> = {
      parse: "FormatSyntaxError",
      dtype: "FormatSyntaxError",
      range: "RangeError",
    };
    const wantName = names[c.error?.class] ?? (c.numpy_lenient ? "FormatSyntaxError" : "ConversionError");
    if (got === "error" && want === "error" && name !== wantName) wrong.push(`${c.id} ${name}, not ${wantName}`);
  }
  expect(wrong.slice(0, 10)).toEqual([]);
});

test("convertUnits gives what convertUnit gives, for every pair of the vectors at once", () => {
  const groups = new Map<string, Case[]>();
  for (const c of vectors("datetime").cases as Case[]) {
    if (c.op !== "convert" || c.overflow || c.error) continue;
    const key = `${c.from} ${c.to} ${c.kind}`;
    groups.set(key, [...(groups.get(key) ?? []), c]);
  }
  expect(groups.size).toBeGreaterThan(100);
  const wrong: string[] = [];
  for (const [key, cases] of groups) {
    const src = BigInt64Array.from(cases, (c) => count(c.value));
    const dst = new BigInt64Array(src.length);
    convertUnits(dst, src, cases[0].from, cases[0].to, kinds[cases[0].kind as "M" | "m"]);
    if ([...dst].map(shown).join() !== cases.map((c) => c.out).join()) wrong.push(`${key}: ${dst}`);
  }
  expect(wrong.slice(0, 10)).toEqual([]);
});
