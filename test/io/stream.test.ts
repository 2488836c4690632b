import { describe, expect, test, vi } from "vitest";
import { dtypes } from "../../src/dtype/dtypes.js";
import { readNpy, writeNpy } from "../../src/io/npy.js";
import { openTensorFile } from "../../src/io/open-file.js";
import { readSafetensors, writeSafetensors } from "../../src/io/safetensors.js";
import { namePattern } from "../../src/io/selection.js";
import {
  BytesSink,
  blobSource,
  bytesSource,
  convertTransform,
  openFile,
  type RandomSource,
} from "../../src/io/stream.js";
import { type ConvertFileOptions, convertFileWith, convertStreamWith } from "../../src/io/stream-core.js";
import { backends } from "../lib/backends.js";
import { fill, toHex } from "../lib/vectors.js";

/** Bytes in pieces of uneven sizes. */
async function* pieces(bytes: Uint8Array, step = 7): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += step) yield bytes.subarray(at, at + step);
}

async function joined(parts: AsyncIterable<Uint8Array>): Promise<Uint8Array> {
  const all: Uint8Array[] = [];
  for await (const part of parts) all.push(part);
  return new Uint8Array(Buffer.concat(all));
}

for (const { name, api } of backends) {
  describe(name, () => {
    const { view, copy, convert, empty } = api;
    const files = { view, copy, empty };
    const toBytes = async (bytes: Uint8Array, options: ConvertFileOptions) => {
      const sink = new BytesSink();
      const result = await convertFileWith(files, sink, bytesSource(bytes), options);
      expect(result.byteLength).toBe(sink.bytes().length);
      return sink.bytes();
    };

    test("runs on its backend", () => expect(api.backend.name).toBe(name));

    test("raw values change type and byte order, chunk by chunk", async () => {
      const values = new Float32Array(1000).map((_, i) => i / 3);
      const bytes = new Uint8Array(values.buffer);
      for (const to of [">f", "e", "d", "[ml_dtypes:bfloat16]"]) {
        const expected = toHex(convert(view(values), to).toBytes());
        for (const memoryBytes of [16, 100, 1 << 20]) {
          const got = await toBytes(bytes, { container: "raw", format: "f", to, memoryBytes });
          expect(toHex(got), `${to} ${memoryBytes}`).toBe(expected);
        }
        const options = { container: "raw", format: "f", to, memoryBytes: 100 } as const;
        expect(toHex(await joined(convertStreamWith(files, pieces(bytes), options)))).toBe(expected);
      }
    });

    test("C order becomes F order and back, box by box", async () => {
      const bytes = fill(5 * 6 * 7 * 4, 1);
      const grid = view(bytes, { format: "<i", shape: [5, 6, 7] });
      for (const memoryBytes of [4, 64, 300, 1 << 20]) {
        const raw = { container: "raw", format: "<i", shape: [5, 6, 7], memoryBytes } as const;
        const fortran = await toBytes(bytes, { ...raw, intoOrder: "F" });
        expect(toHex(fortran)).toBe(toHex(grid.toBytes("F")));
        expect(toHex(await toBytes(fortran, { ...raw, order: "F", intoOrder: "C" }))).toBe(toHex(bytes));
        const npy = await toBytes(bytes, { ...raw, to: ">q", into: "npy", intoOrder: "F" });
        expect(readNpy(npy).toArray()).toEqual(convert(grid, ">q").toArray());
        expect(readNpy(npy).isContiguous("F")).toBe(true);
        expect(readNpy(await toBytes(npy, { to: "<i", memoryBytes, intoOrder: "C" })).toBytes()).toEqual(bytes);
      }
    });

    test("a .npy file keeps its shape and order unless told otherwise", async () => {
      const turned = view(fill(24, 2), { format: "<h", shape: [3, 4] }).transpose();
      const npy = writeNpy(turned);
      const same = await toBytes(npy, { memoryBytes: 8 });
      expect(toHex(same)).toBe(toHex(npy));
      const floats = readNpy(await toBytes(npy, { to: "f", memoryBytes: 8 }));
      expect(floats.toArray()).toEqual(turned.toArray());
      expect(floats.isContiguous("F")).toBe(true);
      const { notes } = await convertFileWith(files, new BytesSink(), bytesSource(npy), { to: dtypes.bfloat16 });
      expect(notes[0]).toMatch(/<V2.*--format bfloat16/);
    });

    test("scale and offset are applied", async () => {
      const bytes = Uint8Array.of(0, 1, 2, 255);
      const got = await toBytes(bytes, { container: "raw", format: "B", to: "f", scale: 0.5, offset: -1 });
      expect([...new Float32Array(got.slice().buffer)]).toEqual([-1, -0.5, 0, 126.5]);
    });

    test("a value that does not fit is found by its place in the whole tensor", async () => {
      const grid = view(new Int32Array(60).fill(1), { shape: [3, 4, 5] });
      grid.set(2, 1, 3, 1000);
      for (const intoOrder of ["C", "F"] as const) {
        const raw = { container: "raw", format: "i", shape: [3, 4, 5], memoryBytes: 32 } as const;
        const failing = toBytes(grid.toBytes(), { ...raw, to: "b", overflow: "error", intoOrder });
        await expect(failing).rejects.toMatchObject({ name: "ConversionError", index: [2, 1, 3] });
      }
    });

    const checkpoint = () =>
      writeSafetensors(
        {
          "block.0.weight": view(new Float32Array([1, 2, 3, 4.5, -6, 0.1]), { shape: [2, 3] }),
          "block.0.norm": view(new Float32Array([1, 0.1])),
          ids: view(new BigInt64Array([5n, 6n])),
          odd: view(Uint8Array.of(1, 2, 3)),
        },
        { format: "pt" },
      );

    test("a checkpoint converts tensor by tensor and keeps its metadata", async () => {
      const file = readSafetensors(
        await toBytes(checkpoint(), { to: dtypes.bfloat16, only: "block.*", skip: "*norm", memoryBytes: 4 }),
      );
      expect(file.metadata).toEqual({ format: "pt" });
      expect(file.names.map((each) => [each, file.info(each).type])).toEqual([
        ["ids", "I64"],
        ["block.0.norm", "F32"],
        ["block.0.weight", "BF16"],
        ["odd", "U8"],
      ]);
      const original = readSafetensors(checkpoint());
      const weight = original.get("block.0.weight");
      expect(toHex(file.bytes("block.0.weight"))).toBe(toHex(convert(weight, dtypes.bfloat16).toBytes()));
      expect(toHex(file.bytes("ids"))).toBe(toHex(original.bytes("ids")));
      const floats = readSafetensors(await toBytes(checkpoint(), { to: "e", floatsOnly: true }));
      expect(floats.names.map((each) => floats.info(each).type)).toEqual(["I64", "F16", "F16", "U8"]);
    });

    test("a checkpoint streams forwards", async () => {
      const bytes = checkpoint();
      const options = { to: "d", only: "block*", memoryBytes: 8 };
      const file = readSafetensors(await joined(convertStreamWith(files, pieces(bytes, 11), options)));
      expect(file.get("block.0.weight").toArray()).toEqual(
        convert(readSafetensors(bytes).get("block.0.weight"), "d").toArray(),
      );
      expect([...(file.get("odd").toTypedArray() as Uint8Array)]).toEqual([1, 2, 3]);
    });

    test("packed values are spread and packed on the way", async () => {
      const codes = fill(24, 3, 15);
      const bytes = writeSafetensors({ x: view(codes, { format: dtypes.float4_e2m1fn, shape: [4, 6] }) });
      const floats = await toBytes(bytes, { to: "f", into: "npy", memoryBytes: 16 });
      const expected = convert(view(codes, { format: dtypes.float4_e2m1fn, shape: [4, 6] }), "f");
      expect(readNpy(floats).toArray()).toEqual(expected.toArray());
      const back = await toBytes(floats, {
        to: dtypes.float4_e2m1fn,
        into: "safetensors",
        tensor: "x",
        memoryBytes: 16,
      });
      expect(toHex(readSafetensors(back).bytes("x"))).toBe(toHex(readSafetensors(bytes).bytes("x")));
      const six = await toBytes(floats, { to: dtypes.float6_e2m3fn, into: "safetensors", memoryBytes: 12 });
      expect(readSafetensors(six).info("data")).toMatchObject({ type: "F6_E2M3", nbytes: 18 });
    });

    test("one tensor of many is taken by name", async () => {
      const got = readNpy(await toBytes(checkpoint(), { tensor: "ids", into: "npy" }));
      expect(got.toArray()).toEqual([5n, 6n]);
      await expect(toBytes(checkpoint(), { into: "npy" })).rejects.toThrow(/holds one tensor, not 4/);
      await expect(toBytes(checkpoint(), { tensor: "nope" })).rejects.toThrow(/no tensor "nope"/);
    });

    test("progress counts every byte, and a signal stops the work", async () => {
      const bytes = new Uint8Array(1000);
      const seen: number[] = [];
      const onProgress = (done: number, total: number) => {
        expect(total).toBe(1000);
        seen.push(done);
      };
      await toBytes(bytes, { container: "raw", format: "B", to: "h", memoryBytes: 200, onProgress });
      expect(seen.at(-1)).toBe(1000);
      expect(seen.length).toBe(10);
      const stop = new AbortController();
      stop.abort(new Error("enough"));
      const stopped = toBytes(bytes, { container: "raw", format: "B", to: "h", signal: stop.signal });
      await expect(stopped).rejects.toThrow("enough");
    });
  });
}

