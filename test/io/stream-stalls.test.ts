/** Streams that stall, never end, or hold less than a header; heads that claim what is not there. */
import { expect, test } from "vitest";
import { view } from "../../src/index.js";
import { writeNpy } from "../../src/io/npy.js";
import { namePattern } from "../../src/io/selection.js";
import { BytesSink, bytesSource, convertFile, convertStream, openFile } from "../../src/io/stream.js";

async function joined(parts: AsyncIterable<Uint8Array>): Promise<number[]> {
  const all: number[] = [];
  for await (const part of parts) all.push(...part);
  return all;
}

const raw = { container: "raw", format: "B", to: "h" } as const;
const never = new Promise<never>(() => {});

test("a signal is heard while a source stalls", async () => {
  async function* stalls() {
    yield Uint8Array.of(1);
    await never;
  }
  const sources = [() => stalls(), () => new ReadableStream<Uint8Array>({ pull: () => never })];
  for (const source of sources) {
    const stop = new AbortController();
    setTimeout(() => stop.abort(new Error("enough")), 20);
    await expect(joined(convertStream(source(), { ...raw, signal: stop.signal }))).rejects.toThrow("enough");
  }
  const stop = new AbortController();
  setTimeout(() => stop.abort(new Error("enough")), 20);
  const stalling = { byteLength: 100, read: (_: Uint8Array, at: number) => (at === 0 ? undefined : never) };
  for (const source of [stalling, { byteLength: 100, read: () => never }]) {
    const options = { ...raw, memoryBytes: 16, signal: stop.signal };
    await expect(convertFile(new BytesSink(), source, options)).rejects.toThrow("enough");
  }
});

test("endless empty chunks let timers run", async () => {
  async function* empty() {
    for (;;) yield new Uint8Array(0);
  }
  const stop = new AbortController();
  setTimeout(() => stop.abort(new Error("enough")), 20);
  await expect(joined(convertStream(empty(), { ...raw, signal: stop.signal }))).rejects.toThrow("enough");
});

test("a stream is let go of: unlocked at its end, cancelled before", async () => {
  for (const stopEarly of [false, true]) {
    const stream = new Blob([Uint8Array.of(1, 2, 3)]).stream();
    const parts = convertStream(stream, raw);
    if (stopEarly) {
      await parts.next();
      await parts.return(undefined);
    } else expect(await joined(parts)).toEqual([1, 0, 2, 0, 3, 0]);
    expect(stream.locked).toBe(false);
  }
});

test.each([0, 1, 3, 11, 12, 13])("a raw stream of %i bytes needs no container", async (nbytes) => {
  const bytes = Uint8Array.from({ length: nbytes }, (_, i) => i + 1);
  const expected = [...new Uint8Array(Int16Array.from(bytes).buffer)];
  expect(await joined(convertStream([bytes], { format: "B", to: "h" }))).toEqual(expected);
});

test("items without bytes are not multiplied", async () => {
  const header = writeNpy(view(new Uint8Array(0), { format: "0s", shape: [0] }));
  const text = new TextDecoder("latin1").decode(header);
  const at = text.indexOf("(0,), }");
  header.set(new TextEncoder().encode("(9007199254740991,), }"), at);
  let written = 0;
  const sink = {
    write(src: Uint8Array) {
      written += src.length;
    },
  };
  await expect(convertFile(sink, bytesSource(header), { to: "1s" })).rejects.toThrow(/take no bytes/);
  expect(written).toBe(0);
  await convertFile(sink, bytesSource(header));
  expect(written).toBe(header.length);
});

test.each<[shape: number[], error: RegExp]>([
  [[-1, -64], /"shape\[0\]" expected integer >= 0, got -1/],
  [[Number.NaN], /"shape\[0\]" expected integer >= 0, got NaN/],
  [[1.5], /"shape\[0\]"/],
  [Array.from({ length: 65 }, () => 1), /65 axes, at most 64/],
])("a raw shape %j is refused", async (shape, error) => {
  const source = bytesSource(new Uint8Array(64));
  await expect(openFile(source, { container: "raw", format: "B", shape })).rejects.toThrow(error);
});

test("unknown options are refused by name", async () => {
  const source = bytesSource(new Uint8Array(64));
  await expect(openFile(source, { format: "B", offset: 3 } as never)).rejects.toThrow(/"byteOffset"/);
  await expect(convertFile(new BytesSink(), source, { ...raw, skipp: "x" } as never)).rejects.toThrow(/"skip"/);
});

test("name patterns take time in proportion to their length", () => {
  const name = "a".repeat(5000);
  const start = performance.now();
  expect(namePattern(`${"*a".repeat(40)}b`)(name)).toBe(false);
  expect(namePattern("*a*a*")(name)).toBe(true);
  expect(performance.now() - start).toBeLessThan(2000);
});
