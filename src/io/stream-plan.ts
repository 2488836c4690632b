/**
 * The arithmetic of conversions that hold only part of a tensor: chunks of a flat run of items, and boxes (panels) for
 * changing C order into F order or back. Pure; counts are items, extents and offsets that say so are bytes.
 */

/** Bytes that the largest buffer of a sequential conversion may take; several are in flight at once. */
export const CHUNK_BYTES: number = 1 << 20;
/**
 * The same where chunks are read and written at once, one after the other: still in the cache that cores share, and few enough that a
 * file of 1 GiB is done before engines compile the loop over them.
 */
export const AT_ONCE_BYTES: number = 2 << 20;
/** Bytes of one side of a box. A box exists twice: as read and as converted. */
export const BOX_BYTES: number = 48 << 20;

/**
 * Items per chunk so that neither side takes more than `budget` bytes, a multiple of `granule` items (8 for packed
 * types, which fill whole bytes only together), and at least one granule.
 */
export function chunkItems(
  srcItemsize: number,
  dstItemsize: number,
  budget: number = CHUNK_BYTES,
  granule = 1,
): number {
  const widest = Math.max(1, srcItemsize, dstItemsize);
  return Math.max(1, Math.floor(budget / (widest * granule))) * granule;
}

export interface Box {
  readonly start: readonly number[];
  readonly extent: readonly number[];
}

/** Items that lie in one run of the file: the trailing axes taken whole, times the first one that is not. */
function runItems(shape: readonly number[], extent: readonly number[]): number {
  let items = 1;
  for (let axis = shape.length - 1; axis >= 0; axis--) {
    items *= extent[axis]!;
    if (extent[axis] !== shape[axis]) break;
  }
  return items;
}

/**
 * Extents of boxes of at most `budget` bytes whose runs are long on both sides: a box is grown from its last axis
 * (runs of the C-order file) and from its first (runs of the F-order file), the shorter run first.
 */
export function boxExtent(shape: readonly number[], itemsize: number, budget: number = BOX_BYTES): number[] {
  const extent: number[] = shape.map(() => 1);
  const reversed = (values: readonly number[]): number[] => [...values].reverse();
  let items = 1;
  for (;;) {
    const last = extent.findLastIndex((length, axis) => length < shape[axis]!);
    if (last < 0) return extent;
    const first = extent.findIndex((length, axis) => length < shape[axis]!);
    const cRun = runItems(shape, extent);
    const fRun = runItems(reversed(shape), reversed(extent));
    const axis = cRun <= fRun ? last : first;
    const rest = items / extent[axis]!;
    const grown = Math.min(shape[axis]!, extent[axis]! * 2, Math.floor(budget / (itemsize * rest)));
    if (grown <= extent[axis]!) return extent;
    extent[axis] = grown;
    items = rest * grown;
  }
}

/** Every box of a tensor, the last axis fastest; those at the far edges are smaller. */
export function* boxesOf(shape: readonly number[], extent: readonly number[]): Generator<Box> {
  if (shape.some((length) => length === 0)) return;
  const start = shape.map(() => 0);
  for (;;) {
    yield { start: [...start], extent: extent.map((length, axis) => Math.min(length, shape[axis]! - start[axis]!)) };
    let axis = shape.length - 1;
    for (; axis >= 0; axis--) {
      start[axis]! += extent[axis]!;
      if (start[axis]! < shape[axis]!) break;
      start[axis] = 0;
    }
    if (axis < 0) return;
  }
}

/**
 * The fewest boxes that hold the items from number `first` to before `end` of a tensor in C order, in that order.
 *
 * @returns at most two boxes per axis
 */
export function* rangeBoxes(shape: readonly number[], first: number, end: number): Generator<Box> {
  if (first >= end) return;
  const [length, ...inner] = shape;
  if (length === undefined) {
    yield { start: [], extent: [] };
    return;
  }
  const rowItems = inner.reduce((size, each) => size * each, 1);
  const rowOf = (item: number): number => Math.floor(item / rowItems);
  function* partOfRow(row: number, begin: number, stop: number): Generator<Box> {
    for (const { start, extent } of rangeBoxes(inner, begin - row * rowItems, stop - row * rowItems)) {
      yield { start: [row, ...start], extent: [1, ...extent] };
    }
  }
  const wholeBegin = Math.ceil(first / rowItems);
  const wholeEnd = rowOf(end);
  if (wholeBegin > wholeEnd) {
    yield* partOfRow(wholeEnd, first, end);
    return;
  }
  if (first < wholeBegin * rowItems) yield* partOfRow(wholeBegin - 1, first, wholeBegin * rowItems);
  if (wholeBegin < wholeEnd) {
    yield { start: [wholeBegin, ...inner.map(() => 0)], extent: [wholeEnd - wholeBegin, ...inner] };
  }
  if (wholeEnd * rowItems < end) yield* partOfRow(wholeEnd, wholeEnd * rowItems, end);
}

/**
 * Boxes of at most `budget` bytes that make up a tensor, or `items` of it, counted in `order`.
 *
 * @param items `[first, end)`; the whole tensor when absent
 */
export function* partBoxes(
  shape: readonly number[],
  order: "C" | "F",
  items: readonly [number, number] | undefined,
  itemsize: number,
  budget: number,
): Generator<Box> {
  if (items === undefined) {
    yield* boxesOf(shape, boxExtent(shape, itemsize, budget));
    return;
  }
  const inOrder = (axes: readonly number[]): readonly number[] => (order === "F" ? [...axes].reverse() : axes);
  for (const part of rangeBoxes(inOrder(shape), ...items)) {
    const start = inOrder(part.start);
    const extent = inOrder(part.extent);
    for (const box of boxesOf(extent, boxExtent(extent, itemsize, budget))) {
      yield { start: box.start.map((at, axis) => at + start[axis]!), extent: box.extent };
    }
  }
}

/**
 * Calls `visit` for each contiguous run of a box in a file of the whole tensor, in the order in which the runs follow
 * each other in a contiguous copy of the box of the same order.
 *
 * @param visit `(fileOffset, nbytes)`, both bytes; the offset counts from the tensor's first byte
 */
export async function forEachRun(
  shape: readonly number[],
  box: Box,
  order: "C" | "F",
  itemsize: number,
  visit: (fileOffset: number, nbytes: number) => void | Promise<void>,
): Promise<void> {
  if (order === "F") {
    const flipped = { start: [...box.start].reverse(), extent: [...box.extent].reverse() };
    return forEachRun([...shape].reverse(), flipped, "C", itemsize, visit);
  }
  const { start, extent } = box;
  const strides = shape.map(() => itemsize);
  for (let axis = shape.length - 2; axis >= 0; axis--) strides[axis] = strides[axis + 1]! * shape[axis + 1]!;
  let outer = shape.length - 1;
  while (outer >= 0 && extent[outer] === shape[outer]) outer--;
  // Axes before `outer` are walked; `outer` and those after it make one run.
  const nbytes = runItems(shape, extent) * itemsize;
  const index = extent.map(() => 0);
  let offset = start.reduce((sum, at, axis) => sum + at * strides[axis]!, 0);
  for (;;) {
    const pending = visit(offset, nbytes);
    if (pending !== undefined) await pending;
    let axis = outer - 1;
    for (; axis >= 0; axis--) {
      index[axis]!++;
      offset += strides[axis]!;
      if (index[axis]! < extent[axis]!) break;
      offset -= strides[axis]! * index[axis]!;
      index[axis] = 0;
    }
    if (axis < 0) return;
  }
}
