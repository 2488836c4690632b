/** The ready-made dtypes, one for each row of the element table and the complex pairs of the usual floats. */

import type { DType } from "./dtype.js";
import { type ElementName, elements } from "./elements.js";
import { complexDType, scalarDType } from "./make.js";

type Ready = { readonly [K in ElementName | "complex32" | "bcomplex32" | "complex64" | "complex128"]: DType };

const makers: Record<string, () => DType> = /* @__PURE__ */ Object.assign(
  Object.fromEntries(Object.keys(elements).map((name) => [name, () => scalarDType(name as ElementName)])),
  {
    complex32: () => complexDType("float16"),
    bcomplex32: () => complexDType("bfloat16"),
    complex64: () => complexDType("float32"),
    complex128: () => complexDType("float64"),
  },
);

/**
 * Native-order dtypes by name: `dtypes.float32`, `dtypes.bfloat16`, `dtypes.complex64`, `dtypes.int4`, … Each is made
 * when it is first asked for, so that importing the package does not make them all; dtypes are interned, so it is the
 * same object every time.
 */
export const dtypes: Ready = /* @__PURE__ */ Object.freeze(
  Object.defineProperties(
    {} as Ready,
    Object.fromEntries(
      Object.entries(makers).map(([name, make]) => {
        let made: DType | undefined;
        const get = (): DType => {
          made ??= make();
          return made;
        };
        return [name, { enumerable: true, get }];
      }),
    ),
  ),
);
