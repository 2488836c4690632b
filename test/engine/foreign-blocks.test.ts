/** A user's block codec sees temporaries, never a view's memory: whatever it does with what it was handed, no byte goes where it does not belong. */
import { describe, expect, test } from "vitest";
import type { BlockCodec } from "../../src/dtype/dtype.js";
import { dtype } from "../../src/dtype/read.js";
import { DTypeRegistry } from "../../src/dtype/registry.js";
import type { ResidentView } from "../../src/engine/owned.js";
import { isStridebufError } from "../../src/errors.js";
import { backends } from "../lib/backends.js";
import { errorOf } from "../lib/errors.js";

type Handed = { dst: ArrayBufferLike; src: ArrayBufferLike; srcOffset: number; items: number };

/** Called in the middle of every conversion of the dtype below. */
let interfere: ((handed: Handed) => void) | undefined;

/** Two counts a block, each a byte. */
const block: BlockCodec = {
  count: 2,
  element: "float64",
  decode(dst, dstOffset, src, srcOffset, items) {
    interfere?.({ dst, src, srcOffset, items });
    new Float64Array(dst as ArrayBuffer, dstOffset, 2 * items).set(
      new Uint8Array(src as ArrayBuffer, srcOffset, 2 * items),
    );
  },
  encode(dst, dstOffset, src, srcOffset, items) {
    interfere?.({ dst, src, srcOffset, items });
    new Uint8Array(dst as ArrayBuffer, dstOffset, 2 * items).set(
      new Float64Array(src as ArrayBuffer, srcOffset, 2 * items),
    );
  },
  // Whoever says so has blocks of 34 bytes and 32 values.
  kernel: "decodeQ8_0",
};
const registry = new DTypeRegistry().register("pair", () => ({
  kind: "custom",
  itemsize: 2,
  codec: { hub: "value", block },
}));
const pair = dtype("[pair:x]", { registry });

const COUNT = 40;
/** Bytes on both sides of every view. */
const GUARD = 64;
const SECRET = 0xee;

