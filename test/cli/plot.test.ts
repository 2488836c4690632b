import { readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { decode } from "fast-png";
import { expect, test } from "vitest";
import { colormapOf } from "../../src/cli/picture/drawing.js";
import { ZOOM } from "../../src/cli/picture/png.js";
import { MARGIN, TITLE } from "../../src/cli/picture/svg.js";
import { convert, dtypes, view } from "../../src/index.js";
import { writeNpy } from "../../src/io/npy.js";
import { cli, temporaryFolder } from "../lib/cli.js";

const folder = temporaryFolder();
const put = (name: string, bytes: Uint8Array): string => {
  writeFileSync(folder.path(name), bytes);
  return folder.path(name);
};
const geoid = fileURLToPath(new URL("../../examples/data/egm96_15.gtx", import.meta.url));
const raw = ["--format", ">f", "--shape", "721,1440", "--byte-offset", "40"];

async function plotted(out: string, ...args: string[]): Promise<Buffer> {
  const result = await cli("plot", ...args, "-o", folder.path(out));
  expect(result).toMatchObject({ status: 0, err: "" });
  return readFileSync(folder.path(out));
}

test("the geoid, north on top: each dot of the picture has the colour of its value", async () => {
  const bytes = await plotted("geoid.png", geoid, "::-1", ...raw, "--colormap", "turbo", "--clip", "0");
  const { width, height, data, channels } = decode(bytes);
  const dot = (x: number, y: number) => [...data.subarray((y * width + x) * channels, (y * width + x) * channels + 3)];
  const [left, right, top] = [MARGIN.left * ZOOM, width - MARGIN.right * ZOOM, (TITLE + MARGIN.top) * ZOOM];
  const bottom = top + Math.round(((right - left) / ZOOM) * (721 / 1440)) * ZOOM;
  expect(bottom).toBeLessThan(height);
  const values = view(new Uint8Array(readFileSync(geoid)), { format: ">f", shape: [721, 1440], byteOffset: 40 });
  // From NumPy; see examples/data/README.md.
  const [low, high] = [-106.9910888671875, 85.39092254638672];
  const turbo = colormapOf("turbo");
  let far = 0;
  const places = [];
  for (let i = 1; i < 20; i++) for (let j = 1; j < 20; j++) places.push([i / 20, j / 20] as const);
  for (const [v, h] of places) {
    const value = values.get(720 - Math.floor(v * 721), Math.floor(h * 1440)) as number;
    const expected = turbo((value - low) / (high - low));
    const found = dot(Math.round(left + h * (right - left)), Math.round(top + v * (bottom - top)));
    if (expected.some((part, c) => Math.abs(part - found[c]!) > 24)) far++;
  }
  expect(far / places.length).toBeLessThan(0.02);
});

test("PNG: the dots of a small image are squares of one colour, to their edges", async () => {
  const checks = view(Uint8Array.of(0, 255, 255, 0), { shape: [2, 2] });
  const bytes = await plotted("checks.png", put("checks.npy", writeNpy(checks)), "--colormap", "greys", "--clip", "0");
  const { width, data, channels } = decode(bytes);
  const [left, right, top] = [MARGIN.left * ZOOM, width - MARGIN.right * ZOOM, (TITLE + MARGIN.top) * ZOOM];
  const middle = (left + right) / 2;
  const y = Math.round(top + (right - left) / 4);
  const dot = (x: number) => data[(y * width + Math.round(x)) * channels]!;
  const inner = [left + 4, left + 40, middle - 4, middle + 4, right - 40, right - 4].map(dot);
  expect(new Set(inner.slice(0, 3)).size).toBe(1);
  expect(new Set(inner.slice(3)).size).toBe(1);
  expect(Math.abs(inner[0]! - inner[5]!)).toBeGreaterThan(200);
});

test("axes: dates as dates, small numbers by powers of ten, whole indices", async () => {
  const days = view(
    BigInt64Array.from({ length: 400 }, (_, i) => BigInt(18262 + i)),
    { format: "datetime64[D]" },
  );
  expect(String(await plotted("days.svg", put("days.npy", writeNpy(days))))).toMatch(/>2020-\d\d-\d\d</);
  const small = view(Float64Array.from({ length: 50 }, (_, i) => i * 1e-9));
  expect(String(await plotted("small.svg", put("small.npy", writeNpy(small))))).toMatch(/>1e-8</);
  const three = view(new Uint8Array(6), { shape: [3, 2] });
  expect(String(await plotted("three.svg", put("three.npy", writeNpy(three))))).not.toMatch(/>[012]\.5</);
});

test("SVG: lines, images, planes and histograms, with axes and safe text", async () => {
  const wave = put("<w>&\u001b.npy", writeNpy(view(Float64Array.from({ length: 500 }, (_, i) => Math.sin(i / 20)))));
  const line = String(await plotted("line.svg", wave));
  expect(line).toMatch(/^<svg xmlns="http:\/\/www\.w3\.org\/2000\/svg"/);
  expect(line).toContain("&lt;w&gt;&amp;?.npy");
  expect(line).toMatch(/aria-label="x-axis tick label"/);
  expect(line.match(/<path[^>]* d="M[^"]{2000,}"/g)?.length).toBe(1);
  const cube = put(
    "cube.npy",
    writeNpy(
      view(
        new Uint16Array(60).map((_, i) => i),
        { shape: [3, 4, 5] },
      ),
    ),
  );
  expect(String(await plotted("planes.svg", cube)).match(/<image /g)?.length).toBe(4);
  expect(String(await plotted("image.svg", cube, "0")).match(/<image /g)?.length).toBe(2);
  expect(String(await plotted("hist.svg", cube, "--kind", "hist")).match(/<rect /g)!.length).toBeGreaterThan(50);
  const record = put("r.npy", writeNpy(view(new Uint8Array(48), { format: "T{<f:x:<i:y:}", shape: [6] })));
  expect(String(await plotted("record.svg", record, "--fields", "y,x"))).toMatch(/>y<[\s\S]*>x</);
});

test("in the terminal: half blocks in colour, shades and braille without", async () => {
  const ramp = view(
    new Float32Array(16 * 32).map((_, i) => i % 32),
    { shape: [16, 32] },
  );
  const path = put("ramp.npy", writeNpy(convert(ramp, dtypes.float16)));
  const plain = await cli("plot", path);
  expect(plain.out.split("\n")[1]).toMatch(/^ +░+▒+▓+█+$/);
  expect(plain.out).not.toContain("\u001b");
  const line = (await cli("plot", path, "0")).out.split("\n");
  expect(line[1]).toMatch(/^31 .*[\u2801-\u28ff]$/);
  expect(line[16]).toMatch(/^ +\d+ +[\u2801-\u28ff]/);
  const hist = (await cli("plot", path, "--kind", "hist")).out;
  expect(hist).toMatch(/█/);
});

test.each([
  [["-o", "x.jpg"], 1, /x\.jpg: pictures are \.png or \.svg/],
  [["0", "--kind", "image"], 1, /--kind image needs two axes, the selection has 1; use --kind line/],
  [["9"], 1, /out of bounds/],
  [["0:0"], 1, /nothing is selected/],
  [["--fields", "q"], 1, /--fields: no field "q"/],
  [["--colormap", "jet"], 2, /viridis/],
])("refuses %j in one line", async (args, status, err) => {
  const path = put("wrong.npy", writeNpy(view(new Float32Array(12), { shape: [3, 4] })));
  const result = await cli("plot", path, ...args);
  expect(result).toMatchObject({ status, out: "", err: expect.stringMatching(err) });
  expect(result.err).not.toContain("\n");
});
