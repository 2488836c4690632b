/** The ready-made dtypes, one for each row of the element table and the complex pairs of the usual floats. */

import type { DType } from "./dtype.js";
import { type ElementName, elements } from "./elements.js";
import { scalarDType } from "./make.js";
import { complexDType } from "./make-other.js";

type Ready = { readonly [K in ElementName | "complex32" | "bcomplex32" | "complex64" | "complex128"]: DType };

const pairs = { complex32: "float16", bcomplex32: "bfloat16", complex64: "float32", complex128: "float64" } as const;

function readyDTypes(): Ready {
  const ready = {} as Ready;
  const add = (name: string, make: () => DType): void => {
    let made: DType | undefined;
    const get = (): DType => {
      made ??= make();
      return made;
    };
    Object.defineProperty(ready, name, { enumerable: true, get });
  };
  for (const name of Object.keys(elements) as ElementName[]) add(name, () => scalarDType(name));
  for (const [name, element] of Object.entries(pairs)) add(name, () => complexDType(element));
  return Object.freeze(ready);
}

/**
 * Native-order dtypes by name: `dtypes.float32`, `dtypes.bfloat16`, `dtypes.complex64`, `dtypes.int4`, … Each is made
 * when it is first asked for, so that importing the package does not make them all; dtypes are interned, so it is the
 * same object every time.
 */
export const dtypes: Ready = /* @__PURE__ */ readyDTypes();
