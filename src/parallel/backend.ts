/** A backend of two: resident arrays are in shared memory, where a crew runs the kernels; everything else is left to the one of private memory. */

import type { Backend, Choice, Placement } from "../backend/backend.js";

const SHARED: Choice = ["resident", "one contiguous run, in chunks"];

/**
 * @param own - over private memory, which `set` fills faster than shared memory
 * @param shared - over the shared memory
 */
export function parallelBackend(own: Backend, shared: Backend): Backend {
  const isShared = ({ dstResident, srcResident }: Placement): boolean => dstResident && srcResident;
  const outside = (placement: Placement): Placement => ({ ...placement, dstResident: false, srcResident: false });
  return {
    name: "wasm",
    isResident: (buffer) => shared.isResident(buffer),
    chooseMove(move, overlap, placement) {
      if (!isShared(placement)) return own.chooseMove(move, overlap, outside(placement));
      const isRun = move.kind === "contiguous" && move.swapUnit === 1 && overlap === "disjoint";
      return isRun ? SHARED : shared.chooseMove(move, overlap, placement);
    },
    chooseTransform(transform, conversion, placement) {
      // A user's module wants memory that is not shared.
      const isOurs = conversion.steps.every(({ user }) => user === undefined);
      if (isOurs && isShared(placement)) return shared.chooseTransform(transform, conversion, placement);
      return own.chooseTransform(transform, conversion, outside(placement));
    },
    move: (dst, src, move) => (move.executor === "resident" ? shared : own).move(dst, src, move),
    transform: (dst, src, transform, conversion) =>
      (transform.executor === "resident" ? shared : own).transform(dst, src, transform, conversion),
    allocate: (nbytes, zeroed) => shared.allocate(nbytes, zeroed),
  };
}
