/** Chunks of Zarr stores, made by a thread. */

import { makeChunks, planConversion } from "../../zarr/conversion.js";
import { Staging } from "../../zarr/staging.js";
import type { ConvertCommandOptions } from "../conversion.js";
import { InputFailure } from "../failure.js";
import { withPath } from "../inputs.js";
import { openSourceStore } from "../store-source.js";
import { storeOptions } from "../zarr.js";
import type { ChunksMade, ChunkWork } from "./messages.js";

async function openStore({ task, staging: [unfinished, beside] }: ChunkWork, options: ConvertCommandOptions) {
  const request = storeOptions(task, options);
  const store = await openSourceStore(task.src.path);
  const { arrays } = await planConversion(store, request);
  return { path: task.src.path, request, store, arrays, staging: new Staging(unfinished, beside) };
}

/** @param mayWrite false once what has been written is about to be removed */
export function chunkMaker(
  options: ConvertCommandOptions,
  mayWrite: () => boolean,
): (work: ChunkWork) => Promise<ChunksMade> {
  let opened: Awaited<ReturnType<typeof openStore>> | undefined;
  return async (work) => {
    try {
      if (opened?.staging.store !== work.staging[0]) opened = await openStore(work, options);
      const { path, request, store, arrays, staging } = opened;
      const array = arrays.find(({ source }) => source.path === work.array);
      if (array === undefined) throw new InputFailure(`${path}: has changed while it was read`);
      const before = store.bytesRead;
      let byteLength = 0;
      await makeChunks(store, array, request, work.chunks, async (key, bytes) => {
        if (bytes === null || !mayWrite()) return;
        await staging.put(key, bytes);
        byteLength += bytes.length;
      });
      return { byteLength, readBytes: store.bytesRead - before };
    } catch (error) {
      throw withPath(work.task.src.path, error);
    }
  };
}
