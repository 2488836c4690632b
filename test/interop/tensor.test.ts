/** stridebuf/tensor against the tensors of onnxruntime and tfjs. */
import "@tensorflow/tfjs-backend-cpu";
import * as tf from "@tensorflow/tfjs-core";
import { Tensor } from "onnxruntime-web";
import { convert, dtypes, empty, view } from "stridebuf";
import { fromImage, fromTensor, packRows, toTensor } from "stridebuf/tensor";
import { describe, expect, test } from "vitest";

describe("onnxruntime", () => {
  test.each([
    "float32",
    "float64",
    "int8",
    "uint8",
    "int16",
    "uint16",
    "int32",
    "uint32",
    "int64",
    "uint64",
    "bool",
  ] as const)("%s there and back, sharing memory", (type) => {
    const source = empty([2, 3], dtypes[type]);
    source.set(1, 2, (type === "bool" ? true : type.endsWith("64") && type !== "float64" ? 7n : 7) as never);
    const tensor = toTensor(Tensor, source);
    expect([tensor.type, tensor.dims]).toEqual([type, [2, 3]]);
    expect((tensor.data as Uint8Array).buffer).toBe(source.buffer);
    expect(fromTensor(tensor).equals(source)).toBe(true);
    expect(fromTensor(tensor).buffer).toBe(source.buffer);
  });

  test("float16: raw bits or Float16Array, the same values", () => {
    const source = view(new Float32Array([1, -2.5, 70000]));
    const half = toTensor(Tensor, source, { type: "float16" });
    expect(fromTensor(half).toArray()).toEqual([1, -2.5, Infinity]);
    expect(toTensor(null, source, { type: "float16" }).data).toEqual(new Uint16Array([0x3c00, 0xc100, 0x7c00]));
  });

  test("4 bits are packed over the flat array, odd lengths too", () => {
    const source = view(new Int8Array([1, -2, 3, -4, 5, -6, 7, -8, 0]), { shape: [3, 3] });
    const packed = toTensor(null, source, { type: "int4" });
    expect(packed.data).toEqual(new Uint8Array([0xe1, 0xc3, 0xa5, 0x87, 0x00]));
    expect(fromTensor(packed).toArray()).toEqual(source.toArray());
    expect(fromTensor(new Tensor("int4", packed.data as Uint8Array, [3, 3]), { as: "b" }).toArray()).toEqual(
      source.toArray(),
    );
  });

  test("layout and type are brought to what the tensor needs, into given memory", () => {
    const source = view(new Uint8Array([1, 2, 3, 4, 5, 6]), { shape: [3, 2] }).transpose();
    const out = new Float32Array(6);
    const tensor = toTensor(Tensor, source, { type: "float32", out });
    expect(tensor.data).toBe(out);
    expect([...out]).toEqual([1, 3, 5, 2, 4, 6]);
    expect(() => toTensor(Tensor, source, { out: new Uint8Array(5) })).toThrow(
      expect.objectContaining({ reason: "shape" }),
    );
  });

  test("what cannot be shown is said", () => {
    expect(() => fromTensor(new Tensor("string", ["a"], [1]))).toThrow(
      expect.objectContaining({ name: "UnknownDTypeError" }),
    );
    const away = { type: "float32", dims: [1], location: "gpu-buffer" };
    expect(() => fromTensor(away)).toThrow(/its data is on "gpu-buffer"/);
    expect(() => fromTensor({ dataType: "float32", shape: [2], data: new Float32Array(3) })).toThrow(
      expect.objectContaining({ reason: "shape" }),
    );
    expect(() => toTensor(null, view(new Uint8Array(4), { format: "T{<i:a:}" }))).toThrow(
      expect.objectContaining({ name: "UnknownDTypeError" }),
    );
  });
});

