import { convert, type StridedView, view } from "stridebuf";

const POINT = "<T{i:x:i:y:i:z:H:intensity:B:returns:B:kind:b:angle:B:user:H:source:}";

/** LAS point records (format 0, 20 bytes each) as one array per quantity, coordinates in the unit of the file. */
export function points(file: Uint8Array, byteOffset: number, count: number, scale: number) {
  const { x, y, z, intensity, kind } = view(file, { format: POINT, byteOffset, shape: [count] }).columns();
  const coordinate = (axis: StridedView<number>) => convert(axis, "float64", { scale }).toTypedArray();
  const xyz = { x: coordinate(x), y: coordinate(y), z: coordinate(z) };
  return { ...xyz, intensity: intensity.toTypedArray(), kind: kind.toTypedArray() };
}
