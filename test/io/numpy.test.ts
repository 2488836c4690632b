/** Round trips through the real NumPy. */
import { createHash } from "node:crypto";
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { numpyDescr } from "../../src/dtype/names/numpy-descr.js";
import { view } from "../../src/index.js";
import { readNpy, readNpz, writeNpy, writeNpz } from "../../src/io/npy.js";
import { temporaryFolder } from "../lib/cli.js";
import { pythonWith } from "../lib/python.js";
import { fill, toHex } from "../lib/vectors.js";

const python = pythonWith("numpy");
const folder = temporaryFolder();
const sha = (bytes: Uint8Array) => createHash("sha256").update(bytes).digest("hex");

const formats = [
  "?",
  ...["b", "B", "<h", ">h", "<I", ">q", "<Q", "<e", ">e", "<f", ">d", "<Zf", ">Zd", "5s", "0s", "<3w", ">2w"],
  "[numpy:numpy.dtypes:DateTime64DType:a:1]",
  "[numpy:numpy.dtypes:TimeDelta64DType:6:25]",
  "T{<i:a:>d:b:?:c:}",
  "T{<i:it's:(2,3)>e:m:T{<h:x:<Zd:y:}:α:3s:text:}",
  "(2,3)<h",
];

describe.skipIf(python.path === null)(python.title, () => {
  test("reads what is written, in every dtype and order", () => {
    const written: unknown[] = [];
    for (const [i, format] of formats.entries()) {
      const grid = view(fill(4096, i, format === "?" ? 1 : 127), { format, shape: [3, 4] });
      for (const [name, array] of Object.entries({
        plain: grid,
        turned: grid.transpose(),
        cut: grid.slice("::2, ::-1"),
        item: grid.slice(1, 2),
        none: grid.slice("0:0"),
      })) {
        const path = folder.path(`${i}-${name}.npy`);
        writeFileSync(path, writeNpy(array));
        const descr = array.dtype.kind === "array" ? numpyDescr(array.dtype.base!) : numpyDescr(array.dtype);
        const shape = array.dtype.kind === "array" ? [...array.shape, ...array.dtype.shape!] : array.shape;
        written.push([path, descr, shape, sha(array.toBytes("C"))]);
      }
    }
    const script = `
import sys, json, hashlib, numpy as np
out = []
for path, *_ in json.load(open(sys.argv[1])):
    a = np.load(path)
    out.append([path, np.lib.format.dtype_to_descr(a.dtype), a.shape, hashlib.sha256(a.tobytes("C")).hexdigest()])
print(json.dumps(out))`;
    writeFileSync(folder.path("list.json"), JSON.stringify(written));
    const seen = python.json(script, folder.path("list.json")) as unknown[];
    const failures = seen.filter((each, i) => JSON.stringify(each) !== JSON.stringify(written[i]));
    expect(failures.slice(0, 5)).toEqual([]);
    expect(seen.length).toBe(formats.length * 5);
  });

  test("writes what is read, byte for byte the same again", () => {
    const theirs = folder.path("theirs");
    mkdirSync(theirs);
    python.json(
      `
import sys, os, json, numpy as np
rng = np.random.default_rng(7)
kinds = ["|b1","|i1","|u1","<i2",">i2","<u4",">i8","<f2",">f2","<f4",">f8","<c8",">c16","|S3","<U4",">U2","<M8[us]",">m8[3D]","|V5","<f16",
  [("a","<i4"),("b",">f8",(2,)),("c","|S2")],
  {"names":["x","y"],"formats":["<i2","<f8"],"offsets":[2,8],"itemsize":24},
  {"names":["x"],"formats":[np.dtype([("p","<f4"),("q","|u1",(3,))], align=True)],"titles":["a title"]}]
for i, kind in enumerate(kinds):
    dt = np.dtype(kind)
    for j, shape in enumerate([(), (5,), (2,3), (3,1,2), (0,4)]):
        n = int(np.prod(shape)) * dt.itemsize
        a = np.frombuffer((rng.bytes(n) if dt.kind not in "b" else bytes(n)), dt, int(np.prod(shape))).reshape(shape) if n else np.zeros(shape, dt)
        for k, b in enumerate([a, a.T, np.asfortranarray(a)]):
            np.save(os.path.join(sys.argv[1], f"{i}-{j}-{k}.npy"), b)
print(1)`,
      theirs,
    );
    const failures: string[] = [];
    const names = readdirSync(theirs);
    for (const name of names) {
      const bytes = new Uint8Array(readFileSync(join(theirs, name)));
      if (toHex(writeNpy(readNpy(bytes))) !== toHex(bytes)) failures.push(name);
    }
    expect(failures.slice(0, 5)).toEqual([]);
    expect(names.length).toBe(23 * 5 * 3);
  });

  test("archives in both directions", () => {
    const arrays = { grid: view(new Float32Array([1, 2, 3, 4]), { shape: [2, 2] }), "a/b": view(Uint8Array.of(9)) };
    for (const compress of [false, true]) {
      writeFileSync(folder.path("ours.npz"), writeNpz(arrays, { compress }));
      const seen = python.json(
        `
import sys, json, numpy as np
z = np.load(sys.argv[1])
np.savez(sys.argv[2], **{n: z[n] for n in z.files}); np.savez_compressed(sys.argv[3], big=np.arange(100000.0), **{"ü": np.arange(3)})
print(json.dumps({n: z[n].tolist() for n in z.files}))`,
        folder.path("ours.npz"),
        folder.path("plain.npz"),
        folder.path("packed.npz"),
      );
      expect(seen).toEqual({
        grid: [
          [1, 2],
          [3, 4],
        ],
        "a/b": [9],
      });
    }
    const plain = readNpz(new Uint8Array(readFileSync(folder.path("plain.npz"))));
    expect([...plain].map(([name, array]) => [name, array.toArray()])).toEqual([
      [
        "grid",
        [
          [1, 2],
          [3, 4],
        ],
      ],
      ["a/b", [9]],
    ]);
    const packed = readNpz(new Uint8Array(readFileSync(folder.path("packed.npz"))));
    expect([packed.get("big")!.get(99_999), packed.get("ü")!.toArray()]).toEqual([99_999, [0n, 1n, 2n]]);
  });
});
