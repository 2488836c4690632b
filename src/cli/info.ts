/** `stridebuf info`: what is in files, and statistics of it. */

import { type Input, openInput, type RawOptions, withPath } from "./inputs.js";
import { type Progress, startProgress } from "./progress.js";
import { type Statistics, statisticsOf } from "./statistics.js";
import { table } from "./table.js";
import { bytesText, jsonText, printable, shapeText, type Terminal } from "./terminal.js";

export interface InfoOptions extends RawOptions {
  json?: boolean;
  /** False leaves the data unread. */
  stats?: boolean;
  tensor?: string;
}

interface TensorInfo {
  readonly name: string;
  readonly dtype: string;
  readonly format: string;
  readonly itemsize: number;
  readonly byteOrder: string;
  readonly shape: readonly number[];
  readonly order: "C" | "F";
  readonly byteOffset: number;
  readonly nbytes: number;
  readonly type: string | null;
  readonly statistics: Statistics | null;
}

interface FileInfo {
  readonly file: string;
  readonly container: string;
  readonly byteLength: number;
  readonly metadata: ReadonlyMap<string, string>;
  readonly tensors: readonly TensorInfo[];
}

async function describe(input: Input, options: InfoOptions, progress: Progress): Promise<FileInfo> {
  const tensors: TensorInfo[] = [];
  for (const { source, tensor } of input.tensors) {
    const { name, dtype, shape, order, byteOffset, nbytes, type } = tensor;
    if (options.tensor !== undefined && name !== options.tensor) continue;
    const statistics = options.stats === false ? null : await statisticsOf(source, tensor, (n) => progress.advance(n));
    const { format, itemsize, byteOrder } = dtype;
    const what = { dtype: dtype.name, format, itemsize, byteOrder, type: type ?? null };
    tensors.push({ name, ...what, shape, order, byteOffset, nbytes, statistics });
  }
  const { path, kind, byteLength, metadata } = input;
  return { file: path, container: kind, byteLength, metadata, tensors };
}

const shown = (value: number | bigint | null): string =>
  value === null
    ? "-"
    : typeof value === "bigint" || Number.isInteger(value)
      ? String(value)
      : String(Number(value.toPrecision(7)));

function statisticsCells(statistics: Statistics | null): string[] {
  if (statistics === null) return ["-", "-", "-", "-", "-"];
  const { min, max, mean, nan, inf } = statistics;
  return [shown(min), shown(max), shown(mean), String(nan), String(inf)];
}

const orderOf = ({ shape, order }: TensorInfo): string => (shape.length > 1 ? order : "C,F");

function print(info: FileInfo, options: InfoOptions, terminal: Terminal): void {
  const { bold, dim } = terminal.colors;
  const count = `${info.tensors.length} tensor${info.tensors.length === 1 ? "" : "s"}`;
  terminal.out(`${bold(printable(info.file))}  ${info.container}, ${bytesText(info.byteLength)}, ${count}`);
  for (const [key, value] of info.metadata) terminal.out(dim(`  ${printable(key)}: ${printable(value)}`));
  if (info.tensors.length === 0) return;
  const stats = options.stats !== false;
  const head = ["name", "dtype", "byte order", "shape", "order", "offset", "bytes"];
  if (stats) head.push("min", "max", "mean", "NaN", "Inf");
  const rows = info.tensors.map((tensor) => [
    printable(tensor.name) || "-",
    tensor.dtype,
    tensor.byteOrder,
    shapeText(tensor.shape),
    orderOf(tensor),
    String(tensor.byteOffset),
    String(tensor.nbytes),
    ...(stats ? statisticsCells(tensor.statistics) : []),
  ]);
  terminal.out(table(terminal, head, rows, [5, 6, 7, 8, 9, 10, 11]));
}

export async function info(paths: readonly string[], options: InfoOptions, terminal: Terminal): Promise<void> {
  const infos: FileInfo[] = [];
  for (const path of paths) {
    const input = await openInput(path, options);
    const total = input.tensors.reduce((sum, { tensor }) => sum + tensor.nbytes, 0);
    const progress = startProgress(terminal.progress);
    progress.expect(total);
    try {
      infos.push(await describe(input, options, progress));
    } catch (error) {
      throw withPath(path, error);
    } finally {
      progress.stop();
      input.close();
    }
  }
  if (options.json) terminal.out(jsonText(infos));
  else for (const each of infos) print(each, options, terminal);
}
