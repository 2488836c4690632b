/** What `stridebuf info` found, as a person reads it: a table, totals, histograms. */

import type { DType } from "../dtype/dtype.js";
import type { FileTensor } from "../io/tensor-file.js";
import { prefixOf, totalsBy } from "./checkpoint.js";
import type { Histogram } from "./folds/fold.js";
import type { PartStatistics } from "./statistics.js";
import { type Rows, table, tableLines } from "./table.js";
import { bytesText, countText, grouped, printable, printLines, shapeText, type Terminal } from "./terminal.js";
import { leavesOf, statisticText } from "./values.js";

/** A tensor and its statistics: of its items themselves where they are numbers or text, of what is inside them otherwise. */
export interface DescribedTensor {
  readonly tensor: FileTensor;
  readonly parts: readonly PartStatistics[];
}

export interface DescribedFile {
  readonly path: string;
  readonly container: string;
  readonly byteLength: number;
  readonly metadata: ReadonlyMap<string, string>;
  /** Members of an archive that cannot be read, and why. */
  readonly unreadable: ReadonlyMap<string, Error>;
  readonly tensors: readonly DescribedTensor[];
}

export interface InfoTextOptions {
  /** False leaves the columns of statistics out. */
  stats?: boolean;
  hist?: boolean;
  /** Parts of names that are summed up together. */
  prefixes?: number;
}

/** Characters of a histogram's longest bar. */
const BAR = 40;

/** Whether the statistics are those of the items themselves. */
export const isOwn = (parts: readonly PartStatistics[]): boolean => parts.length === 1 && parts[0]!.name === "";

const orderOf = ({ shape, order }: FileTensor): string => (shape.length > 1 ? order : "C,F");

const STATISTICS = ["min", "max", "mean", "std", "zeros", "NaN", "Inf", "unique"] as const;

function statisticsCells({ dtype, statistics }: PartStatistics): string[] {
  const { min, max, mean, std, zeros, nan, inf, unique } = statistics;
  const values = [min, max, mean].map((value) => printable(statisticText(value, dtype)));
  const spread = statisticText(std, dtype, true);
  return [...values, spread, String(zeros), String(nan), String(inf), unique === null ? "many" : String(unique)];
}

const noStatistics = STATISTICS.map(() => "-");

/** A tensor's row, and one for each field of its records and each part of its complex numbers. */
function rowsOf({ tensor, parts }: DescribedTensor, withStatistics: boolean): string[][] {
  const { name, dtype, shape, byteOffset, nbytes } = tensor;
  const own = isOwn(parts);
  const fields = dtype.fields === undefined ? [] : leavesOf(dtype);
  const first = [
    printable(name) || "-",
    fields.length === 0 ? dtype.name : countText(fields.length, "field"),
    dtype.byteOrder,
    shapeText(shape),
    orderOf(tensor),
    String(byteOffset),
    String(nbytes),
  ];
  if (withStatistics) first.push(...(own ? statisticsCells(parts[0]!) : noStatistics));
  if (own) return [first];
  const under = (name: string, of: DType, cells: readonly string[]) => [
    `  ${printable(name)}`,
    of.name,
    of.byteOrder,
    ...["", "", "", ""],
    ...cells,
  ];
  return withStatistics
    ? [first, ...parts.map((part) => under(part.name, part.dtype, statisticsCells(part)))]
    : [first, ...fields.map((leaf) => under(leaf.path.join("."), leaf.dtype, []))];
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

function printHistograms({ path, tensors }: DescribedFile, terminal: Terminal): void {
  for (const { tensor, parts } of tensors) {
    for (const part of parts) {
      if (part.statistics.histogram === null) continue;
      const name = [tensor.name, part.name].filter((each) => each !== "").join(".") || path;
      terminal.out("");
      terminal.out(terminal.colors.bold(printable(name)));
      drawHistogram(part.statistics.histogram, part, terminal);
    }
  }
}

/** Sums over all tensors by dtype, and by the first parts of their names. */
function printTotals(tensors: readonly FileTensor[], depth: number, terminal: Terminal): void {
  const right = [1, 2, 3, 4];
  const show = (what: string, key: (tensor: FileTensor) => string): void => {
    const groups = totalsBy(tensors, key);
    const rows = groups.map(({ name, tensors: many, items, nbytes }) => [
      printable(name),
      ...[many, items, nbytes].map(grouped),
      bytesText(nbytes),
    ]);
    terminal.out("");
    terminal.out(table(terminal, [what, "tensors", "items", "bytes", ""], rows, { right, narrow: "drop" }));
  };
  if (depth > 0) show("prefix", ({ name }) => prefixOf(name, depth));
  show("dtype", ({ dtype }) => dtype.name);
  const [all] = totalsBy(tensors, () => "");
  const { items, nbytes } = all!;
  terminal.out(`total: ${countText(tensors.length, "tensor")}, ${countText(items, "item")}, ${bytesText(nbytes)}`);
}

export function printInfo(file: DescribedFile, options: InfoTextOptions, terminal: Terminal): void {
  const { bold, dim } = terminal.colors;
  const tensors = file.tensors.map(({ tensor }) => tensor);
  const count = countText(tensors.length, "tensor");
  terminal.out(`${bold(printable(file.path))}  ${file.container}, ${bytesText(file.byteLength)}, ${count}`);
  for (const [key, value] of file.metadata) terminal.out(dim(`  ${printable(key)}: ${printable(value)}`));
  if (tensors.length === 0) return;
  if (options.prefixes !== undefined) printTotals(tensors, options.prefixes, terminal);
  else {
    const stats = options.stats !== false;
    const head = ["name", "dtype", "byte order", "shape", "order", "offset", "bytes", ...(stats ? STATISTICS : [])];
    const rows: Rows = {
      *[Symbol.iterator]() {
        for (const tensor of file.tensors) yield* rowsOf(tensor, stats);
      },
    };
    const right = [5, 6, 7, 8, 9, 10, 11, 12, 13, 14];
    const fitted = { right, narrow: "blocks", optional: [5, 4, 14, 2, 13, 12, 11, 6, 10] } as const;
    printLines(terminal, tableLines(terminal, head, rows, fitted));
    if (tensors.length > 1) printTotals(tensors, 0, terminal);
  }
  if (options.hist) printHistograms(file, terminal);
}
