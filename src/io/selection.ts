/** Which tensors of a file are taken, and which of those are converted. */

import { stridebufError } from "../errors.js";
import type { FileTensor, TensorFile } from "./tensor-file.js";

export interface SelectionOptions {
  /** Of a container with several tensors, the one to take. Names the result where the source has no names. */
  tensor?: string;
  /** Names of tensors that are converted, `*` and `?` standing for any characters; the others are kept as they are. */
  only?: string;
  /** Names of tensors that are kept as they are. */
  skip?: string;
  /** Keeps every tensor that is neither a float nor complex as it is. */
  floatsOnly?: boolean;
  /**
   * What is done about members of an archive that cannot be read (a pickle, a damaged one): `"refuse"`, the default, converts
   * nothing, `"skip"` leaves them out.
   */
  unreadable?: "refuse" | "skip";
}

/**
 * A name pattern: `*` any run of characters, `?` any one. After a mismatch only the last `*` need be tried further on, so
 * the time is at most the product of the two lengths.
 */
export function namePattern(pattern: string): (name: string) => boolean {
  const wanted = [...pattern];
  return (name) => {
    const given = [...name];
    let [at, star, starAt] = [0, -1, 0];
    for (let i = 0; i < given.length; ) {
      if (wanted[at] === "*") {
        star = at++;
        starAt = i;
      } else if (wanted[at] === "?" || (at < wanted.length && wanted[at] === given[i])) {
        at++;
        i++;
      } else if (star >= 0) {
        at = star + 1;
        i = ++starAt;
      } else return false;
    }
    while (wanted[at] === "*") at++;
    return at === wanted.length;
  };
}

/** Names for a message; of many, the first. */
export function listNames(names: readonly string[], most = 8): string {
  const shown = names.slice(0, most).join(", ");
  return names.length > most ? `${shown}, … (${names.length} in all)` : shown;
}

/**
 * The tensors that are taken.
 *
 * @throws FileFormatError when there is no tensor of the name given, or one of those taken cannot be read
 */
export function takenTensors(file: TensorFile, options: SelectionOptions): readonly FileTensor[] {
  const { tensors, unreadable, container } = file;
  const { tensor } = options;
  if (tensor === undefined) {
    if (options.unreadable !== "skip") for (const error of unreadable.values()) throw error;
    return tensors;
  }
  const found = tensors.filter(({ name }) => name === tensor);
  if (found.length > 0) return found;
  if (unreadable.has(tensor)) throw unreadable.get(tensor)!;
  if (tensors.length === 1 && tensors[0]!.name === "") return tensors;
  const names = listNames(tensors.map(({ name }) => name));
  throw stridebufError("FileFormatError", `no tensor ${JSON.stringify(tensor)}; the file has: ${names}`, { container });
}

/** Whether a tensor is converted; the others are kept as they are. */
export function convertedTensors(options: SelectionOptions): (tensor: Pick<FileTensor, "name" | "dtype">) => boolean {
  const only = options.only === undefined ? null : namePattern(options.only);
  const skip = options.skip === undefined ? null : namePattern(options.skip);
  return ({ name, dtype }) => {
    if (options.floatsOnly && dtype.kind !== "float" && dtype.kind !== "complex") return false;
    return (only === null || only(name)) && (skip === null || !skip(name));
  };
}
