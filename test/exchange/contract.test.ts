/** The contract alone: what a consumer is given, what an exporter is blamed for, and what it costs to ship. */
import { gzipSync } from "node:zlib";
import { buildSync } from "esbuild";
import { expect, test } from "vitest";
import { acquire, acquireChunks, check, NDBUFFER, NDBUFFER_CHUNKS, type NDBuffer } from "../../src/exchange/index.js";

const plain: NDBuffer = {
  version: 1,
  buffer: new ArrayBuffer(48),
  byteOffset: 0,
  shape: [2, 3],
  strides: null,
  format: "<q",
  itemsize: 8,
  readonly: false,
};
/** An exporter that looks at no request. */
const showing = (changes: object) => ({ [NDBUFFER]: () => ({ ...plain, ...changes }) as NDBuffer });
const chunked = (...blocks: object[]) => ({
  [NDBUFFER_CHUNKS]: () => blocks.map((changes) => ({ ...plain, ...changes }) as NDBuffer),
});

test("the symbols are those of the registry", () => {
  expect(NDBUFFER).toBe(Symbol.for("ndbuffer"));
  expect(NDBUFFER_CHUNKS).toBe(Symbol.for("ndbuffer.chunks"));
});

test.each([undefined, null, 3, "text", {}, new Uint8Array(3)])("%s exports nothing", (value) => {
  expect(acquire(value)).toBeNull();
  expect(acquireChunks(value)).toBeNull();
});

// What is shown by an exporter that ignores the request, the request, and whether it may be given.
const strided = { strides: [8, 16] };
test.each<[object, object | undefined, boolean]>([
  [{}, undefined, true],
  [{ version: 2 }, undefined, false],
  [{ unknown: 1 }, undefined, true],
  [{ readonly: true }, {}, true],
  [{ readonly: true }, { writable: true }, false],
  [{ format: "Zf" }, {}, false],
  [{ format: "q" }, {}, false],
  [{ format: "Zf" }, { formats: "any" }, true],
  [{ mask: plain }, {}, false],
  [{ mask: plain }, { mask: true }, true],
  [{ suboffsets: [0, -1] }, {}, false],
  [{ suboffsets: [0, -1] }, { indirect: true }, true],
  [{ suboffsets: [0, -1] }, { indirect: true, contiguous: "any" }, false],
  [{ device: { type: "webgpu" } }, {}, false],
  [{ device: { type: "webgpu" } }, { devices: ["webnn"] }, false],
  [{ device: { type: "webgpu" } }, { devices: ["webnn", "webgpu"] }, true],
  [{}, { contiguous: "C" }, true],
  [{}, { contiguous: "F" }, false],
  [strided, { contiguous: "F" }, true],
  [strided, { contiguous: "any" }, true],
  [strided, { contiguous: "C" }, false],
  [{ strides: [-24, 8], byteOffset: 24 }, { contiguous: "any" }, false],
  [{ shape: [1, 6], strides: [999, 8] }, { contiguous: "F" }, true],
  [{ shape: [0, 3], strides: [5, 5] }, { contiguous: "C" }, true],
  [{ shape: [], strides: [] }, { contiguous: "C" }, true],
])("%j to %j: %j", (changes, request, isGiven) => {
  let released = 0;
  const release = () => void released++;
  expect(acquire(showing({ ...changes, release }), request) !== null).toBe(isGiven);
  expect(released).toBe(isGiven ? 0 : 1);
});

test("several blocks: all or none, and one block counts as several", () => {
  expect(acquireChunks(showing({}))).toEqual([plain]);
  expect(acquireChunks(chunked({}, { shape: [1, 3] }))!.map((b) => b.shape)).toEqual([
    [2, 3],
    [1, 3],
  ]);
  expect(acquireChunks(chunked())).toEqual([]);
  let released = 0;
  const release = () => void released++;
  expect(acquireChunks(chunked({ release }, { release, mask: plain }))).toBeNull();
  expect(released).toBe(2);
});

const honest = { [NDBUFFER]: (request = {}) => acquire(showing({}), request) };
test("check passes who keeps to the contract", () => {
  expect(check(honest)).toEqual([]);
  expect(check({ [NDBUFFER]: () => null })).toEqual([]);
  expect(check({ [NDBUFFER_CHUNKS]: (request = {}) => acquireChunks(chunked({}, {}), request) })).toEqual([]);
});

test.each<[string, object]>([
  ["request", { version: 2 }],
  ["readonly", { readonly: 1 }],
  ["sizes", { byteOffset: -1 }],
  ["sizes", { byteOffset: 0.5 }],
  ["sizes", { shape: [2, -3] }],
  ["strides", { strides: [8] }],
  ["strides", { strides: [4.5, 8] }],
  ["itemsize", { itemsize: 4 }],
  ["format", { format: "q" }],
  ["format", { format: "@i" }],
  ["format", { format: "<l", itemsize: 4 }],
  ["format", { format: "T{i:a:<q:b:}" }],
  ["format", { format: "T{P:p:}" }],
  ["extent", { byteOffset: 8 }],
  ["extent", { strides: [-24, 8] }],
  ["clone", { extra: () => 1 }],
])("check finds %s in %j", (fault, changes) => {
  const shows = (request: object = {}) => (acquire(honest, request) === null ? null : { ...plain, ...changes });
  expect(check({ [NDBUFFER]: shows })).toContain(fault);
});

test.each(["<e", ">d", "?", "5s", "<3w", "<Zf", "T{<i:id:4x(2,3)<d:x:}", "[a:b]", "<[a:@l]", "T{<i:@l:}"])(
  "check lets %s pass",
  (format) => {
    const itemsize = { "<e": 2, ">d": 8, "?": 1 }[format] ?? 7;
    const shows = (request: object = {}) => acquire(showing({ format, itemsize, shape: [1] }), request);
    expect(check({ [NDBUFFER]: shows })).toEqual([]);
  },
);

test("check finds who gives what was not asked for, and who exports nothing", () => {
  expect(check(showing({ mask: plain }))).toEqual(["request"]);
  expect(check(showing({ format: "Zf" }))).toEqual(["request", "format"]);
  expect(check({})).toEqual(["method"]);
});

test("less than 1 kB, minified and gzipped, and nothing else in it", () => {
  const { outputFiles, metafile } = buildSync({
    entryPoints: ["src/exchange/index.ts"],
    bundle: true,
    minify: true,
    format: "esm",
    metafile: true,
    write: false,
  });
  expect(gzipSync(outputFiles[0]!.contents, { level: 9 }).length).toBeLessThan(1024);
  expect(Object.keys(metafile.inputs).filter((path) => !path.startsWith("src/exchange/"))).toEqual([]);
});
