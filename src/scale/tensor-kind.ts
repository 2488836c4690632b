/** Plans of files of tensors, which need nothing but this package. */

import { stridebufError } from "../errors.js";
import type { Kinds } from "./kind.js";
import type { PlanReader } from "./plan-file.js";
import { TensorChecker, TensorWorker } from "./tensor-shards.js";

const OTHERS = { tensors: null, uploads: "objects in buckets", zarr: "Zarr stores" } as const;

function requireTensors({ head }: PlanReader): void {
  const what = OTHERS[head.kind];
  if (what === null) return;
  const message = `plans of ${what} are done by the command: stridebuf run, stridebuf verify`;
  throw stridebufError("PlanError", message, { reason: "impossible" });
}

/** Files of tensors alone. */
export const tensorKind: Kinds = {
  worker(plan) {
    requireTensors(plan);
    return new TensorWorker(plan);
  },
  checker(plan) {
    requireTensors(plan);
    return new TensorChecker(plan);
  },
};
