/** Heads of `.safetensors`: from a grammar, damaged, and as raw bytes. */
import { readSafetensors, writeSafetensors } from "../../../src/io/safetensors.js";
import { Input } from "../lib/input.js";
import { attempt, same } from "../lib/oracle.js";

const widths = { F32: 4, BF16: 2, F16: 2, I64: 8, U8: 1, BOOL: 1, F8_E4M3: 1, F64: 8, I32: 4, F4: 0.5 } as const;
const names = ["w", "a.b", "__metadata__", "é", "", "__proto__", "layers.0.weight"] as const;

function file(input: Input): Uint8Array {
  const used = new Set<string>();
  let end = 0;
  const entries = input.list(6, () => {
    const name = input.rarely(16) ? input.pick(names) : `${input.pick(names)}${used.size}`;
    used.add(name);
    const type = input.pick(Object.keys(widths) as (keyof typeof widths)[]);
    const written = input.rarely(32) ? "XYZ" : type;
    const shape = input.list(3, () => input.below(5));
    const begin = end;
    end += Math.ceil(shape.reduce((a, n) => a * n, 1) * widths[type]);
    const offsets = input.rarely(64) ? [begin + input.below(9), end + input.below(9)] : [begin, end];
    return `${JSON.stringify(name)}:{"dtype":"${written}","shape":[${shape}],"data_offsets":[${offsets}]}`;
  });
  let head = `{${entries.join(",")}}`;
  if (input.rarely(32)) {
    const at = input.below(head.length);
    head = head.slice(0, at) + String.fromCharCode(input.byte()) + head.slice(at + 1);
  }
  const text = new TextEncoder().encode(head.padEnd(Math.ceil(head.length / 8) * 8));
  const data = input.noise(input.rarely(16) ? input.below(2000) : end);
  const whole = new Uint8Array(8 + text.length + data.length);
  new DataView(whole.buffer).setUint32(0, text.length, true);
  whole.set(text, 8);
  whole.set(data, 8 + text.length);
  return whole;
}

export function run(bytes: Uint8Array): void {
  const input = new Input(bytes);
  const source = input.rarely(8) ? input.rest() : file(input);
  const read = attempt(() => readSafetensors(source));
  if (read === undefined) return;
  const views = new Map(read.names.map((name) => [name, read.get(name)]));
  const again = readSafetensors(writeSafetensors(views, read.metadata));
  same("names", again.names.toSorted().join("\n"), read.names.toSorted().join("\n"));
  for (const [name, view] of views) same(name, Buffer.compare(again.get(name).toBytes(), view.toBytes()), 0);
}
