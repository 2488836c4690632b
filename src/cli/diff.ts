/** `stridebuf diff`: whether two files hold the same values, and where and by how much they do not. */

import type { DType } from "../dtype/dtype.js";
import { convert, dtypes, type StridedView } from "../index.js";
import type { Value } from "../view/values.js";
import type { RawOptions } from "./arguments.js";
import { InputFailure } from "./failure.js";
import { type InputTensor, parsePlace, requireReadable, type TensorInput } from "./inputs.js";
import { pairedTiles } from "./paired-tiles.js";
import { startProgress } from "./progress.js";
import { gatherPart, type Part, partsOf } from "./statistics.js";
import { openTensors } from "./tensors.js";
import { countText, jsonText, printable, shapeText, type Terminal } from "./terminal.js";
import { ulpsOf } from "./ulps.js";
import { valueText } from "./values.js";

export interface DiffOptions extends RawOptions {
  tensor?: string;
  /** Values a and b are taken as equal where |a − b| ≤ atol + rtol · |b|. */
  rtol?: number;
  atol?: number;
  json?: boolean;
  quiet?: boolean;
}

interface Place {
  readonly index: readonly number[];
  readonly a: string;
  readonly b: string;
}

/** What differs in one tensor, or in one field of its records. */
interface PartDifference {
  readonly name: string;
  /** Items that differ. */
  readonly count: number;
  readonly first: Place;
  /** The largest |a − b|; null for what are no numbers. */
  readonly maxAbsolute: number | null;
  /** The largest distance in representable values, of floats of one type. */
  readonly maxUlp: number | null;
}

interface TensorDifference {
  readonly name: string;
  /** Why the values were not compared, or what differs besides them. */
  readonly facts: readonly string[];
  readonly items: number;
  readonly parts: readonly PartDifference[];
}

/** Values of a part, ready to be compared. */
type Values = Float64Array | BigInt64Array | BigUint64Array | readonly string[];

/** 64-bit integers keep every bit; other numbers go as float64, all else as text. */
function valuesOf(items: StridedView, dtype: DType, wide: boolean): Values {
  const isDate = dtype.kind === "datetime" || dtype.kind === "timedelta";
  const isNumber = ["bool", "int", "uint", "float"].includes(dtype.kind) && dtype.element !== undefined;
  if (isNumber || isDate) {
    const to = !wide ? dtypes.float64 : dtype.element === "uint64" ? dtypes.uint64 : dtypes.int64;
    return convert(items, to).toTypedArray() as Values & Float64Array;
  }
  return Array.from({ length: items.size }, (_, i) => valueText(itemAt(items, i), dtype));
}

/** The n-th value of a view in C order. */
function itemAt(items: StridedView, n: number): Value {
  const index = items.shape.map(() => 0);
  for (let axis = items.ndim - 1; axis >= 0; axis--) {
    index[axis] = n % items.shape[axis]!;
    n = Math.floor(n / items.shape[axis]!);
  }
  return items.get(...index) as Value;
}

const isWide = ({ kind, element }: DType): boolean =>
  kind === "datetime" || kind === "timedelta" || element === "int64" || element === "uint64";

class PartDiff {
  #count = 0;
  #first: Place | null = null;
  #maxAbsolute: number | null = null;
  #maxUlp: number | null = null;
  readonly #ulps: ReturnType<typeof ulpsOf>;

  constructor(
    readonly a: Part,
    readonly b: Part,
    readonly tolerance: { readonly rtol: number; readonly atol: number },
  ) {
    this.#ulps = a.dtype.element === b.dtype.element ? ulpsOf(a.dtype.element) : null;
  }

  /** @param at the index in the tensor of the n-th item of the tiles */
  compare(left: StridedView, right: StridedView, at: (n: number) => readonly number[]): void {
    const wide = isWide(this.a.dtype) && isWide(this.b.dtype);
    const x = valuesOf(left, this.a.dtype, wide);
    const y = valuesOf(right, this.b.dtype, wide);
    const { rtol, atol } = this.tolerance;
    // A part that is an array takes several values of an item, which counts once.
    const perItem = this.a.shape.reduce((size, length) => size * length, 1);
    let lastItem = -1;
    for (let i = 0; i < x.length; i++) {
      const a = x[i]!;
      const b = y[i]!;
      if (a === b) continue;
      if (typeof a !== "string") {
        // NaN is as good as NaN.
        if (Number.isNaN(a) && Number.isNaN(b)) continue;
        const distance = Math.abs(typeof a === "bigint" ? Number(a - (b as bigint)) : a - (b as number));
        if (distance <= atol + rtol * Math.abs(Number(b))) continue;
        this.#far(distance, a, b as number | bigint);
      }
      const item = Math.floor(i / perItem);
      if (item === lastItem) continue;
      lastItem = item;
      this.#count++;
      const [textA, textB] = [valueText(itemAt(left, i), this.a.dtype), valueText(itemAt(right, i), this.b.dtype)];
      this.#first ??= { index: at(item), a: textA, b: textB };
    }
  }

