/** Files on a server: looked into, shown and converted without fetching what is not asked for. */
import { readFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, expect, test } from "vitest";
import { view } from "../../src/index.js";
import { readNpy, writeNpy } from "../../src/io/npy.js";
import { readSafetensors, writeSafetensors } from "../../src/io/safetensors.js";
import { cli, temporaryFolder } from "../lib/cli.js";

const folder = temporaryFolder();
const grid = view(
  Float32Array.from({ length: 12 }, (_, i) => i / 2),
  { shape: [3, 4] },
);
const large = view(new Float32Array(1 << 20).fill(3));
const files: Record<string, Uint8Array> = {
  "/grid.npy": writeNpy(grid),
  "/model.safetensors": writeSafetensors({ large, small: grid }),
  "/broken.npy": new TextEncoder().encode("<html>not found, but 200</html>"),
};
let sent = 0;
const server = createServer((request, response) => {
  const file = files[new URL(request.url!, "http://localhost").pathname];
  if (file === undefined) {
    response.writeHead(404).end();
    return;
  }
  const [, from, to] = /bytes=(\d+)-(\d+)/.exec(request.headers.range ?? "") ?? [];
  const [begin, end] = from === undefined ? [0, file.length] : [Number(from), Math.min(Number(to) + 1, file.length)];
  sent += end - begin;
  response.writeHead(from === undefined ? 200 : 206, {
    "content-length": end - begin,
    ...(from === undefined ? {} : { "content-range": `bytes ${begin}-${end - 1}/${file.length}` }),
  });
  response.end(file.subarray(begin, end));
});
let at: (path: string) => string;
beforeAll(async () => {
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  at = (path) => `http://127.0.0.1:${(server.address() as AddressInfo).port}${path}`;
});
afterAll(() => void server.close());

test("info and show, whatever stands behind the name", async () => {
  const shown = await cli("info", at("/grid.npy?token=1"), "--json");
  expect(shown).toMatchObject({ status: 0, err: "" });
  expect(JSON.parse(shown.out)[0]).toMatchObject({
    container: "npy",
    tensors: [{ shape: [3, 4], statistics: { min: 0, max: 5.5 } }],
  });
  expect((await cli("show", at("/grid.npy"), "[1]", "--csv")).out).toBe("2\n2.5\n3\n3.5");
});

test("only what is asked for is fetched", async () => {
  sent = 0;
  const head = await cli("info", at("/model.safetensors"), "--no-stats");
  expect(head).toMatchObject({ status: 0, err: "" });
  expect(head.out).toContain("large");
  const one = folder.path("small.npy");
  expect(await cli("convert", at("/model.safetensors"), one, "--tensor", "small", "--to", "float16")).toMatchObject({
    status: 0,
  });
  expect(sent).toBeLessThan(200_000);
  expect(readNpy(readFileSync(one)).toArray()).toEqual(grid.toArray());
});

test("--only converts what it names; -o names the result as the address does", async () => {
  const result = await cli(
    "convert",
    at("/model.safetensors"),
    "-o",
    folder.path("out"),
    "--to",
    "bfloat16",
    "--only",
    "s*",
  );
  expect(result).toMatchObject({ status: 0, err: "" });
  const file = readSafetensors(readFileSync(folder.path("out/model.safetensors")));
  expect(file.names.map((name) => [name, file.get(name).dtype.name])).toEqual([
    ["large", "float32"],
    ["small", "bfloat16"],
  ]);
});

test.each([
  ["/none.npy", /none\.npy: .*404/],
  ["/broken.npy", /broken\.npy: .*format of the items must be given/],
])("%s: one line that names it, and status 1", async (path, message) => {
  const { status, err, out } = await cli("info", at(path));
  expect([status, out]).toEqual([1, ""]);
  expect(err).toMatch(message);
  expect(err.split("\n")).toHaveLength(1);
});

test("several tensors: the option that names one", async () => {
  const { status, err } = await cli("show", at("/model.safetensors"));
  expect(status).toBe(1);
  expect(err).toMatch(/say which one with --tensor; there are: large, small$/);
});
