/** A grammar of formats: what it makes is meant to be valid, unless it says that it breaks it. */
import type { Input } from "./input.js";

const codes = "?bBhHiIlLqQnNefdgspPcuwxZ";
const sized = new Set(["s", "p", "u", "w", "x"]);
const owners = [
  "ml_dtypes:bfloat16",
  "ml_dtypes:float8_e4m3fn",
  "ml_dtypes:int4",
  "numpy:numpy.dtypes:DateTime64DType:8:1",
  "numpy:numpy.dtypes:TimeDelta64DType:a:25",
  "numpy:numpy.dtypes:StringDType",
  "cpp:std:bfloat16",
  "stridebuf:uint4x2",
  "ggml:q4_0",
  "someone:else",
] as const;
const names = ["a", "b", "x", "id", "é", "0", "__proto__", "constructor", "a b"] as const;

function shape(input: Input): string {
  const axes = input.list(3, () => String(input.rarely(16) ? input.below(60000) : input.below(5)));
  return axes.length === 0 ? "" : `(${axes.join(",")})`;
}

function item(input: Input, depth: number): string {
  const order = input.pick(["", "<", ">", "", "=", "@", "^", "!"]);
  const kind = input.below(12);
  if (kind === 0 && depth < 4) return `${shape(input)}T{${fields(input, depth + 1)}}`;
  if (kind === 1) {
    const alias = input.rarely(4) ? `;${input.pick(["struct:H", "struct:4x", "buffer:<h", "numpy:bool"])}` : "";
    return `${shape(input)}${order}[${input.pick(owners)}${alias}]`;
  }
  if (kind === 2) return `${shape(input)}${order}Z${input.pick(["e", "f", "d", "[ml_dtypes:bfloat16]"])}`;
  const code = input.pick([...codes]);
  const count = sized.has(code) && !input.rarely(3) ? String(input.below(20)) : "";
  return `${shape(input)}${order}${code === "Z" ? "Zd" : count + code}`;
}

function fields(input: Input, depth: number): string {
  const used = new Set<string>();
  return input
    .list(5, () => {
      const text = item(input, depth);
      const name = input.pick(names);
      if (used.has(name) || /x$/.test(text)) return text;
      used.add(name);
      return `${text}:${name}:`;
    })
    .join(input.rarely(8) ? " " : "");
}

/** Format text of at most a few hundred characters; once in eight with a random character put into it. */
export function format(input: Input): string {
  const text = input.rarely(3) ? `T{${fields(input, 0)}}` : item(input, 0);
  if (!input.rarely(8)) return text;
  const at = input.below(text.length + 1);
  return text.slice(0, at) + String.fromCharCode(input.byte()) + text.slice(at + input.below(2));
}
