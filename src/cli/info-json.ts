/** What `stridebuf info` found as JSON, tensor by tensor: the text of all of them may take several times the memory of what it says. */

import type { Statistics } from "./folds/fold.js";
import { type DescribedFile, type DescribedTensor, isOwn } from "./info-text.js";
import type { PartStatistics } from "./statistics.js";
import { jsonText } from "./terminal.js";
import { statisticText } from "./values.js";

/** Dates are said as dates. */
function said({ dtype, statistics }: PartStatistics): Statistics {
  if (dtype.kind !== "datetime" && dtype.kind !== "timedelta") return statistics;
  const text = (value: Statistics["min"]) => (value === null ? null : statisticText(value, dtype));
  return { ...statistics, min: text(statistics.min), max: text(statistics.max) };
}

/** `statistics` of the items themselves, `parts` of the fields of records and the parts of complex numbers. */
function tensorFacts({ tensor, parts }: DescribedTensor) {
  const { name, dtype, shape, order, byteOffset, nbytes, type = null } = tensor;
  const { format, itemsize, byteOrder } = dtype;
  const what = { name, dtype: dtype.name, format, itemsize, byteOrder, type, shape, order, byteOffset, nbytes };
  if (isOwn(parts)) return { ...what, statistics: said(parts[0]!), parts: [] };
  const partFacts = (part: PartStatistics) => ({ name: part.name, dtype: part.dtype.name, statistics: said(part) });
  return { ...what, statistics: null, parts: parts.map(partFacts) };
}

/** A value of a list or an object that stands `depth` deep. */
const inside = (depth: number, value: unknown): string => jsonText(value).replaceAll("\n", `\n${"  ".repeat(depth)}`);

function* listLines<T>(depth: number, items: readonly T[], lines: (item: T) => Iterable<string>): Generator<string> {
  for (const [i, item] of items.entries()) {
    // A comma behind the last line of all but the last item.
    let held: string | undefined;
    for (const line of lines(item)) {
      if (held !== undefined) yield held;
      held = line;
    }
    yield "  ".repeat(depth) + held! + (i < items.length - 1 ? "," : "");
  }
}

function* fileLines({ path, container, byteLength, metadata, tensors, unreadable }: DescribedFile): Generator<string> {
  yield "  {";
  for (const [name, value] of Object.entries({ file: path, container, byteLength, metadata }))
    yield `    "${name}": ${inside(2, value)},`;
  if (tensors.length === 0) yield '    "tensors": [],';
  else {
    yield '    "tensors": [';
    yield* listLines(3, tensors, (tensor) => [inside(3, tensorFacts(tensor))]);
    yield "    ],";
  }
  yield `    "unreadable": ${inside(
    2,
    [...unreadable].map(([name, { message }]) => ({ name, message })),
  )}`;
  yield "  }";
}

/** The lines of a list of files. */
export function* infoLines(files: readonly DescribedFile[]): Generator<string> {
  yield "[";
  yield* listLines(0, files, fileLines);
  yield "]";
}
