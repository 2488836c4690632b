/** All kinds of plans. Stores need libraries that come with the command only, and are loaded for stores alone. */

import type { Kinds } from "./kind.js";
import { tensorKind } from "./tensor-kind.js";

export const everyKind: Kinds = {
  async worker(head, folder) {
    if (head.kind === "tensors") return tensorKind.worker(head, folder);
    const { StoreWorker } = await import("./store-shards.js");
    return new StoreWorker(folder);
  },
  async checker(head, folder) {
    if (head.kind === "tensors") return tensorKind.checker(head, folder);
    const { StoreChecker } = await import("./store-shards.js");
    return new StoreChecker(folder);
  },
};
