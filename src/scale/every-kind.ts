/** All kinds of plans. What needs libraries that come with the command only is loaded where such a plan is met. */

import type { Kinds } from "./kind.js";
import { tensorKind } from "./tensor-kind.js";

export const everyKind: Kinds = {
  async worker(plan) {
    if (plan.head.kind === "tensors") return tensorKind.worker(plan);
    if (plan.head.kind === "uploads") return new (await import("./upload-shards.js")).UploadWorker(plan);
    return new (await import("./store-shards.js")).StoreWorker(plan);
  },
  async checker(plan) {
    if (plan.head.kind === "tensors") return tensorKind.checker(plan);
    if (plan.head.kind === "uploads") return new (await import("./upload-shards.js")).UploadChecker(plan);
    return new (await import("./store-shards.js")).StoreChecker(plan);
  },
};
