/** Random arrays, printed by NumPy where it is installed and by us. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { convert, copy, dtypeFromNumpyDescr, empty, type StridedView, view } from "../../src/index.js";
import { writeNpy } from "../../src/io/npy.js";
import { noise } from "../lib/moves.js";
import { pythonWith } from "../lib/python.js";
import { seeded } from "../lib/random.js";

const numpy = pythonWith("numpy");
const folder = mkdtempSync(join(tmpdir(), "stridebuf-print-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const SCRIPT = `
import json, sys, numpy as np
print(json.dumps([str(np.load(f"{sys.argv[1]}/{i}.npy")) for i in range(int(sys.argv[2]))]))`;

const COUNT = 400;
const types = "<f8 >f8 <f4 >f4 <f2 <c8 >c16 <i2 >i8 <u4 |b1 <M8[ms] >M8[D] <m8[s] |S3 |V3".split(" ");

/** Numbers of one temper each, some of them not finite. */
function reals(count: number, random: () => number): Float64Array {
  const temper = Math.floor(random() * 6);
  const scale = 10 ** Math.floor(random() * 4);
  const bits = new DataView(new ArrayBuffer(8));
  const draw = [
    () => Math.round(random() * 200 - 100),
    () => Math.round(random() * 2000 - 1000) / scale,
    () => random() * scale,
    () => 2 ** Math.round(random() * 40 - 20),
    () => 10 ** (random() * 20 - 10),
    () => {
      for (let i = 0; i < 8; i++) bits.setUint8(i, random() * 256);
      return bits.getFloat64(0);
    },
  ][temper]!;
  const odd = [Number.NaN, Infinity, -Infinity, -0, 0];
  const isOdd = random() < 0.3;
  return Float64Array.from({ length: count }, () =>
    isOdd && random() < 0.2 ? odd[Math.floor(random() * 5)]! : draw(),
  );
}

/** Where NumPy 2.3 began to write exponents, which older ones do not: nothing that shows it. */
const beyond = (type: string, x: number): number =>
  (/f2/.test(type) && Math.abs(x) >= 1e3) || (/f4|c8/.test(type) && Math.abs(x) >= 1e6) ? 1 : x;

function column(descr: string, shape: readonly number[], random: () => number): StridedView {
  const type = dtypeFromNumpyDescr(descr);
  const count = shape.reduce((product, length) => product * length, 1);
  if (type.kind === "float" || type.kind === "complex") {
    const numbers = reals(2 * count, random).map((x) => beyond(descr, x));
    const from = view(numbers, { format: type.kind === "float" ? "d" : "Zd" });
    return convert(from.slice(`:${count}`), type).reshape(shape) as StridedView;
  }
  const bytes = noise(count * type.itemsize, Math.floor(random() * 2 ** 31));
  if (type.kind === "bool")
    return view(
      bytes.map((byte) => byte & 1),
      { format: type, shape },
    );
  if (type.kind === "datetime" || type.kind === "timedelta")
    return convert(
      view(
        new BigInt64Array(count).map(
          () => BigInt(Math.round(random() * 4e9 - 2e9)) / (type.unit![0] === "D" ? 10_000n : 1n),
        ),
        { shape },
      ),
      descr.startsWith(">") ? ">q" : "<q",
    ).reinterpret(type);
  return view(bytes, { format: type, shape });
}

function arrayOf(seed: number): StridedView {
  const random = seeded(seed);
  const pick = () => types[Math.floor(random() * types.length)]!;
  const rank = 1 + Math.floor(random() * 3);
  const longest = [30, 9, 5][rank - 1]!;
  const shape = Array.from({ length: rank }, () => 1 + Math.floor(random() * longest));
  if (random() < 0.2) shape[rank - 1]! = 1100;
  if (random() < 0.7) return column(pick(), shape, random);
  const [a, b, c] = [pick(), pick(), pick()];
  const items = empty(
    shape,
    dtypeFromNumpyDescr([
      ["a", a],
      ["b", b, [2]],
      ["c", [["d", c]]],
    ]),
  );
  copy(items.field("a"), column(a, shape, random));
  copy(items.field("b"), column(b, [...shape, 2], random));
  copy(items.field("c", "d"), column(c, shape, random));
  return items;
}

test.skipIf(numpy.path === null)(`${COUNT} random arrays print as by ${numpy.title}`, () => {
  const arrays = Array.from({ length: COUNT }, (_, i) => arrayOf(i));
  for (const [i, each] of arrays.entries()) writeFileSync(join(folder, `${i}.npy`), writeNpy(each));
  const texts = numpy.json(SCRIPT, folder, String(COUNT)) as string[];
  const wrong = arrays.flatMap((each, i) => {
    const expected = texts[i]!.replaceAll("True", "true").replaceAll("False", "false");
    const lines = each.toString().split("\n");
    const facts = lines.pop();
    const text = lines.join("\n");
    return text === expected ? [] : [{ i, facts, text, expected }];
  });
  expect(wrong).toEqual([]);
});
