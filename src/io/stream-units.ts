/**
 * Converts a tensor whose order stays, which is a flat run of items, chunk by chunk: reading the next chunks and writing the last one go on
 * while a chunk is converted, unless both are done when the calls return.
 */

import type { DType } from "../dtype/dtype.js";
import type { ForwardSource } from "./forward-source.js";
import { packBits, unpackBits } from "./packed.js";
import { endedEarly, type RandomSink, type RandomSource } from "./random-access.js";
import { AT_ONCE_BYTES, CHUNK_BYTES, chunkItems } from "./stream-plan.js";
import {
  changesValues,
  checkItemsize,
  type FileEngine,
  placeBytes,
  relocate,
  type TensorTask,
  unravel,
} from "./stream-task.js";
import { sizeOf } from "./tensor-file.js";

/** Memory of chunks. Its bytes are asked for each time: what lies in the engine's memory moves when that grows. */
interface ChunkMemory {
  bytes(nbytes: number): Uint8Array;
  dispose?(): void;
}

function ordinaryMemory(nbytes: number): ChunkMemory {
  const memory = new Uint8Array(nbytes);
  return { bytes: (count) => memory.subarray(0, count) };
}

/** Where kernels reach it without staging, and a file is read and written at once, so that nothing grows meanwhile. */
function residentMemory(engine: FileEngine, nbytes: number): ChunkMemory {
  const memory = engine.empty([nbytes], "B", { resident: true });
  return { bytes: (count) => memory.toTypedArray().subarray(0, count), dispose: () => memory.dispose() };
}

/** Where a chunk is as it was read, and converted; one memory where nothing is converted. */
interface ChunkMemories {
  readonly input: ChunkMemory;
  readonly output: ChunkMemory;
}

/** One chunk in flight. */
interface Slot extends ChunkMemories {
  reading: void | Promise<void>;
  writing: void | Promise<void>;
}

/** A failure is dealt with when the promise's turn comes; until then it must not count as unhandled. */
function started(work: void | Promise<void>): void | Promise<void> {
  work?.catch(() => {});
  return work;
}

/** A run of units to be converted in order; a unit is what fills whole bytes on both sides. */
interface UnitRun {
  readonly units: number;
  /** Bytes from the start of the file to the first unit. */
  readonly srcOffset: number;
  readonly dstOffset: number;
  /** Bytes of the whole run; less than all units take when the last unit is not full. */
  readonly srcBytes: number;
  readonly dstBytes: number;
  readonly srcUnitBytes: number;
  readonly dstUnitBytes: number;
  /** Converts the first `units` units of `input`, the first of which is number `first`; absent for plain copies. */
  readonly convert?: (output: Uint8Array, input: Uint8Array, units: number, first: number) => void;
}

/**
 * How chunks are read ahead: so many reads are asked for together, which a source that answers several at once joins, and so many
 * chunks are on their way at most.
 */
function readAhead({ parallel = 1 }: RandomSource): { readonly together: number; readonly most: number } {
  const together = parallel > 1 ? 4 : 1;
  return { together, most: parallel * together };
}

const unitsPerChunk = (task: TensorTask, { srcUnitBytes, dstUnitBytes }: UnitRun, most = CHUNK_BYTES): number =>
  chunkItems(srcUnitBytes, dstUnitBytes, Math.min(task.memoryBytes ?? most, most, AT_ONCE_BYTES));

/** Units that pass together; offsets count from the start of the files. */
interface Chunk {
  /** The number of the first unit. */
  readonly first: number;
  readonly units: number;
  readonly srcOffset: number;
  readonly srcBytes: number;
  readonly dstOffset: number;
  readonly dstBytes: number;
}

function chunkOf(run: UnitRun, perChunk: number, index: number): Chunk {
  const first = index * perChunk;
  const units = Math.min(perChunk, run.units - first);
  const [srcBegin, dstBegin] = [first * run.srcUnitBytes, first * run.dstUnitBytes];
  return {
    first,
    units,
    srcOffset: run.srcOffset + srcBegin,
    srcBytes: Math.min(units * run.srcUnitBytes, run.srcBytes - srcBegin),
    dstOffset: run.dstOffset + dstBegin,
    dstBytes: Math.min(units * run.dstUnitBytes, run.dstBytes - dstBegin),
  };
}

