/** What is said of a text that is no dtype, where it looks like a name. */

import { stridebufError } from "../../errors.js";
import { allNames, nearestNames, readName } from "./languages.js";

const fixedText = 'text has a fixed length in memory: "10s" are 10 bytes, "10w" 10 code points';

/** What people call things that have another name here, or none. */
const hints: Readonly<Record<string, string>> = {
  string: fixedText,
  str: fixedText,
  text: fixedText,
  utf8: fixedText,
  unicode: fixedText,
  number: 'numbers of JavaScript are "float64"',
  boolean: 'truth values are "bool"',
  char: 'one byte is "c" as bytes, "int8" or "uint8" as a number',
  "unsigned char": '"uint8"',
  timestamp: 'write it with its unit, "timestamp[ms]" or "datetime64[ms]"',
  duration: 'write it with its unit, "duration[ms]" or "timedelta64[ms]"',
  decimal128: 'write it with its precision and scale, "decimal128(10,2)"',
};

/** Names that are near, or the name itself behind that of a module (`np.float32`). */
function nearTo(text: string): readonly string[] {
  const name = text.replace(/^[<>=|]|\[\w+\]$/g, "");
  const bare = name.slice(name.lastIndexOf(".") + 1);
  return bare !== name && readName(bare) !== undefined ? [bare] : nearestNames(name, allNames());
}

/** The error for a text that is one or two letters away from a name; undefined for others. */
export function misspelled(text: string, cause: unknown): Error | undefined {
  const hint = Object.hasOwn(hints, text.toLowerCase()) ? hints[text.toLowerCase()] : undefined;
  if (hint === undefined && !/^[<>=|]?[A-Za-z][\w.]{2,}(?:\[\w+\])?$/.test(text)) return undefined;
  const known = hint === undefined ? nearTo(text) : [];
  if (known.length === 0 && hint === undefined) return undefined;
  const message = `no dtype is called ${text}, and it is no PEP 3118 format: ${hint ?? `did you mean ${known.join(", ")}?`}`;
  return stridebufError("UnknownDTypeError", message, { dtype: text, known }, cause);
}