test("a source says how much is read at once, and memoryBytes may say less", async () => {
  const { api } = backends[0]!;
  const items = Float32Array.from({ length: 1000 }, (_, i) => i);
  for (const [memoryBytes, longest] of [
    [undefined, 256],
    [64, 64],
  ] as const) {
    const lengths = new Set<number>();
    const source = bytesSource(new Uint8Array(items.buffer));
    const watched = {
      ...source,
      chunkBytes: 256,
      read(dst: Uint8Array, byteOffset: number) {
        lengths.add(dst.length);
        return source.read(dst, byteOffset);
      },
    };
    const sink = new BytesSink();
    const raw = { container: "raw", format: "<f", shape: [1000], to: "<e" } as const;
    const signal = new AbortController().signal;
    const bounds = memoryBytes === undefined ? {} : { memoryBytes };
    await convertFileWith(api, sink, watched, { ...raw, ...bounds, signal });
    expect(Math.max(...lengths)).toBe(longest);
    expect(toHex(sink.bytes())).toBe(toHex(api.convert(items, "<e").toBytes()));
  }
});

test("files that are read and written at once go through the engine's memory, and give it back", async () => {
  for (const { name, api } of backends) {
    const { backend } = api.engine;
    const npy = writeNpy(api.view(Float64Array.from({ length: 200_000 }, (_, i) => i / 8)));
    const expected = new BytesSink();
    await convertFileWith(api, expected, bytesSource(npy), { to: "float16" });
    const places: string[] = [];
    for (const fails of [false, true, false]) {
      const bytes = bytesSource(npy);
      const sink = new BytesSink();
      const seen = new Set<string>();
      const source: RandomSource = {
        byteLength: bytes.byteLength,
        chunkBytes: 1 << 18,
        read(dst, byteOffset) {
          if (dst.length > 1000) seen.add(`${backend.isResident(dst.buffer)} ${dst.byteOffset}`);
          return bytes.read(dst, byteOffset);
        },
      };
      const write = (src: Uint8Array, byteOffset: number): void => {
        if (fails && byteOffset > 1e5) throw new Error("disk full");
        sink.write(src, byteOffset);
      };
      const converted = convertFileWith(api, { chunkBytes: 1 << 18, write }, source, { to: "float16" });
      if (fails) await expect(converted).rejects.toThrow("disk full");
      else await converted.then(() => expect(toHex(sink.bytes())).toBe(toHex(expected.bytes())));
      places.push([...seen].sort().join());
    }
    if (name === "wasm") expect(places[0]).toMatch(/^true \d+$/);
    expect(places[2]).toBe(places[0]);
  }
});

