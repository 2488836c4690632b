/** Python's struct: what was unpacked and packed again stays as it is from then on: padding is zero, NaN has one payload. */
import { Struct } from "../../../src/struct/index.js";
import { Input } from "../lib/input.js";
import { attempt, same } from "../lib/oracle.js";

const codes = "xcbB?hHiIlLqQnNefdspP";

function format(input: Input): string {
  const order = input.pick(["", "<", ">", "=", "!", "@"]);
  const native = order === "" || order === "@";
  const usable = [...codes].filter((code) => native || !"nNP".includes(code));
  const count = () => (input.rarely(2) ? String(input.rarely(16) ? input.below(5000) : input.below(6)) : "");
  const text = order + input.list(8, () => `${count()}${input.pick(usable)}`).join(input.rarely(4) ? " " : "");
  return input.rarely(8) ? text + String.fromCharCode(input.byte()) : text;
}

export function run(bytes: Uint8Array): void {
  const input = new Input(bytes);
  const compiled = attempt(() => new Struct(format(input)));
  if (compiled === undefined || compiled.size > 1 << 12) return;
  const data = input.rarely(2) ? input.bytes(compiled.size) : input.noise(compiled.size);
  const values = attempt(() => compiled.unpack(data));
  if (values === undefined) return;
  const packed = compiled.pack(...values);
  const again = compiled.pack(...compiled.unpack(packed));
  same(`bytes of ${compiled.format}`, Buffer.compare(again, packed), 0);
}
