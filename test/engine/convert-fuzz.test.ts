/** Both backends convert random layouts of random types to the same bytes, and leave everything around them alone. */
import { expect, test } from "vitest";
import type { DType } from "../../src/dtype/dtype.js";
import { type ElementName, elements } from "../../src/dtype/elements.js";
import { scalarDType } from "../../src/dtype/make.js";
import { complexDType } from "../../src/dtype/make-other.js";
import { withByteOrder } from "../../src/dtype/order.js";
import { backends } from "../lib/backends.js";
import { random } from "../lib/kernels.js";
import { toHex } from "../lib/vectors.js";

const names = Object.keys(elements).filter(
  (name) => !name.startsWith("float80") && name !== "float128",
) as ElementName[];

function randomDType(next: () => number): DType {
  const name = names[next() % names.length]!;
  const { width } = elements[name];
  const plain =
    next() % 8 === 0 && ["float16", "bfloat16", "float32", "float64"].includes(name)
      ? complexDType(name)
      : scalarDType(name);
  return width > 1 && next() % 3 === 0 ? withByteOrder(plain, "big") : plain;
}

interface Layout {
  place: { shape: number[]; strides: number[]; byteOffset: number };
  nbytes: number;
}

/** Axes in any order, gaps between items, either direction. */
function randomLayout(next: () => number, shape: number[], itemsize: number): Layout {
  const order = shape.map((_, axis) => axis).sort(() => (next() % 2) - 0.5);
  const strides = new Array<number>(shape.length).fill(0);
  let step = itemsize;
  let byteOffset = next() % 9;
  for (const axis of order) {
    step += next() % 3 === 0 ? next() % 17 : 0;
    strides[axis] = step;
    step *= Math.max(1, shape[axis]!);
  }
  const nbytes = byteOffset + step + 16;
  for (let axis = 0; axis < shape.length; axis++) {
    if (next() % 4 !== 0 || shape[axis] === 0) continue;
    byteOffset += strides[axis]! * (shape[axis]! - 1);
    strides[axis] = -strides[axis]!;
  }
  return { place: { shape, strides, byteOffset }, nbytes };
}

test.each([1, 2, 3, 4, 5, 6])("seed %i", (seed) => {
  const next = random(seed);
  const failures: unknown[] = [];
  for (let round = 0; round < 120; round++) {
    const from = randomDType(next);
    const to = randomDType(next);
    const ndim = next() % 4;
    const shape = Array.from({ length: ndim }, () => (next() % 12 === 0 ? 0 : 1 + (next() % (ndim < 2 ? 900 : 24))));
    const source = randomLayout(next, shape, from.itemsize);
    const target = randomLayout(next, shape, to.itemsize);
    const bytes = Uint8Array.from({ length: source.nbytes }, () => next());
    const before = Uint8Array.from({ length: target.nbytes }, () => next());
    const overflow = ([undefined, "wrap", "saturate"] as const)[next() % 3];
    const options = overflow === undefined ? {} : { overflow };
    const results = backends.map(({ api }) => {
      const data = before.slice();
      const src = api.view(bytes.slice(), { format: from, ...source.place });
      api.copy(api.view(data, { format: to, ...target.place }), src, options);
      return toHex(data);
    });
    if (results[0] !== results[1]) failures.push([round, from.format, to.format, shape, overflow]);
  }
  expect(failures.slice(0, 5)).toEqual([]);
});
