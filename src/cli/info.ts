/** `stridebuf info`: what is in files, and statistics of it. */

import { listNames, namePattern } from "../io/selection.js";
import type { FileTensor } from "../io/tensor-file.js";
import type { RawOptions } from "./arguments.js";
import { failureText, InputFailure } from "./failure.js";
import { infoLines } from "./info-json.js";
import { type DescribedFile, type DescribedTensor, type InfoTextOptions, printInfo } from "./info-text.js";
import { type InputTensor, oneTensor, parsePlace, type TensorInput, withPath } from "./inputs.js";
import { collectEarly, MANY_TENSORS } from "./lean.js";
import { startProgress } from "./progress.js";
import { statisticsOf } from "./statistics.js";
import { openTensors } from "./tensors.js";
import { printLines, type Terminal } from "./terminal.js";

/** Without `stats` the data stay unread, unless histograms are to be drawn. */
export interface InfoOptions extends RawOptions, InfoTextOptions {
  json?: boolean;
  tensor?: string;
  /** Names with `*` and `?`. */
  only?: string;
  sort?: string;
}

/** Bins of a histogram. */
const BINS = 16;

const none: DescribedTensor["parts"] = [];

type Sort = (a: FileTensor, b: FileTensor) => number;

const byText =
  (key: (tensor: FileTensor) => string): Sort =>
  (a, b) =>
    key(a) < key(b) ? -1 : key(a) > key(b) ? 1 : 0;

const sorts: Readonly<Record<string, Sort>> = {
  name: byText(({ name }) => name),
  dtype: byText(({ dtype }) => dtype.name),
  size: (a, b) => b.nbytes - a.nbytes,
};

function chosen(input: TensorInput, name: string | undefined, { only, sort }: InfoOptions): readonly InputTensor[] {
  if (name !== undefined) return [oneTensor(input, name)];
  const matches = only === undefined ? () => true : namePattern(only);
  const tensors = input.tensors.filter(({ tensor }) => matches(tensor.name));
  if (tensors.length === 0 && only !== undefined) {
    const names = input.tensors.map(({ tensor }) => tensor.name);
    throw new InputFailure(`--only ${JSON.stringify(only)} matches no tensor; there are: ${listNames(names)}`);
  }
  const order = sorts[sort ?? "file"];
  return order === undefined ? tensors : tensors.sort((a, b) => order(a.tensor, b.tensor));
}

async function withStatistics(inputs: readonly InputTensor[], hist: boolean, terminal: Terminal) {
  const progress = startProgress(terminal.progress);
  try {
    progress.expect(inputs.reduce((sum, { tensor }) => sum + tensor.nbytes, 0));
    const options = { bins: hist ? BINS : null, onProgress: progress.advance };
    const described: DescribedTensor[] = [];
    for (const { source, tensor } of inputs)
      described.push({ tensor, parts: await statisticsOf(source, tensor, options) });
    return described;
  } finally {
    progress.stop();
  }
}

async function describeFile(place: string, options: InfoOptions, terminal: Terminal): Promise<DescribedFile> {
  const { path, tensor } = parsePlace(place);
  const input = await openTensors(path, options);
  try {
    const asked = options.tensor ?? tensor;
    const inputs = chosen(input, asked, options);
    if (inputs.length > MANY_TENSORS) collectEarly();
    const tensors =
      options.stats === false && !options.hist
        ? inputs.map(({ tensor }) => ({ tensor, parts: none }))
        : await withStatistics(inputs, options.hist === true, terminal);
    const { kind: container, byteLength, metadata } = input;
    const unreadable = asked === undefined ? input.unreadable : new Map();
    return { path, container, byteLength, metadata, tensors, unreadable };
  } catch (error) {
    throw withPath(path, error);
  } finally {
    input.close();
  }
}

/** @returns 0, or 1 when a member of an archive cannot be read */
export async function info(places: readonly string[], options: InfoOptions, terminal: Terminal): Promise<number> {
  const all: DescribedFile[] = [];
  for (const place of places) all.push(await describeFile(place, options, terminal));
  if (options.json) printLines(terminal, infoLines(all));
  else for (const each of all) printInfo(each, options, terminal);
  const bad = all.flatMap(({ path, unreadable }) => [...unreadable.values()].map((error) => withPath(path, error)));
  if (!options.json) for (const error of bad) terminal.err(`stridebuf: ${failureText(error)}`);
  return bad.length === 0 ? 0 : 1;
}
