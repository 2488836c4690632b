/** Random assignments between two views of one memory or of two: dtypes, geometry, overlap, options. */
import { type CopyOptions, dtype } from "../../../src/index.js";
import type { Input } from "./input.js";
import "./items/codecs.js";

export interface Placed {
  readonly format: string;
  readonly shape: readonly number[];
  readonly strides: readonly number[];
  readonly byteOffset: number;
}

export interface Case {
  readonly dst: Placed;
  readonly src: Placed;
  readonly memory: Uint8Array;
  /** Both views are of the same memory. */
  readonly isShared: boolean;
  readonly options: CopyOptions;
}

const formats = [
  ..."?bBhHiIlLqQefd",
  ">h",
  ">I",
  ">q",
  ">e",
  ">f",
  ">d",
  "Zf",
  ">Zd",
  "3s",
  "5s",
  "2u",
  "3w",
  "(2)<h",
  "(2)>f",
  "T{<h:a:<d:b:}",
  "T{>d:b:<i:a:}",
  "T{<B:a:<I:b:}",
  "T{<H:a:2x<d:b:}",
  "[ml_dtypes:bfloat16]",
  ">[ml_dtypes:bfloat16]",
  "[ml_dtypes:float8_e4m3fn]",
  "[ml_dtypes:float8_e5m2]",
  "[ml_dtypes:int4]",
  "<[numpy:numpy.dtypes:DateTime64DType:8:1]",
  "<[numpy:numpy.dtypes:DateTime64DType:a:1]",
  ">[numpy:numpy.dtypes:TimeDelta64DType:a:1]",
  "<[numpy:numpy.dtypes:TimeDelta64DType:8:25]",
  "[packed:int4]",
  "[gguf:q8_0]",
  "[fuzz:tiles]",
  "T{[fuzz:tiles]:a:<d:b:}",
] as const;

const numbers: readonly string[] = formats.filter((format) =>
  /^[>]?[?bBhHiIlLqQefd]$|ml_dtypes|fuzz:tiles\]$/.test(format),
);

/** Bytes of the memory that views lie in. */
const SIZE = 4096;

/** Strides of any sign; some overlap, some leave gaps. */
function place(input: Input, format: string, shape: readonly number[]): Placed | undefined {
  const { itemsize } = dtype(format);
  const strides = new Array<number>(shape.length).fill(0);
  const order = shape.map((_, axis) => axis);
  if (input.rarely(2)) order.reverse();
  let step = itemsize;
  for (const axis of order) {
    if (input.rarely(4)) step += input.below(9);
    strides[axis] = input.rarely(32) ? input.below(itemsize + 2) : step;
    step *= Math.max(1, shape[axis]!);
  }
  let byteOffset = input.below(128);
  let high = itemsize;
  let low = 0;
  for (let axis = 0; axis < shape.length; axis++) {
    const span = strides[axis]! * Math.max(0, shape[axis]! - 1);
    if (input.rarely(4)) {
      strides[axis] = -strides[axis]!;
      low -= span;
    } else high += span;
  }
  byteOffset -= low;
  return byteOffset + high > SIZE ? undefined : { format, shape, strides, byteOffset };
}

/** @returns undefined where the geometry does not fit the memory */
export function assignment(input: Input): Case | undefined {
  const to = input.pick(formats);
  // Numbers go into numbers and a type into itself; any other pair mostly has no conversion.
  const from = input.rarely(4) ? input.pick(formats) : input.pick(numbers.includes(to) ? numbers : [to]);
  const ndim = input.below(4);
  const shape = Array.from({ length: ndim }, () => (input.rarely(12) ? 0 : 1 + input.below(ndim < 2 ? 90 : 7)));
  const sourceShape = input.rarely(6) ? shape.map((n) => (input.rarely(2) ? 1 : n)) : shape;
  const dst = place(input, to, shape);
  const src = place(input, from, sourceShape);
  if (dst === undefined || src === undefined) return undefined;
  const options: CopyOptions = {
    ...(input.rarely(4) ? { overflow: input.pick(["wrap", "saturate", "error"] as const) } : {}),
    ...(input.rarely(6) ? { casting: input.pick(["no", "equiv", "safe", "same_kind", "unsafe"] as const) } : {}),
    ...(input.rarely(8) ? { scale: input.pick([0.5, 2, -1]), offset: input.pick([0, 1, -0.25]) } : {}),
  };
  return { dst, src, memory: input.noise(SIZE), isShared: input.rarely(4), options };
}
