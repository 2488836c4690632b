/** Heads of `.safetensors`: from a grammar, damaged, and as raw bytes. */
import { readSafetensors, writeSafetensors } from "../../../src/io/safetensors.js";
import { Input } from "../lib/input.js";
import { attempt, same } from "../lib/oracle.js";

const widths = { F32: 4, BF16: 2, F16: 2, I64: 8, U8: 1, BOOL: 1, F8_E4M3: 1, F64: 8, I32: 4, F4: 0.5 } as const;
const names = ["w", "a.b", "__metadata__", "é", "", "__proto__", "layers.0.weight"] as const;
/** What a file breaks, if anything: a name, a type, the offsets, a character of the head, the length of the data. */
const faults = ["name", "type", "offsets", "character", "data"] as const;

function file(input: Input): Uint8Array {
  const fault = input.rarely(16) ? input.pick(faults) : undefined;
  const breaks = (what: (typeof faults)[number]) => fault === what && input.rarely(2);
  const used = new Set<string>();
  let end = 0;
  const entries = input.list(6, () => {
    const name = breaks("name") ? input.pick(names) : `${input.pick(names)}${used.size}`;
    used.add(name);
    const type = input.pick(Object.keys(widths) as (keyof typeof widths)[]);
    const written = breaks("type") ? "XYZ" : type;
    // Two values of four bits to a byte.
    const shape = [...input.list(3, () => input.below(5)), ...(type === "F4" ? [2] : [])];
    const begin = end;
    end += shape.reduce((a, n) => a * n, 1) * widths[type];
    const offsets = breaks("offsets") ? [begin + input.below(9), end + input.below(9)] : [begin, end];
    return `${JSON.stringify(name)}:{"dtype":"${written}","shape":[${shape}],"data_offsets":[${offsets}]}`;
  });
  if (input.rarely(4)) entries.push(`"__metadata__":{"format":"pt","${input.pick(names)}":"${input.below(9)}"}`);
  let head = `{${entries.join(",")}}`;
  if (breaks("character")) {
    const at = input.below(head.length);
    head = head.slice(0, at) + String.fromCharCode(input.byte()) + head.slice(at + 1);
  }
  const text = new TextEncoder().encode(head);
  const headBytes = Math.ceil(text.length / 8) * 8;
  const data = input.noise(breaks("data") ? input.below(2000) : end);
  const whole = new Uint8Array(8 + headBytes + data.length).fill(0x20, 8, 8 + headBytes);
  new DataView(whole.buffer).setUint32(0, headBytes, true);
  whole.set(text, 8);
  whole.set(data, 8 + headBytes);
  return whole;
}

export function run(bytes: Uint8Array): void {
  const input = new Input(bytes);
  const source = input.rarely(64) ? input.rest() : file(input);
  const read = attempt(() => readSafetensors(source));
  if (read === undefined) return;
  const views = new Map(read.names.map((name) => [name, read.get(name)]));
  const again = readSafetensors(writeSafetensors(views, read.metadata));
  same("names", again.names.toSorted().join("\n"), read.names.toSorted().join("\n"));
  for (const [name, view] of views) same(name, Buffer.compare(again.get(name).toBytes(), view.toBytes()), 0);
}
