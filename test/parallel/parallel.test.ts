/** The API over several threads: what they write is what one thread writes, whatever the shape. */
import { afterAll, describe, expect, test } from "vitest";
import { dtypes } from "../../src/dtype/dtypes.js";
import { type Parallel, parallel } from "../../src/parallel/index.js";
import { slice } from "../../src/view/slices.js";
import { backends } from "../lib/backends.js";
import { random } from "../lib/kernels.js";

const { api } = backends[0]!;
const crews: Parallel[] = [];
afterAll(() => {
  for (const crew of crews) crew.close();
});
async function crewOf(threads: number): Promise<Parallel> {
  const crew = await parallel({ threads, leastBytes: 1 << 17 });
  crews.push(crew);
  return crew;
}

/** The same random bytes in memory of the crew and in ordinary memory. */
function pair(crew: Parallel, shape: readonly number[], format: string, seed: number) {
  const shared = crew.empty(shape, format, { resident: true });
  const plain = api.empty(shape, format);
  const next = random(seed);
  const bytes = new Uint32Array(Math.ceil(plain.nbytes / 4));
  for (let i = 0; i < bytes.length; i++) bytes[i] = next();
  const source = new Uint8Array(bytes.buffer, 0, plain.nbytes);
  for (const view of [shared, plain]) new Uint8Array(view.buffer, view.byteOffset, view.nbytes).set(source);
  return { shared, plain };
}

const same = (a: { toBytes(): Uint8Array }, b: { toBytes(): Uint8Array }): boolean =>
  Buffer.compare(a.toBytes(), b.toBytes()) === 0;

describe.each([2, 4])("%i threads", (threads) => {
  test("conversions, swaps and copies of many sizes give what one thread gives", async () => {
    const crew = await crewOf(threads);
    expect(crew.threads).toBe(threads);
    expect(crew.reason).toBeUndefined();
    const next = random(threads);
    for (let round = 0; round < 12; round++) {
      const n = 60_000 + (next() % 400_000);
      for (const [from, to] of [
        ["f", "e"],
        ["e", "f"],
        ["d", "i"],
        [">f", "[ml_dtypes:bfloat16]"],
        ["H", ">d"],
        ["f", ">f"],
      ] as const) {
        const { shared, plain } = pair(crew, [n], from, round);
        const result = crew.convert(shared, to, { resident: true });
        expect(same(result, api.convert(plain, to)), `${from} → ${to}, ${n} items`).toBe(true);
        result.dispose();
        shared.dispose();
      }
    }
  });

  test("strided, transposed, reversed and broadcast views", async () => {
    const crew = await crewOf(threads);
    for (const [rows, columns] of [
      [1, 500_000],
      [3, 200_001],
      [700, 701],
      [100_000, 5],
      [512, 512],
    ] as const)
      for (const format of ["B", "H", "f", "d", "3s"]) {
        const { shared, plain } = pair(crew, [rows, columns], format, rows);
        const out = crew.empty([columns, rows], format, { resident: true });
        crew.copy(out, shared.transpose());
        expect(same(out, api.contiguous(plain.transpose())), `${format} ${rows}×${columns} transposed`).toBe(true);
        const turned = crew.empty([rows, columns], format, { resident: true });
        crew.copy(turned, shared.slice(slice(null, null, -1), slice(null, null, -1)));
        const expected = api.contiguous(plain.slice(slice(null, null, -1), slice(null, null, -1)));
        expect(same(turned, expected), `${format} ${rows}×${columns} reversed`).toBe(true);
        crew.copy(turned, shared.slice(slice(0, 1)));
        expect(same(turned.slice(rows - 1), plain.slice(0)), `${format} broadcast`).toBe(true);
        for (const view of [shared, out, turned]) view.dispose();
      }
    const nest = pair(crew, [20, 30, 40, 50], "H", 1);
    const out = crew.empty([40, 20, 50, 30], "H", { resident: true });
    crew.copy(out, nest.shared.transpose([2, 0, 3, 1]));
    expect(same(out, api.contiguous(nest.plain.transpose([2, 0, 3, 1])))).toBe(true);
  });

  test("in place, onto itself with overlap, checked, scaled, and between shared and ordinary memory", async () => {
    const crew = await crewOf(threads);
    const { shared, plain } = pair(crew, [300_001], ">I", 5);
    crew.byteswap(shared);
    api.byteswap(plain);
    expect(same(shared, plain)).toBe(true);
    crew.copy(shared.slice(slice(1, null)), shared.slice(slice(0, -1)));
    api.copy(plain.slice(slice(1, null)), plain.slice(slice(0, -1)));
    expect(same(shared, plain)).toBe(true);
    expect(() => crew.convert(shared, "B", { overflow: "error" })).toThrow(/does not fit/);
    expect(same(crew.convert(shared, "f", { scale: 0.5 }), api.convert(plain, "f", { scale: 0.5 }))).toBe(true);
    expect(same(crew.convert(plain, "d"), api.convert(plain, "d"))).toBe(true);
    crew.copy(plain, shared);
    crew.copy(shared, plain);
    expect(same(shared, plain)).toBe(true);
  });
});

