/** `dtype()`: format text → syntax → layout → DType, with caches in front. */

import { stridebufError } from "../errors.js";
import { type Abi, abis } from "../format/abi.js";
import { chooseLayout, type Dialect } from "../format/choose.js";
import { parseFormat } from "../format/parse.js";
import { buildDType } from "./build.js";
import type { DType } from "./dtype.js";
import { voidDType } from "./leaves.js";
import { isDType, setFormatReader } from "./value.js";

export interface DTypeOptions {
  /** Bytes per item of the buffer that the format came with: decides between layouts, and sizes unknown types. */
  itemsize?: number;
  abi?: Abi;
  dialect?: Dialect;
}

const noOptions: DTypeOptions = {};

/** The dtype that a format describes. */
export function dtype(format: string | DType, options: DTypeOptions = noOptions): DType {
  if (typeof format !== "string") {
    if (!isDType(format)) throw new TypeError(`"format" expected a string or a DType, got ${typeof format}`);
    if (options.itemsize === undefined || options.itemsize === format.itemsize) return format;
    const { itemsize } = options;
    throw stridebufError(
      "ItemsizeMismatchError",
      `items have ${itemsize} bytes, ${format.name} has ${format.itemsize}`,
      {
        format: format.name,
        itemsize,
        sizes: [format.itemsize],
      },
    );
  }
  const abi = abis[options.abi ?? "lp64"];
  const choice = chooseLayout(parseFormat(format), {
    abi,
    dialect: options.dialect ?? "auto",
    itemsize: options.itemsize,
    unknown: [],
  });
  if (choice.layout === null) return voidDType(choice.size);
  return buildDType(format, choice.layout, abi, () => {
    throw new Error("custom");
  });
}

setFormatReader((format, itemsize) => dtype(format, { itemsize }));