  #far(distance: number, a: number | bigint, b: number | bigint): void {
    // An infinite or missing value has no distance that says anything.
    if (Number.isFinite(distance)) this.#maxAbsolute = Math.max(this.#maxAbsolute ?? 0, distance);
    if (this.#ulps === null || typeof a !== "number" || !Number.isFinite(distance)) return;
    this.#maxUlp = Math.max(this.#maxUlp ?? 0, this.#ulps(a, b as number));
  }

  result(): PartDifference | null {
    if (this.#first === null) return null;
    const { a } = this;
    const [count, maxAbsolute, maxUlp] = [this.#count, this.#maxAbsolute, this.#maxUlp];
    return { name: a.name, count, first: this.#first, maxAbsolute, maxUlp };
  }
}

const sizeOf = (shape: readonly number[]): number => shape.reduce((size, length) => size * length, 1);
const sameShape = (a: readonly number[], b: readonly number[]): boolean =>
  a.length === b.length && a.every((length, axis) => length === b[axis]);

/** What stands beside what in two items, or null where they cannot be compared. */
function pairedParts(a: DType, b: DType): [Part, Part][] | null {
  const [left, right] = [partsOf(a), partsOf(b)];
  if (left.length !== right.length || left.length === 0) return null;
  const pairs: [Part, Part][] = left.map((part, i) => [part, right[i]!]);
  const isText = ({ dtype }: Part) => dtype.kind === "text" || dtype.kind === "bytes";
  const fit = pairs.every(([x, y]) => x.name === y.name && isText(x) === isText(y) && sameShape(x.shape, y.shape));
  return fit ? pairs : null;
}

async function diffTensor(
  a: InputTensor,
  b: InputTensor,
  options: DiffOptions,
  onProgress: (bytes: number) => void | Promise<void>,
): Promise<TensorDifference> {
  const [left, right] = [a.tensor, b.tensor];
  const items = sizeOf(left.shape);
  const named = { name: left.name, items };
  const tolerant = options.rtol !== undefined || options.atol !== undefined;
  const facts: string[] = [];
  if (!sameShape(left.shape, right.shape)) {
    return { ...named, facts: [`shape ${shapeText(left.shape)} and ${shapeText(right.shape)}`], parts: [] };
  }
  const pairs = pairedParts(left.dtype, right.dtype);
  if (left.dtype.name !== right.dtype.name && (!tolerant || pairs === null)) {
    facts.push(`dtype ${left.dtype.name} and ${right.dtype.name}`);
  }
  if (pairs === null && left.dtype !== right.dtype) return { ...named, facts, parts: [] };
  const whole: Part = { name: "", dtype: left.dtype, byteOffset: 0, shape: [] };
  const tolerance = { rtol: options.rtol ?? 0, atol: options.atol ?? 0 };
  const diffs = (pairs ?? [[whole, { ...whole, dtype: right.dtype }]]).map(([x, y]) => new PartDiff(x, y, tolerance));
  for await (const { x, y, at } of pairedTiles(a, b)) {
    await onProgress(x.byteLength);
    // The same bytes of the same dtype are the same values.
    if (left.dtype === right.dtype && Buffer.compare(x, y) === 0) continue;
    for (const diff of diffs) {
      diff.compare(gatherPart(x, left.dtype, diff.a), gatherPart(y, right.dtype, diff.b), at);
    }
  }
  const parts = diffs.flatMap((diff) => diff.result() ?? []);
  return { ...named, facts, parts };
}

/** Tensors that stand beside each other: by name, or the only ones of two files. */
function paired(a: TensorInput, b: TensorInput, name: string | undefined) {
  const [left, right] = [a, b].map(({ tensors, path }) => {
    if (name === undefined) return tensors;
    const found = tensors.filter(({ tensor }) => tensor.name === name);
    if (found.length === 0 && tensors.length !== 1)
      throw new InputFailure(`${path}: no tensor ${JSON.stringify(name)}`);
    return found.length === 0 ? tensors : found;
  }) as [readonly InputTensor[], readonly InputTensor[]];
  if (left.length === 1 && right.length === 1) {
    return { pairs: [[left[0]!, right[0]!]] as [InputTensor, InputTensor][], onlyA: [], onlyB: [] };
  }
  const names = new Map(right.map((input) => [input.tensor.name, input]));
  const pairs = left.flatMap((input): [InputTensor, InputTensor][] => {
    const other = names.get(input.tensor.name);
    return other === undefined ? [] : [[input, other]];
  });
  const there = new Set(left.map(({ tensor }) => tensor.name));
  const onlyA = left.filter(({ tensor }) => !names.has(tensor.name)).map(({ tensor }) => tensor.name);
  const onlyB = [...names.keys()].filter((each) => !there.has(each));
  return { pairs, onlyA, onlyB };
}

const figure = (value: number): string => String(Number(value.toPrecision(6)));

function lines({ name, facts, parts, items }: TensorDifference): string[] {
  const label = (part: string) => [name, part].filter((text) => text !== "").join(" ");
  const prefix = (part: string) => (label(part) === "" ? "" : `${printable(label(part))}: `);
  return [
    ...facts.map((fact) => `${prefix("")}${fact}`),
    ...parts.map(({ name: part, count, first, maxAbsolute, maxUlp }) => {
      const share = `${((100 * count) / items).toPrecision(3)} %`;
      const where = `first at [${first.index.join(", ")}]: ${printable(first.a)} and ${printable(first.b)}`;
      const errors = [
        maxAbsolute === null ? "" : `, max absolute error ${figure(maxAbsolute)}`,
        maxUlp === null ? "" : `, max ${countText(maxUlp, "ulp")}`,
      ];
      return `${prefix(part)}${count} of ${countText(items, "item")} ${count === 1 ? "differs" : "differ"} (${share}), ${where}${errors.join("")}`;
    }),
  ];
}

/** @returns 0 when all is the same, 1 when something differs */
export async function diff(placeA: string, placeB: string, options: DiffOptions, terminal: Terminal): Promise<number> {
  const [a, b] = [parsePlace(placeA), parsePlace(placeB)];
  const left = await openTensors(a.path, options);
  let right: TensorInput | null = null;
  const progress = startProgress(terminal.progress);
  try {
    right = await openTensors(b.path, options);
    for (const input of [left, right]) requireReadable(input);
    const only = (input: TensorInput, name: string | undefined): TensorInput =>
      name === undefined ? input : { ...input, tensors: input.tensors.filter(({ tensor }) => tensor.name === name) };
    for (const [input, { tensor }] of [
      [left, a],
      [right, b],
    ] as const) {
      if (tensor !== undefined && only(input, tensor).tensors.length === 0) {
        throw new InputFailure(`${input.path}: no tensor ${JSON.stringify(tensor)}`);
      }
    }
    const { pairs, onlyA, onlyB } = paired(only(left, a.tensor), only(right, b.tensor), options.tensor);
    progress.expect(pairs.reduce((sum, [{ tensor }]) => sum + tensor.nbytes, 0));
    const results: TensorDifference[] = [];
    for (const [x, y] of pairs) results.push(await diffTensor(x, y, options, (bytes) => progress.advance(bytes)));
    progress.stop();
    const different = results.filter(({ facts, parts }) => facts.length + parts.length > 0);
    const status = different.length + onlyA.length + onlyB.length === 0 ? 0 : 1;
    if (options.json) {
      terminal.out(
        jsonText({
          a: placeA,
          b: placeB,
          same: status === 0,
          onlyA,
          onlyB,
          compared: results.length,
          tensors: different,
        }),
      );
      return status;
    }
    if (options.quiet) return status;
    for (const name of onlyA) terminal.out(`only in ${printable(placeA)}: ${printable(name)}`);
    for (const name of onlyB) terminal.out(`only in ${printable(placeB)}: ${printable(name)}`);
    for (const line of different.flatMap(lines)) terminal.out(line);
    const same = results.length - different.length;
    if (status === 0) terminal.out(`the same: ${countText(same, "tensor")}`);
    else if (results.length + onlyA.length + onlyB.length > 1)
      terminal.out(`${countText(same, "tensor")} of ${results.length} the same`);
    return status;
  } finally {
    progress.stop();
    left.close();
    right?.close();
  }
}
