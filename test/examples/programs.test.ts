/** The short programs under examples/programs/: each on data whose result is known, and none longer than it claims to be. */
import { createHash } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { planes } from "../../examples/programs/chw.js";
import { fits } from "../../examples/programs/fits.js";
import { nifti } from "../../examples/programs/nifti.js";
import { float32 } from "../../examples/programs/npy.js";
import { decode, encode } from "../../examples/programs/own-dtype.js";
import { points } from "../../examples/programs/records.js";
import { bfloat16 } from "../../examples/programs/safetensors.js";
import { array, view } from "../../src/index.js";
import { writeNpy } from "../../src/io/npy.js";
import { readSafetensors, writeSafetensors } from "../../src/io/safetensors.js";

const file = (name: string) => new Uint8Array(readFileSync(new URL(`../files/${name}`, import.meta.url)));
const expected = JSON.parse(new TextDecoder().decode(file("expected.json")));
const programs = new URL("../../examples/programs/", import.meta.url);

test.each(readdirSync(programs))("%s has at most 15 lines", (name) => {
  const lines = readFileSync(new URL(name, programs), "utf8").trim().split("\n");
  expect(lines.length).toBeLessThanOrEqual(15);
});

test("a big-endian .npy in Fortran order becomes a Float32Array in C order", () => {
  const grid = array(
    [
      [1.5, 2, 3],
      [4, 5, -6],
    ],
    ">d",
  );
  const fortran = view(grid.toBytes("F"), { format: ">d", shape: [2, 3], order: "F" });
  expect(float32(writeNpy(fortran))).toEqual(Float32Array.of(1.5, 2, 3, 4, 5, -6));
});

test("a FITS image is scaled as its header says", () => {
  const image = fits(file("scale.fits"));
  // Its header is a card longer than one block.
  const stored = view(file("scale.fits"), { format: ">h", byteOffset: 5760, shape: [21, 20] });
  expect(image.shape).toEqual([21, 20]);
  for (const [i, j] of [
    [0, 0],
    [10, 3],
    [20, 19],
  ] as const)
    expect(image.get(i, j)).toBe(Math.fround(stored.get(i, j) * 0.045777764213996 + 1500));
});

test("a NIfTI volume reads as NumPy reads it", () => {
  const volume = nifti(file("resampled_anat_moved.nii"));
  const { shape, bytes_C } = expected["resampled_anat_moved.nii"];
  expect([volume.shape, createHash("sha256").update(volume.toBytes("C")).digest("hex")]).toEqual([shape, bytes_C]);
});

test("float32 tensors become bfloat16, integers stay", () => {
  const before = writeSafetensors(
    new Map([
      [
        "weight",
        array(
          [
            [1, -2.5],
            [3.140625, 0],
          ],
          "<f",
        ),
      ],
      ["index", array([7, 8], "<q")],
    ] as [string, ReturnType<typeof array>][]),
    { note: "kept" },
  );
  const after = readSafetensors(bfloat16(before));
  expect(after.get("weight").dtype.name).toBe("bfloat16");
  expect(after.get("weight").toArray()).toEqual([
    [1, -2.5],
    [3.140625, 0],
  ]);
  expect(after.get("index").toArray()).toEqual([7n, 8n]);
  expect(after.metadata).toEqual({ note: "kept" });
});

test("point records become named columns", () => {
  const records = array(
    [
      { x: 100, y: -200, z: 3, intensity: 65535, returns: 1, kind: 2, angle: -3, user: 0, source: 9 },
      { x: 1, y: 2, z: 3, intensity: 4, returns: 1, kind: 6, angle: 0, user: 0, source: 9 },
    ],
    "<T{i:x:i:y:i:z:H:intensity:B:returns:B:kind:b:angle:B:user:H:source:}",
  );
  const las = new Uint8Array(7 + records.nbytes);
  las.set(records.toBytes(), 7);
  expect(points(las, 7, 2, 0.25)).toEqual({
    x: Float64Array.of(25, 0.25),
    y: Float64Array.of(-50, 0.5),
    z: Float64Array.of(0.75, 0.75),
    intensity: Uint16Array.of(65535, 4),
    kind: Uint8Array.of(2, 6),
  });
});

test("RGBA rows become normalised planes", () => {
  const data = Uint8ClampedArray.of(0, 128, 255, 9, 10, 20, 30, 9);
  const mean = [0.485, 0.456, 0.406];
  const std = [0.229, 0.224, 0.225];
  const want = [0, 1, 2].flatMap((c) => [0, 1].map((x) => (data[4 * x + c]! / 255 - mean[c]!) / std[c]!));
  const got = planes({ data, width: 2, height: 1 });
  expect(got.length).toBe(6);
  for (const [i, value] of want.entries()) expect(got[i]).toBeCloseTo(value, 6);
});

test("a dtype of one's own goes both ways", () => {
  const samples = Float32Array.of(1, -2.5, 0.015625, 1.0078125, 65000);
  expect(decode(encode(samples))).toEqual(Float32Array.of(1, -2.5, 0.015625, 1, 65024));
});
