/** Arrays of stores as tensors: `info`, `show`, `diff`. */
import { mkdirSync, readdirSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { beforeAll, expect, test } from "vitest";
import { arraySource, boxesOf } from "../../src/zarr/array-source.js";
import { readHierarchy } from "../../src/zarr/hierarchy.js";
import { FolderStore } from "../../src/zarr/store.js";
import { cli, temporaryFolder } from "../lib/cli.js";

const folder = temporaryFolder();
const [ROWS, COLUMNS, HIGH, WIDE] = [11, 13, 4, 5];
/** The chunk that is not there, and what stands for it. */
const MISSING = [1, 1];
const FILL = -1.5;
const item = (y: number, x: number): number =>
  Math.floor(y / HIGH) === MISSING[0] && Math.floor(x / WIDE) === MISSING[1] ? FILL : y * 100 + x;

function write(path: string, data: Uint8Array | object): void {
  mkdirSync(dirname(folder.path(path)), { recursive: true });
  writeFileSync(folder.path(path), data instanceof Uint8Array ? data : JSON.stringify(data));
}

beforeAll(() => {
  const metadata = { zarr_format: 2, shape: [ROWS, COLUMNS], chunks: [HIGH, WIDE], compressor: null, filters: null };
  write("s.zarr/.zgroup", { zarr_format: 2 });
  for (const order of ["C", "F"]) {
    write(`s.zarr/g/${order}/.zarray`, { ...metadata, dtype: ">f4", order, fill_value: FILL });
    for (let i = 0; i * HIGH < ROWS; i++)
      for (let j = 0; j * WIDE < COLUMNS; j++) {
        if (i === MISSING[0] && j === MISSING[1]) continue;
        const chunk = Buffer.alloc(HIGH * WIDE * 4);
        for (let y = 0; y < HIGH; y++)
          for (let x = 0; x < WIDE; x++)
            chunk.writeFloatBE((i * HIGH + y) * 100 + j * WIDE + x, 4 * (order === "C" ? y * WIDE + x : x * HIGH + y));
        write(`s.zarr/g/${order}/${i}.${j}`, chunk);
      }
  }
  write("s.zarr/words/.zarray", { ...metadata, dtype: "|O", order: "C", fill_value: "" });
});

const grid = (rows: readonly number[], columns: readonly number[]) => rows.map((y) => columns.map((x) => item(y, x)));
const range = (from: number, to: number, step = 1) =>
  Array.from({ length: Math.ceil((to - from) / step) }, (_, i) => from + i * step);

test("info lists the arrays, with statistics; those that cannot be read say why", async () => {
  const { status, out, err } = await cli("info", folder.path("s.zarr"), "--json");
  expect([status, err]).toEqual([1, ""]);
  const [{ container, tensors, unreadable }] = JSON.parse(out);
  expect(container).toBe("zarr");
  expect(
    tensors.map(({ name, dtype, byteOrder, shape }: Record<string, unknown>) => [name, dtype, byteOrder, shape]),
  ).toEqual([
    ["g/C", "float32", "big", [ROWS, COLUMNS]],
    ["g/F", "float32", "big", [ROWS, COLUMNS]],
  ]);
  const all = grid(range(0, ROWS), range(0, COLUMNS)).flat();
  for (const { statistics } of tensors) {
    expect([statistics.min, statistics.max]).toEqual([Math.min(...all), Math.max(...all)]);
    expect(statistics.mean).toBeCloseTo(all.reduce((sum, each) => sum + each, 0) / all.length, 8);
  }
  expect(JSON.stringify(unreadable)).toMatch(/no fixed number of bytes/);
});

test.each([
  ["", range(0, ROWS), range(0, COLUMNS)],
  ["[3:9, 2:12:3]", range(3, 9), range(2, 12, 3)],
  [
    "[::-4]",
    range(0, ROWS)
      .reverse()
      .filter((_, i) => i % 4 === 0),
    range(0, COLUMNS),
  ],
] as const)("show %s", async (index, rows, columns) => {
  for (const order of ["C", "F"]) {
    const { status, out, err } = await cli(
      "show",
      `${folder.path("s.zarr")}:g/${order}`,
      ...(index ? [index] : []),
      "--json",
    );
    expect([status, err]).toEqual([0, ""]);
    expect(JSON.parse(out).values).toEqual(grid(rows, columns));
  }
});

test("no more chunks are read than are shown", async () => {
  for (const name of readdirSync(folder.path("s.zarr/g/C"))) {
    if (name !== ".zarray" && name !== "0.1") write(`s.zarr/g/C/${name}`, Buffer.from("no chunk"));
  }
  const shown = await cli("show", folder.path("s.zarr/g/C"), "[1:4, 5:10]", "--json");
  expect(JSON.parse(shown.out).values).toEqual(grid(range(1, 4), range(5, 10)));
  const damaged = await cli("show", folder.path("s.zarr/g/C"), "[1:4, 5:11]", "--json");
  expect([damaged.status, damaged.out + damaged.err]).toEqual([
    1,
    expect.stringMatching(/0\.2: 8 bytes where a chunk has 80/),
  ]);
});

test.each([0, FILL, null])(
  "missing chunks, fill value %s: memory that was used before shows nothing of it",
  async (fill) => {
    const metadata = {
      zarr_format: 2,
      shape: [6],
      chunks: [2],
      dtype: "<f4",
      order: "C",
      compressor: null,
      filters: null,
    };
    write("holes/.zarray", { ...metadata, fill_value: fill });
    write("holes/1", new Uint8Array(Float32Array.of(3, 4).buffer));
    const store = new FolderStore(folder.path("holes"));
    const source = arraySource(store, (await readHierarchy(store)).arrays[0]!);
    const bytes = new Uint8Array(24).fill(0xff);
    await source.read(bytes, 0);
    const hole = fill ?? 0;
    expect([...new Float32Array(bytes.buffer)]).toEqual([hole, hole, 3, 4, hole, hole]);
    const some = new Uint8Array(7).fill(0xff);
    await source.read(some, 5);
    expect(some).toEqual(bytes.subarray(5, 12));
  },
);

test("diff of a store and itself", async () => {
  const [a, b] = ["g/F", "g/F"].map((name) => folder.path(`s.zarr/${name}`)) as [string, string];
  expect((await cli("diff", a, b)).status).toBe(0);
});

test("ranges of items are cut into boxes that hold them, in order, and nothing else", () => {
  for (const shape of [[], [5], [2, 3], [3, 1, 4], [2, 3, 2, 2]]) {
    const size = shape.reduce((product, length) => product * length, 1);
    for (let first = 0; first <= size; first++)
      for (let end = first; end <= size; end++) {
        const found: number[] = [];
        for (const box of boxesOf(shape, first, end)) {
          const visit = (axis: number, index: number): void => {
            if (axis === shape.length) found.push(index);
            else
              for (let i = 0; i < box[axis]!.count; i++) visit(axis + 1, index * shape[axis]! + box[axis]!.start + i);
          };
          visit(0, 0);
        }
        expect(found).toEqual(range(first, end));
      }
  }
});
