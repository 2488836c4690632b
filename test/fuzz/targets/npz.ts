/** Zip archives of arrays: whole ones with a few bytes changed, and raw bytes. */
import { view } from "../../../src/index.js";
import { readNpz, writeNpz } from "../../../src/io/npz.js";
import { Input } from "../lib/input.js";
import { attempt, same } from "../lib/oracle.js";

function archive(input: Input): Uint8Array {
  const arrays = new Map(
    input.list(4, () => 0).map((_, i) => [`a${i}`, view(input.noise(64), { format: input.pick(["<f", ">h", "B"]) })]),
  );
  const bytes = writeNpz(arrays, { compress: input.rarely(2) });
  if (!input.rarely(8)) return bytes;
  for (let n = input.below(6); n > 0; n--) bytes[input.below(bytes.length)] = input.byte();
  return bytes;
}

export function run(bytes: Uint8Array): void {
  const input = new Input(bytes);
  const source = input.rarely(32) ? input.rest() : archive(input);
  const read = attempt(() => readNpz(source));
  if (read === undefined) return;
  const again = readNpz(writeNpz(read));
  for (const [name, array] of read) same(name, Buffer.compare(again.get(name)!.toBytes(), array.toBytes()), 0);
}
