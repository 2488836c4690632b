/** Whether the module does a loop, and how, or somebody else is faster. */

import type { Choice, Conversion, Executor, Loop, MoveLoop, Overlap, Placement, TransformLoop } from "../backend.js";
import { hasLine } from "../js/transform.js";
import { itemsOf } from "../loop.js";
import { canSwap, choosePlatform } from "../platform.js";
import {
  GAP_STRIDE,
  LARGE_BYTES,
  NEST_RACE_BYTES,
  PLATFORM_SWAP,
  RACE_BYTES,
  SPARSE,
  STAGED_LINE,
  STAGED_TILES,
} from "../thresholds.js";

const RESIDENT: Choice = ["resident", "both in module memory"];
const PLATFORM: Choice = ["platform", "the platform's own conversion"];
const STAGED: Choice = ["staged", "tiles through the staging window"];
const MEMORY: Choice = ["js", "memory is the limit, and a loop reads the gaps once"];
const TOO_LITTLE: Choice = ["js", "too little for a trip through the module"];

const against = ([executor, reason]: Choice, ...rivals: Executor[]): Choice => [
  executor,
  `${reason}; ${rivals.join(" or ")} if that is measured to be faster`,
  ...rivals,
];

/** Bytes of the larger side of a loop that is one line, 0 for others: from {@link RACE_BYTES} on rivals are tried. */
function bytesOfLine({ sizes, srcStrides }: Loop, dstWidth: number): number {
  const bytes = Math.max(dstWidth, Math.abs(srcStrides[0] ?? 0));
  return sizes.length < 2 ? (sizes[0] ?? 1) * bytes : 0;
}

export function chooseMove(move: MoveLoop, overlap: Overlap, placement: Placement): Choice {
  const { kind, loop, width, swapUnit } = move;
  const { dstResident, srcResident } = placement;
  if (dstResident && srcResident && (kind !== "contiguous" || swapUnit > 1)) return RESIDENT;
  const lineBytes = bytesOfLine(loop, width);
  const isRaced = lineBytes >= RACE_BYTES;
  const least = PLATFORM_SWAP[overlap === "same" ? "inPlace" : "copy"];
  const choice = choosePlatform(move, overlap, placement, (unit, nbytes) => nbytes >= least[unit]);
  const isReverse = kind === "reverse" && width <= 8 && choice?.[0] === "platform";
  if (isReverse && width === 2) return isRaced ? against(STAGED, "platform") : STAGED;
  if (choice !== undefined)
    return isRaced && choice[0] === "platform" && (swapUnit > 1 || isReverse) ? against(choice, "staged") : choice;
  if (kind === "scatter" || kind === "strided") return ["js", "gaps between the items written"];
  const items = itemsOf(loop);
  if (kind === "gather" && swapUnit === 1) {
    const stride = Math.abs(loop.srcStrides[loop.srcStrides.length - 1]!);
    if (stride > SPARSE * width) return ["js", "far between the items read"];
    const isWords = (width === 4 || width === 8) && (placement.dstAlign & 3) === 0;
    if (isRaced && isWords && !dstResident && !srcResident) {
      const skips = lineBytes >= LARGE_BYTES && stride >= GAP_STRIDE[width];
      return skips ? against(MEMORY, "staged") : against(STAGED, "js");
    }
  }
  if (isRaced && kind === "contiguous" && canSwap(swapUnit)) return against(STAGED, "platform");
  const nbytes = items * width;
  if (loop.sizes.length < 2) return nbytes < STAGED_LINE ? TOO_LITTLE : STAGED;
  if (nbytes < NEST_RACE_BYTES) return nbytes < STAGED_TILES ? TOO_LITTLE : STAGED;
  const hasLoop = kind === "transpose" && width === 8 && swapUnit === 1;
  const isElsewhere = !dstResident && !srcResident && placement.dstAlign === 0 && placement.srcAlign === 0;
  return hasLoop && isElsewhere ? against(STAGED, "staged-small", "js") : against(STAGED, "staged-small");
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
  if (loop.sizes.length > 1) return nbytes < NEST_RACE_BYTES ? STAGED : against(STAGED, "staged-small");
  const platform = kind === "contiguous" ? platformLimit(conversion) : 0;
  if (nbytes <= platform) return PLATFORM;
  if (platform === 0 || bytesOfLine(loop, conversion.dstWidth) < RACE_BYTES) return STAGED;
  return hasLine(conversion) ? against(STAGED, "platform", "js") : against(STAGED, "platform");
}

/** Up to how many bytes of the wider side the platform's own conversion is chosen; 0 where it has none. */
function platformLimit({ steps, srcSwap, dstSwap }: Conversion): number {
  return steps.length === 1 && !srcSwap && !dstSwap ? (steps[0]!.platform ?? 0) : 0;
}
