/** Whether the module does a loop, and how, or somebody else is faster. */

import type { Choice, Conversion, MoveLoop, Overlap, Placement, TransformLoop } from "../backend.js";
import { hasLine } from "../js/transform.js";
import { itemsOf } from "../loop.js";
import { choosePlatform } from "../platform.js";
import { GATHER_BYTES, GATHER_STRIDE, PLATFORM_SWAP, STAGED_LINE, STAGED_TILES } from "../thresholds.js";
import { SPARSE } from "./tiles.js";

const RESIDENT: Choice = ["resident", "both in module memory"];
const STAGED: Choice = ["staged", "tiles through the staging window"];
const TOO_LITTLE: Choice = ["js", "too little for a trip through the module"];

export function chooseMove(move: MoveLoop, overlap: Overlap, placement: Placement): Choice {
  const { kind, loop, width, swapUnit } = move;
  const { dstResident, srcResident } = placement;
  if (dstResident && srcResident && (kind !== "contiguous" || swapUnit > 1)) return RESIDENT;
  const least = PLATFORM_SWAP[overlap === "same" ? "inPlace" : "copy"];
  const choice = choosePlatform(move, overlap, placement, (unit, nbytes) => nbytes >= least[unit]);
  if (choice !== undefined) return choice;
  if (kind === "scatter" || kind === "strided") return ["js", "gaps between the items written"];
  const items = itemsOf(loop);
  if (kind === "gather" && swapUnit === 1) {
    const stride = Math.abs(loop.srcStrides[loop.srcStrides.length - 1]!);
    if (stride > SPARSE * width) return ["js", "far between the items read"];
    const isWords = (width === 4 || width === 8) && (placement.dstAlign & 3) === 0;
    if (isWords && !dstResident && !srcResident && stride >= GATHER_STRIDE && items * stride >= GATHER_BYTES)
      return ["js", "memory is the limit, and a loop reads the gaps once"];
  }
  return items * width < (loop.sizes.length > 1 ? STAGED_TILES : STAGED_LINE) ? TOO_LITTLE : STAGED;
}

/** @param canTransform - whether the module has the kernels; may grow its memory */
export function chooseTransform(
  { kind, loop }: TransformLoop,
  conversion: Conversion,
  { dstResident, srcResident }: Placement,
  canTransform: () => boolean,
): Choice {
  const nbytes = itemsOf(loop) * Math.max(conversion.dstWidth, conversion.srcWidth);
  const isLittle = nbytes < (loop.sizes.length < 2 ? STAGED_LINE : STAGED_TILES);
  if (isLittle && !(dstResident && srcResident)) return TOO_LITTLE;
  if (!canTransform()) return ["js", "the module has no kernel for a step"];
  if (dstResident && srcResident) return RESIDENT;
  if ((kind === "scatter" || kind === "strided") && hasLine(conversion))
    return ["js", "gaps between the items written, and one loop converts them"];
  if (kind === "contiguous" && isPlatformCall(conversion, nbytes)) return ["platform", "the platform's own conversion"];
  return STAGED;
}

function isPlatformCall({ steps, srcSwap, dstSwap }: Conversion, nbytes: number): boolean {
  return steps.length === 1 && !srcSwap && !dstSwap && nbytes <= (steps[0]!.platform ?? 0);
}
