/**
 * Conversions from a server that fails at random: the right bytes, or an error, never a wrong byte; and from one that does not: what is
 * fetched is what is needed.
 */
import { createServer, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, expect, test } from "vitest";
import { view } from "../../src/index.js";
import { writeSafetensors } from "../../src/io/safetensors.js";
import { BytesSink, bytesSource, convertFile, httpSource, openFile } from "../../src/io/stream.js";
import { seeded } from "../lib/random.js";

const SEEDS = process.env.STRIDEBUF_SLOW ? 200 : 12;
const tensors = Object.fromEntries(
  Array.from({ length: 12 }, (_, layer) =>
    ["a", "b"].map((name, j) => {
      const values = Float32Array.from({ length: 40_000 }, (_, i) => Math.sin(i * (layer + 1) + j) * 100);
      return [`layers.${layer}.${name}`, view(values, { shape: [200, 200] })] as const;
    }),
  ).flat(),
);
const before = writeSafetensors(tensors);
/** The same file after somebody has written to it: same length, same head, other values. */
const after = before.map((byte, i) => (i < 4096 ? byte : byte ^ 1));

const faults = ["drop", "refuse", "truncate", "break", "stall"] as const;
let server = { random: () => 1, changesAt: Number.POSITIVE_INFINITY, validator: "etag" };
let requests = 0;
let sentBytes = 0;

/** Sends a range; perhaps not all of it, and not at once. */
function send(response: ServerResponse, [begin, last]: readonly [number, number]): void {
  const hasChanged = ++requests > server.changesAt;
  const file = hasChanged ? after : before;
  const end = Math.min(last + 1, file.length);
  const part = file.subarray(begin, end);
  const state = hasChanged ? 2 : 1;
  const fault = server.random() < 0.5 ? faults[Math.floor(server.random() * faults.length)] : undefined;
  if (fault === "drop") return void response.destroy();
  if (fault === "refuse") return void response.writeHead(503).end("try later");
  response.writeHead(206, {
    ...(server.validator === "etag"
      ? { etag: `"${state}"` }
      : { "last-modified": new Date(state * 1000).toUTCString() }),
    "content-length": part.length,
    "content-range": `bytes ${begin}-${end - 1}/${file.length}`,
  });
  if (fault === undefined) {
    sentBytes += part.length;
    return void response.end(part);
  }
  const cut = Math.floor(server.random() * part.length);
  response.write(part.subarray(0, cut), () => {
    if (fault === "break") response.destroy();
    if (fault === "truncate") response.socket?.end();
  });
}

const http = createServer((request, response) => {
  const [, begin, last] = /bytes=(\d+)-(\d+)/.exec(request.headers.range!)!.map(Number) as [number, number, number];
  send(response, [begin, last]);
});
let url = "";
beforeAll(async () => {
  await new Promise<void>((resolve) => http.listen(0, "127.0.0.1", resolve));
  url = `http://127.0.0.1:${(http.address() as AddressInfo).port}/model.safetensors`;
});
afterAll(() => {
  http.closeAllConnections();
  http.close();
});

async function converted(file: Uint8Array): Promise<Uint8Array> {
  const sink = new BytesSink();
  await convertFile(sink, bytesSource(file), { to: "bfloat16" });
  return sink.bytes();
}

async function convertedFromServer(options: { retries: number }): Promise<Uint8Array> {
  const source = await httpSource(url, { ...options, backoffMs: 1, stallMs: 60 });
  const sink = new BytesSink();
  await convertFile(sink, source, { to: "bfloat16", memoryBytes: 1 << 20 });
  return sink.bytes();
}

test(`${SEEDS} conversions from a server that drops, refuses, truncates, breaks off and stalls`, async () => {
  const expected = await converted(before);
  for (let seed = 1; seed <= SEEDS; seed++) {
    server = { random: seeded(seed), changesAt: Number.POSITIVE_INFINITY, validator: "etag" };
    expect(Buffer.compare(await convertedFromServer({ retries: 60 }), expected), `seed ${seed}`).toBe(0);
  }
});

test.each(["etag", "last-modified"])(
  "%s: a file that changes in between is refused, or was read before",
  async (validator) => {
    const expected = [await converted(before), await converted(after)].map((bytes) => Buffer.from(bytes));
    let refused = 0;
    for (let seed = 1; seed <= SEEDS; seed++) {
      const random = seeded(seed);
      requests = 0;
      server = { random, changesAt: 1 + Math.floor(random() * 12), validator };
      const result = await convertedFromServer({ retries: 60 }).catch((error: Error) => error);
      if (result instanceof Error) {
        refused++;
        expect(result.message, `seed ${seed}`).toMatch(/has changed since it was opened/);
      } else
        expect(
          expected.some((each) => each.equals(result)),
          `seed ${seed}`,
        ).toBe(true);
    }
    expect(refused).toBeGreaterThan(0);
  },
);

test("some tensors cost their bytes and two percent, in few requests", async () => {
  server = { random: () => 1, changesAt: Number.POSITIVE_INFINITY, validator: "etag" };
  requests = 0;
  sentBytes = 0;
  const file = await openFile(await httpSource(url));
  const names = ["layers.3.a", "layers.3.b", "layers.7.a", "layers.8.b", "layers.10.a", "layers.10.b"];
  for (const name of names) expect((await file.read(name)).equals(tensors[name]!), name).toBe(true);
  const needed =
    8 + Number(new DataView(before.buffer, before.byteOffset).getBigUint64(0, true)) + names.length * 160_000;
  expect(sentBytes / needed).toBeLessThanOrEqual(1.02);
  expect(requests).toBeLessThanOrEqual(1 + names.length);
});
