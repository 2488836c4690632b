/** Numbers of every width through both backends, on lines long enough for whole vectors and tails. */
import { dtypes } from "../../../src/index.js";
import { backends } from "../../lib/backends.js";
import { Input } from "../lib/input.js";
import { attempt, same } from "../lib/oracle.js";

const types = Object.values(dtypes);

export function run(bytes: Uint8Array): void {
  const input = new Input(bytes);
  const [to, from] = [input.pick(types), input.pick(types)];
  const count = input.rarely(4) ? input.below(3000) : input.below(200);
  const [dstGap, srcGap] = [input.rarely(3) ? input.below(8) : 0, input.rarely(3) ? input.below(8) : 0];
  const start = input.below(17);
  const source = input.rarely(2)
    ? input.bytes(32 + count * (from.itemsize + srcGap))
    : input.noise(32 + count * (from.itemsize + srcGap));
  const overflow = input.pick(["wrap", "saturate", undefined] as const);
  const results = backends.map(({ api }) => {
    const data = new Uint8Array(64 + count * (to.itemsize + dstGap)).fill(0xa5);
    const place = (itemsize: number, gap: number) => ({ shape: [count], strides: [itemsize + gap], byteOffset: start });
    const dst = api.view(data, { format: to, ...place(to.itemsize, dstGap) });
    const src = api.view(source, { format: from, ...place(from.itemsize, srcGap) });
    const done = attempt(() => {
      api.copy(dst, src, overflow === undefined ? {} : { overflow });
      return true;
    });
    return `${done} ${Buffer.from(data).toString("latin1")}`;
  });
  same(`${count} items of ${from.name} to ${to.name}`, results[0] === results[1], true);
}
