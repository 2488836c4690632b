/**
 * dst[…] = src[…] between any two dtypes: taken apart into jobs on plain numbers or bytes, of which all are checked before
 * the first one runs, so that a failure leaves the destination as it was.
 */

import type { Backend } from "../backend/backend.js";
import { canCast } from "../convert/casting.js";
import { conversionOf, isNumber, rangeElement } from "../convert/conversion.js";
import type { Linear, Overflow } from "../convert/pairs.js";
import { convertUnits } from "../datetime/convert.js";
import type { DType } from "../dtype/dtype.js";
import { scalarDType } from "../dtype/make.js";
import { fieldNamed } from "../dtype/records.js";
import { stridebufError } from "../errors.js";
import { StridedView } from "../view/view.js";
import { refuseOffenders, unravel } from "./check.js";
import { contiguousLike, copyItems, copySameValues, requireCopyable, sideOf } from "./copy.js";
import { broadcastSource } from "./normalise.js";
import type { ConvertOptions } from "./options.js";
import { lane, lanes, partOf, rawBytes, spread } from "./parts.js";
import { relationOf } from "./relation.js";
import { runTransform } from "./transform.js";

interface Context {
  readonly backend: Backend;
  readonly overflow: Overflow;
  readonly isStrict: boolean;
  readonly linear: Linear | undefined;
}

/** One thing to do; `check` throws when it cannot be done, and writes nothing. */
interface Job {
  readonly check?: () => void;
  readonly run: () => void;
}

export function conversionError(dst: DType, src: DType, why = "there is no conversion"): Error {
  return stridebufError("ConversionError", `${src.format} to ${dst.format}: ${why}`, {
    from: src.format,
    to: dst.format,
  });
}

/** Converts every item; `src` broadcasts. Both are plain (no suboffsets), and do not overlap. */
export function assign(backend: Backend, dst: StridedView, src: StridedView, options: ConvertOptions): void {
  const { casting, overflow, linear } = options;
  if (casting !== "unsafe" && !canCast(dst.dtype, src.dtype, casting))
    throw conversionError(dst.dtype, src.dtype, `casting: "${casting}" forbids it`);
  const isStrict = overflow === "error";
  const context: Context = { backend, overflow: isStrict ? "as" : overflow, isStrict, linear };
  if (isNumber(dst.dtype) && isNumber(src.dtype) && !isStrict) {
    const job = numbers(context, dst, src);
    job.check?.();
    job.run();
    return;
  }
  const jobs: Job[] = [];
  collect(context, jobs, dst, src);
  for (const job of jobs) job.check?.();
  for (const job of jobs) job.run();
}

function collect(context: Context, jobs: Job[], dst: StridedView, src: StridedView): void {
  const to = dst.dtype;
  const from = src.dtype;
  const { backend } = context;
  if (context.linear === undefined && relationOf(to, from).kind !== "values") {
    requireCopyable(dst);
    requireCopyable(src);
    jobs.push({ run: () => void copySameValues(backend, dst, src) });
  } else if (to.kind === "array" || from.kind === "array") subarrays(context, jobs, dst, src);
  else if (to.fields || from.fields) fields(context, jobs, dst, src);
  else if (to.kind === "complex" || from.kind === "complex") complex(context, jobs, dst, src);
  else if (to.kind === "text" || to.kind === "bytes") jobs.push(...texts(context, dst, src));
  else if (isNumber(to) && isNumber(from)) jobs.push(numbers(context, dst, src));
  else throw conversionError(to, from);
}

/** Axes of sub-arrays become axes of the views; a single item goes into every element of a sub-array. */
function subarrays(context: Context, jobs: Job[], dst: StridedView, src: StridedView): void {
  const to = spread(dst);
  if (src.dtype.kind !== "array") {
    const added = to.ndim - dst.ndim;
    const ones = new Array<number>(added).fill(1);
    const zeros = new Array<number>(added).fill(0);
    collect(context, jobs, to, partOf(aligned(dst, src), src.dtype, 0, ones, zeros));
    return;
  }
  const from = spread(aligned(dst, src));
  const inner = from.shape.slice(dst.ndim);
  if (inner.join() !== to.shape.slice(dst.ndim).join())
    throw conversionError(dst.dtype, src.dtype, "the sub-arrays have different shapes");
  collect(context, jobs, to, from);
}

/** `src` with exactly the axes of `dst`, so that further ones can be added to both. */
function aligned(dst: StridedView, src: StridedView): StridedView {
  const strides = broadcastSource(dst.shape, src.shape, src.strides);
  if (strides === src.strides) return src;
  const layout = { byteOffset: src.byteOffset, shape: [...dst.shape], strides: [...strides], suboffsets: null };
  return new StridedView(src.host, src.storage, src.dtype, layout, true);
}

/** Field by field, by name; fields that only the source has are left out, padding stays as it is. */
function fields(context: Context, jobs: Job[], dst: StridedView, src: StridedView): void {
  const to = dst.dtype.fields;
  const from = src.dtype.fields;
  if (!to || !from) throw conversionError(dst.dtype, src.dtype);
  for (const field of to) {
    const other = fieldNamed(src.dtype, field.name);
    if (other === undefined)
      throw conversionError(dst.dtype, src.dtype, `the source has no field ${JSON.stringify(field.name)}`);
    collect(context, jobs, partOf(dst, field.dtype, field.offset), partOf(src, other.dtype, other.offset));
  }
}

