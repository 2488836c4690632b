/** Memory that somebody lends: views of it end when it is given back, and never show what lies there afterwards. */

import type { DType } from "../dtype/dtype.js";
import { stridebufError } from "../errors.js";
import type { Abi } from "../format/abi.js";
import type { Layout } from "./geometry.js";
import type { ViewHost } from "./host.js";
import { keepWith, letGo } from "./keep.js";
import type { Arrays } from "./known.js";
import type { Storage } from "./storage.js";
import type { Value } from "./values.js";
import { StridedView } from "./view.js";

/** Gives memory back whose last view was collected. */
const finalizers =
  typeof FinalizationRegistry === "function"
    ? /* @__PURE__ */ new FinalizationRegistry<() => void>((release) => release())
    : undefined;

const nothing = (): void => {};

/** What all views of one lent memory share; it keeps `owner` alive as long as one of them is. */
export class LentStorage implements Storage {
  readonly isRevocable = true;
  readonly moves = true;
  readonly owner: unknown;
  declare readonly pointerSize?: 4 | 8;
  declare readonly tables?: readonly Storage[];
  declare abi?: Abi;
  declare data?: DataView | undefined;
  #memory: Storage | undefined;
  readonly #release: () => void;

  constructor(memory: Storage, owner: unknown, release: (() => void) | undefined) {
    this.owner = owner;
    this.#memory = memory;
    this.#release = release ?? nothing;
    if (memory.pointerSize !== undefined) this.pointerSize = memory.pointerSize;
    if (memory.tables !== undefined) {
      const tables: Storage[] = [this];
      for (const table of memory.tables.slice(1)) tables.push(new LentTable(this, table, tables));
      this.tables = tables;
    }
    finalizers?.register(this, this.#release, this);
  }

  /** @throws BoundsError after the release */
  get buffer(): ArrayBufferLike {
    return this.held().buffer;
  }

  /** @throws BoundsError after the release */
  held(): Storage {
    if (this.#memory !== undefined) return this.#memory;
    throw stridebufError("BoundsError", "the memory of this view was released", {});
  }

  keep(): void {
    keepWith(this.buffer, this);
  }

  release(): void {
    if (this.#memory === undefined) return;
    finalizers?.unregister(this);
    for (const table of this.tables ?? [this as Storage]) {
      letGo(table.buffer, table);
      // A cached DataView would still reach the memory.
      table.data = undefined;
    }
    this.#memory = undefined;
    this.#release();
  }
}

/** A further buffer that pointers of lent memory lead to; it ends with that memory. */
class LentTable implements Storage {
  readonly isRevocable = true;
  readonly moves = true;
  /** Keeps the lent memory, and so its owner. */
  readonly owner: LentStorage;
  declare data?: DataView | undefined;
  readonly tables: readonly Storage[];
  readonly #table: Storage;

  constructor(owner: LentStorage, table: Storage, tables: readonly Storage[]) {
    this.owner = owner;
    this.#table = table;
    this.tables = tables;
  }

  /** @throws BoundsError after the release */
  get buffer(): ArrayBufferLike {
    this.owner.held();
    return this.#table.buffer;
  }

  keep(): void {
    keepWith(this.buffer, this);
  }
}

/**
 * A view of lent memory: `view(source, { owner, release })`.
 *
 * @example
 * const memory = new ArrayBuffer(8);
 * const lent = view(memory, { format: "<f", release: () => {} });
 * lent.release();
 * lent.get(0); // throws BoundsError
 */
export class LentView<out T = Value, out Rank extends number = number, out Values = Arrays> extends StridedView<
  T,
  Rank,
  Values
> {
  /** @internal */
  declare readonly storage: LentStorage;

  /** @internal */
  constructor(host: ViewHost, storage: LentStorage, dtype: DType, layout: Layout, readonly: boolean, format?: string) {
    super(host, storage, dtype, layout, readonly, format);
  }

  /**
   * Gives the memory back and calls the `release` that `view` was given. This view and every view made from it throw a
   * BoundsError at use from then on. Safe to call again; without it the memory is given back when the last view of it is
   * collected, and no earlier than a `buffer` or a typed array that was taken from one of them. Arrays taken from them are not
   * watched after `release()`: they show whatever lies there next.
   *
   * @example
   * const lent = view(new ArrayBuffer(8), { format: "<f", owner: "whoever lends it" });
   * const part = lent.slice(slice(0, 1));
   * lent.release();
   * part.get(0); // throws BoundsError
   */
  release(): void {
    this.storage.release();
  }

  /**
   * {@link LentView.release}, for `using`.
   *
   * @example
   * const lent = view(new ArrayBuffer(8), { owner: "whoever lends it" });
   * lent[Symbol.dispose]();
   * lent.get(0); // throws BoundsError
   */
  [Symbol.dispose](): void {
    this.release();
  }
}
