/** Plans of files of tensors, which need nothing but this package. */

import { stridebufError } from "../errors.js";
import type { Kinds } from "./kind.js";
import type { PlanHead } from "./lines.js";
import { TensorChecker, TensorWorker } from "./tensor-shards.js";

function requireTensors({ kind }: PlanHead): void {
  if (kind === "tensors") return;
  const message = "plans of Zarr stores are done by the command: stridebuf run, stridebuf verify";
  throw stridebufError("PlanError", message, { reason: "impossible" });
}

/** Files of tensors alone. */
export const tensorKind: Kinds = {
  worker(head, folder) {
    requireTensors(head);
    return new TensorWorker(folder);
  },
  checker(head, folder) {
    requireTensors(head);
    return new TensorChecker(folder);
  },
};
