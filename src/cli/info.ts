/** `stridebuf info`: what is in files, and statistics of it. */

import type { DType } from "../dtype/dtype.js";
import { listNames, namePattern } from "../io/selection.js";
import type { RawOptions } from "./arguments.js";
import { prefixOf, totalsBy } from "./checkpoint.js";
import { InputFailure } from "./failure.js";
import type { Histogram, Statistics } from "./folds.js";
import { type Input, type InputTensor, oneTensor, openInput, parsePlace, withPath } from "./inputs.js";
import { type Progress, startProgress } from "./progress.js";
import { type PartStatistics, statisticsOf } from "./statistics.js";
import { table } from "./table.js";
import { bytesText, countText, jsonText, printable, shapeText, type Terminal } from "./terminal.js";
import { leavesOf, statisticText } from "./values.js";

export interface InfoOptions extends RawOptions {
  json?: boolean;
  /** False leaves the data unread. */
  stats?: boolean;
  tensor?: string;
  /** Names with `*` and `?`. */
  only?: string;
  sort?: string;
  hist?: boolean;
  /** Parts of names that are summed up together. */
  prefixes?: number;
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
  /** Of the items themselves, where they are numbers or text. */
  readonly statistics: Statistics | null;
  /** Of the fields of records, and of the parts of complex numbers. */
  readonly parts: readonly { name: string; dtype: string; statistics: Statistics }[];
}

interface FileInfo {
  readonly file: string;
  readonly container: string;
  readonly byteLength: number;
  readonly metadata: ReadonlyMap<string, string>;
  readonly tensors: readonly TensorInfo[];
}

/** Bins of a histogram. */
const BINS = 16;
const BAR = 40;

type Sort = (a: InputTensor, b: InputTensor) => number;

const byText =
  (key: (input: InputTensor) => string): Sort =>
  (a, b) =>
    key(a) < key(b) ? -1 : key(a) > key(b) ? 1 : 0;

const sorts: Readonly<Record<string, Sort>> = {
  file: () => 0,
  name: byText(({ tensor }) => tensor.name),
  dtype: byText(({ tensor }) => tensor.dtype.name),
  size: (a, b) => b.tensor.nbytes - a.tensor.nbytes,
};

function chosen(input: Input, name: string | undefined, { only, sort }: InfoOptions): InputTensor[] {
  if (name !== undefined) return [oneTensor(input, name)];
  const matches = only === undefined ? () => true : namePattern(only);
  const tensors = input.tensors.filter(({ tensor }) => matches(tensor.name));
  if (tensors.length === 0 && only !== undefined) {
    const names = input.tensors.map(({ tensor }) => tensor.name);
    throw new InputFailure(`--only ${JSON.stringify(only)} matches no tensor; there are: ${listNames(names)}`);
  }
  return tensors.sort(sorts[sort ?? "file"]);
}

interface DescribedTensor {
  readonly info: TensorInfo;
  readonly dtype: DType;
  readonly parts: readonly PartStatistics[];
}

/** Dates are said as dates. */
function said({ dtype, statistics }: PartStatistics): Statistics {
  if (dtype.kind !== "datetime" && dtype.kind !== "timedelta") return statistics;
  const text = (value: Statistics["min"]) => (value === null ? null : statisticText(value, dtype));
  return { ...statistics, min: text(statistics.min), max: text(statistics.max) };
}

const partInfo = (part: PartStatistics) => ({ name: part.name, dtype: part.dtype.name, statistics: said(part) });

async function describe(
  { source, tensor }: InputTensor,
  options: InfoOptions,
  progress: Progress,
): Promise<DescribedTensor> {
  const { name, dtype, shape, order, byteOffset, nbytes, type } = tensor;
  const bins = options.hist ? BINS : null;
  const onProgress = (bytes: number) => progress.advance(bytes);
  const parts =
    options.stats === false && !options.hist ? [] : await statisticsOf(source, tensor, { bins, onProgress });
  const { format, itemsize, byteOrder } = dtype;
  const what = { dtype: dtype.name, format, itemsize, byteOrder, type: type ?? null };
  const own = parts.length === 1 && parts[0]!.name === "" ? said(parts[0]!) : null;
  const info = { name, ...what, shape, order, byteOffset, nbytes, statistics: own };
  return { info: { ...info, parts: own === null ? parts.map(partInfo) : [] }, dtype, parts };
}

const orderOf = ({ shape, order }: TensorInfo): string => (shape.length > 1 ? order : "C,F");

const STATISTICS = ["min", "max", "mean", "std", "zeros", "NaN", "Inf", "unique"] as const;

function statisticsCells({ dtype, statistics }: PartStatistics): string[] {
  const { min, max, mean, std, zeros, nan, inf, unique } = statistics;
  const values = [min, max, mean].map((value) => printable(statisticText(value, dtype)));
  const spread = statisticText(std, dtype, true);
  return [...values, spread, String(zeros), String(nan), String(inf), unique === null ? "many" : String(unique)];
}

