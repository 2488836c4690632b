/** A thread of `convert --jobs`: does what it is sent, one thing at a time. */

import { parentPort, workerData } from "node:worker_threads";
import { isStridebufError } from "../../errors.js";
import { AT_ONCE_BYTES } from "../../io/stream-plan.js";
import { type OpenedFile, openPlannedFile } from "../../scale/conversion.js";
import { makeShard } from "../../scale/shard-source.js";
import { convertInto } from "../convert-file.js";
import { failureText, InputFailure } from "../failure.js";
import { FileWriter } from "../file-writer.js";
import { withPath } from "../inputs.js";
import type { Answer, ChunksMade, ChunkWork, FileWork, Made, ShardWork, Start, Work } from "./messages.js";
import { receivedOptions } from "./messages.js";

const { options: sent, stopped } = workerData as Start;
const options = receivedOptions(sent);
const mayWrite = new Int32Array(stopped);
const answer = (message: Answer): void => parentPort!.postMessage(message);

/** Between two messages about how far the work has come. */
const SHARE_MS = 100;

async function makeFile({ task, part }: FileWork): Promise<Made["file"]> {
  let told = performance.now();
  return convertInto(new FileWriter(part.fd, part.path), task, options, (done, total) => {
    const now = performance.now();
    if (now - told < SHARE_MS) return;
    told = now;
    answer({ share: done / total });
  });
}

/** The last file that a shard was of. */
let opened: OpenedFile | undefined;

async function makePart({ file, shard, part }: ShardWork): Promise<Made["shard"]> {
  try {
    if (opened?.file.file !== file.file) {
      opened?.source.close();
      opened = undefined;
      opened = await openPlannedFile(file, AT_ONCE_BYTES);
    }
    await makeShard(opened, shard, new FileWriter(part.fd, part.path));
    opened.source.requireUnchanged();
    return undefined;
  } catch (error) {
    const isChanged = isStridebufError(error, "PlanError") && error.reason === "changed";
    throw isChanged ? new InputFailure(`${file.src}: has changed while it was read`) : withPath(file.src, error);
  }
}

let makers: Promise<(work: ChunkWork) => Promise<ChunksMade>> | undefined;

async function makeChunks(work: ChunkWork): Promise<ChunksMade> {
  makers ??= import("./chunks.js").then(({ chunkMaker }) => chunkMaker(options, () => mayWrite[0] === 0));
  return (await makers)(work);
}

const make: { [Kind in Work["kind"]]: (work: never) => Promise<Made[Kind]> } = {
  file: makeFile,
  shard: makePart,
  chunks: makeChunks,
};

parentPort!.on("message", async (work: Work) => {
  try {
    answer({ made: await make[work.kind](work as never) });
  } catch (error) {
    answer({ failure: failureText(error) });
  }
});
