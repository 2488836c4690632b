/**
 * Converts one tensor from a place in a source to a place in a sink while holding only parts of it: chunk by chunk when
 * both lie in the same order, box by box when C order becomes F order or back. The engine is passed in, so that both backends run the same code.
 */

import { stridebufError } from "../errors.js";
import type { RandomSink, RandomSource } from "./random-access.js";
import { BOX_BYTES, forEachRun, partBoxes } from "./stream-plan.js";
import { checkItemsize, type FileEngine, relocate, type TensorTask } from "./stream-task.js";
import { runUnits } from "./stream-units.js";
import { sizeOf } from "./tensor-file.js";

/** Runs of a box that are read at once by a source that answers several reads at once. */
const RUNS_TOGETHER = 256;

/** Waits for all, whatever becomes of them: nothing may still be reading when the caller closes the files. */
async function allDone(works: readonly Promise<void>[]): Promise<void> {
  await Promise.allSettled(works);
  await Promise.all(works);
}

async function convertBoxes(engine: FileEngine, sink: RandomSink, source: RandomSource, task: TensorTask) {
  const { src, dst, shape, values } = task;
  const itemsize = Math.max(src.dtype.itemsize, dst.dtype.itemsize);
  const budget = Math.min(task.memoryBytes ?? BOX_BYTES, BOX_BYTES);
  const isParallel = (source.parallel ?? 1) > 1;
  let input = new Uint8Array(0);
  let output = new Uint8Array(0);
  for (const box of partBoxes(shape, dst.order, task.items, itemsize, budget)) {
    task.signal?.throwIfAborted();
    const count = sizeOf(box.extent);
    if (input.length < count * src.dtype.itemsize) input = new Uint8Array(count * src.dtype.itemsize);
    if (output.length < count * dst.dtype.itemsize) output = new Uint8Array(count * dst.dtype.itemsize);
    let at = 0;
    const reads: Promise<void>[] = [];
    try {
      await forEachRun(shape, box, src.order, src.dtype.itemsize, (offset, nbytes) => {
        const run = input.subarray(at, at + nbytes);
        at += nbytes;
        const reading = source.read(run, src.byteOffset + offset);
        if (reading === undefined || !isParallel) return reading;
        reads.push(reading);
        return reads.length < RUNS_TOGETHER ? undefined : allDone(reads.splice(0));
      });
    } finally {
      await allDone(reads);
    }
    const boxShape = [...box.extent];
    const inBytes = input.subarray(0, count * src.dtype.itemsize);
    const outBytes = output.subarray(0, count * dst.dtype.itemsize);
    const from = engine.view(inBytes, { format: src.dtype, shape: boxShape, order: src.order });
    const out = engine.view(outBytes, { format: dst.dtype, shape: boxShape, order: dst.order });
    try {
      engine.copy(out, from, values);
    } catch (error) {
      throw relocate(error, (index) => index.map((i, axis) => i + box.start[axis]!), task.name);
    }
    at = 0;
    await forEachRun(shape, box, dst.order, dst.dtype.itemsize, (offset, nbytes) => {
      const run = output.subarray(at, at + nbytes);
      at += nbytes;
      return sink.write(run, dst.byteOffset + offset);
    });
    await task.onProgress?.(count * src.dtype.itemsize);
  }
}

/**
 * Converts one tensor, or a part of one.
 *
 * @throws ConversionError with the position in the whole tensor; LayoutError when packed values would change order, or
 *   one item is larger than a buffer may be
 */
export async function convertTensor(
  engine: FileEngine,
  sink: RandomSink,
  source: RandomSource,
  task: TensorTask,
): Promise<void> {
  const { src, dst, shape, name } = task;
  checkItemsize(task);
  if (sizeOf(shape) === 0) return;
  const sameOrder = src.order === dst.order || shape.filter((length) => length > 1).length <= 1;
  if (sameOrder) return runUnits(engine, sink, source, task);
  if (src.packed || dst.packed) {
    const message = `${name}: packed values cannot change between C and F order; convert them to a whole-byte type first`;
    throw stridebufError("LayoutError", message, { reason: "contiguity" });
  }
  return convertBoxes(engine, sink, source, task);
}
