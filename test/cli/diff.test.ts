import { writeFileSync } from "node:fs";
import { expect, test } from "vitest";
import { convert, dtypes, empty, view } from "../../src/index.js";
import { writeNpy, writeNpz } from "../../src/io/npy.js";
import { cli, temporaryFolder } from "../lib/cli.js";

const folder = temporaryFolder();
const put = (name: string, bytes: Uint8Array): string => {
  writeFileSync(folder.path(name), bytes);
  return folder.path(name);
};

const base = new Float32Array(24).map((_, i) => i / 10);
const grid = (change: (values: Float32Array) => void = () => {}) => {
  const values = Float32Array.from(base);
  change(values);
  return view(values, { shape: [4, 6] });
};
const a = () => put("a.npy", writeNpy(grid()));

test("the same values are the same, whatever their byte order, order and container", async () => {
  const others = [
    put("b.npy", writeNpy(grid())),
    put("big.npy", writeNpy(convert(grid(), ">f"))),
    put("f.npy", writeNpy(convert(grid(), ">f", { order: "F" }))),
    put("b.npz", writeNpz({ x: grid() })),
  ];
  for (const other of others) {
    expect(await cli("diff", a(), other), other).toMatchObject({ status: 0, out: "the same: 1 tensor" });
  }
});

test("the first difference, how many, and how large they are", async () => {
  const changed = grid((values) => {
    values[8] = Math.fround(0.8000001);
    values[20] = 2.5;
    values[23] = Number.NaN;
  });
  const { status, out } = await cli("diff", a(), put("changed.npy", writeNpy(changed)));
  expect(status).toBe(1);
  const ulps = Math.round((2.5 - 2) / 2 ** -22);
  expect(out).toBe(
    `3 of 24 items differ (12.5 %), first at [1, 2]: 0.8 and 0.8000001, max absolute error 0.5, max ${ulps.toLocaleString("en")} ulps`,
  );
  const order = put("changed-f.npy", writeNpy(convert(changed, ">f", { order: "F" })));
  expect((await cli("diff", a(), order)).out).toBe(out);
});

test.each(["f", "d", "e", "bfloat16", "float8_e4m3fn"])("ulps of %s count representable values", async (name) => {
  const type = name.length > 1 ? dtypes[name as "bfloat16"] : name;
  const codes = (...values: number[]) => {
    const items = convert(view(Float64Array.from(values)), type);
    return items;
  };
  const one = codes(1);
  const bytes = new Uint8Array(one.buffer as ArrayBuffer, one.byteOffset, one.nbytes);
  bytes[0]! += 3;
  const [x, y] = [put("x.bin", codes(1).toBytes()), put("y.bin", one.toBytes())];
  const result = await cli("diff", x, y, "--format", name, "--json");
  expect(JSON.parse(result.out).tensors[0].parts[0], name).toMatchObject({ count: 1, maxUlp: 3 });
});

test("tolerances, NaN, and 64-bit integers", async () => {
  const near = put(
    "near.npy",
    writeNpy(
      view(
        base.map((v) => v * 1.0005),
        { shape: [4, 6] },
      ),
    ),
  );
  expect((await cli("diff", a(), near)).status).toBe(1);
  expect((await cli("diff", a(), near, "--rtol", "1e-3")).status).toBe(0);
  const half = put("half.npy", writeNpy(convert(grid(), "e")));
  expect((await cli("diff", a(), half)).out).toMatch(/^dtype float32 and float16$/m);
  expect((await cli("diff", a(), half, "--rtol", "1e-3")).status).toBe(0);
  const nan = put("nan.npy", writeNpy(view(Float64Array.of(Number.NaN))));
  const other = put("nan2.npy", writeNpy(convert(view(Float64Array.of(-Number.NaN)), ">d")));
  expect((await cli("diff", nan, other)).status).toBe(0);
  const wide = put("wide.npy", writeNpy(view(BigInt64Array.of(2n ** 62n))));
  const next = put("next.npy", writeNpy(view(BigInt64Array.of(2n ** 62n + 1n))));
  expect((await cli("diff", wide, next)).out).toMatch(
    /4611686018427387904 and 4611686018427387905, max absolute error 1$/,
  );
});

test("records by field, containers by name", async () => {
  const records = (tag: string) => {
    const items = empty([2], "T{<i:id:2s:tag:}");
    items.set(1, { id: 1, tag: new TextEncoder().encode(tag) } as never);
    return items;
  };
  const [x, y] = [put("r1.npy", writeNpy(records("ab"))), put("r2.npy", writeNpy(records("ac")))];
  expect((await cli("diff", x, y)).out).toBe("tag: 1 of 2 items differs (50.0 %), first at [1]: ab and ac");
  const left = put("l.npz", writeNpz({ p: grid(), q: grid() }));
  const right = put("r.npz", writeNpz({ p: grid((values) => values.set([9])), s: grid() }));
  const { out, status } = await cli("diff", left, right);
  expect(status).toBe(1);
  expect(out.split("\n")).toEqual([
    `only in ${left}: q`,
    `only in ${right}: s`,
    expect.stringMatching(/^p: 1 of 24 items differs/),
    "0 tensors of 1 the same",
  ]);
  expect(await cli("diff", `${left}:q`, `${right}:s`)).toMatchObject({ status: 0 });
  expect(await cli("diff", left, right, "--quiet")).toMatchObject({ status: 1, out: "" });
  expect((await cli("diff", a(), put("s.npy", writeNpy(view(base))))).out).toBe("shape (4, 6) and (24,)");
  expect(await cli("diff", a(), `${left}:zz`)).toMatchObject({
    status: 1,
    err: expect.stringMatching(/no tensor "zz"/),
  });
});