for (const { name, api } of backends) {
  const place = (format: string | typeof pair, nbytes: number, shape: number[]) => {
    const buffer = new ArrayBuffer(nbytes + 2 * GUARD);
    const bytes = new Uint8Array(buffer).fill(SECRET);
    return { bytes, buffer, view: api.view(buffer, { format, shape, byteOffset: GUARD }) };
  };
  const numbers = Float64Array.from({ length: 2 * COUNT }, (_, i) => i);
  const source = () => {
    const placed = place(pair, 2 * COUNT, [COUNT]);
    placed.bytes.set(numbers, GUARD);
    return placed;
  };
  const target = () => place("d", 16 * COUNT, [2 * COUNT]);

  /** Every way in which the codec is asked, the memory it may touch none of, and what comes out when it behaves. */
  const ways: Record<string, () => { run: () => unknown; memories: ArrayBufferLike[]; guarded: Uint8Array[] }> = {
    decode: () => {
      const [to, from] = [target(), source()];
      return {
        run: () => {
          api.copy(to.view, from.view);
          return [...to.view.values()];
        },
        memories: [to.buffer, from.buffer],
        guarded: [to.bytes, from.bytes],
      };
    },
    encode: () => {
      const to = place(pair, 2 * COUNT, [COUNT]);
      return {
        run: () => {
          api.copy(to.view, numbers);
          return (to.view.toArray() as number[][]).flat();
        },
        memories: [to.buffer, numbers.buffer],
        guarded: [to.bytes],
      };
    },
    "toTypedArray into an array": () => {
      const [out, from] = [target(), source()];
      return {
        run: () => [...from.view.toTypedArray({ out: new Float64Array(out.buffer, GUARD, 2 * COUNT) })],
        memories: [out.buffer, from.buffer],
        guarded: [out.bytes, from.bytes],
      };
    },
    "items, one by one": () => {
      const from = source();
      return { run: () => (from.view.toArray() as number[][]).flat(), memories: [from.buffer], guarded: [from.bytes] };
    },
    "an item that is set": () => {
      const from = source();
      return {
        run: () => {
          from.view.set(3, from.view.get(3));
          return (from.view.toArray() as number[][]).flat();
        },
        memories: [from.buffer],
        guarded: [from.bytes],
      };
    },
  };

  describe(`${name}: a block codec of a user's`, () => {
    test("runs the backend it should", () => expect(api.backend.name).toBe(name));

    test.each(Object.keys(ways))("%s: is handed memory of its own, without what lies around its blocks", (way) => {
      const { run, memories, guarded } = ways[way]!();
      const before = guarded.map((bytes) => bytes.slice());
      const kept: ArrayBufferLike[] = [];
      interfere = ({ dst, src }) => {
        kept.push(dst, src);
        for (const memory of [dst, src]) {
          expect(memories).not.toContain(memory);
          expect([...new Uint8Array(memory as ArrayBuffer)]).not.toContain(SECRET);
        }
      };
      const result = run();
      interfere = undefined;
      expect(result).toEqual([...numbers]);
      expect(kept.length).toBeGreaterThan(0);
      for (const memory of kept) new Uint8Array(memory as ArrayBuffer).fill(SECRET);
      guarded.forEach((bytes, i) => {
        expect(bytes.subarray(0, GUARD)).toEqual(before[i]!.subarray(0, GUARD));
        expect(bytes.subarray(-GUARD)).toEqual(before[i]!.subarray(-GUARD));
      });
      expect(ways[way]!().run()).toEqual([...numbers]);
    });

    test.each(["encode", "decode"])("the destination is disposed in the middle of %s", (way) => {
      const dst = api.empty([way === "encode" ? COUNT : 2 * COUNT], way === "encode" ? pair : "d", {
        resident: true,
      }) as ResidentView;
      const src = way === "encode" ? api.view(numbers) : source().view;
      let next: ResidentView | undefined;
      interfere = () => {
        if (next !== undefined) return;
        dst.dispose();
        next = api.empty([2 * COUNT], "d", { resident: true }) as ResidentView;
        api.fill(next, 0);
      };
      const caught = errorOf(() => api.copy(dst, src));
      interfere = undefined;
      expect(isStridebufError(caught, "EngineError")).toBe(true);
      expect(next!.toBytes().every((byte) => byte === 0)).toBe(true);
      next!.dispose();
    });

    test("the array that values go to is detached in the middle", () => {
      const out = new Float64Array(2 * COUNT);
      interfere = () => void (out.length > 0 && structuredClone(out.buffer, { transfer: [out.buffer] }));
      const caught = errorOf(() => source().view.toTypedArray({ out }));
      interfere = undefined;
      expect(isStridebufError(caught, "BoundsError")).toBe(true);
    });

    test("one that throws leaves the destination as it was, one that calls in again gets its own values", () => {
      const to = target();
      interfere = () => {
        throw new Error("mine");
      };
      expect(() => api.copy(to.view, source().view)).toThrow("mine");
      expect(to.bytes.every((byte) => byte === SECRET)).toBe(true);
      interfere = () => {
        interfere = undefined;
        expect([...api.convert(source().view, "f").toTypedArray()]).toEqual([...numbers]);
        expect((api.convert(numbers, pair).toArray() as number[][]).flat()).toEqual([...numbers]);
      };
      api.copy(to.view, source().view);
      expect([...to.view.values()]).toEqual([...numbers]);
      expect(interfere).toBeUndefined();
    });

    test("blocks of this package's own need no temporary", () => {
      const blocks = api.view(new Uint8Array(34 * 4), { format: "[gguf:q8_0]" });
      const decoding = api.explainPlan(new Float32Array(32 * 4), blocks).operations.map(({ op }) => op);
      expect(decoding).toEqual(["transform"]);
      const packed = api.view(new Uint8Array(4), { format: "[packed:int4]" });
      const codes = api.explainPlan(new Int8Array(8), packed).operations.map(({ op }) => op);
      expect(codes).toEqual(["transform"]);
    });
  });
}
