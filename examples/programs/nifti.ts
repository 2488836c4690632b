import { type StridedView, view } from "stridebuf";

const formats: Record<number, string> = { 2: "B", 4: "h", 8: "i", 16: "f", 64: "d", 256: "b", 512: "H", 768: "I" };

/** The voxels of a NIfTI-1 file of either byte order as they lie, first axis fastest. */
export function nifti(file: Uint8Array): StridedView {
  const order = view(file, { format: "<i", shape: [] }).get() === 348 ? "<" : ">";
  const format: string = `${order}T{40x(8)h:dim:14xh:datatype:36xf:offset:}`;
  const header = view(file, { format, shape: [] }).get() as { dim: number[]; datatype: number; offset: number };
  const { dim, datatype, offset } = header;
  const shape = dim.slice(1, 1 + dim[0]!);
  return view(file, { format: order + formats[datatype], shape, byteOffset: offset, order: "F" });
}
