import { describe, expect, it } from "vitest";
import type { Executor, Place } from "../../src/backend/backend.js";
import { LARGE_BYTES, NEST_RACE_BYTES, RACE_BYTES } from "../../src/backend/thresholds.js";
import { Races } from "../../src/backend/wasm/race.js";
import { copy, explainPlan, type StridedView, view } from "../../src/index.js";

const nowhere: Place = { buffer: new ArrayBuffer(0), byteOffset: 0 };
const COUNT = LARGE_BYTES / 4;

/** Runs lines on executors that take so many milliseconds for an item, and notes who ran what. */
function raceOf(
  speeds: Partial<Record<Executor, number>>,
  hasClock = true,
  candidates: [Executor, ...Executor[]] = ["staged", "js"],
) {
  let time = 0;
  const races = new Races(() => (hasClock ? () => time : null));
  return (count = COUNT, chosen = {}) => {
    const ran: [Executor, first: number, n: number][] = [];
    races.run(chosen, "line", candidates, nowhere, nowhere, count, 4, 8, (executor, dst, src, n) => {
      expect(src.byteOffset).toBe(2 * dst.byteOffset);
      ran.push([executor, dst.byteOffset / 4, n]);
      time += n * speeds[executor]!;
    });
    return ran;
  };
}

const executors = (ran: [Executor, number, number][]) => ran.map(([executor]) => executor).join(" ");

describe("a race of two executors", () => {
  it("lets both take three turns, and the faster one finish", () => {
    const run = raceOf({ staged: 2, js: 1 });
    expect(run()).toEqual([["staged", 0, COUNT]]);
    const ran = run();
    expect(executors(ran)).toBe("staged js staged js staged js js");
    let next = 0;
    for (const [, first, n] of ran) {
      expect(first).toBe(next);
      next += n;
    }
    expect(next).toBe(COUNT);
  });

  it("keeps the first choice where the other is no faster by a twentieth", () => {
    for (const js of [0.96, 3]) {
      const run = raceOf({ staged: 1, js });
      run();
      expect(executors(run())).toBe("staged js staged js staged js staged");
    }
  });

  it("remembers the winner, by size, and tries again at once at first, then after twice as many runs as before, 64 at most", () => {
    const run = raceOf({ staged: 2, js: 1 });
    const race = "staged js staged js staged js js";
    run();
    for (const reign of [1, 1, 1, 2, 4, 8, 16, 32, 64, 64]) {
      expect(executors(run())).toBe(race);
      for (let i = 1; i < reign; i++) expect(executors(run())).toBe("js");
    }
    expect(executors(run(COUNT * 4))).toBe("staged");
    expect(executors(run(COUNT * 4))).toBe(race);
  });

  it.each([
    ["a loop that is found again", () => ({})],
    ["a loop that is planned anew", null],
  ])("takes whole runs of a smaller line, for %s", (_, make) => {
    const run = raceOf({ staged: 2, js: 1 });
    const one = make?.();
    const small = (n: number) => Array.from({ length: n }, () => executors(run(COUNT / 8, one))).join(" ");
    expect(small(1)).toBe("staged");
    for (const [turns, reign] of [
      [3, 1],
      [3, 1],
      [3, 1],
      [5, 2],
      [5, 4],
      [5, 8],
    ] as const) {
      // Each has all of its turns: the first one finds the other's data in caches.
      expect(small(2 * turns)).toBe([...new Array(turns).fill("staged"), ...new Array(turns).fill("js")].join(" "));
      expect(small(reign)).toBe(Array.from({ length: reign }, () => "js").join(" "));
    }
  });

  it("keeps the first choice for smaller lines where the other is no faster by a twentieth", () => {
    for (const [js, winner] of [
      [0.96, "staged"],
      [0.9, "js"],
    ] as const) {
      const run = raceOf({ staged: 1, js });
      for (let i = 0; i < 7; i++) run(COUNT / 8);
      expect(executors(run(COUNT / 8))).toBe(winner);
    }
  });

  it("keeps a winner until another is faster by a twentieth", () => {
    const speeds: Partial<Record<Executor, number>> = { staged: 2, js: 1 };
    const run = raceOf(speeds);
    const finisher = () => run().at(-1)![0];
    expect([finisher(), finisher()]).toEqual(["staged", "js"]);
    speeds.js = 2.09;
    expect(finisher()).toBe("js");
    speeds.js = 2.2;
    expect(finisher()).toBe("staged");
  });

  it("may be of three", () => {
    for (const [speeds, finisher] of [
      [{ staged: 3, platform: 2, js: 1 }, "js"],
      [{ staged: 3, platform: 1, js: 2 }, "platform"],
      [{ staged: 1, platform: 1, js: 1 }, "staged"],
    ] as const) {
      const run = raceOf(speeds, true, ["staged", "platform", "js"]);
      run();
      const turn = "staged platform js";
      expect(executors(run())).toBe(`${turn} ${turn} ${turn} ${finisher}`);
    }
  });

  it("is not held without a clock", () => {
    const run = raceOf({ staged: 2, js: 1 }, false);
    for (let i = 0; i < 4; i++) expect(run()).toEqual([["staged", 0, COUNT]]);
  });
});

