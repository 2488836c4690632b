/** stridebuf/tensor against the tensors of transformers.js, whose runtimes are left out here (overrides): they run no model. */
import { Tensor } from "@huggingface/transformers";
import { dtypes, empty, type StridedView, view } from "stridebuf";
import { fromTensor, type TensorFactory, type ToTensorOptions, toTensor } from "stridebuf/tensor";
import { expect, test } from "vitest";

const made = (source: StridedView, options?: ToTensorOptions): Tensor =>
  toTensor(Tensor as unknown as TensorFactory<Tensor>, source, options);

test.each(["float32", "uint8", "int64", "bool", "float64"] as const)("%s there and back, sharing memory", (type) => {
  const source = empty([2, 3], dtypes[type]);
  source.set(1, 2, (type === "bool" ? true : type === "int64" ? 7n : 7) as never);
  const tensor = made(source);
  expect(tensor).toBeInstanceOf(Tensor);
  expect([tensor.type, tensor.dims, tensor.location]).toEqual([type, [2, 3], "cpu"]);
  expect(fromTensor(tensor).buffer).toBe(source.buffer);
  expect(fromTensor(tensor).equals(source)).toBe(true);
});

test("what its own operations make, in any memory", () => {
  const source = view(
    Float32Array.from({ length: 6 }, (_, i) => i),
    { shape: [2, 3] },
  );
  const tensor = made(source.transpose());
  expect(tensor.tolist()).toEqual(source.transpose().toArray());
  const permuted = tensor.permute(1, 0);
  const out = empty([3, 2], "<e").transpose();
  expect(fromTensor(permuted, { out })).toBe(out);
  expect(out.toArray()).toEqual(source.toArray());
  const half = made(source, { type: "float16" });
  expect(fromTensor(half, { as: "<f" }).toArray()).toEqual(source.toArray());
  expect(fromTensor(tensor.to("int64")).toArray()).toEqual([
    [0n, 3n],
    [1n, 4n],
    [2n, 5n],
  ]);
});