function complex(context: Context, jobs: Job[], dst: StridedView, src: StridedView): void {
  const to = dst.dtype;
  const from = src.dtype;
  const { linear } = context;
  const scaled: Context = { ...context, linear: linear && { scale: linear.scale, offset: 0 } };
  if (to.kind === "complex" && from.kind === "complex") {
    if (linear === undefined) collect(context, jobs, lanes(dst, 2), lanes(aligned(dst, src), 2));
    else {
      collect(context, jobs, lane(dst, 0), lane(src, 0));
      collect(scaled, jobs, lane(dst, 1), lane(src, 1));
    }
  } else if (to.kind === "complex") {
    collect(context, jobs, lane(dst, 0), src);
    const rest = to.itemsize / 2;
    jobs.push({ run: () => zeros(context.backend, rawBytes(dst, rest, rest)) });
  } else if (to.kind === "bool") jobs.push(complexToBool(context, dst, src));
  else collect(context, jobs, dst, lane(src, 0));
}

/** True where either part is. */
function complexToBool(context: Context, dst: StridedView, src: StridedView): Job {
  const run = () => {
    const parts = [0, 1].map((index) => {
      const part = lane(src, index);
      const truth = contiguousLike(partOf(part, dst.dtype, 0), "C");
      numbers(context, truth, part).run();
      return truth;
    });
    const [real, imaginary] = parts.map((truth) => new Uint8Array(truth.buffer));
    for (let i = 0; i < real!.length; i++) real![i] = real![i]! | imaginary![i]!;
    copyItems(context.backend, dst, parts[0]!, 1);
  };
  return { run };
}

function zeros(backend: Backend, dst: StridedView): void {
  const layout = { byteOffset: 0, shape: [], strides: [], suboffsets: null };
  const zero = new StridedView(dst.host, { buffer: new ArrayBuffer(dst.itemsize) }, dst.dtype, layout);
  copyItems(backend, dst, zero, 1);
}

/** Longer texts are cut, shorter ones padded with NUL; between bytes and text only ASCII passes. */
function texts(context: Context, dst: StridedView, src: StridedView): Job[] {
  const to = dst.dtype;
  const from = src.dtype;
  const isText = (dtype: DType) => dtype.kind === "text" || dtype.kind === "bytes";
  if (!isText(from) || context.linear !== undefined) throw conversionError(to, from);
  const units = (view: StridedView, count: number, first = 0): StridedView =>
    view.dtype.kind === "text" ? lanes(view, count, first) : rawBytes(view, first, count);
  const [capacity, length] = [to, from].map((d) => (d.kind === "text" ? d.lanes : d.itemsize)) as [number, number];
  const shared = Math.min(capacity, length);
  const source = aligned(dst, src);
  const jobs: Job[] = [];
  if (shared > 0) {
    const isMixed = to.kind !== from.kind;
    const job = numbers({ ...context, isStrict: false }, units(dst, shared), units(source, shared));
    const check = () => {
      if (isMixed) refuseOffenders(context.backend, units(src, length), 127, dst.dtype, src);
      if (context.isStrict && length > capacity)
        refuseOffenders(context.backend, units(src, length - capacity, capacity), 0, dst.dtype, src);
    };
    jobs.push({ check, run: job.run });
  }
  if (capacity > shared) {
    const width = to.itemsize / capacity;
    jobs.push({ run: () => zeros(context.backend, rawBytes(dst, shared * width, (capacity - shared) * width)) });
  }
  return jobs;
}

function numbers(context: Context, dst: StridedView, src: StridedView): Job {
  const to = dst.dtype;
  const from = src.dtype;
  const { backend, overflow, linear } = context;
  if (to.unit && from.unit) return times(context, dst, src);
  const conversion = conversionOf(to, from, overflow, linear);
  if (conversion === undefined) throw conversionError(to, from, "the codec of a user's dtype does not go that way");
  const run = () => {
    const side = sideOf(src);
    const strides = broadcastSource(dst.shape, src.shape, src.strides);
    runTransform(backend, dst.shape, sideOf(dst), strides === src.strides ? side : { ...side, strides }, conversion);
  };
  if (!context.isStrict || to.element === undefined) return { run };
  return { run, check: () => refuseOffenders(backend, src, rangeElement(to), to, src, linear) };
}

/** Counts in one unit to counts in another, by way of a native copy: a count that does not fit must not be half done. */
function times(context: Context, dst: StridedView, src: StridedView): Job {
  const { backend, linear } = context;
  const to = dst.dtype;
  const from = src.dtype;
  if (to.kind !== from.kind || linear !== undefined) throw conversionError(to, from);
  const plain = scalarDType("int64");
  let counts: StridedView | undefined;
  const check = () => {
    const copy = contiguousLike(partOf(src, plain, 0), "C");
    copyItems(backend, copy, src, from.byteOrder === "big" ? 8 : 1);
    const values = new BigInt64Array(copy.buffer);
    try {
      convertUnits(values, values, from.unit!, to.unit!, to.kind as "datetime" | "timedelta");
    } catch (error) {
      // A count of a unit with a length cannot become one of none.
      if (error instanceof TypeError) throw conversionError(to, from);
      throw located(error, src);
    }
    counts = copy;
  };
  return { check, run: () => copyItems(backend, dst, counts!, to.byteOrder === "big" ? 8 : 1) };
}

/** An error whose flat `index` becomes a position in the view. */
function located(error: unknown, view: StridedView): unknown {
  const flat = (error as { index?: readonly number[] }).index?.[0];
  if (flat === undefined) return error;
  return Object.assign(error as Error, { index: unravel(flat, view.shape) });
}
