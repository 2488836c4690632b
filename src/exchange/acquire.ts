/** The consumer's side of the contract: asking, and holding the answer to what was asked. */

import {
  NDBUFFER,
  NDBUFFER_CHUNKS,
  type NDBuffer,
  type NDChunkExporter,
  type NDExporter,
  type NDRequest,
} from "./ndbuffer.js";

/** The formats that every consumer knows. */
export const BASIC: RegExp = /^([?bB]|[<>][hHiIqQefd])$/;

/** The strides of a block, also where it says null. */
export const stridesOf = ({ strides, shape, itemsize }: NDBuffer): readonly number[] =>
  strides ?? shape.map((_, axis) => shape.slice(axis + 1).reduce((step, n) => step * n, itemsize));

/** Whether items lie without gaps, the axes given from the innermost outwards. */
const isDense = (shape: readonly number[], strides: readonly number[], step: number): boolean =>
  shape.every((n, axis) => {
    const before = step;
    step *= n;
    return n === 1 || strides[axis] === before;
  });

function isContiguous(block: NDBuffer, order: string): boolean {
  const { shape, itemsize } = block;
  const strides = stridesOf(block);
  return (
    shape.includes(0) ||
    (order !== "C" && isDense(shape, strides, itemsize)) ||
    (order !== "F" && isDense([...shape].reverse(), [...strides].reverse(), itemsize))
  );
}

/** Whether a block, of a version that is known, is what was asked for and nothing beyond. */
export const answers = (block: NDBuffer, request: NDRequest = {}): boolean | undefined =>
  block.version === 1 &&
  !(block.readonly && request.writable) &&
  (request.mask || !block.mask) &&
  (request.indirect || !block.suboffsets) &&
  (!block.device || request.devices?.includes(block.device.type)) &&
  (request.formats === "any" || BASIC.test(block.format)) &&
  (!request.contiguous || (!block.suboffsets && isContiguous(block, request.contiguous)));

/** The blocks when all of them answer the request; otherwise they are given back. */
function accepted(blocks: (NDBuffer | null | undefined)[], request: NDRequest | undefined): NDBuffer[] | null {
  if (blocks.every((block) => block && answers(block, request))) return blocks as NDBuffer[];
  blocks.map((block) => block?.release?.());
  return null;
}

/**
 * Asks an object for its memory. What comes back needs no further checks against the request, even from an exporter that
 * did not look at it.
 *
 * @returns null for what exports nothing, for an exporter that cannot give what was asked, and for a version of the
 * contract that is not known
 *
 * @example
 * const block = acquire(array([1, 2, 3], "<f"), { contiguous: "C" }); // null where it cannot be
 * block?.format; // "<f"
 */
export const acquire = (exporter: unknown, request?: NDRequest): NDBuffer | null =>
  accepted([(exporter as Partial<NDExporter> | undefined)?.[NDBUFFER]?.(request)], request)?.[0] ?? null;

/**
 * Asks an object for its memory in as many blocks as it has, along axis 0; what shows a single block gives that one.
 *
 * @returns null where {@link acquire} would, and when one of the blocks is not what was asked
 *
 * @example
 * acquireChunks(array([1, 2, 3]))?.map(({ shape }) => shape); // [[3]]
 */
export const acquireChunks = (exporter: unknown, request?: NDRequest): NDBuffer[] | null => {
  const from = exporter as Partial<NDExporter & NDChunkExporter> | undefined;
  return accepted([...(from?.[NDBUFFER_CHUNKS]?.(request) ?? [from?.[NDBUFFER]?.(request)])], request);
};
