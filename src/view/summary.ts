/** Which items of an array are shown: all of them, or of many those at the ends of long axes. */

/** Nested items that need not be in memory as a whole: only those that are shown are read. */
export interface Nested {
  readonly shape: readonly number[];
  read(index: readonly number[]): unknown;
}

export interface SummaryLimits {
  /** Items from which on axes are summarised. */
  readonly threshold?: number;
  /** Items shown at each end of a summarised axis. */
  readonly edge?: number;
}

/** The nesting of what is shown: null for what is left out, 0 for an item. */
export type Tree = 0 | null | readonly Tree[];

/** Reads the items that are shown behind those in `values`, and gives their nesting. */
export function summarise(nested: Nested, values: unknown[], limits?: SummaryLimits): Tree {
  const { threshold = 1000, edge = 3 } = limits ?? {};
  const size = nested.shape.reduce((product, length) => product * length, 1);
  const visit = (index: readonly number[]): Tree => {
    const count = nested.shape[index.length];
    if (count === undefined) {
      values.push(nested.read(index));
      return 0;
    }
    const out: Tree[] = [];
    for (let i = 0; i < count; i++) {
      if (size > threshold && count > 2 * edge && i === edge) {
        out.push(null);
        i = count - edge;
      }
      out.push(visit([...index, i]));
    }
    return out;
  };
  return visit([]);
}
