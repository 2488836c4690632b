/** `.npy` heads: from a grammar, damaged, and as raw bytes; what is read is written and read again. */
import { readNpy, writeNpy } from "../../../src/io/npy.js";
import { Input } from "../lib/input.js";
import { attempt, same } from "../lib/oracle.js";

const descrs = [
  "<f4",
  ">f8",
  "|u1",
  "<i2",
  ">u4",
  "<c8",
  "<U3",
  "|S5",
  "|V4",
  "<M8[ms]",
  ">m8[25D]",
  "|b1",
  "<f2",
  "|S0",
  "|O",
];

function descr(input: Input): string {
  if (!input.rarely(4)) return `'${input.pick(descrs)}'`;
  const field = (i: number) => {
    const inner = input.rarely(4) ? ", (2, 3)" : "";
    return `('f${i}', '${input.pick(descrs)}'${inner})`;
  };
  return `[${Array.from({ length: 1 + input.below(4) }, (_, i) => field(i)).join(", ")}]`;
}

/** A whole file of version 1.0 to 3.0; the data is at most what the head asks for. */
function file(input: Input): Uint8Array {
  const shape = input.list(3, () => (input.rarely(16) ? 2 ** 53 - 1 : input.below(4)));
  const tuple = shape.length === 1 ? `(${shape[0]},)` : `(${shape.join(", ")})`;
  const order = input.rarely(3) ? "True" : "False";
  let head = `{'descr': ${descr(input)}, 'fortran_order': ${order}, 'shape': ${tuple}, }`;
  if (input.rarely(8)) {
    const at = input.below(head.length);
    head = head.slice(0, at) + String.fromCharCode(input.byte()) + head.slice(at + 1);
  }
  const version = 1 + input.below(3);
  const prefix = version === 1 ? 10 : 12;
  const text = new TextEncoder().encode(`${head}${" ".repeat(63 - ((prefix + head.length) % 64))}\n`);
  const out = new Uint8Array(prefix + text.length);
  out.set([0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59, version, 0, text.length & 255, text.length >> 8]);
  out.set(text, prefix);
  const data = input.rarely(8) ? input.rest() : input.noise(4096);
  const whole = new Uint8Array(out.length + data.length);
  whole.set(out);
  whole.set(data, out.length);
  return whole;
}

export function run(bytes: Uint8Array): void {
  const input = new Input(bytes);
  const source = input.rarely(8) ? input.rest() : file(input);
  const read = attempt(() => readNpy(source));
  if (read === undefined) return;
  const written = attempt(() => writeNpy(read));
  if (written === undefined) return;
  const again = readNpy(written);
  same("shape", `${again.shape}`, `${read.shape}`);
  same("bytes", Buffer.compare(again.toBytes(), read.toBytes()), 0);
}
