/** Which tensors of a container are converted, and that those asked for are there. */

import type { DType } from "../dtype/dtype.js";
import { convertedTensors, listNames, namePattern, type SelectionOptions } from "../io/selection.js";
import type { Container } from "../io/tensor-file.js";
import { InputFailure } from "./failure.js";
import { type Input, oneTensor } from "./inputs.js";

const hasNames = (container: Container): boolean => container === "npz" || container === "safetensors";

/** Integers of containers do not become floats unless that is asked for: indices and step counters are no weights. */
export function floatsOnlyOf(kind: Container, options: SelectionOptions & { readonly to?: DType }): boolean {
  const { floatsOnly, tensor, only, to } = options;
  const toFloat = to?.kind === "float" || to?.kind === "complex";
  return floatsOnly ?? (hasNames(kind) && toFloat && tensor === undefined && only === undefined);
}

/**
 * The selection for the library.
 *
 * @throws InputFailure when `--tensor`, `--only` or `--skip` name nothing that is there
 */
export function selectionOf(
  input: Input,
  placed: string | undefined,
  into: Container,
  options: SelectionOptions & { readonly to?: DType },
): SelectionOptions {
  const tensor = placed ?? options.tensor;
  const names = [...input.tensors.map((each) => each.tensor.name), ...input.unreadable.keys()];
  const isUnnamed = names.length === 1 && names[0] === "";
  if (tensor !== undefined && !isUnnamed) oneTensor(input, tensor);
  if (tensor !== undefined && isUnnamed && !hasNames(into)) {
    throw new InputFailure(
      `--tensor ${JSON.stringify(tensor)}: the file holds one tensor, without a name; leave --tensor out`,
    );
  }
  if (tensor === undefined && names.length > 1 && !hasNames(into)) oneTensor(input, undefined);
  for (const option of ["only", "skip"] as const) {
    const pattern = options[option];
    if (pattern === undefined || names.some(namePattern(pattern))) continue;
    throw new InputFailure(
      `--${option} ${JSON.stringify(pattern)} matches no tensor; there are: ${listNames(names.filter(Boolean)) || "none with a name"}`,
    );
  }
  const { only, skip } = options;
  return {
    ...(tensor === undefined ? {} : { tensor }),
    ...(only === undefined ? {} : { only }),
    ...(skip === undefined ? {} : { skip }),
    ...(input.unreadable.size === 0 ? {} : { unreadable: "skip" as const }),
    floatsOnly: floatsOnlyOf(input.kind, { ...options, ...(tensor === undefined ? {} : { tensor }) }),
  };
}

/** Members that are left out, since they cannot be read; one that was asked for by name is refused instead. */
export function leftOut(input: Input, request: SelectionOptions): readonly Error[] {
  return request.tensor === undefined ? [...input.unreadable.values()] : [];
}

/** Says what stays as it is although nobody asked for that. */
export function keptNote(input: Input, request: SelectionOptions, asked: SelectionOptions): string[] {
  if (!request.floatsOnly || asked.floatsOnly !== undefined) return [];
  const all = convertedTensors({ ...request, floatsOnly: false });
  const floats = convertedTensors(request);
  const kept = input.tensors.map(({ tensor }) => tensor).filter((tensor) => all(tensor) && !floats(tensor));
  if (kept.length === 0) return [];
  const names = listNames(kept.map(({ name }) => name));
  return [`kept as they are, being no floats: ${names} (--no-floats-only converts them too)`];
}