/** A run on its way from a source to a sink. */
interface Passage {
  readonly engine: FileEngine;
  readonly sink: RandomSink;
  readonly source: RandomSource;
  readonly task: TensorTask;
  readonly run: UnitRun;
  readonly perChunk: number;
}

function convertChunk({ run, perChunk }: Passage, { input, output }: ChunkMemories, { units, first }: Chunk): void {
  const held = Math.min(perChunk, run.units);
  run.convert?.(output.bytes(held * run.dstUnitBytes), input.bytes(held * run.srcUnitBytes), units, first);
}

function memoriesOf({ run, perChunk }: Passage, memory: (nbytes: number) => ChunkMemory): ChunkMemories {
  const held = Math.min(perChunk, run.units);
  const input = memory(held * run.srcUnitBytes);
  return { input, output: run.convert ? memory(held * run.dstUnitBytes) : input };
}

/** One chunk after the other, in the same memory: nothing could go on meanwhile. */
async function passAtOnce(passage: Passage): Promise<void> {
  const { engine, sink, source, task, run, perChunk } = passage;
  const memory = run.convert ? (nbytes: number) => residentMemory(engine, nbytes) : ordinaryMemory;
  const memories = memoriesOf(passage, memory);
  try {
    for (let index = 0; index * perChunk < run.units; index++) {
      task.signal?.throwIfAborted();
      const chunk = chunkOf(run, perChunk, index);
      await source.read(memories.input.bytes(chunk.srcBytes), chunk.srcOffset);
      convertChunk(passage, memories, chunk);
      await sink.write(memories.output.bytes(chunk.dstBytes), chunk.dstOffset);
      await task.onProgress?.(chunk.srcBytes);
    }
  } finally {
    memories.input.dispose?.();
    memories.output.dispose?.();
  }
}

async function passAhead(passage: Passage): Promise<void> {
  const { sink, source, task, run, perChunk } = passage;
  const chunks = Math.ceil(run.units / perChunk);
  const ahead = readAhead(source);
  // One more is converted, and one written.
  const slots: Slot[] = Array.from({ length: Math.min(ahead.most + 2, chunks) }, () => ({
    ...memoriesOf(passage, ordinaryMemory),
    reading: undefined,
    writing: undefined,
  }));
  const slotOf = (index: number) => slots[index % slots.length]!;
  const read = async (index: number): Promise<void> => {
    const { input, writing } = slotOf(index);
    await writing;
    const { srcBytes, srcOffset } = chunkOf(run, perChunk, index);
    await source.read(input.bytes(srcBytes), srcOffset);
  };
  let asked = 0;
  const startReads = (count: number): void => {
    for (const end = Math.min(chunks, asked + count); asked < end; asked++)
      slotOf(asked).reading = started(read(asked));
  };
  try {
    startReads(ahead.most);
    for (let index = 0; index < chunks; index++) {
      task.signal?.throwIfAborted();
      const slot = slotOf(index);
      await slot.reading;
      if (asked - index - 1 <= ahead.most - ahead.together) startReads(ahead.together);
      const chunk = chunkOf(run, perChunk, index);
      convertChunk(passage, slot, chunk);
      slot.writing = started(sink.write(slot.output.bytes(chunk.dstBytes), chunk.dstOffset));
      await task.onProgress?.(chunk.srcBytes);
    }
    for (const slot of slots) await slot.writing;
  } finally {
    // After a failure nothing may still be reading or writing when the caller closes the files.
    await Promise.allSettled(slots.flatMap((slot) => [slot.reading, slot.writing]));
  }
}

