import { writeFileSync } from "node:fs";
import { expect, test } from "vitest";
import { readPart, select } from "../../src/cli/parts.js";
import { NaT } from "../../src/datetime/index.js";
import { dtypes } from "../../src/dtype/dtypes.js";
import { convert, dtypeFromNumpyDescr, empty, view } from "../../src/index.js";
import { writeNpy, writeNpz } from "../../src/io/npy.js";
import { openTensorFile } from "../../src/io/open-file.js";
import { bytesSource } from "../../src/io/random-access.js";
import { writeSafetensors } from "../../src/io/safetensors.js";
import { cli, temporaryFolder } from "../lib/cli.js";

const folder = temporaryFolder();
const put = (name: string, bytes: Uint8Array): string => {
  writeFileSync(folder.path(name), bytes);
  return folder.path(name);
};

const grid = view(
  new Float32Array(24).map((_, i) => i / 10),
  { shape: [4, 6] },
);

async function shown(...args: string[]): Promise<string> {
  const result = await cli("show", ...args);
  expect(result).toMatchObject({ status: 0, err: "" });
  return result.out;
}

test("arrays as NumPy prints them", async () => {
  const path = put("grid.npy", writeNpy(grid));
  expect(await shown(path, "[1:3, ::2]")).toBe(`${path} [1:3, ::2]  float32 (4, 6), C
[[0.6 0.8 1. ]
 [1.2 1.4 1.6]]`);
  expect(await shown(path, "-1")).toContain("[1.8 1.9 2.  2.1 2.2 2.3]");
  expect(await shown(path, "0,0")).toMatch(/\n0\.?$/);
  expect(await shown(path, "--head", "1", "--tail", "1")).toMatch(/\[\[0\. .*\]\]\n…\n\[\[1\.8 .*\]\]$/);
  const large = put("large.npy", writeNpy(view(new Int32Array(4000).map((_, i) => i))));
  expect(await shown(large)).toMatch(/\n\[ *0 +1 +2 +\.\.\. +3997 +3998 +3999\]$/);
});

