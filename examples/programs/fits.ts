import { convert, type StridedView, view } from "stridebuf";

const formats: Record<string, string> = { 8: "B", 16: ">h", 32: ">i", 64: ">q", "-32": ">f", "-64": ">d" };

/** The image of a FITS file in physical units, rows first. */
export function fits(file: Uint8Array): StridedView<number> {
  const head = new TextDecoder("latin1").decode(file);
  const value = (name: string) => RegExp(`${name.padEnd(8)}= *([^ /]+)`).exec(head)?.[1] ?? "";
  const shape = Array.from({ length: Number(value("NAXIS")) }, (_, i) => Number(value(`NAXIS${i + 1}`))).reverse();
  const byteOffset = Math.ceil((head.search(/END {77}/) + 80) / 2880) * 2880;
  const stored = view(file, { format: formats[value("BITPIX")]!, shape, byteOffset });
  return convert(stored, "float32", { scale: Number(value("BSCALE") || 1), offset: Number(value("BZERO") || 0) });
}
