/** The n-th call into a user's code or into a file fails, for every n: the error passes through, and what was there before stays. */
import { describe, expect, test } from "vitest";
import { view } from "../../src/index.js";
import { writeNpy } from "../../src/io/npy.js";
import { BytesSink, bytesSource, convertFile, convertStream } from "../../src/io/stream.js";
import { DTypeRegistry, dtype, isStridebufError, type StridedView, structDType } from "../../src/shared.js";
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

/** Halves in two bytes by single items, pairs of bytes as blocks, and names that are no numbers; each may fail. */
const others = new DTypeRegistry()
  .register("half", () => ({
    kind: "float",
    itemsize: 2,
    codec: {
      hub: "float64",
      read(items, offset, littleEndian) {
        mayFail("read");
        return items.getInt16(offset, littleEndian) / 2;
      },
      write(items, offset, value, littleEndian) {
        mayFail("write");
        items.setInt16(offset, 2 * Number(value), littleEndian);
      },
    },
  }))
  .register("pair", () => ({
    kind: "custom",
    itemsize: 2,
    codec: {
      hub: "value",
      block: {
        count: 2,
        element: "float64",
        decode(dst, dstOffset, src, srcOffset, items) {
          mayFail("decode");
          const values = new Float64Array(dst as ArrayBuffer, dstOffset, 2 * items);
          values.set(new Uint8Array(src as ArrayBuffer, srcOffset, 2 * items));
        },
        encode(dst, dstOffset, src, srcOffset, items) {
          mayFail("encode");
          const bytes = new Uint8Array(dst as ArrayBuffer, dstOffset, 2 * items);
          bytes.set(new Float64Array(src as ArrayBuffer, srcOffset, 2 * items));
        },
      },
    },
  }))
  .register("name", () => ({
    kind: "custom",
    itemsize: 2,
    codec: {
      hub: "value",
      read(items, offset) {
        mayFail("read");
        return `#${items.getUint16(offset, true)}`;
      },
      write(items, offset, value) {
        mayFail("write");
        items.setUint16(offset, Number(String(value).slice(1)), true);
      },
    },
  }));
const written = Object.fromEntries(
  ["half", "pair", "name"].map((owner) => [owner, dtype(`[${owner}:x]`, { registry: others })]),
);

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

for (const { name, api } of backends)
  describe(`users' code, ${name}`, () => {
    const numbers = () => api.view(Float64Array.from({ length: 400 }, (_, i) => i % 100));
    const filled = (owner: string, length: number) => {
      const items = api.empty([length], written[owner]!);
      new Uint8Array(items.buffer).set(Uint8Array.from({ length: items.nbytes }, (_, i) => (i % 2 === 0 ? i % 90 : 0)));
      return items;
    };

    /** [what it shows, the view that is written, if any, the call] */
    const uses: [string, () => [StridedView | undefined, () => unknown]][] = [
      ["items from numbers", () => both(api.empty([400], written.half!), numbers())],
      ["numbers from items", () => both(api.empty([400], ">f"), filled("half", 400))],
      ["blocks from numbers", () => both(api.empty([200], written.pair!), numbers())],
      ["numbers from blocks", () => both(api.empty([400], ">f"), filled("pair", 200))],
      ["items one by one", () => each(api.empty([9], written.name!), (view, i) => view.set(i, `#${i + 1}`))],
      ["fill", () => each(api.empty([9], written.half!), (view) => void api.fill(view, 1.5), 1)],
      ["toArray", () => [undefined, () => filled("name", 9).toArray()]],
      ["values", () => [undefined, () => [...filled("half", 9).values()]]],
      ["equals", () => [undefined, () => filled("half", 9).equals(api.convert(filled("half", 9), "<d"))]],
      ["count", () => [undefined, () => filled("half", 9).count(1)]],
      ["a record", () => records()],
    ];

    function both(dst: StridedView, src: StridedView): [StridedView, () => unknown] {
      return [dst, () => api.copy(dst, src)];
    }
    function each(
      view: StridedView,
      put: (view: StridedView, i: number) => void,
      times = view.size,
    ): [StridedView, () => unknown] {
      return [view, () => Array.from({ length: times }, (_, i) => put(view, i)).length];
    }
    function records(): [StridedView, () => unknown] {
      const type = structDType([
        { name: "a", dtype: written.half! },
        { name: "b", dtype: dtype("<i") },
      ]);
      const view = api.empty([5], type);
      return each(view, (_, i) => view.set(i, { a: i + 0.5, b: i + 1 }));
    }

    test.each(uses)("%s: its own error, every item the old one or the new one", (_, make) => {
      const [complete, run] = make();
      const result = JSON.stringify(run());
      const met = everyFailure((countdown) => {
        const [view, call] = make();
        const bytes = () => new Uint8Array(view?.buffer ?? new ArrayBuffer(0));
        const before = bytes().slice();
        armed = countdown;
        let isDone = true;
        try {
          call();
        } catch (error) {
          isDone = false;
          expect(error).toBeInstanceOf(Injected);
        } finally {
          armed = undefined;
        }
        expect(isDone).toBe(!countdown.fired);
        const whole = new Uint8Array(complete?.buffer ?? new ArrayBuffer(0));
        expect(bytes().every((byte, i) => byte === whole[i] || byte === before[i])).toBe(true);
        expect(JSON.stringify(call())).toBe(result);
        expect(Buffer.compare(bytes(), whole)).toBe(0);
      });
      expect(met).toBeGreaterThan(0);
    });
  });

test("a resolver: its error is the cause, and the next call is right", () => {
  const mine = new DTypeRegistry().register("mine", (body) => {
    mayFail("resolve");
    return body === "x" ? { kind: "void", itemsize: 3 } : undefined;
  });
  let fresh = 0;
  const text = () => `T{[mine:x]:a${fresh}:(2)[mine:x]:b:}`;
  const met = everyFailure((countdown) => {
    fresh++;
    armed = countdown;
    try {
      expect(dtype(text(), { registry: mine }).itemsize).toBe(9);
    } catch (error) {
      expect(isStridebufError(error, "UnknownDTypeError"), String(error)).toBe(true);
      expect((error as Error).cause).toBeInstanceOf(Injected);
    } finally {
      armed = undefined;
    }
    expect(dtype(text(), { registry: mine }).itemsize).toBe(9);
  });
  expect(met).toBeGreaterThan(0);
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

  test("an onProgress that throws: its own error, and nothing is asked of either file afterwards", async () => {
    const complete = new BytesSink();
    await convertFile(complete, bytesSource(source), { to: "float16" });
    const met = await everyAsync(async (countdown) => {
      const [from, to] = [bytesSource(source), new BytesSink()];
      let isOver = false;
      const reading = {
        byteLength: from.byteLength,
        read: (bytes: Uint8Array, byteOffset: number) => {
          expect(isOver).toBe(false);
          return from.read(bytes, byteOffset);
        },
      };
      const onProgress = () => due(countdown, "onProgress");
      const outcome = await convertFile(to, reading, { to: "float16", onProgress }).then(
        () => "done",
        (error: unknown) => error,
      );
      isOver = true;
      await new Promise(setImmediate);
      if (countdown.fired) expect(outcome).toBeInstanceOf(Injected);
      else expect(Buffer.compare(to.bytes(), complete.bytes())).toBe(0);
    });
    expect(met).toBeGreaterThan(1);
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
