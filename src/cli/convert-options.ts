/** The options of `convert` as text → what they mean. */

import type { Compressor } from "../zarr/options.js";
import { given, parseFormat, parseShape, rawOptions } from "./arguments.js";
import type { ConvertCommandOptions } from "./conversion.js";
import type { Texts } from "./grammar-options.js";

export function convertOptions(texts: Texts): ConvertCommandOptions {
  const options: ConvertCommandOptions = rawOptions(texts, "fromOrder");
  if (typeof texts.to === "string") options.to = parseFormat(texts.to);
  if (texts.order !== undefined) options.intoOrder = texts.order as "C" | "F";
  if (typeof texts.chunks === "string") options.chunks = parseShape(texts.chunks, "--chunks");
  if (texts.compressor !== undefined) options.compressor = texts.compressor as Compressor | "none";
  const { add, ...numbers } = given(texts, { scale: "number", add: "number" });
  const names = given(texts, { tensor: "text", only: "text", skip: "text", overflow: "text", casting: "text" });
  const flags = given(texts, {
    ...{ floatsOnly: "flag", clobber: "flag", dryRun: "flag" },
    ...{ quiet: "flag", json: "flag" },
  } as const);
  const files = given(texts, { into: "text", outDir: "text", jobs: "count", shard: "bytes" });
  return Object.assign(options, numbers, add === undefined ? {} : { offset: add }, names, flags, files);
}
