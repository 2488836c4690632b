/** A file of tensors that is open: what is in it, and its tensors or parts of them. */

import { requireKnownOptions } from "../options.js";
import { type IndexEntry, parseIndex, Slice } from "../view/slices.js";
import type { StridedView } from "../view/view.js";
import { type SourceLike, sourceOf } from "./bytes-of.js";
import { openTensorFile } from "./open-file.js";
import type { RandomSource } from "./random-access.js";
import { readPart } from "./read-part.js";
import { takenTensors } from "./selection.js";
import {
  type Container,
  type FileTensor,
  type OpenedFile,
  type OpenOptions,
  openOptions,
  type TensorFile,
} from "./tensor-file.js";

/** Where a tensor is read to, and when to stop. */
export interface ReadOptions {
  /** Where the values go, of the part's shape; they are converted to its dtype as `copy` does. */
  out?: StridedView;
}

/** What a source needs to be let go of. */
export interface ClosableSource extends RandomSource {
  close?(): void | Promise<void>;
}

/**
 * Made by `openFile` and `open`. Only the head has been read; tensors are read when they are asked for.
 *
 * @example
 * const file = await openFile(writeSafetensors({ bias: array([1, 2], "<f") }));
 * file.names; // ["bias"]
 */
export class TensorReader implements TensorFile {
  /** The kind of file. */
  readonly container: Container;
  /** Its tensors, in the order of the file. */
  readonly tensors: readonly FileTensor[];
  /** The strings that the file carries besides tensors. */
  readonly metadata: ReadonlyMap<string, string>;
  readonly unreadable: ReadonlyMap<string, Error>;
  /** Names of the tensors, in the order of the file; `""` for the one tensor of a file without names. */
  readonly names: readonly string[];
  readonly #file: OpenedFile;
  readonly #source: ClosableSource;

  /** @internal */
  constructor(file: OpenedFile, source: ClosableSource) {
    this.container = file.container;
    this.tensors = file.tensors;
    this.metadata = file.metadata;
    this.unreadable = file.unreadable;
    this.names = Object.freeze(file.tensors.map(({ name }) => name));
    this.#file = file;
    this.#source = source;
  }

  /**
   * Whether there is a tensor of that name.
   *
   * @example
   * (await openFile(writeSafetensors({ bias: array([1, 2], "<f") }))).has("bias"); // true
   */
  has(name: string): boolean {
    return this.names.includes(name);
  }

  /**
   * What the head says of a tensor.
   *
   * @throws FileFormatError naming the tensors there are; why it cannot be read, for one that is `unreadable`
   *
   * @example
   * (await openFile(writeSafetensors({ bias: array([1, 2], "<f") }))).info("bias").shape; // [2]
   */
  info(name: string): FileTensor {
    return takenTensors(this.#file, { tensor: name })[0]!;
  }

  /**
   * Reads a tensor, or the part of it that an index selects: integers drop their axis, slices keep it, as in
   * `StridedView.slice`; or all of it as text. Only the bytes of that part are read, and what lies closely between them.
   * Values that the file packs below one byte each come one byte each.
   *
   * @param index may end with `{ out }`
   * @returns new memory in the file's order of axes, or `out`
   * @throws FileFormatError when there is no such tensor or the file has been cut; BoundsError, LayoutError for the index
   *
   * @example
   * const file = await openFile(new Blob([writeNpy(array([[1, 2], [3, 4], [5, 6]]))]));
   * (await file.read("", slice(1, null), 0)).toArray(); // [3, 5]
   * (await file.read("", "1:, 0")).toArray(); // [3, 5]
   * (await file.read("", 2, { out: empty([2], "f") })).toArray(); // [5, 6]
   */
  async read(name: string, ...index: readonly (IndexEntry | string | ReadOptions)[]): Promise<StridedView> {
    const last = index.at(-1);
    const isOptions = typeof last === "object" && last !== null && !(last instanceof Slice);
    const { out } = isOptions ? (last as ReadOptions) : {};
    if (isOptions) requireKnownOptions(last, ["out"]);
    const given = isOptions ? index.slice(0, -1) : index;
    const isText = given.length === 1 && typeof given[0] === "string";
    const entries = isText ? parseIndex(given[0] as string) : (given as readonly IndexEntry[]);
    const tensor = this.info(name);
    return readPart(this.#file.sourceOf(tensor), tensor, entries, out);
  }

  /**
   * Lets go of the file.
   *
   * @example
   * const file = await openFile(writeNpy(array([1, 2])));
   * await file.close();
   */
  async close(): Promise<void> {
    await this.#source.close?.();
  }
}

/** Opens anything that can be read at any offset; what it has opened is closed when the head is refused. */
export async function openReader(from: SourceLike, options: OpenOptions): Promise<TensorReader> {
  requireKnownOptions(options, openOptions);
  const source: ClosableSource = await sourceOf(from);
  try {
    return new TensorReader(await openTensorFile(source, options), source);
  } catch (error) {
    await source.close?.();
    throw error;
  }
}
