/** How views among the options are read: masks as they are, factors as numbers. */

import type { Backend } from "../backend/backend.js";
import { dtype } from "../dtype/read.js";
import type { ViewHost } from "../view/host.js";
import { resultShape } from "./block-shapes.js";
import { plainView } from "./empty.js";
import { DEFAULTS, type OptionReaders } from "./options.js";
import { assign } from "./plan-cache.js";
import { wrap } from "./wrap.js";

export const optionReaders = (backend: Backend, host: ViewHost): OptionReaders => ({
  view: (name, value) => wrap(host, name, value),
  numbers: (view) => {
    const float64 = dtype("d");
    const numbers = plainView(host, resultShape(view, float64), float64);
    assign(backend, numbers, view, DEFAULTS);
    return numbers.toTypedArray() as Float64Array;
  },
});