test("sources that end early are found", async () => {
  const npy = writeNpy(backends[0]!.api.view(new Float64Array(100)));
  const { view, copy, empty } = backends[0]!.api;
  const files = { view, copy, empty };
  const cut = joined(convertStreamWith(files, pieces(npy.subarray(0, 500)), { to: "f", memoryBytes: 64 }));
  await expect(cut).rejects.toThrow(/ended early/);
  const shrinking = { ...bytesSource(npy.subarray(0, 500)), byteLength: npy.length };
  await expect(convertFileWith(files, new BytesSink(), shrinking, { to: "f", memoryBytes: 64 })).rejects.toThrow(
    /ended early/,
  );
  const endless = convertStreamWith(files, pieces(Uint8Array.of(1, 2, 3)), { container: "raw", format: "h", to: "i" });
  await expect(joined(endless)).rejects.toThrow(/ended early/);
  const known = convertStreamWith(files, pieces(npy.subarray(0, 500)), { to: "f", byteLength: 500 });
  await expect(joined(known)).rejects.toThrow(/data of 800 bytes expected/);
});

test("a stream cannot change order", async () => {
  const { view, copy, empty } = backends[0]!.api;
  const npy = writeNpy(view(new Uint8Array(6), { shape: [2, 3] }));
  const turned = convertStreamWith({ view, copy, empty }, pieces(npy), { intoOrder: "F" });
  await expect(joined(turned)).rejects.toThrow(/between C and F order/);
});