test("tfjs", () => {
  const source = view(new Float32Array([1, 2, 3, 4]), { shape: [2, 2] });
  const tensor = toTensor(tf, source.transpose());
  expect(tensor.arraySync()).toEqual([
    [1, 3],
    [2, 4],
  ]);
  expect(fromTensor(tensor, { as: "<h" }).toArray()).toEqual([
    [1, 3],
    [2, 4],
  ]);
  expect(() => toTensor(tf, view(new Uint16Array(2)))).toThrow(/tfjs has no uint16/);
  expect(toTensor(tf, view(new Uint16Array([5])), { type: "int32" }).arraySync()).toEqual([5]);
});

describe("images", () => {
  const data = new Uint8ClampedArray([255, 0, 51, 9, 0, 255, 102, 9]);
  const image = { data, width: 2, height: 1 };
  test("channels first or last, 0 to 1, without alpha", () => {
    expect(fromImage(image).shape).toEqual([1, 3, 1, 2]);
    expect([...fromImage(image).toTypedArray()].map((x) => Number(Number(x).toFixed(6)))).toEqual([
      1, 0, 0, 1, 0.2, 0.4,
    ]);
    expect(fromImage(image, { layout: "NHWC", type: "uint8" }).toArray()).toEqual([
      [
        [
          [255, 0, 51],
          [0, 255, 102],
        ],
      ],
    ]);
  });

  test("mean and std per channel", () => {
    const out = empty([1, 3, 1, 2], "<f");
    const mean = [0.5, 0.25, 0.2];
    const std = [0.5, 0.25, 0.1];
    expect(fromImage(image, { mean, std, out })).toBe(out);
    expect([...out.toTypedArray()].map((x) => Number(Number(x).toFixed(5)))).toEqual([1, -1, -1, 3, 0, 2]);
  });

  test("refusals", () => {
    expect(() => fromImage({ ...image, width: 3 })).toThrow(expect.objectContaining({ reason: "shape" }));
    expect(() => fromImage(image, { mean: [1] })).toThrow(RangeError);
    expect(() => fromImage(image, { type: "uint8", std: [1, 1, 1] })).toThrow(TypeError);
  });
});

test("rows start at multiples", () => {
  const source = view(new Uint16Array([1, 2, 3, 4]), { shape: [2, 2] });
  const { bytes, bytesPerRow, rowsPerImage } = packRows(source, { bytesPerRow: 8 });
  expect([bytesPerRow, rowsPerImage]).toEqual([8, 2]);
  expect([...bytes]).toEqual([1, 0, 2, 0, 0, 0, 0, 0, 3, 0, 4, 0, 0, 0, 0, 0]);
  expect(packRows(empty([3, 100, 4], "B")).bytesPerRow).toBe(512);
  expect(() => packRows(source, { out: new Uint8Array(3) })).toThrow(expect.objectContaining({ reason: "shape" }));
});

test("an image is what scaling its pixels gives, in every float type and any memory", () => {
  const [width, height] = [16, 16];
  const data = Uint8ClampedArray.from({ length: width * height * 4 }, (_, i) => (i * 37) % 256);
  const [mean, std] = [
    [0.485, 0.456, 0.406],
    [0.229, 0.224, 0.225],
  ];
  const rgb = view(data, { shape: [1, height, width, 4] }).slice("..., :3");
  for (const format of ["<f", ">f", "<d", "<e", ">e", "bfloat16", "float8_e4m3fn"])
    for (const layout of ["NHWC", "NCHW"] as const) {
      const scaled = convert(rgb, format, {
        scale: view(Float64Array.from(std, (s) => 1 / (255 * s))),
        offset: view(Float64Array.from(std, (s, i) => -mean[i]! / s)),
      });
      const expected = layout === "NHWC" ? scaled : scaled.transpose([0, 3, 1, 2]);
      const dense = empty(expected.shape, format);
      const sparse = empty([...expected.shape, 2], format).slice("..., 1");
      for (const out of [dense, sparse]) {
        expect(fromImage({ data, width, height }, { layout, mean, std, out })).toBe(out);
        expect(out.equals(expected)).toBe(true);
      }
    }
});
