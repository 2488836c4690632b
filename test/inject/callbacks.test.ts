/** The n-th call into a user's code or into a file fails, for every n: the error passes through, and what was there before stays. */
import { describe, expect, test } from "vitest";
import { view } from "../../src/index.js";
import { writeNpy } from "../../src/io/npy.js";
import { BytesSink, bytesSource, convertFile, convertStream } from "../../src/io/stream.js";
import { DTypeRegistry, dtype } from "../../src/shared.js";
import { backends } from "../lib/backends.js";
import { type Countdown, due, everyFailure, Injected } from "./failing.js";

const ITEMS = 5000;
let armed: Countdown | undefined;
const mayFail = (what: string) => armed && due(armed, what);

/** Three-byte integers, whose codec fails when told to. */
const registry = new DTypeRegistry().register("pcm", () => ({
  kind: "int",
  itemsize: 3,
  codec: {
    hub: "float64",
    decodeTile(dst, src, count) {
      mayFail("decodeTile");
      for (let i = 0; i < count; i++) dst[i] = src[3 * i]! + 256 * src[3 * i + 1]!;
    },
    encodeTile(dst, src, count) {
      mayFail("encodeTile");
      for (let i = 0; i < count; i++) dst.set([Number(src[i]) & 255, Number(src[i]) >> 8, 0], 3 * i);
    },
  },
}));
const i24 = dtype("[pcm:i24]", { registry });

for (const { name, api } of backends)
  describe(`a user's codec, ${name}`, () => {
    test("decoding into numbers, encoding from them: every item is the old one or the new one", () => {
      expect(api.backend.name).toBe(name);
      const numbers = Float32Array.from({ length: ITEMS }, (_, i) => i);
      const packed = api.convert(api.view(numbers), i24);
      for (const [dst, src] of [
        [api.empty([ITEMS], i24), api.view(numbers)],
        [api.empty([ITEMS], "<f"), packed],
      ] as const) {
        const bytes = () => new Uint8Array(dst.buffer, dst.byteOffset, dst.nbytes);
        const before = bytes().slice();
        api.copy(dst, src);
        const complete = bytes().slice();
        const met = everyFailure((countdown) => {
          bytes().set(before);
          armed = countdown;
          try {
            api.copy(dst, src);
          } catch (error) {
            expect(error).toBeInstanceOf(Injected);
          } finally {
            armed = undefined;
          }
          const isOldOrNew = bytes().every((byte, i) => byte === before[i] || byte === complete[i]);
          expect(isOldOrNew).toBe(true);
          api.copy(dst, src);
          expect(Buffer.compare(bytes(), complete)).toBe(0);
        });
        expect(met).toBeGreaterThan(3);
      }
    });
  });

describe("files", () => {
  const source = writeNpy(
    view(
      Float32Array.from({ length: 300_000 }, (_, i) => i),
      { format: ">f" },
    ),
  );

  async function everyAsync(operation: (countdown: Countdown) => Promise<void>): Promise<number> {
    for (let n = 0; n < 500; n++) {
      const countdown: Countdown = { left: n, fired: false };
      await operation(countdown);
      if (!countdown.fired) return n;
    }
    throw new Error("no end");
  }

  test("a source or a sink that fails: its own error, once, and nothing is asked of either afterwards", async () => {
    const complete = new BytesSink();
    await convertFile(complete, bytesSource(source), { to: "float16" });
    const met = await everyAsync(async (countdown) => {
      const [from, to] = [bytesSource(source), new BytesSink()];
      const afterwards = () => {
        if (countdown.fired) throw new Error("called after it had failed");
      };
      const failing = convertFile(
        {
          write: (bytes, byteOffset) => {
            afterwards();
            due(countdown, "write");
            to.write(bytes, byteOffset);
          },
        },
        {
          byteLength: from.byteLength,
          read: (bytes, byteOffset) => {
            afterwards();
            due(countdown, "read");
            return from.read(bytes, byteOffset);
          },
        },
        { to: "float16" },
      );
      const outcome = await failing.then(
        () => "done",
        (error: unknown) => error,
      );
      if (countdown.fired) expect(outcome).toBeInstanceOf(Injected);
      else expect(Buffer.compare(to.bytes(), complete.bytes())).toBe(0);
    });
    expect(met).toBeGreaterThan(3);
  });

  test("a stream that fails is closed, and its error passes through", async () => {
    const met = await everyAsync(async (countdown) => {
      let isClosed = false;
      async function* pieces() {
        try {
          for (let at = 0; at < source.length; at += 100_000) {
            due(countdown, "next");
            yield source.subarray(at, at + 100_000);
          }
        } finally {
          isClosed = true;
        }
      }
      const failing = (async () => {
        for await (const _ of convertStream(pieces(), { to: "float16" }));
      })();
      if (
        await failing.then(
          () => false,
          (error: unknown) => error instanceof Injected || Promise.reject(error),
        )
      )
        expect(countdown.fired).toBe(true);
      expect(isClosed).toBe(true);
    });
    expect(met).toBeGreaterThan(5);
  });
});
