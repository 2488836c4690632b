/** Files on a server that drops, stalls, truncates, is overloaded, changes, or knows no ranges. */
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, expect, test } from "vitest";
import { convert, slice, view } from "../../src/index.js";
import { readNpy, writeNpy, writeNpz } from "../../src/io/npy.js";
import { convertFile, httpSource, openFile } from "../../src/io/stream.js";

const grid = view(
  new Float32Array(100_000).map((_, i) => i),
  { shape: [1000, 100] },
);
const body = writeNpy(grid);

/** What the server does with its n-th request; "ok" by default. */
let behave: (n: number, request: IncomingMessage, response: ServerResponse) => boolean | undefined = () => false;
let etag = '"one"';
let file: Uint8Array = body;
const requests: string[] = [];
let sentBytes = 0;

const server = createServer((request, response) => {
  requests.push(request.headers.range ?? "");
  if (behave(requests.length, request, response)) return;
  const range = /bytes=(\d+)-(\d+)/.exec(request.headers.range ?? "");
  const [begin, end] =
    range === null ? [0, file.length] : [Number(range[1]), Math.min(Number(range[2]) + 1, file.length)];
  const part = file.subarray(begin, end);
  sentBytes += part.length;
  response.writeHead(206, {
    etag,
    "content-length": part.length,
    "content-range": `bytes ${begin}-${end - 1}/${file.length}`,
  });
  response.end(part);
});
let url = "";
beforeAll(async () => {
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/file`;
});
afterAll(() => {
  server.closeAllConnections();
  server.close();
});

function reset(to: typeof behave = () => false, content: Uint8Array = body): void {
  behave = to;
  etag = '"one"';
  file = content;
  requests.length = 0;
  sentBytes = 0;
}

const quick = { backoffMs: 1, stallMs: 200 };
const bytesOf = async (begin: number, end: number, options = {}) => {
  const source = await httpSource(url, { ...quick, ...options });
  const dst = new Uint8Array(end - begin);
  await source.read(dst, begin);
  return dst;
};

test("one tensor of a file, or a few rows of it, without the rest", async () => {
  const archive = writeNpz({ a: grid, b: view(Float32Array.of(1, 2, 3)), c: grid });
  reset(undefined, archive);
  const remote = await openFile(await httpSource(url, quick));
  expect(remote.names).toEqual(["a", "b", "c"]);
  const opening = sentBytes;
  const rows = await remote.read("c", slice(500, 510));
  expect(rows.equals(grid.slice(slice(500, 510)))).toBe(true);
  expect(sentBytes - opening).toBe(10 * 400);
  expect((await remote.read("b")).toArray()).toEqual([1, 2, 3]);
});

test("near ranges become one request, and no more than allowed are on their way", async () => {
  let [now, most] = [0, 0];
  reset((_, __, response) => {
    most = Math.max(most, ++now);
    response.on("close", () => now--);
    return false;
  });
  const source = await httpSource(url, { ...quick, gapBytes: 1000, maxInFlight: 2 });
  const parts = [50_000, 50_500, 51_400, 100_000, 200_000, 300_000].map((at) => ({ at, dst: new Uint8Array(100) }));
  await Promise.all(parts.map(({ at, dst }) => source.read(dst, at)));
  for (const { at, dst } of parts) expect(dst).toEqual(body.subarray(at, at + 100));
  expect(requests.slice(1)).toEqual([
    "bytes=50000-51499",
    "bytes=100000-100099",
    "bytes=200000-200099",
    "bytes=300000-300099",
  ]);
  expect(most).toBeLessThanOrEqual(2);
});

/** Ends a response; the request has been dealt with. */
function answer(response: ServerResponse, status: number, headers = {}, text = ""): boolean {
  response.writeHead(status, headers).end(text);
  return true;
}

function drop(response: ServerResponse): boolean {
  response.destroy();
  return true;
}

const [begin, end] = [100_000, 300_000];
/** Sends half of what is asked for, then does `then`. */
const half = (request: IncomingMessage, response: ServerResponse, then: (response: ServerResponse) => void) => {
  const [, from, to] = /bytes=(\d+)-(\d+)/.exec(request.headers.range!)!.map(Number) as [number, number, number];
  response.writeHead(206, {
    etag,
    "content-length": to + 1 - from,
    "content-range": `bytes ${from}-${to}/${file.length}`,
  });
  response.write(file.subarray(from, (from + to) >> 1), () => setTimeout(() => then(response), 20));
  return true;
};

test.each<[what: string, behave: typeof behave]>([
  ["drops the connection", (n, _, response) => n === 2 && drop(response)],
  ["breaks off in the middle", (n, request, response) => n < 4 && n > 1 && half(request, response, (r) => r.destroy())],
  ["stalls in the middle", (n, request, response) => n === 2 && half(request, response, () => {})],
  ["stalls before it answers", (n) => n === 2],
  ["is overloaded", (n, _, response) => [1, 2, 4].includes(n) && answer(response, [0, 503, 429, 0, 500][n]!)],
])("a server that %s is asked again, from there on", async (_, how) => {
  reset(how);
  expect(Buffer.compare(await bytesOf(begin, end), body.subarray(begin, end))).toBe(0);
  expect(requests.length).toBeLessThanOrEqual(5);
});

test("what has come is not asked for again", async () => {
  reset((n, request, response) => n === 2 && half(request, response, (r) => r.destroy()));
  await bytesOf(begin, end);
  expect(Number(/bytes=(\d+)/.exec(requests[2]!)![1])).toBeGreaterThan(begin);
});

test.each<[what: string, behave: typeof behave, error: RegExp]>([
  ["fails for ever", (n, _, response) => n > 1 && answer(response, 503), /status 503, after 3 tries/],
  ["refuses", (n, _, response) => n > 1 && answer(response, 403), /status 403$/],
  [
    "has changed the file",
    (n) => {
      if (n > 1) etag = '"two"';
      return false;
    },
    /has changed since it was opened/,
  ],
  [
    "sends another range",
    (n, _, response) =>
      n > 1 && answer(response, 206, { etag, "content-range": `bytes 0-9/${file.length}` }, "0123456789"),
    /another range than asked for/,
  ],
])("a server that %s is an error", async (_, how, error) => {
  reset(how);
  const failing = bytesOf(begin, end, { retries: 2 });
  await expect(failing).rejects.toMatchObject({ name: "FileFormatError" });
  await expect(failing).rejects.toThrow(error);
});

test("without ranges, a small file is read whole, and a large one refused", async () => {
  const whole: typeof behave = (_, __, response) => {
    response.writeHead(200, { "content-length": body.length }).end(body);
    return true;
  };
  reset(whole);
  expect(await bytesOf(begin, end)).toEqual(body.subarray(begin, end));
  expect(requests.length).toBe(1);
  reset(whole);
  await expect(bytesOf(0, 1, { maxWholeBytes: 1000 })).rejects.toThrow(/answers no ranges.*download it first/);
});

test("a signal ends a read that stalls, headers are sent, unknown options refused", async () => {
  let seen: string | undefined;
  reset((n, request) => {
    seen = request.headers.authorization;
    return n > 1;
  });
  const stop = new AbortController();
  setTimeout(() => stop.abort(new Error("enough")), 50);
  const options = { signal: stop.signal, headers: { authorization: "Bearer x" }, stallMs: 10_000 };
  await expect(bytesOf(begin, end, options)).rejects.toThrow("enough");
  expect(seen).toBe("Bearer x");
  await expect(httpSource(url, { retrys: 3 } as never)).rejects.toThrow(/"retries"/);
});

test("a conversion reads ahead: several requests on their way, each of megabytes", async () => {
  const large = writeNpy(view(new Float32Array(6 << 20).map((_, i) => i)));
  let inFlight = 0;
  let most = 0;
  reset((n, request, response) => {
    if (n === 1) return false;
    most = Math.max(most, ++inFlight);
    setTimeout(() => {
      inFlight--;
      const [begin, end] = /bytes=(\d+)-(\d+)/.exec(request.headers.range!)!.slice(1).map(Number) as [number, number];
      const part = large.subarray(begin, end + 1);
      const range = `bytes ${begin}-${end}/${large.length}`;
      response.writeHead(206, { etag, "content-length": part.length, "content-range": range }).end(part);
    }, 20);
    return true;
  }, large);
  const written = new Uint8Array(large.length);
  const sink = { write: (src: Uint8Array, at: number) => written.set(src, at) };
  const { byteLength } = await convertFile(sink, await httpSource(url, quick), { to: "float16" });
  const expected = writeNpy(convert(readNpy(large), "e"));
  expect(Buffer.compare(written.subarray(0, byteLength), expected)).toBe(0);
  expect(most).toBeGreaterThanOrEqual(3);
  expect(requests.length).toBeLessThanOrEqual(1 + 24 / 4 + 3);

  reset(() => false, writeNpy(grid));
  await convertFile(sink, await httpSource(url, quick), { intoOrder: "F" });
  expect(readNpy(written.slice(0, body.length)).equals(grid)).toBe(true);
  expect(requests.length).toBeLessThan(10);
});
