/** `stridebuf convert`: one file into another, in bounded memory wherever the containers allow it. */

import type { DType } from "../dtype/dtype.js";
import type { ValueOptions } from "../io/stream-convert.js";
import { type ConvertedFile, type ConvertFileOptions, convertFileWith } from "../io/stream-core.js";
import { kindOfPath } from "./arguments.js";
import { UsageFailure } from "./failure.js";
import { openFileSource } from "./file-source.js";
import { openOptions, type RawOptions, withPath } from "./inputs.js";
import { files } from "./library.js";
import { LazyOutput } from "./output-file.js";
import { startProgress } from "./progress.js";
import { bytesText, jsonText, printable, shapeText, type Terminal } from "./terminal.js";

export interface ConvertCommandOptions extends RawOptions, ValueOptions {
  to?: DType;
  /** Order of the result. */
  intoOrder?: "C" | "F";
  tensor?: string;
  only?: string;
  skip?: string;
  floatsOnly?: boolean;
  json?: boolean;
}

/** How often, in milliseconds, a run lets signals and timers in while it reads and writes synchronously. */
const BREATH_MS = 50;

function libraryOptions(options: ConvertCommandOptions): ConvertFileOptions {
  const { format: _format, shape: _shape, byteOffset: _byteOffset, order: _order, json: _json, ...rest } = options;
  return rest;
}

const named = ({ name, byteOrder }: DType): string => (byteOrder === "big" ? `big-endian ${name}` : name);

function summary(result: ConvertedFile, seconds: number, readBytes: number): string {
  const [first] = result.tensors;
  const what =
    result.tensors.length === 1 && first !== undefined
      ? `${shapeText(first.shape)} ${named(first.from)}${first.from === first.to ? "" : ` to ${named(first.to)}`}`
      : `${result.tensors.length} tensors, ${result.tensors.filter(({ from, to }) => from !== to).length} converted`;
  const rate = (readBytes / 1e6 / Math.max(seconds, 1e-6)).toFixed(0);
  return `${what}, ${bytesText(result.byteLength)} in ${seconds.toFixed(2)} s (${rate} MB/s read)`;
}

function report(result: ConvertedFile, src: string, dst: string, seconds: number): string {
  const tensors = result.tensors.map(({ name, from, to, shape, nbytes }) => {
    return { name, from: named(from), to: named(to), shape, nbytes };
  });
  const { byteLength, notes } = result;
  return jsonText({ src, dst, container: kindOfPath(dst), byteLength, seconds, tensors, notes });
}

export async function convert(
  [src, dst]: readonly string[],
  options: ConvertCommandOptions,
  terminal: Terminal,
): Promise<void> {
  const start = performance.now();
  if (src === undefined || dst === undefined) throw new UsageFailure("missing DST, where the result goes");
  const from = kindOfPath(src);
  const source = await openFileSource(src);
  const output = new LazyOutput(dst);
  const progress = startProgress(terminal.progress);
  let shownBytes = 0;
  let lastBreath = start;
  const onProgress = (done: number, total: number): void | Promise<void> => {
    progress.expect(total);
    progress.advance(done - shownBytes);
    shownBytes = done;
    if (performance.now() - lastBreath < BREATH_MS) return;
    lastBreath = performance.now();
    return new Promise((resolve) => setImmediate(resolve));
  };
  try {
    const into = kindOfPath(dst);
    const open = openOptions(from, options);
    const all = { ...libraryOptions(options), ...open, into, onProgress };
    const result = await convertFileWith(files, output, source, all);
    await output.commit();
    const seconds = (performance.now() - start) / 1000;
    for (const note of result.notes) terminal.err(`note: ${printable(note)}`);
    if (options.json) terminal.out(report(result, src, dst, seconds));
    else terminal.out(`${printable(dst)}: ${summary(result, seconds, source.byteLength)}`);
  } catch (error) {
    throw withPath(src, error);
  } finally {
    progress.stop();
    output.discard();
    source.close();
  }
}
