/** All kinds of plans. Stores need libraries that come with the command only, and are loaded for stores alone. */

import type { Kinds } from "./kind.js";
import { tensorKind } from "./tensor-kind.js";

export const everyKind: Kinds = {
  async worker(plan) {
    if (plan.head.kind !== "zarr") return tensorKind.worker(plan);
    return new (await import("./store-shards.js")).StoreWorker(plan);
  },
  async checker(plan) {
    if (plan.head.kind !== "zarr") return tensorKind.checker(plan);
    return new (await import("./store-shards.js")).StoreChecker(plan);
  },
};