/** A tensor's row, and one for each field of its records and each part of its complex numbers. */
function rowsOf({ info, dtype, parts }: DescribedTensor, withStatistics: boolean): string[][] {
  const own = info.statistics !== null;
  const fields = dtype.fields === undefined ? 0 : leavesOf(dtype).length;
  const first = [
    printable(info.name) || "-",
    fields === 0 ? dtype.name : countText(fields, "field"),
    info.byteOrder,
    shapeText(info.shape),
    orderOf(info),
    String(info.byteOffset),
    String(info.nbytes),
    ...(withStatistics ? (own ? statisticsCells(parts[0]!) : STATISTICS.map(() => "-")) : []),
  ];
  const under = (name: string, of: DType, cells: readonly string[]) => [
    `  ${printable(name)}`,
    of.name,
    of.byteOrder,
    ...["", "", "", ""],
    ...cells,
  ];
  if (own) return [first];
  if (withStatistics) return [first, ...parts.map((part) => under(part.name, part.dtype, statisticsCells(part)))];
  return [first, ...(fields === 0 ? [] : leavesOf(dtype).map((leaf) => under(leaf.path.join("."), leaf.dtype, [])))];
}

function drawHistogram(histogram: Histogram, part: PartStatistics, terminal: Terminal): void {
  const { low, high, counts } = histogram;
  const most = Math.max(...counts);
  const edges = counts.map((_, i) => statisticText(low + ((high - low) * i) / counts.length, part.dtype));
  const labels = Math.max(...edges.map((text) => text.length));
  const figures = Math.max(...counts.map((count) => String(count).length));
  const room = Math.max(8, Math.min(BAR, terminal.columns - labels - figures - 4));
  for (const [i, count] of counts.entries()) {
    const eighths = Math.round((count / most) * room * 8);
    const bar = "█".repeat(eighths >> 3) + ["", "▏", "▎", "▍", "▌", "▋", "▊", "▉"][eighths & 7];
    terminal.out(`  ${edges[i]!.padStart(labels)} ${String(count).padStart(figures)} ${bar}`.trimEnd());
  }
}

interface Described {
  readonly file: FileInfo;
  readonly tensors: readonly DescribedTensor[];
}

function print({ file, tensors: described }: Described, options: InfoOptions, terminal: Terminal): void {
  const { bold, dim } = terminal.colors;
  const { tensors } = file;
  const count = countText(tensors.length, "tensor");
  terminal.out(`${bold(printable(file.file))}  ${file.container}, ${bytesText(file.byteLength)}, ${count}`);
  for (const [key, value] of file.metadata) terminal.out(dim(`  ${printable(key)}: ${printable(value)}`));
  if (tensors.length === 0) return;
  if (options.prefixes !== undefined) printTotals(tensors, options.prefixes, terminal);
  else {
    const stats = options.stats !== false;
    const head = ["name", "dtype", "byte order", "shape", "order", "offset", "bytes", ...(stats ? STATISTICS : [])];
    const rows = described.flatMap((tensor) => rowsOf(tensor, stats));
    const right = [5, 6, 7, 8, 9, 10, 11, 12, 13, 14];
    terminal.out(table(terminal, head, rows, { right, narrow: "blocks", optional: [5, 4, 14, 2, 13, 12, 11, 6, 10] }));
    if (tensors.length > 1) printTotals(tensors, 0, terminal);
  }
  if (!options.hist) return;
  for (const { info: tensor, parts } of described) {
    for (const part of parts) {
      if (part.statistics.histogram === null) continue;
      terminal.out("");
      terminal.out(bold(printable([tensor.name, part.name].filter((name) => name !== "").join(".") || file.file)));
      drawHistogram(part.statistics.histogram, part, terminal);
    }
  }
}

/** Sums over all tensors by dtype, and by the first parts of their names. */
function printTotals(tensors: readonly TensorInfo[], depth: number, terminal: Terminal): void {
  const right = [1, 2, 3, 4];
  const show = (what: string, key: (tensor: TensorInfo) => string): void => {
    const groups = totalsBy(tensors, key);
    const rows = groups.map(({ name, tensors: many, items, nbytes }) => [
      printable(name),
      many.toLocaleString("en"),
      items.toLocaleString("en"),
      nbytes.toLocaleString("en"),
      bytesText(nbytes),
    ]);
    terminal.out("");
    terminal.out(table(terminal, [what, "tensors", "items", "bytes", ""], rows, { right, narrow: "drop" }));
  };
  if (depth > 0) show("prefix", ({ name }) => prefixOf(name, depth));
  show("dtype", ({ dtype }) => dtype);
  const [all] = totalsBy(tensors, () => "");
  const { items, nbytes } = all!;
  terminal.out(`total: ${countText(tensors.length, "tensor")}, ${countText(items, "item")}, ${bytesText(nbytes)}`);
}

async function describeFile(place: string, options: InfoOptions, terminal: Terminal): Promise<Described> {
  const { path, tensor } = parsePlace(place);
  const input = await openInput(path, options);
  const progress = startProgress(terminal.progress);
  try {
    const inputs = chosen(input, options.tensor ?? tensor, options);
    progress.expect(inputs.reduce((sum, { tensor }) => sum + tensor.nbytes, 0));
    const { kind, byteLength, metadata } = input;
    const described: DescribedTensor[] = [];
    for (const each of inputs) described.push(await describe(each, options, progress));
    const tensors = described.map(({ info }) => info);
    const file = { file: path, container: kind, byteLength, metadata, tensors };
    return { file, tensors: described };
  } catch (error) {
    throw withPath(path, error);
  } finally {
    progress.stop();
    input.close();
  }
}

export async function info(places: readonly string[], options: InfoOptions, terminal: Terminal): Promise<void> {
  const all: Described[] = [];
  for (const place of places) all.push(await describeFile(place, options, terminal));
  if (options.json) terminal.out(jsonText(all.map(({ file }) => file)));
  else for (const each of all) print(each, options, terminal);
}