test("memory that grows in between, and arrays made before it", async () => {
  const crew = await crewOf(2);
  const first = pair(crew, [200_000], "f", 3);
  const large = crew.empty([40 << 20], "B", { resident: true });
  const half = crew.convert(first.shared, "e", { resident: true });
  expect(same(half, api.convert(first.plain, "e"))).toBe(true);
  crew.fill(large, 7);
  expect(large.get((40 << 20) - 1)).toBe(7);
});

test("two hundred jobs one after the other, of all kinds of lengths", async () => {
  const crew = await crewOf(3);
  const { shared, plain } = pair(crew, [1 << 18], "f", 9);
  const out = crew.empty([1 << 18], "e", { resident: true });
  const expected = api.convert(plain, "e");
  for (let i = 0; i < 200; i++) {
    const n = 65_536 + ((i * 7919) % 190_000);
    crew.fill(out, 0);
    crew.copy(out.slice(slice(0, n)), shared.slice(slice(0, n)));
    expect(same(out.slice(slice(0, n)), expected.slice(slice(0, n))), `job ${i}`).toBe(true);
    expect(out.get(Math.min(n, (1 << 18) - 1))).toBe(0);
  }
});

test("after close, and with one thread, everything goes on in this one", async () => {
  const crew = await parallel({ threads: 2 });
  crew.close();
  crew.close();
  expect(crew.threads).toBe(1);
  const { shared, plain } = pair(crew, [300_000], "f", 2);
  expect(same(crew.convert(shared, "e", { resident: true }), api.convert(plain, "e"))).toBe(true);
  expect((await parallel({ threads: 1 })).threads).toBe(1);
});

test("where memory cannot be shared, one thread does it all and says why", async () => {
  const Memory = WebAssembly.Memory;
  WebAssembly.Memory = class extends Memory {
    constructor(descriptor: WebAssembly.MemoryDescriptor) {
      if (descriptor.shared) throw new TypeError("shared memory is not allowed here");
      super(descriptor);
    }
  };
  const crew = await parallel().finally(() => {
    WebAssembly.Memory = Memory;
  });
  expect([crew.threads, crew.reason]).toEqual([1, "TypeError: shared memory is not allowed here"]);
  expect(crew.convert(Float32Array.of(1.5), "e").get(0)).toBe(1.5);
  expect(crew.empty([2], dtypes.float32, { resident: true }).toArray()).toEqual([0, 0]);
});

test.each([[{ threads: 0 }], [{ threads: 1.5 }], [{ threads: 65 }], [{ thread: 2 }], [{ leastBytes: -1 }]])(
  "%o is refused",
  async (options) => {
    await expect(parallel(options as object)).rejects.toThrow(
      /"options.(threads|leastBytes)"|unknown option|did you mean/,
    );
  },
);