const N = LARGE_BYTES + 4096;
const bytes = (n: number): ArrayBuffer => {
  const words = new Uint32Array(Math.ceil(n / 4));
  for (let i = 0, x = 1; i < words.length; i++) {
    x = (Math.imul(x, 1664525) + 1013904223) >>> 0;
    words[i] = (x & 0xbfff_ffff) >>> 0;
  }
  return words.buffer;
};
const source = bytes(3 * N);
const line = (format: string, count: number, stride: number, byteOffset = 0, buffer: ArrayBuffer = source) =>
  view(buffer, { format, shape: [count], strides: [stride], byteOffset });

/** Destination's format and bytes per item, source, and who competes. */
const lines: readonly [name: string, format: string, width: number, src: StridedView, executors: string][] = [
  ["a swap of 4", ">f", 4, line("<f", N / 4, 4), "staged platform"],
  ["a swap of 8", ">d", 8, line("<d", N / 8, 8), "platform staged"],
  ["a field of 12-byte records", "<f", 4, line("<f", N / 8, 12, 4), "js staged"],
  ["every second item of 4 bytes", "<f", 4, line("<f", N / 8, 8), "staged js"],
  ["every second item of 8 bytes", "<d", 8, line("<d", N / 16, 16), "js staged"],
  ["float64 to float32", "<f", 4, line("<d", N / 8, 8), "staged platform js"],
];

/** Lines that are raced over whole runs: format, bytes per item, source, and who competes. */
const smallLines: readonly [name: string, format: string, width: number, src: StridedView, executors: string][] = [
  ["a swap of 2", ">H", 2, line("<H", RACE_BYTES / 2, 2), "platform staged"],
  ["a swap of 4", ">f", 4, line("<f", RACE_BYTES / 4, 4), "staged platform"],
  ["a swap of 8", ">d", 8, line("<d", RACE_BYTES / 8, 8), "staged platform"],
  ["a reversal of 2", "<H", 2, line("<H", RACE_BYTES / 2, 2).slice("::-1"), "staged platform"],
  ["a reversal of 4", "<f", 4, line("<f", RACE_BYTES / 4, 4).slice("::-1"), "platform staged"],
  ["a reversal of 8", "<d", 8, line("<d", RACE_BYTES / 8, 8).slice("::-1"), "platform staged"],
  ["a field of 12-byte records", "<f", 4, line("<f", Math.ceil(RACE_BYTES / 12), 12, 4), "staged js"],
  ["float64 to float32", "<f", 4, line("<d", RACE_BYTES / 8, 8), "staged platform js"],
];

describe("smaller lines", () => {
  it.each(smallLines)("%s: the same bytes whoever runs it", (_, format, width, src, executors) => {
    const [count] = src.shape as [number];
    const into = () => line(format, count, width, 0, new ArrayBuffer(count * width));
    const expected = into();
    for (let i = 0; i < count; i += 100)
      copy(expected.slice(`${i}:${i + 100}`), src.slice(`${i}:${i + 100}`), { casting: "unsafe" });
    const dst = into();
    const { executor, rivals } = explainPlan(dst, src, { casting: "unsafe" }).operations[0]!;
    expect([executor, ...rivals!].join(" ")).toBe(executors);
    for (let turn = 0; turn < 24; turn++) {
      copy(dst, src, { casting: "unsafe" });
      expect(Buffer.compare(Buffer.from(dst.storage.buffer), Buffer.from(expected.storage.buffer))).toBe(0);
      new Uint8Array(dst.storage.buffer).fill(0);
    }
  });
});

