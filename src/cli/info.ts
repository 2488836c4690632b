/** `stridebuf info`: what is in files, and statistics of it. */

import { listNames, namePattern } from "../io/selection.js";
import type { FileTensor } from "../io/tensor-file.js";
import type { RawOptions } from "./arguments.js";
import { failureText, InputFailure } from "./failure.js";
import type { Statistics } from "./folds/fold.js";
import { type DescribedFile, type DescribedTensor, type InfoTextOptions, isOwn, printInfo } from "./info-text.js";
import { type InputTensor, oneTensor, parsePlace, type TensorInput, withPath } from "./inputs.js";
import { startProgress } from "./progress.js";
import { type PartStatistics, statisticsOf } from "./statistics.js";
import { openTensors } from "./tensors.js";
import { jsonText, type Terminal } from "./terminal.js";
import { statisticText } from "./values.js";

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

/** Dates are said as dates. */
function said({ dtype, statistics }: PartStatistics): Statistics {
  if (dtype.kind !== "datetime" && dtype.kind !== "timedelta") return statistics;
  const text = (value: Statistics["min"]) => (value === null ? null : statisticText(value, dtype));
  return { ...statistics, min: text(statistics.min), max: text(statistics.max) };
}

/** For JSON: `statistics` of the items themselves, `parts` of the fields of records and the parts of complex numbers. */
function tensorFacts({ tensor, parts }: DescribedTensor) {
  const { name, dtype, shape, order, byteOffset, nbytes, type = null } = tensor;
  const { format, itemsize, byteOrder } = dtype;
  const what = { name, dtype: dtype.name, format, itemsize, byteOrder, type, shape, order, byteOffset, nbytes };
  if (isOwn(parts)) return { ...what, statistics: said(parts[0]!), parts: [] };
  const partFacts = (part: PartStatistics) => ({ name: part.name, dtype: part.dtype.name, statistics: said(part) });
  return { ...what, statistics: null, parts: parts.map(partFacts) };
}

const fileFacts = ({ path, container, byteLength, metadata, tensors, unreadable }: DescribedFile) => ({
  ...{ file: path, container, byteLength, metadata, tensors: tensors.map(tensorFacts) },
  unreadable: [...unreadable].map(([name, { message }]) => ({ name, message })),
});

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
    const tensors =
      options.stats === false && !options.hist
        ? inputs.map(({ tensor }) => ({ tensor, parts: [] }))
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
  if (options.json) terminal.out(jsonText(all.map(fileFacts)));
  else for (const each of all) printInfo(each, options, terminal);
  const bad = all.flatMap(({ path, unreadable }) => [...unreadable.values()].map((error) => withPath(path, error)));
  if (!options.json) for (const error of bad) terminal.err(`stridebuf: ${failureText(error)}`);
  return bad.length === 0 ? 0 : 1;
}
