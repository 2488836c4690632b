/** Formats, from a grammar and as raw text: canonical text reads back to an equal dtype under the same ABI. */
import { dtype } from "../../../src/index.js";
import { format } from "../lib/formats.js";
import { Input } from "../lib/input.js";
import { attempt, same } from "../lib/oracle.js";

const abis = ["lp64", "llp64", "ilp32", "wasm32", "wasm32-emscripten", "i386"] as const;
const dialects = ["auto", "numpy", "struct", "explicit"] as const;

export function run(bytes: Uint8Array): void {
  const input = new Input(bytes);
  const isText = input.rarely(8);
  const options = input.rarely(3) ? { abi: input.pick(abis), dialect: input.pick(dialects) } : {};
  const text = isText ? new TextDecoder("latin1").decode(input.rest()) : format(input);
  const type = attempt(() => dtype(text, options));
  if (type === undefined) return;
  if (!Number.isSafeInteger(type.itemsize) || type.itemsize < 0)
    throw new Error(`itemsize ${type.itemsize} of ${text}`);
  const again = dtype(type.format, "abi" in options ? { abi: options.abi! } : {});
  same(`canonical text of ${text}`, again.format, type.format);
  same(`itemsize of ${text}`, again.itemsize, type.itemsize);
  if (!again.equals(type)) throw new Error(`${text}: ${type.format} reads back as another dtype`);
}