describe("large lines", () => {
  it.each(lines)("%s: the same bytes as in small pieces", (_, format, width, src, executors) => {
    const [count] = src.shape as [number];
    const expected = line(format, count, width, 0, new ArrayBuffer(count * width));
    for (let at = 0; at < count; at += 50_000)
      copy(expected.slice(`${at}:${at + 50_000}`), src.slice(`${at}:${at + 50_000}`), { casting: "unsafe" });
    const dst = line(format, count, width, 0, new ArrayBuffer(count * width));
    const { operations } = explainPlan(dst, src, { casting: "unsafe" });
    const { executor, rivals } = operations[0]!;
    expect([executor, ...rivals!].join(" ")).toBe(executors);
    expect(operations[0]!.reason).toContain("if that is measured to be faster");
    for (let turn = 0; turn < 3; turn++) {
      copy(dst, src, { casting: "unsafe" });
      expect(Buffer.compare(Buffer.from(dst.storage.buffer), Buffer.from(expected.storage.buffer))).toBe(0);
      new Uint8Array(dst.storage.buffer).fill(0);
    }
  });

  it("have no rival below the limit", () => {
    const small = explainPlan(line(">f", 1000, 4, 0, new ArrayBuffer(4000)), line("<f", 1000, 4));
    expect(small.operations[0]).not.toHaveProperty("rivals");
  });
});

describe("a race of a nest", () => {
  const nest = (isLarge: boolean, speeds: Partial<Record<Executor, number>>) => {
    let time = 0;
    const races = new Races(() => () => time);
    const chosen = {};
    return (runs: number) =>
      Array.from({ length: runs }, () => {
        let ran: Executor | undefined;
        races.runWhole(
          chosen,
          () => "nest",
          ["staged", "staged-small", "js"],
          isLarge,
          (executor) => {
            ran = executor;
            time += speeds[executor]!;
          },
        );
        return ran;
      }).join(" ");
  };
  const times = (n: number, executor: Executor) => new Array(n).fill(executor).join(" ");

  it("is held over whole runs", () => {
    const run = nest(false, { staged: 3, "staged-small": 1, js: 2 });
    expect(run(11)).toBe(
      ["staged", times(3, "staged"), times(3, "staged-small"), times(3, "js"), "staged-small"].join(" "),
    );
  });

  it("is short where a nest is large, and its winner has more runs", () => {
    const run = nest(true, { staged: 3, "staged-small": 2, js: 1 });
    expect(run(15)).toBe(
      ["staged", times(2, "staged"), times(2, "staged-small"), times(2, "js"), times(8, "js")].join(" "),
    );
  });
});

/** Nests that are raced: format, shape of the source, its axes in the destination, and who competes. */
const nests: readonly [name: string, format: string, shape: number[], axes: number[], executors: string][] = [
  ["a plane of 8 bytes", "<d", [300, 250], [1, 0], "staged staged-small js"],
  ["a plane of 4 bytes", "<f", [420, 333], [1, 0], "staged staged-small"],
  ["a plane of 2 bytes", "<H", [600, 501], [1, 0], "staged staged-small"],
  ["a plane of 1 byte", "B", [800, 701], [1, 0], "staged staged-small"],
  ["channels first", "<f", [230, 200, 3], [2, 0, 1], "staged staged-small"],
  ["axes reversed", "<f", [52, 51, 53], [2, 1, 0], "staged staged-small"],
];

describe("nests", () => {
  it.each(nests)("%s: the same bytes whoever runs it", (_, format, shape, axes, executors) => {
    const source = view(bytes(2 * NEST_RACE_BYTES), { format, shape }).transpose(axes);
    for (const swapped of [false, true]) {
      const to = swapped ? format.replace("<", ">") : format;
      const into = () => view(new ArrayBuffer(source.nbytes), { format: to, shape: source.shape });
      const expected = into();
      for (let i = 0; i < source.shape[0]!; i++) copy(expected.slice(i), source.slice(i), { casting: "unsafe" });
      const dst = into();
      const { executor, rivals } = explainPlan(dst, source).operations[0]!;
      expect([executor, ...rivals!].join(" ")).toBe(swapped && to !== format ? "staged staged-small" : executors);
      for (let turn = 0; turn < 24; turn++) {
        copy(dst, source);
        expect(Buffer.compare(Buffer.from(dst.storage.buffer), Buffer.from(expected.storage.buffer))).toBe(0);
        new Uint8Array(dst.storage.buffer).fill(0);
      }
    }
  });

  it("are raced when they convert, and not when they are small", () => {
    const plane = (format: string, n: number) =>
      view(new ArrayBuffer(n * n * Number(format === "<d" ? 8 : 4)), { format, shape: [n, n] });
    const { executor, rivals } = explainPlan(plane("<f", 300), plane("<d", 300).transpose()).operations[0]!;
    expect([executor, ...rivals!].join(" ")).toBe("staged staged-small");
    expect(explainPlan(plane("<f", 200), plane("<d", 200).transpose()).operations[0]).not.toHaveProperty("rivals");
    expect(explainPlan(plane("<d", 200), plane("<d", 200).transpose()).operations[0]).not.toHaveProperty("rivals");
  });
});
