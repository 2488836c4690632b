/** Results to standard output: chunk by chunk where they come in order, by way of a temporary file where they do not. */

import { closeSync, mkdtempSync, openSync, readSync, rmSync, unlinkSync, write } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { DType } from "../dtype/dtype.js";
import { fileEngine } from "../io/file-engine.js";
import { detectContainer } from "../io/open-file.js";
import type { RandomSink } from "../io/random-access.js";
import type { SelectionOptions } from "../io/selection.js";
import { type ConvertedFile, type ConvertFileOptions, convertStreamWith } from "../io/stream-core.js";
import type { Container } from "../io/tensor-file.js";
import type { RawOptions } from "./arguments.js";
import { floatsOnlyOf } from "./convert-selection.js";
import { InputFailure } from "./failure.js";
import { openOptions } from "./inputs.js";
import type { Terminal } from "./terminal.js";

const COPY_BYTES = 1 << 20;

/** Writes that follow each other. */
export class SequentialOutput implements RandomSink {
  #written = 0;
  constructor(private readonly terminal: Terminal) {}

  write(src: Uint8Array, byteOffset: number): Promise<void> {
    if (byteOffset !== this.#written) throw new InputFailure("standard output takes bytes in order only; name a DST");
    this.#written += src.length;
    // What is written may be reused by the caller, and is taken by a pipe only later.
    return this.terminal.bytes(src.slice());
  }
}

/** Runs a conversion into a file without a name and copies that. */
export async function spooledOutput(
  run: (sink: RandomSink) => Promise<ConvertedFile>,
  terminal: Terminal,
): Promise<ConvertedFile> {
  const folder = mkdtempSync(join(tmpdir(), "stridebuf-"));
  const fd = openSync(join(folder, "output"), "wx+", 0o600);
  try {
    unlinkSync(join(folder, "output"));
    rmSync(folder, { recursive: true });
    const writeAll = (src: Uint8Array, at: number): Promise<void> =>
      new Promise((resolve, reject) => {
        write(fd, src, 0, src.length, at, (error, count) => {
          if (error) reject(error);
          else if (count < src.length) writeAll(src.subarray(count), at + count).then(resolve, reject);
          else resolve();
        });
      });
    const result = await run({ write: writeAll });
    for (let at = 0; at < result.byteLength; ) {
      const chunk = new Uint8Array(Math.min(COPY_BYTES, result.byteLength - at));
      const count = readSync(fd, chunk, 0, chunk.length, at);
      await terminal.bytes(chunk.subarray(0, count));
      at += count;
    }
    return result;
  } finally {
    closeSync(fd);
  }
}

export interface Piped {
  readonly container: Container;
  readonly readBytes: number;
  readonly writtenBytes: number;
}

/** Converts a stream into standard output as it comes. What its first bytes do not tell is raw. */
export async function pipeThrough(
  stream: AsyncIterable<Uint8Array>,
  request: ConvertFileOptions,
  options: RawOptions & SelectionOptions & { into?: Container; to?: DType },
  terminal: Terminal,
): Promise<Piped> {
  const chunks = stream[Symbol.asyncIterator]();
  let readBytes = 0;
  const head: Uint8Array[] = [];
  let prefix = new Uint8Array(0);
  while (prefix.length < 16) {
    const { value, done } = await chunks.next();
    if (done) break;
    head.push(value);
    prefix = new Uint8Array(Buffer.concat([prefix, value.subarray(0, 16)]));
  }
  const kind = detectContainer(prefix);
  if (kind === "raw" && options.format === undefined) {
    throw new InputFailure("standard input: raw bytes need --format, the format of the items");
  }
  async function* whole(): AsyncGenerator<Uint8Array> {
    for (const chunk of head) {
      readBytes += chunk.length;
      yield chunk;
    }
    for (;;) {
      const { value, done } = await chunks.next();
      if (done) return;
      readBytes += value.length;
      yield value;
    }
  }
  const { tensor, only, skip, into } = options;
  const names = Object.entries({ tensor, only, skip, into }).filter(([, value]) => value !== undefined);
  const all: ConvertFileOptions = {
    ...request,
    ...openOptions(kind, options),
    ...Object.fromEntries(names),
    floatsOnly: floatsOnlyOf(kind, options),
  };
  let writtenBytes = 0;
  for await (const chunk of convertStreamWith(fileEngine, whole(), all)) {
    await terminal.bytes(chunk);
    writtenBytes += chunk.length;
  }
  return { container: into ?? kind, readBytes, writtenBytes };
}
