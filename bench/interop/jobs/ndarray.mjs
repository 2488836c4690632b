/** Arrays of scijs: `assign(dst, src)` of ndarray-ops and ours, both between given arrays. */
import ndarray from "ndarray";
import ops from "ndarray-ops";
import { assign } from "stridebuf/ndarray";
import { version } from "../version.mjs";

const library = version("ndarray-ops");

const job = (text, dst, src) => ({
  library,
  job: text,
  way: "`assign`",
  theirs() {
    ops.assign(dst, src);
    return dst.data;
  },
  ours() {
    assign(dst, src);
    return dst.data;
  },
});

const counted = (n) => Float64Array.from({ length: n }, (_, i) => i);
export function transpose() {
  const src = ndarray(counted(1 << 20), [1024, 1024]).transpose(1, 0);
  return job("1024 × 1024 float64, transposed", ndarray(new Float64Array(1 << 20), [1024, 1024]), src);
}
export function strided() {
  const src = ndarray(counted(1 << 20), [1024, 1024]).step(2, -2);
  return job(
    "every second of 1024 × 1024 float64, columns backwards",
    ndarray(new Float64Array(1 << 18), [512, 512]),
    src,
  );
}
export function convert() {
  const src = ndarray(counted(1 << 20), [1024, 1024]);
  return job("1024 × 1024 float64 → float32", ndarray(new Float32Array(1 << 20), [1024, 1024]), src);
}
export function small() {
  const src = ndarray(counted(64), [8, 8]).transpose(1, 0);
  return job("8 × 8 float64, transposed", ndarray(new Float64Array(64), [8, 8]), src);
}
