/** Sums over the tensors of a checkpoint. */

interface Counted {
  readonly shape: readonly number[];
  readonly nbytes: number;
}

export interface Total {
  readonly name: string;
  tensors: number;
  /** Parameters of a model. */
  items: number;
  nbytes: number;
}

/** Tensors with one key summed up, the largest sum first. */
export function totalsBy<T extends Counted>(tensors: readonly T[], key: (tensor: T) => string): Total[] {
  const totals = new Map<string, Total>();
  for (const tensor of tensors) {
    const name = key(tensor);
    let total = totals.get(name);
    if (total === undefined) {
      total = { name, tensors: 0, items: 0, nbytes: 0 };
      totals.set(name, total);
    }
    total.tensors++;
    total.items += tensor.shape.reduce((size, length) => size * length, 1);
    total.nbytes += tensor.nbytes;
  }
  return [...totals.values()].sort((a, b) => b.nbytes - a.nbytes);
}

/** The first `depth` parts of a dotted name, `model.layers.*`; a name of no more parts stands for itself. */
export function prefixOf(name: string, depth: number): string {
  const parts = name.split(/[./]/);
  return parts.length <= depth ? name : `${parts.slice(0, depth).join(".")}.*`;
}
