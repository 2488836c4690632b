/** `.npz` in the command line: archives are unpacked and packed in memory, member by member through the same conversion. */

import { readNpy } from "../io/npy-array.js";
import { packNpz, unpackNpz } from "../io/npz.js";
import { BytesSink, bytesSource, type RandomSink, type RandomSource } from "../io/random-access.js";
import { writeSafetensors } from "../io/safetensors.js";
import {
  type ConvertedFile,
  type ConvertedTensor,
  type ConvertFileOptions,
  convertFileWith,
  namePattern,
} from "../io/stream-core.js";
import { openTensorFile } from "../io/tensor-file.js";
import type { FileKind } from "./arguments.js";
import { InputFailure } from "./failure.js";
import { files, MAX_NPZ_BYTES } from "./library.js";

function checkSize(byteLength: number): void {
  if (byteLength > MAX_NPZ_BYTES) {
    throw new InputFailure(`.npz goes through memory, ${byteLength} bytes are more than ${MAX_NPZ_BYTES}`);
  }
}

/** What of the options applies to one member: its conversion, unless its name is not among those to convert. */
function memberOptions(name: string, options: ConvertFileOptions): ConvertFileOptions {
  const { only, skip, tensor: _tensor, to, ...rest } = options;
  const wanted = (only === undefined || namePattern(only)(name)) && (skip === undefined || !namePattern(skip)(name));
  return wanted && to !== undefined ? { ...rest, to } : rest;
}

async function convertMember(name: string, source: RandomSource, options: ConvertFileOptions) {
  const sink = new BytesSink();
  const result = await convertFileWith(files, sink, source, { ...options, into: "npy" });
  return { name, bytes: sink.bytes(), tensor: { ...result.tensors[0]!, name }, notes: result.notes };
}

type Member = Awaited<ReturnType<typeof convertMember>>;

function summed(members: readonly Member[], byteLength: number): ConvertedFile {
  const tensors: ConvertedTensor[] = members.map(({ tensor }) => tensor);
  return { tensors, byteLength, notes: [...new Set(members.flatMap(({ notes }) => notes))] };
}

async function writePacked(sink: RandomSink, members: readonly Member[]): Promise<ConvertedFile> {
  const bytes = packNpz(members.map(({ name, bytes }) => [name, bytes] as const));
  await sink.write(bytes, 0);
  return summed(members, bytes.length);
}

/** An archive into another container, or into another archive. */
export async function convertArchive(
  sink: RandomSink,
  source: RandomSource,
  into: FileKind,
  options: ConvertFileOptions,
): Promise<ConvertedFile> {
  checkSize(source.byteLength);
  const archive = new Uint8Array(source.byteLength);
  await source.read(archive, 0);
  let arrays = [...unpackNpz(archive, MAX_NPZ_BYTES)];
  if (options.tensor !== undefined) arrays = arrays.filter(([name]) => name === options.tensor);
  if (options.tensor !== undefined && arrays.length === 0)
    throw new InputFailure(`no array ${JSON.stringify(options.tensor)}`);
  const { onProgress: _onProgress, ...quiet } = options;
  if (into === "npz" || into === "safetensors") {
    const members: Member[] = [];
    for (const [name, bytes] of arrays) {
      members.push(await convertMember(name, bytesSource(bytes), memberOptions(name, quiet)));
    }
    if (into === "npz") return writePacked(sink, members);
    const views = members.map(({ name, bytes, tensor }) => [name, readNpy(bytes, { format: tensor.to })] as const);
    const file = writeSafetensors(new Map(views));
    await sink.write(file, 0);
    return { ...summed(members, file.length), notes: [] };
  }
  const [only] = arrays;
  if (arrays.length !== 1 || only === undefined) {
    const names = arrays.map(([name]) => name).join(", ");
    throw new InputFailure(`holds ${arrays.length} arrays, say which one with --tensor: ${names}`);
  }
  return convertFileWith(files, sink, bytesSource(only[1]), { ...memberOptions(only[0], quiet), into });
}

/** Another container into an archive. */
export async function packArchive(
  sink: RandomSink,
  source: RandomSource,
  options: ConvertFileOptions,
): Promise<ConvertedFile> {
  checkSize(source.byteLength);
  const { onProgress: _onProgress, ...quiet } = options;
  const file = await openTensorFile(source, options);
  const members: Member[] = [];
  for (const { name } of file.tensors) {
    if (options.tensor !== undefined && name !== "" && name !== options.tensor) continue;
    const as = name || options.tensor || "arr_0";
    members.push(await convertMember(as, source, { ...memberOptions(as, quiet), tensor: name }));
  }
  if (members.length === 0) throw new InputFailure(`no tensor ${JSON.stringify(options.tensor)}`);
  return writePacked(sink, members);
}
