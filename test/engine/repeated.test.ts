/** Copies of a geometry that has been copied before: what was worked out then must not outlive what it depended on. */
import { describe, expect, it } from "vitest";
import type { StridedView } from "../../src/index.js";
import { dtype, isStridebufError } from "../../src/index.js";
import { backends } from "../lib/backends.js";
import { errorOf } from "../lib/errors.js";

const tagOf = (run: () => unknown): string | undefined => {
  const error = errorOf(run);
  return isStridebufError(error) ? error.name : error === undefined ? undefined : String(error);
};

describe.each(backends)("repeated copies, $name backend", ({ api }) => {
  const bytes = (n: number, seed = 1) => Uint8Array.from({ length: n }, (_, i) => (i * 37 + seed * 101) & 255);
  const again = (times: number, run: (time: number) => void) => {
    for (let time = 0; time < times; time++) run(time);
  };

  it("follows the offsets of each pair of views", () => {
    const memory = bytes(4096);
    const source = api.view(memory);
    again(40, (time) => {
      const out = new Uint8Array(80);
      const at = time * 13;
      const src = source.slice(`${at}:${at + 48}`).cast("I");
      api.copy(api.view(out.buffer, { format: "I", shape: [12], byteOffset: 16 }), src);
      expect(out.subarray(16, 64)).toEqual(memory.subarray(at, at + 48));
      expect(out.subarray(0, 16)).toEqual(new Uint8Array(16));
      expect(out.subarray(64)).toEqual(new Uint8Array(16));
    });
  });

  it("sees that the second pair overlaps where the first did not", () => {
    for (const shift of [64, 4, 8, 0, -4, -20, 64, 1]) {
      const memory = bytes(256);
      const expected = memory.slice();
      expected.copyWithin(100 + shift, 100, 164);
      const whole = api.view(memory.buffer, { format: "B", shape: [256] });
      const src = whole.slice("100:164");
      api.copy(whole.slice(`${100 + shift}:${164 + shift}`), src);
      expect(memory).toEqual(expected);
    }
  });

  it("sees the same for strided views and for bytes that are turned", () => {
    for (const shift of [128, 2, 64, 6, 0]) {
      const memory = bytes(512);
      const copied = memory.slice(64, 192);
      const view = (byteOffset: number, format: string) =>
        api.view(memory.buffer, { format, shape: [16], strides: [8], byteOffset });
      api.copy(view(64 + shift, ">H"), view(64, "<H"));
      for (let i = 0; i < 16; i++) {
        expect([memory[64 + shift + 8 * i], memory[65 + shift + 8 * i]]).toEqual([copied[8 * i + 1], copied[8 * i]]);
      }
    }
  });

  it("refuses memory that was detached, and leaves the destination as it was", () => {
    const out = new Float32Array(64).fill(7);
    const source = new Float64Array(64).fill(3);
    const src = api.view(source);
    again(3, () => api.copy(out, src));
    out.fill(7);
    structuredClone(source.buffer, { transfer: [source.buffer] });
    expect(tagOf(() => api.copy(out, src))).toBe("BoundsError");
    expect(out).toEqual(new Float32Array(64).fill(7));
  });

  it("refuses a byte swap of memory that was detached", () => {
    const array = new Uint32Array(64);
    const target = api.view(array);
    again(3, () => api.byteswap(target));
    structuredClone(array.buffer, { transfer: [array.buffer] });
    expect(tagOf(() => api.byteswap(target))).toBe("BoundsError");
  });

  it("finds resident memory after it has grown and moved", () => {
    const values = Float32Array.from({ length: 32 }, (_, i) => i * 0.5);
    const from = api.empty([32], "f", { resident: true });
    const to = api.empty([32], "d", { resident: true });
    const kept: StridedView[] = [];
    again(4, (time) => {
      api.copy(
        from,
        values.map((x) => x + time),
      );
      api.copy(to, from);
      expect(to.toArray()).toEqual(Array.from(values, (x) => x + time));
      kept.push(api.empty([9_000_000], "B", { resident: true }));
    });
  });

  it("keeps apart what differs only in shape, strides, types or order", () => {
    const memory = bytes(720);
    const layouts = [
      { format: "<H", shape: [4, 6], strides: [12, 2] },
      { format: "<H", shape: [6, 4], strides: [2, 12] },
      { format: ">H", shape: [4, 6], strides: [12, 2] },
      { format: "<h", shape: [4, 6], strides: [12, 2] },
      { format: "<H", shape: [4, 6], strides: [-12, 2], byteOffset: 36 },
      { format: "<H", shape: [24], strides: [2] },
      { format: "B", shape: [4, 6], strides: [12, 2] },
    ];
    const reference = layouts.map((layout) => api.view(memory.buffer, layout).toArray());
    again(30, (time) => {
      const which = (time * 5) % layouts.length;
      const { format, shape } = layouts[which]!;
      const out = api.empty(shape, format);
      api.copy(out, api.view(memory.buffer, layouts[which]!));
      expect(out.toArray()).toEqual(reference[which]);
      const turned = api.empty(shape, "d");
      api.copy(turned, api.view(memory.buffer, layouts[which]!));
      expect(turned.toArray()).toEqual(reference[which]);
    });
  });

  it("refuses shapes that do not broadcast and destinations that overlap themselves, every time", () => {
    again(3, () => {
      expect(tagOf(() => api.copy(new Uint8Array(5), new Uint8Array(6)))).toBe("LayoutError");
      const folded = api.view(new Uint8Array(8).buffer, { format: "B", shape: [4], strides: [0] });
      expect(tagOf(() => api.copy(folded, bytes(4)))).toBe("LayoutError");
      const packed = api.view(new Uint8Array(8).buffer, { format: "H", shape: [4], strides: [1] });
      expect(tagOf(() => api.byteswap(packed))).toBe("LayoutError");
    });
  });

  it("gives what single elements give, for layouts that come back at other places of the same or other memory", () => {
    let state = 7;
    const random = (below: number) => {
      state = (Math.imul(state, 1103515245) + 12345) & 0x7fffffff;
      return (state >> 8) % below;
    };
    const shapes = [[5], [24], [3, 4], [6, 5], [2, 3, 4]];
    const letters = ["B", "H", "I", "q", "d"];
    const placed = (memory: Uint8Array, letter: string, shape: readonly number[]) => {
      const format = `${random(2) ? "<" : ">"}${letter}`;
      const axes = shape.map((_, axis) => axis);
      if (random(2)) axes.reverse();
      const strides = new Array<number>(shape.length);
      let step = dtype(format).itemsize + random(3);
      for (const axis of axes) {
        strides[axis] = step;
        step *= shape[axis]!;
      }
      let byteOffset = 8 + random(300);
      if (random(4) === 0) {
        byteOffset += strides[0]! * (shape[0]! - 1);
        strides[0] = -strides[0]!;
      }
      return api.view(memory.buffer, { format, shape, strides, byteOffset });
    };
    const bytesOf = (count: number) => Uint8Array.from({ length: count }, () => random(128));
    let overlapping = 0;
    again(3000, () => {
      const target = bytesOf(1024);
      const source = random(2) ? target : bytesOf(1024);
      const shape = shapes[random(shapes.length)]!;
      const letter = letters[random(letters.length)]!;
      const dst = placed(target, random(3) ? letter : "d", shape);
      const src = placed(source, letter, shape);
      if (source === target) overlapping++;
      const expected = target.slice();
      const { strides, byteOffset } = dst;
      const twin = api.view(expected.buffer, { format: dst.format, shape, strides, byteOffset });
      const values = (src.toArray() as (number | bigint)[]).flat(2);
      for (const [flat, value] of values.entries()) {
        const index: number[] = [];
        let rest = flat;
        for (const n of shape.toReversed()) {
          index.unshift(rest % n);
          rest = Math.floor(rest / n);
        }
        twin.set(...index, dst.format.endsWith("d") ? Number(value) : value);
      }
      api.copy(dst, src);
      // toEqual takes most of a millisecond for a kilobyte.
      if (Buffer.compare(target, expected) !== 0) expect(target).toEqual(expected);
    });
    expect(overlapping).toBeGreaterThan(1000);
  });

  /** What the platform may do by a call or two over arrays that the views keep. */
  const calls: readonly [name: string, to: string, from: string, isReversed?: boolean][] = [
    ["a copy", "<f", "<f"],
    ["a swap of two bytes", ">H", "<H"],
    ["a swap of eight bytes", ">d", "<d"],
    ["a reversal", "<I", "<I", true],
    ["a reversal of two bytes", "<H", "<H", true],
    ["a reversal of eight bytes", "<d", "<d", true],
    ["a conversion", "<d", "<f"],
    ["a conversion of integers", "<f", "<h"],
  ];
  it.each(calls)("%s: the same from time to time, at any place and of any size", (_, to, from, isReversed = false) => {
    for (const count of [1, 3, 16, 33, 128, 1024, 16_384, 140_000])
      for (const offset of [0, 1, 8]) {
        const source = new Uint8Array(offset + count * dtype(from).itemsize);
        const target = new Uint8Array(offset + count * dtype(to).itemsize + 5);
        const over = (memory: Uint8Array, format: string): StridedView =>
          api.view(memory, { format, shape: [count], byteOffset: offset });
        const values = (): StridedView => (isReversed ? over(source, from).slice("::-1") : over(source, from));
        const [dst, src] = [over(target, to), values()];
        again(14, (time) => {
          for (let i = 0; i < source.length; i += 1 + (i >> 4)) source[i] = (i * 29 + time * 53) & 63;
          target.fill(0xaa);
          api.copy(dst, src);
          // Views that are new each time keep no arrays.
          const expected = new Uint8Array(target.length).fill(0xaa);
          api.copy(over(expected, to), values());
          expect(Buffer.compare(target, expected)).toBe(0);
        });
      }
  });

  it("keeps apart what one view takes part in", () => {
    const values = Float32Array.from({ length: 600 }, (_, i) => i);
    const [a, b, wide] = [api.view(values), api.view(new Float32Array(600)), api.view(new Float64Array(600))];
    again(6, (time) => {
      values[0] = time;
      api.copy(b, a);
      api.convert(b, "d", { out: wide });
      api.byteswap(a);
      api.byteswap(a);
      api.copy(a, b);
      expect([wide.get(0), wide.get(599), a.get(0), a.get(599)]).toEqual([time, 599, time, 599]);
    });
  });

  it("refuses memory that has shrunk, and follows it when it has grown again", () => {
    const Resizable = ArrayBuffer as unknown as new (n: number, o: object) => ArrayBuffer & { resize(n: number): void };
    const buffer = new Resizable(4096, { maxByteLength: 4096 });
    const src = api.view(buffer, { format: "<f", shape: [1024] });
    const out = new Float32Array(1024);
    const dst = api.view(out);
    again(3, () => api.copy(dst, src));
    buffer.resize(1000);
    out.fill(7);
    expect(tagOf(() => api.copy(dst, src))).toBe("BoundsError");
    expect(out).toEqual(new Float32Array(1024).fill(7));
    buffer.resize(4096);
    new Float32Array(buffer).fill(5);
    api.copy(dst, src);
    expect(out).toEqual(new Float32Array(1024).fill(5));
  });
});