test("records as a table, dates as dates, text as text", async () => {
  const point: [string, string, number[]?][] = [
    ["x", "<i2"],
    ["y", "<f4", [2]],
  ];
  const type = dtypeFromNumpyDescr([
    ["id", "<i4"],
    ["day", "<M8[D]"],
    ["tag", "S5"],
    ["p", point],
  ]);
  const items = empty([30], type);
  const tag = new TextEncoder().encode("\u001b[1m\0");
  for (let i = 0; i < 30; i++) {
    items.set(i, { id: i, day: i === 1 ? NaT : BigInt(i), tag, p: { x: -i, y: [0.1, i] } });
  }
  const path = put("records.npy", writeNpy(items));
  const lines = (await shown(path)).split("\n");
  expect(lines[0]).toBe(`${path}  records of 5 fields (30,)`);
  expect(lines[1]).toMatch(/^ +id +day +tag +p\.x +p\.y$/);
  expect(lines[2]).toMatch(/^ +int32 +datetime64\[D\] +/);
  expect(lines[4]).toMatch(/^ 1 +1 +NaT +\\x1b\[1m +-1 +\[ 0\.1, {2}1\. \]$/);
  expect(lines[8]).toMatch(/^ *… +… /);
  expect(lines.at(-1)).toMatch(/^29 +29 +1970-01-30 /);
  expect(await shown(path, "::-1", "--head", "1", "--csv")).toBe(
    "id,day,tag,p.x,p.y\n29,1970-01-30,\\x1b[1m,-29,[0.1 29]",
  );
  const [first] = JSON.parse(await shown(path, "--head", "1", "--json")).values;
  expect(first).toEqual({ id: 0, day: "1970-01-01", tag: "\u001b[1m", p: { x: 0, y: [0.1, 0] } });
});

test("matrices of complex numbers in records, as a table and as CSV", async () => {
  const items = empty([1], dtypeFromNumpyDescr([["z", "<c8", [1, 2]]]));
  items.set(0, {
    z: [
      [
        { re: 1, im: -2 },
        { re: 0.1, im: 0 },
      ],
    ],
  });
  const path = put("complex.npy", writeNpy(items));
  expect(await shown(path, "--csv")).toBe("z\n[[1-2j 0.1+0j]]");
  expect((await shown(path)).split("\n").at(-1)).toMatch(/\[\[1\. -2\.j, 0\.1\+0\.j\]\]$/);
});

test("CSV: matrices as they stand, more axes with their indices, large ones tile by tile", async () => {
  const path = put("csv.npy", writeNpy(grid));
  expect(await shown(path, ":2, :3", "--csv")).toBe("0,0.1,0.2\n0.6,0.7,0.8");
  const cube = put(
    "cube.npy",
    writeNpy(
      view(
        new Uint8Array(8).map((_, i) => i),
        { shape: [2, 2, 2] },
      ),
    ),
  );
  expect((await shown(cube, "--csv")).split("\n").slice(0, 3)).toEqual([
    "axis0,axis1,axis2,value",
    "0,0,0,0",
    "0,0,1,1",
  ]);
  const tall = put("tall.npy", writeNpy(view(new Float64Array(300_000).map((_, i) => i))));
  const lines = (await shown(tall, "--csv")).split("\n");
  expect([lines.length, lines[299_999]]).toEqual([300_000, "299999"]);
});

test("a tensor of several is named after a colon or with --tensor; names that are none list what there is", async () => {
  const npz = put("two.npz", writeNpz({ x: grid, "y:z": view(Uint8Array.of(7)) }));
  expect(await shown(`${npz}:y:z`)).toMatch(/\[7\]$/);
  expect(await shown(npz, "--tensor", "y:z")).toMatch(/\[7\]$/);
  expect((await cli("show", npz)).err).toMatch(
    /holds 2 tensors, say which one with --tensor, or as in .*two\.npz:x; there are: x, y:z$/,
  );
  expect((await cli("show", `${npz}:q`)).err).toMatch(/no tensor "q"; there are: x, y:z$/);
});

test("reads only what it shows", async () => {
  const bytes = writeNpy(view(new Float64Array(1_000_000), { shape: [1000, 1000] }));
  let read = 0;
  const source = bytesSource(bytes);
  const counting = {
    byteLength: source.byteLength,
    read(dst: Uint8Array, byteOffset: number) {
      read += dst.length;
      return source.read(dst, byteOffset);
    },
  };
  const [tensor] = (await openTensorFile(counting)).tensors;
  await readPart({ source: counting, tensor: tensor! }, select([1000, 1000], "5, 10:20"));
  await readPart({ source: counting, tensor: tensor! }, select([1000, 1000], "::500, 0"));
  expect(read).toBeLessThan(500);
});

test("parts are what slices of the whole are, in both orders, packed values too", async () => {
  const shape = [5, 7, 6];
  const all = view(
    new Uint16Array(210).map((_, i) => i * 3),
    { shape },
  );
  for (const order of ["C", "F"] as const) {
    const bytes = writeNpy(order === "C" ? all : convert(all, "H", { order: "F" }));
    const source = bytesSource(bytes);
    const [tensor] = (await openTensorFile(source)).tensors;
    for (const text of ["", "1", "::-1", "-2:, ::3, 1::2", "..., 0", "4:0:-2, 2, ::-5", "3:3", ":, 1:2, -1"]) {
      const part = await readPart({ source, tensor: tensor! }, select(shape, text));
      expect(part.toArray(), `${order} [${text}]`).toEqual(all.slice(text === "" ? "..." : text).toArray());
    }
  }
  const four = view(Uint8Array.of(2, 4, 6, 7), { format: dtypes.float4_e2m1fn });
  expect(await shown(put("four.safetensors", writeSafetensors({ four })), "1:3")).toMatch(/\[2\. 4\.\]$/);
});

test.each([
  [["[0, 0, 0]"], 1, /\[0, 0, 0\] has 3 indices, the tensor has 2 axes: \[4,6\]/],
  [["7"], 1, /index 7 is out of bounds for axis 0 of length 4/],
  [["a:b"], 1, /expected an integer, start:stop:step/],
  [["0,0", "--head", "2"], 1, /--head and --tail need an axis/],
  [["--csv", "--json"], 2, /exclude each other/],
  [["--head", "x"], 2, /--head takes whole numbers/],
])("refuses %j", async (args, status, err) => {
  const path = put("wrong.npy", writeNpy(grid));
  const result = await cli("show", path, ...args);
  expect(result).toMatchObject({ status, out: "", err: expect.stringMatching(err) });
  expect(result.err).not.toContain("\n");
});

test("how much is shown: --threshold, --edge, --width", async () => {
  const path = folder.path("long.npy");
  writeFileSync(path, writeNpy(view(Int16Array.from({ length: 2000 }, (_, i) => i))));
  const values = async (...args: string[]) => (await cli("show", path, ...args)).out.split("\n").slice(1).join("\n");
  expect(await values()).toBe("[   0    1    2 ... 1997 1998 1999]");
  expect(await values("--edge", "1")).toBe("[   0 ... 1999]");
  expect(await values(":12", "--threshold", "4", "--edge", "2")).toBe("[ 0  1 ... 10 11]");
  expect((await values("--threshold", "2000")).match(/\d+/g)?.length).toBe(2000);
  expect(await values(":9", "--width", "10")).toBe("[0 1 2 3\n 4 5 6 7\n 8]");
  expect(await cli("show", path, "--edge", "0")).toMatchObject({ status: 2, err: expect.stringContaining(">= 1") });
  const records = folder.path("many-records.npy");
  writeFileSync(records, writeNpy(view(new Uint8Array(300), { format: "T{B:a:B:b:B:c:}", shape: [100] })));
  expect((await cli("show", records, "--edge", "2")).out.split("\n").length).toBe(1 + 2 + 5);
  expect((await cli("show", records, "--threshold", "100")).out.split("\n").length).toBe(1 + 2 + 100);
});
