/** Statistics of texts and bytes. */

import type { DType } from "../../dtype/dtype.js";
import { view } from "../../index.js";
import type { Value } from "../../view/values.js";
import { Few } from "./few.js";
import type { Fold } from "./fold.js";

/** Texts and bytes, compared by code points. */
export function foldText(dtype: DType, textOf: (value: Value) => string): Fold {
  const few = new Few<string>();
  let [min, max, zeros]: [string | null, string | null, number] = [null, null, 0];
  return {
    add(tile) {
      const items = view(tile, { format: dtype, shape: [tile.byteLength / dtype.itemsize] });
      for (let i = 0; i < items.size; i++) {
        const text = textOf(items.get(i) as Value);
        if (text === "") zeros++;
        if (min === null || text < min) min = text;
        if (max === null || text > max) max = text;
        few.add(text);
      }
    },
    result: () => ({
      ...{ min, max, mean: null, std: null, nan: 0, inf: 0, negInf: 0 },
      ...{ zeros, unique: few.count, histogram: null },
    }),
  };
}
