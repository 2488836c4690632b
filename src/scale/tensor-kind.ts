/** Plans of files of tensors, and of such files as objects in buckets: all that does not need what comes with the command only. */

import { stridebufError } from "../errors.js";
import type { Kinds } from "./kind.js";
import { TensorChecker, TensorWorker } from "./tensor-shards.js";

function noStores(): Error {
  const message = "plans of Zarr stores are done by the command: stridebuf run, stridebuf verify";
  return stridebufError("PlanError", message, { reason: "impossible" });
}

/** Files and objects. */
export const tensorKind: Kinds = {
  async worker(plan) {
    if (plan.head.kind === "tensors") return new TensorWorker(plan);
    if (plan.head.kind === "uploads") return new (await import("./upload-shards.js")).UploadWorker(plan);
    throw noStores();
  },
  async checker(plan) {
    if (plan.head.kind === "tensors") return new TensorChecker(plan);
    if (plan.head.kind === "uploads") return new (await import("./upload-shards.js")).UploadChecker(plan);
    throw noStores();
  },
};
