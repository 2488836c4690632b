/** Users' functions in the middle of the engine, and memory that outlives its views: no byte goes where it does not belong. */
import { setTimeout } from "node:timers/promises";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { describe, expect, test } from "vitest";
import { dtype } from "../../src/dtype/read.js";
import { DTypeRegistry } from "../../src/dtype/registry.js";
import type { ResidentView } from "../../src/engine/owned.js";
import { isStridebufError } from "../../src/errors.js";
import { backends } from "../lib/backends.js";

/** Called once in the middle of every conversion of the dtypes below. */
let interfere: (() => void) | undefined;

function now(): void {
  const run = interfere;
  interfere = undefined;
  run?.();
}

/** Items of two bytes, counts of halves: in tiles, or one by one. */
const registry = new DTypeRegistry().register("half", (body) => ({
  kind: "float",
  itemsize: 2,
  alignment: 2,
  codec:
    body === "tiles"
      ? {
          hub: "float64",
          decodeTile(dst, src, count) {
            now();
            const items = new DataView(src.buffer, src.byteOffset);
            for (let i = 0; i < count; i++) dst[i] = items.getInt16(2 * i, true) / 2;
          },
          encodeTile(dst, src, count) {
            now();
            const items = new DataView(dst.buffer, dst.byteOffset);
            for (let i = 0; i < count; i++) items.setInt16(2 * i, 2 * (src[i] as number), true);
          },
        }
      : {
          hub: "float64",
          read(items, offset, littleEndian) {
            now();
            return items.getInt16(offset, littleEndian) / 2;
          },
          write(items, offset, value, littleEndian) {
            now();
            items.setInt16(offset, 2 * (value as number), littleEndian);
          },
        },
}));

/** What the compiler's library does not know yet. */
type ResizableBuffer = new (
  nbytes: number,
  options: { maxByteLength: number },
) => ArrayBuffer & { resize(n: number): void };

const COUNT = 3000;
const numbers = Float64Array.from({ length: COUNT }, (_, i) => i / 2);

for (const { name, api } of backends)
  for (const body of ["tiles", "items"])
    describe(`${name}, ${body}`, () => {
      const { view, convert, copy, empty } = api;
      const half = dtype(`[half:${body}]`, { registry });
      const coded = () => convert(numbers, half);
      const resident = (format: string | typeof half) => empty([COUNT], format, { resident: true }) as ResidentView;

      test("runs the backend it should", () => expect(api.backend.name).toBe(name));

      test("a conversion in the middle of another", () => {
        interfere = () => expect([...convert(coded(), "d").toTypedArray()]).toEqual([...numbers]);
        const out = convert(coded(), "d");
        interfere = () => expect([...convert(numbers.subarray(0, 1100), "f").toTypedArray()].at(-1)).toBe(549.5);
        const strided = convert(convert(numbers, half).slice("::-1"), ">f");
        expect([...out.toTypedArray()]).toEqual([...numbers]);
        expect(strided.toArray()).toEqual([...numbers].reverse());
      });

      test.each(["encode", "decode"])("the destination is disposed in the middle of %s", (way) => {
        const dst = resident(way === "encode" ? half : "d");
        const src = way === "encode" ? view(numbers) : coded();
        let next: ResidentView | undefined;
        interfere = () => {
          dst.dispose();
          next = resident("d");
        };
        let caught: unknown;
        try {
          copy(dst, src);
        } catch (error) {
          caught = error;
        }
        expect(isStridebufError(caught, "EngineError")).toBe(true);
        expect(next!.toBytes().every((byte) => byte === 0)).toBe(true);
        next!.dispose();
      });

      test.each(["transferred", "shrunk"])("the destination is %s in the middle", (how) => {
        const buffer = new (ArrayBuffer as unknown as ResizableBuffer)(8 * COUNT, { maxByteLength: 8 * COUNT });
        const dst = view(buffer, { format: "d", shape: [COUNT] });
        const src = coded();
        interfere = () => (how === "shrunk" ? buffer.resize(8) : structuredClone(buffer, { transfer: [buffer] }));
        let caught: unknown;
        try {
          copy(dst, src);
        } catch (error) {
          caught = error;
        }
        expect(isStridebufError(caught, "BoundsError")).toBe(true);
        if (how === "shrunk") expect(new Float64Array(buffer)).toEqual(Float64Array.of(0));
      });

      test("a function that throws leaves the destination as it was, and the next conversion right", () => {
        const dst = new Float64Array(COUNT).fill(7);
        const src = coded();
        interfere = () => {
          throw new Error("mine");
        };
        expect(() => copy(dst, src)).toThrow("mine");
        expect(dst.every((x) => x === 7)).toBe(true);
        copy(dst, src);
        expect([...dst]).toEqual([...numbers]);
      });
    });

for (const { name, api } of backends)
  test(`${name}: an array over resident memory outlives its view`, async () => {
    expect(api.backend.name).toBe(name);
    setFlagsFromString("--expose-gc");
    const collect = runInNewContext("gc") as () => void;
    const numbers = Float32Array.of(1.5, 2.5);
    const array = api.convert(numbers, "d", { resident: true }).toTypedArray() as Float64Array;
    const part = api.convert(numbers, "d", { resident: true }).toTypedArray().subarray(1) as Float64Array;
    const { buffer, byteOffset } = api.convert(numbers, "d", { resident: true });
    for (let i = 0; i < 5; i++) {
      collect();
      await setTimeout(5);
    }
    const others = Array.from({ length: 50 }, () => api.empty([2], "d", { resident: true }) as ResidentView);
    for (const other of others) api.fill(other, 9);
    // Growth detaches arrays over Wasm memory; these few blocks fit.
    expect([...array]).toEqual([1.5, 2.5]);
    expect([...part]).toEqual([2.5]);
    expect([...new Float64Array(buffer, byteOffset, 2)]).toEqual([1.5, 2.5]);
    array.fill(0);
    for (const other of others) expect(other.toArray()).toEqual([9, 9]);
    for (const other of others) other.dispose();
  });
