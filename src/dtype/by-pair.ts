/** What is worked out once for two dtypes, kept as long as both live. */

import type { DType } from "./dtype.js";

/** `make`, asked once for each pair of dtypes; undefined is an answer like any other. */
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
