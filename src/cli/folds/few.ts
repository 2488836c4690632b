/** Different values as long as they are few. */

/** Where one more is one too many; assembly/folds/few.ts has the same. */
export const MAX_UNIQUE = 64;

/** Zeros of both signs are one value, and so are all NaNs. */
export class Few<T> {
  readonly #seen = new Set<T>();
  add(value: T): void {
    if (this.#seen.size <= MAX_UNIQUE) this.#seen.add(value);
  }
  get counting(): boolean {
    return this.#seen.size <= MAX_UNIQUE;
  }
  /** Null when they are many. */
  get count(): number | null {
    return this.counting ? this.#seen.size : null;
  }
}