test("a failing sink ends the work with its error, once", async () => {
  const { view, copy, empty } = backends[0]!.api;
  const npy = writeNpy(view(new Uint8Array(10_000)));
  for (const asynchronous of [true, false]) {
    let calls = 0;
    const sink = {
      write(): void | Promise<void> {
        if (++calls < 3) return;
        if (asynchronous) return Promise.reject(new Error("full"));
        throw new Error("full");
      },
    };
    const failing = convertFileWith({ view, copy, empty }, sink, bytesSource(npy), { to: "h", memoryBytes: 100 });
    await expect(failing).rejects.toThrow("full");
  }
});

/** Blobs as jsdom has them: bytes come out through its FileReader only. */
class OldBlob {
  readonly [Symbol.toStringTag] = "Blob";
  readonly #bytes: Uint8Array<ArrayBuffer>;
  constructor(bytes: Uint8Array<ArrayBuffer>) {
    this.#bytes = bytes;
  }
  get size() {
    return this.#bytes.length;
  }
  slice(start?: number, end?: number) {
    return new OldBlob(this.#bytes.slice(start, end));
  }
  static readonly Reader = class {
    result?: ArrayBuffer;
    error?: unknown;
    onload?: () => void;
    onerror?: () => void;
    readAsArrayBuffer(blob: OldBlob) {
      if (blob.size > 2000) this.error = new Error("not readable");
      else this.result = blob.#bytes.slice().buffer;
      queueMicrotask(() => (this.error ? this.onerror : this.onload)?.());
    }
  };
}

test("Blobs without arrayBuffer are read by a FileReader", async () => {
  vi.stubGlobal("FileReader", OldBlob.Reader);
  try {
    const { view } = backends[0]!.api;
    const opened = (items: number) => openFile(new OldBlob(writeNpy(view(new Uint8Array(items).fill(7)))) as never);
    expect((await (await opened(3)).read("")).toArray()).toEqual([7, 7, 7]);
    await expect((await opened(3000)).read("")).rejects.toThrow("not readable");
  } finally {
    vi.unstubAllGlobals();
  }
});

test("Web Streams and Blobs", async () => {
  const source = new Blob([new Float32Array([1, 2, 3])])
    .stream()
    .pipeThrough(convertTransform({ container: "raw", format: "<f", to: ">f" }));
  expect(toHex(await joined(source as unknown as AsyncIterable<Uint8Array>))).toBe("3f8000004000000040400000");
  const npy = writeNpy(backends[0]!.api.view(Uint8Array.of(1, 2, 3)));
  const file = await openTensorFile(blobSource(new Blob([npy])));
  expect(file.tensors[0]).toMatchObject({ shape: [3], byteOffset: 128, nbytes: 3 });
});

test("raw input is checked against the file", async () => {
  const source = bytesSource(new Uint8Array(10));
  await expect(openTensorFile(source, { container: "raw" })).rejects.toThrow(/format .* must be given/);
  await expect(openTensorFile(source, { container: "raw", format: "i" })).rejects.toThrow(
    /not a whole number of 4-byte/,
  );
  await expect(openTensorFile(source, { container: "raw", format: "i", shape: [3] })).rejects.toThrow(
    /needs 12 bytes, 10/,
  );
  await expect(openTensorFile(source, { container: "raw", format: "i", byteOffset: 11 })).rejects.toThrow(
    /beyond the file/,
  );
  await expect(openTensorFile(source, { container: "raw", format: "i", shape: [2 ** 40, 2 ** 40] })).rejects.toThrow(
    /2\^53/,
  );
  const file = await openTensorFile(source, { container: "raw", format: "h", byteOffset: 2 });
  expect(file.tensors[0]!.shape).toEqual([4]);
});

test("name patterns", () => {
  expect(namePattern("a.*.b")("a.x.y.b")).toBe(true);
  expect(namePattern("a.*.b")("aaxxb")).toBe(false);
  expect(namePattern("l?")("l1")).toBe(true);
  expect(namePattern("(")("(")).toBe(true);
});
