/** `stridebuf show`: the values of a tensor, or of a part of one, of which no more is read than is shown. */

import { stringify } from "csv-stringify/sync";
import type { StridedView } from "../index.js";
import { printItems } from "../view/print-items.js";
import type { Value } from "../view/values.js";
import type { RawOptions } from "./arguments.js";
import { InputFailure, UsageFailure } from "./failure.js";
import { type InputTensor, oneTensor, parsePlace, withPath } from "./inputs.js";
import { readEdges, readPart, rows, type Selection, select } from "./parts.js";
import { table } from "./table.js";
import { openTensors } from "./tensors.js";
import { jsonText, printable, shapeText, type Terminal } from "./terminal.js";
import { columnText, type Leaf, leafValue, leavesOf, valueText } from "./values.js";

export interface ShowOptions extends RawOptions {
  tensor?: string;
  /** Only the first, the last so many along the first axis. */
  head?: number;
  tail?: number;
  csv?: boolean;
  json?: boolean;
  /** Items (1000) or records (20) that are shown as a whole. */
  threshold?: number;
  /** Of more, items at each end of an axis: 3, of a list of records 5. */
  edge?: number;
  /** Columns of a line; those of the terminal unless said. */
  width?: number;
}

const [MAX_ITEMS, MAX_RECORDS] = [1000, 20];
const [EDGE, RECORD_EDGE] = [3, 5];
/** Columns of arrays where no terminal says how wide it is. */
const LINE = 75;
/** Bytes of a tensor that become text at once. */
const TILE_BYTES = 1 << 20;
const MAX_JSON_ITEMS = 1 << 20;

interface Shown {
  readonly input: InputTensor;
  readonly selection: Selection;
}

/** The ranges of rows to be shown: all of them, or the head, the tail, or both. */
function rangesOf({ shape }: Selection, { head, tail }: ShowOptions): [from: number, to: number][] | null {
  if (head === undefined && tail === undefined) return null;
  const [count] = shape;
  if (count === undefined) throw new InputFailure("--head and --tail need an axis, and a single item has none");
  const end = Math.min(head ?? 0, count);
  const start = Math.max(count - (tail ?? 0), end);
  const ranges: [number, number][] = [];
  if (head !== undefined) ranges.push([0, end]);
  if (tail !== undefined) ranges.push([start, count]);
  return ranges.length === 2 && end === start ? [[0, count]] : ranges;
}

const itemOf = (items: StridedView, index: readonly number[] = []): Value => items.get(...index) as Value;

/** Every index of a shape, the last axis fastest. */
function* indices(shape: readonly number[]): Generator<number[]> {
  if (shape.length === 0) yield [];
  else for (const before of indices(shape.slice(0, -1))) for (let i = 0; i < shape.at(-1)!; i++) yield [...before, i];
}

/** Where an item of a selection stands in the tensor. */
const placeIn = ({ ranges }: Selection, index: readonly number[]): number[] => {
  let next = 0;
  return ranges.map(({ start, step, drop }) => (drop ? start : start + index[next++]! * step));
};

const leafName = ({ path }: Leaf): string => path.join(".");

async function printArray({ input, selection }: Shown, options: ShowOptions, terminal: Terminal): Promise<void> {
  const { shape } = selection;
  const { dtype } = input.tensor;
  const size = shape.reduce((product, length) => product * length, 1);
  const { threshold = MAX_ITEMS, edge = EDGE } = options;
  const { at } = await readEdges(input, selection, size > threshold ? edge : Number.POSITIVE_INFINITY);
  const width = options.width ?? (Number.isFinite(terminal.columns) ? terminal.columns - 1 : LINE);
  const text = printItems({ dtype, shape, read: (index) => itemOf(at(index)) }, { threshold, edge, width });
  for (const line of text.split("\n")) terminal.out(printable(line));
}

async function printRecords({ input, selection }: Shown, options: ShowOptions, terminal: Terminal): Promise<void> {
  const { shape } = selection;
  const size = shape.reduce((product, length) => product * length, 1);
  const { threshold = MAX_RECORDS, edge: atEnds = shape.length === 1 ? RECORD_EDGE : EDGE } = options;
  const edge = size > threshold ? atEnds : Number.POSITIVE_INFINITY;
  const { at } = await readEdges(input, selection, edge);
  const leaves = leavesOf(input.tensor.dtype);
  const head = ["", ...leaves.map((leaf) => printable(leafName(leaf)))];
  const types = ["", ...leaves.map(({ dtype }) => terminal.colors.dim(dtype.name))];
  const places: (readonly number[] | null)[] = [];
  for (const index of indices(shape)) {
    if (!index.some((i, axis) => shape[axis]! > 2 * edge && i >= edge && i < shape[axis]! - edge)) places.push(index);
    else if (places.at(-1) !== null) places.push(null);
  }
  const items = places.flatMap((index) => (index === null ? [] : [itemOf(at(index))]));
  const columns = leaves.map((leaf) =>
    columnText(
      items.map((item) => leafValue(item, leaf)),
      leaf.dtype,
    ).values(),
  );
  const lines = places.map((index) =>
    index === null
      ? ["…", ...leaves.map(() => "…")]
      : [placeIn(selection, index).join(", "), ...columns.map((column) => printable(column.next().value!))],
  );
  const isText = ({ dtype }: Leaf) => ["text", "bytes", "array"].includes(dtype.kind);
  const right = [0, ...leaves.flatMap((leaf, i) => (isText(leaf) ? [] : [i + 1]))];
  const columnsOfLine = options.width ?? terminal.columns;
  terminal.out(table({ ...terminal, columns: columnsOfLine }, head, [types, ...lines], { right, narrow: "drop" }));
}

