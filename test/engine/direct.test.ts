import { describe, expect, it } from "vitest";
import { hasTrap } from "../../src/backend/copy-bytes.js";
import { LARGE_BYTES } from "../../src/backend/thresholds.js";
import { runDirect } from "../../src/engine/direct.js";
import { directOf } from "../../src/engine/direct-plan.js";
import { empty, planAssignment, type StridedView, view } from "../../src/index.js";

const of = (format: string, count: number, memory = new ArrayBuffer(count * 8 + 8)): StridedView =>
  view(memory, { format, shape: [count] });
const between = (dst: StridedView, src: StridedView) => directOf(planAssignment(dst, src), dst, src);

/** Out of reach of the trap of copy-bytes.ts, wherever that is. */
const COUNT = 400;

describe("plans that come down to calls of the platform", () => {
  it.each([
    ["a copy", "<f", "<f", Uint8Array, Uint8Array],
    ["a swap of two bytes", ">H", "<H", Uint8Array, Uint8Array],
    ["a widening conversion", "<d", "<f", Float64Array, Float32Array],
  ] as const)("%s", (_, to, from, To, From) => {
    const direct = between(of(to, COUNT), of(from, COUNT));
    expect([direct?.to.Type, direct?.from?.Type, direct?.isRaced]).toEqual([To, From, false]);
  });

  it("a reversal, from the lowest item on", () => {
    const direct = between(of("<I", COUNT), of("<I", COUNT).slice("::-1"));
    expect([direct?.to.Type, direct?.from]).toEqual([Uint32Array, { Type: Uint32Array, byteOffset: 0, length: COUNT }]);
    expect(direct?.after).toBe(Uint32Array.prototype.reverse);
  });

  it("where the platform is one of those who are raced", () => {
    expect(between(of(">d", 140_000), of("<d", 140_000))?.isRaced).toBe(true);
  });

  it("and others, which do not", () => {
    const large = LARGE_BYTES / 2;
    const plans: readonly [StridedView, StridedView][] = [
      [of("<f", COUNT), of("<f", 2 * COUNT).slice("::2")],
      [of("<e", COUNT), of("<f", COUNT)],
      [empty([COUNT], "<f", { resident: true }), of("<f", COUNT)],
      [view(new ArrayBuffer(8 * COUNT + 1), { format: "<d", shape: [COUNT], byteOffset: 1 }), of("<f", COUNT)],
      [of(">H", large), of("<H", large)],
    ];
    for (const [dst, src] of plans) expect(between(dst, src)).toBeNull();
    if (hasTrap(65_536)) expect(between(of("B", 65_536), of("B", 65_536))).toBeNull();
  });

  it("are made anew when a view is asked for another array, and not made for memory that is gone", () => {
    const memory = new ArrayBuffer(8 * COUNT);
    const src = of("<f", COUNT, memory);
    new Float32Array(memory).fill(3);
    const [copy, wide] = [of("<f", COUNT), of("<d", COUNT)];
    const [a, b] = [between(copy, src)!, between(wide, src)!];
    for (let i = 0; i < 3; i++) expect([runDirect(a, copy, src), runDirect(b, wide, src)]).toEqual([true, true]);
    expect([copy.get(COUNT - 1), wide.get(COUNT - 1)]).toEqual([3, 3]);
    structuredClone(memory, { transfer: [memory] });
    wide.set(0, 8);
    expect([runDirect(a, copy, src), runDirect(b, wide, src)]).toEqual([false, false]);
    expect(wide.get(0)).toBe(8);
  });
});
