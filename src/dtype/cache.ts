/** What is worked out once: by text, where hostile input cannot fill the cache, and for two dtypes. */

import type { DType } from "./dtype.js";

const MAX_ENTRIES = 2048;
const MAX_CHARACTERS = 1 << 20;

/**
 * A cache that hostile input cannot fill: when the young generation has its fill of entries or characters it becomes
 * the old one, and the old one is dropped. What is used meanwhile moves back to the young one.
 */
export class TextCache<T> {
  private young = new Map<string, T>();
  private old = new Map<string, T>();
  private characters = 0;

  get(text: string): T | undefined {
    const value = this.young.get(text);
    if (value !== undefined) return value;
    const aged = this.old.get(text);
    if (aged !== undefined) this.set(text, aged);
    return aged;
  }

  set(text: string, value: T): void {
    if (text.length > MAX_CHARACTERS / 4) return;
    if (this.young.size >= MAX_ENTRIES || this.characters + text.length > MAX_CHARACTERS) {
      this.old = this.young;
      this.young = new Map();
      this.characters = 0;
    }
    this.young.set(text, value);
    this.characters += text.length;
  }

  clear(): void {
    this.young.clear();
    this.old.clear();
    this.characters = 0;
  }
}

/** `make`, asked once for each pair of dtypes; undefined is a value like any other. */
export function byPair<V>(make: (dst: DType, src: DType) => V): (dst: DType, src: DType) => V {
  const rows = new WeakMap<DType, WeakMap<DType, { readonly value: V }>>();
  return (dst, src) => {
    let row = rows.get(dst);
    if (row === undefined) {
      row = new WeakMap();
      rows.set(dst, row);
    }
    let entry = row.get(src);
    if (entry === undefined) {
      entry = { value: make(dst, src) };
      row.set(src, entry);
    }
    return entry.value;
  };
}