export async function runUnits(
  engine: FileEngine,
  sink: RandomSink,
  source: RandomSource,
  task: TensorTask,
): Promise<void> {
  const run = unitRun(engine, task);
  const perChunk = unitsPerChunk(task, run, source.chunkBytes);
  const most = Math.min(perChunk, run.units) * Math.max(run.srcUnitBytes, run.dstUnitBytes);
  const isAtOnce = most <= Math.min(source.chunkBytes ?? 0, sink.chunkBytes ?? 0);
  await (isAtOnce ? passAtOnce : passAhead)({ engine, sink, source, task, run, perChunk });
}

/** How a tensor whose order stays is taken apart: it is a flat run of items. */
function unitRun(engine: FileEngine, task: TensorTask): UnitRun {
  const { src, dst, shape, values, name } = task;
  const [begin, end] = task.items ?? [0, sizeOf(shape)];
  const size = end - begin;
  const srcOffset = src.byteOffset + placeBytes(src, begin);
  const dstOffset = dst.byteOffset + placeBytes(dst, begin);
  if (!changesValues(task)) {
    const nbytes = placeBytes(src, size);
    return {
      units: nbytes,
      srcOffset,
      dstOffset,
      srcUnitBytes: 1,
      dstUnitBytes: 1,
      srcBytes: nbytes,
      dstBytes: nbytes,
    };
  }
  const unitItems = src.packed || dst.packed ? 8 : 1;
  const viewOf = (bytes: Uint8Array, format: DType, count: number) =>
    engine.view(bytes.subarray(0, count * format.itemsize), { format, shape: [count] });
  let unpacked = new Uint8Array(0);
  let toPack = new Uint8Array(0);
  return {
    units: Math.ceil(size / unitItems),
    srcOffset,
    dstOffset,
    srcBytes: placeBytes(src, size),
    dstBytes: placeBytes(dst, size),
    srcUnitBytes: src.packed ?? src.dtype.itemsize * unitItems,
    dstUnitBytes: dst.packed ?? dst.dtype.itemsize * unitItems,
    convert(output, input, units, first) {
      const count = Math.min(units * unitItems, size - first * unitItems);
      let from = input;
      if (src.packed) {
        if (unpacked.length < count) unpacked = new Uint8Array(count);
        from = unpacked;
        unpackBits(from, input, count, src.packed);
      }
      if (dst.packed && toPack.length < count) toPack = new Uint8Array(count);
      const out = viewOf(dst.packed ? toPack : output, dst.dtype, count);
      try {
        engine.copy(out, viewOf(from, src.dtype, count), values);
      } catch (error) {
        throw relocate(error, ([index]) => unravel(shape, src.order, begin + first * unitItems + index!), name);
      }
      if (dst.packed) packBits(output, toPack, count, dst.packed);
    },
  };
}

/**
 * The converted bytes of one tensor of a forward source, chunk by chunk, in new buffers. A tensor of infinite length
 * ends with the stream, which must end between two items.
 */
export async function* convertedChunks(
  engine: FileEngine,
  source: ForwardSource,
  task: TensorTask,
): AsyncGenerator<Uint8Array> {
  checkItemsize(task);
  const run = unitRun(engine, task);
  const { srcOffset, srcUnitBytes, dstUnitBytes } = run;
  const perChunk = unitsPerChunk(task, run);
  for (let first = 0; first < run.units; first += perChunk) {
    task.signal?.throwIfAborted();
    const begin = first * srcUnitBytes;
    const input = new Uint8Array(Math.min(perChunk * srcUnitBytes, run.srcBytes - begin));
    const filled = await source.readUpTo(input, srcOffset + begin);
    const units = Math.ceil(filled / srcUnitBytes);
    const short = run.srcBytes === Number.POSITIVE_INFINITY ? filled % srcUnitBytes !== 0 : filled < input.length;
    if (short) throw endedEarly("stream", srcOffset + begin, Math.min(input.length, units * srcUnitBytes), filled);
    if (units === 0) return;
    const output = run.convert
      ? new Uint8Array(Math.min(units * dstUnitBytes, run.dstBytes - first * dstUnitBytes))
      : input.subarray(0, filled);
    run.convert?.(output, input, units, first);
    yield output;
    if (filled < input.length) return;
  }
}
