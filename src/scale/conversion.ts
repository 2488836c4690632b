/** The conversion that a file of a plan stands for, as text and opened. */

import type { DType } from "../dtype/dtype.js";
import { stridebufError } from "../errors.js";
import { dtype } from "../index.js";
import { fileEngine } from "../io/file-engine.js";
import { type Conversion, type ConvertFileOptions, openConversion } from "../io/stream-core.js";
import type { PlacedTensor } from "../io/stream-target.js";
import type { FileTensor } from "../io/tensor-file.js";
import type { PlanFile, PlanOptions } from "./lines.js";
import { openPlanned, type PlannedSource } from "./source.js";

/** What a dtype is called in a plan; other processes must find the same under this name. */
export function nameOf(type: string | DType): string {
  const { format, custom } = dtype(type);
  const message = `a plan cannot name ${format}: whoever runs it does not know what it means`;
  if (custom !== undefined && !custom.resolved) throw stridebufError("PlanError", message, { reason: "impossible" });
  return format;
}

/** The options as text, in one order whatever order they were given in. */
export function planOptions({ to, format, onProgress, signal, memoryBytes, ...rest }: ConvertFileOptions): PlanOptions {
  const named = {
    ...rest,
    ...(to === undefined ? {} : { to: nameOf(to) }),
    ...(format === undefined ? {} : { format: nameOf(format) }),
  };
  const given = Object.entries(named).filter(([, value]) => value !== undefined);
  return Object.fromEntries(given.sort(([a], [b]) => (a < b ? -1 : 1)));
}

export interface OpenedFile {
  readonly file: PlanFile;
  readonly source: PlannedSource;
  readonly conversion: Conversion;
  /** What is made, by name. */
  readonly placed: ReadonlyMap<string, PlacedTensor<FileTensor>>;
}

/**
 * Opens the source of a planned file.
 *
 * @param chunkBytes reads of up to this many bytes are to be done at once, by this thread
 * @throws PlanError when the source is not what it was when the plan was made
 */
export async function openPlannedFile(file: PlanFile, chunkBytes?: number): Promise<OpenedFile> {
  const source = await openPlanned(file.src, file.source, chunkBytes);
  try {
    const reading = chunkBytes === undefined ? source : { ...source, chunkBytes };
    const conversion = await openConversion(fileEngine, reading, file.options);
    const placed = new Map(conversion.target.tensors.map((each) => [each.tensor.name, each]));
    return { file, source, conversion, placed };
  } catch (error) {
    source.close();
    throw error;
  }
}