/** Rows of a selection that become text together. */
function* tiles({ shape }: Selection, itemsize: number): Generator<[from: number, to: number]> {
  const [count = 1, ...rest] = shape;
  const rowBytes = rest.reduce((product, length) => product * length, Math.max(1, itemsize));
  const step = Math.max(1, Math.floor(TILE_BYTES / rowBytes));
  for (let from = 0; from < count; from += step) yield [from, Math.min(count, from + step)];
}

/** Selections that fit into memory one after the other. */
function* parts(selection: Selection, itemsize: number): Generator<{ part: Selection; from: number }> {
  if (selection.shape.length === 0) yield { part: selection, from: 0 };
  else for (const [from, to] of tiles(selection, itemsize)) yield { part: rows(selection, from, to), from };
}

/** Matrices of plain values as they stand; records, and what has more axes, one item a line after its index. */
async function printCsv({ input, selection }: Shown, withHead: boolean, terminal: Terminal): Promise<void> {
  const { dtype } = input.tensor;
  const { shape } = selection;
  const isMatrix = dtype.fields === undefined && shape.length <= 2;
  const leaves = leavesOf(dtype);
  const cell = (value: Value, leaf: Leaf) => valueText(leafValue(value, leaf), leaf.dtype);
  const print = (lines: string[][]) => terminal.out(stringify(lines).trimEnd());
  const withIndex = !isMatrix && shape.length > 1;
  if (!isMatrix && withHead) {
    const axes = withIndex ? shape.map((_, axis) => `axis${axis}`) : [];
    print([[...axes, ...(dtype.fields === undefined ? ["value"] : leaves.map(leafName))]]);
  }
  for (const { part, from } of parts(selection, dtype.itemsize)) {
    const items = await readPart(input, part);
    const lines: string[][] = [];
    if (isMatrix && shape.length === 2) {
      for (let i = 0; i < part.shape[0]!; i++) {
        lines.push(Array.from({ length: part.shape[1]! }, (_, j) => cell(itemOf(items, [i, j]), leaves[0]!)));
      }
    } else {
      for (const index of indices(part.shape)) {
        const place = withIndex ? index.map((i, axis) => String(axis === 0 ? i + from : i)) : [];
        lines.push([...place, ...leaves.map((leaf) => cell(itemOf(items, index), leaf))]);
      }
    }
    if (lines.length > 0) print(lines);
  }
}

async function jsonItems({ input, selection }: Shown): Promise<unknown> {
  const size = selection.shape.reduce((product, length) => product * length, 1);
  if (size > MAX_JSON_ITEMS) {
    throw new InputFailure(`${size} items are too many for one JSON text; select less, or use --csv`);
  }
  return (await readPart(input, selection)).toJSON();
}

export async function show(
  place: string,
  index: string | undefined,
  options: ShowOptions,
  terminal: Terminal,
): Promise<void> {
  if (options.csv && options.json) throw new UsageFailure("--csv and --json exclude each other; leave one out");
  if (options.edge === 0) throw new UsageFailure("--edge takes whole numbers >= 1, got 0");
  const { path, tensor: named } = parsePlace(place);
  const input = await openTensors(path, options);
  try {
    const one = oneTensor(input, options.tensor ?? named);
    const { tensor } = one;
    const whole = select(tensor.shape, index);
    const ranges = rangesOf(whole, options);
    const shown = (ranges ?? [null]).map(
      (range): Shown => ({ input: one, selection: range === null ? whole : rows(whole, ...range) }),
    );
    if (options.json) {
      const values = [];
      for (const each of shown) values.push(await jsonItems(each));
      const joined = ranges === null ? values[0] : values.flat(1);
      const { dtype, shape } = tensor;
      const facts = { file: path, tensor: tensor.name, dtype: dtype.name, format: dtype.format, shape };
      terminal.out(jsonText({ ...facts, index: index ?? null, values: joined }));
      return;
    }
    if (options.csv) {
      for (const [i, each] of shown.entries()) await printCsv(each, i === 0, terminal);
      return;
    }
    const { bold } = terminal.colors;
    const name = tensor.name === "" ? path : `${path}:${tensor.name}`;
    const part = index === undefined ? "" : ` [${index.replace(/^\[|\]$/g, "")}]`;
    const { dtype, shape, order } = tensor;
    const type = dtype.fields === undefined ? dtype.name : `records of ${leavesOf(dtype).length} fields`;
    terminal.out(`${bold(printable(name + part))}  ${type} ${shapeText(shape)}${shape.length > 1 ? `, ${order}` : ""}`);
    for (const [i, each] of shown.entries()) {
      if (i > 0) terminal.out("…");
      if (dtype.fields === undefined) await printArray(each, options, terminal);
      else await printRecords(each, options, terminal);
    }
  } catch (error) {
    throw withPath(path, error);
  } finally {
    input.close();
  }
}
