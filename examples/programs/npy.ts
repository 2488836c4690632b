import { convert } from "stridebuf";
import { readNpy } from "stridebuf/npy";

/** Any `.npy` file (big-endian, Fortran order, float16 …) as a Float32Array in C order. */
export function float32(file: Uint8Array): Float32Array {
  return convert(readNpy(file), "float32").toTypedArray();
}
