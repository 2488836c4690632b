/** Views as plain objects and back: what crosses to a Worker, or into any place that structured clones. */

import { requireKnownOptions } from "../options.js";
import { argumentError, operandError } from "./checks.js";
import type { ViewFunction, ViewOptions } from "./create.js";
import { extent } from "./strides.js";
import type { StridedView } from "./view.js";

/** A view as data; sizes, strides and offsets are bytes. It survives `structuredClone` and `postMessage`. */
export interface ViewDescription {
  /** The version of this form. */
  readonly version: 1;
  /** The memory itself: shared memory stays shared, an ArrayBuffer is cloned unless it is transferred. */
  readonly buffer: ArrayBufferLike;
  /** Bytes from the start of `buffer` to the first item. */
  readonly byteOffset: number;
  /** Items per axis. */
  readonly shape: readonly number[];
  /** Bytes to the next item, per axis. */
  readonly strides: readonly number[];
  /** Bytes added after following a pointer, per axis, -1 for axes without one; absent when no axis has one. */
  readonly suboffsets?: readonly number[];
  /** Bytes of those pointers. */
  readonly pointerSize?: 4 | 8;
  /** Canonical text; a user's own dtype must be registered where the view is made again. */
  readonly format: string;
  /** Whether the view refuses to write. */
  readonly readonly: boolean;
  /** Bytes of `buffer` in front of what the items reach; informative, as the next one, and absent where pointers are followed. */
  readonly bytesBefore?: number;
  /** Bytes of `buffer` behind what the items reach: what the view leaves over. */
  readonly bytesAfter?: number;
}

const FIELDS = [
  "version",
  "buffer",
  "byteOffset",
  "shape",
  "strides",
  "suboffsets",
  "pointerSize",
  "format",
  "readonly",
  "bytesBefore",
  "bytesAfter",
];

/**
 * A view as data. Items in memory that moves, ends or is reached by several buffers (resident arrays, unshared Wasm memory, lent
 * memory) are copied out: cloning such a buffer would take all of it along.
 *
 * @throws LayoutError for such items when they hold references; BoundsError when the memory is gone
 *
 * @example
 * const { port1, port2 } = new MessageChannel(); // or a Worker
 * port2.onmessage = ({ data }) => fromDescription(data).toArray();
 * port1.postMessage(describe(array([1, 2, 3])));
 * port1.close();
 */
export function describe(view: StridedView<unknown>): ViewDescription {
  if (typeof view !== "object" || view === null || view.storage === undefined)
    throw operandError("view", "a view", view);
  const { storage } = view;
  const isForeign =
    storage.allocation !== undefined ||
    storage.isRevocable === true ||
    storage.tables !== undefined ||
    (storage.moves === true && !isShared(storage.buffer));
  const source = isForeign ? view.copied("C") : view;
  const { buffer, byteOffset, shape, strides, suboffsets, dtype } = source;
  return {
    version: 1,
    buffer,
    byteOffset,
    shape: [...shape],
    strides: [...strides],
    ...(suboffsets === null ? undefined : { suboffsets: [...suboffsets], pointerSize: storage.pointerSize ?? 8 }),
    format: dtype.format,
    readonly: view.readonly,
    ...(suboffsets === null ? margins(source) : undefined),
  };
}

/** The parts of the memory that no item reaches. */
function margins(view: StridedView<unknown>): Pick<ViewDescription, "bytesBefore" | "bytesAfter"> {
  const { byteLength } = view.live();
  const [low, high] = view.size === 0 ? [0, 0] : extent(view.shape, view.strides, view.itemsize);
  const start = Math.min(view.byteOffset + low, byteLength);
  return { bytesBefore: start, bytesAfter: Math.max(0, byteLength - view.byteOffset - high) };
}

const isShared = (buffer: ArrayBufferLike): boolean =>
  typeof SharedArrayBuffer === "function" && buffer instanceof SharedArrayBuffer;

/** The `fromDescription()` of an API. */
export function createFromDescription(view: ViewFunction) {
  return (description: ViewDescription): StridedView => {
    if (typeof description !== "object" || description === null)
      throw argumentError("description", "what describe() gives", description, true);
    requireKnownOptions(description, FIELDS, "description");
    const { version, buffer, bytesBefore: _before, bytesAfter: _after, ...options } = description;
    if (version !== 1) throw argumentError("description.version", "1", version);
    return view(buffer, options as ViewOptions);
  };
}
