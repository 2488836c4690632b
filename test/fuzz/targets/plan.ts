/**
 * Any view into any other: both backends agree on the bytes and on the refusal, guard bytes stay, refused means untouched, and
 * `explainPlan` refuses what `copy` refuses.
 */
import type { StridedView } from "../../../src/index.js";
import { backends } from "../../lib/backends.js";
import { assignments, type Case } from "../lib/assignments.js";
import { Input } from "../lib/input.js";
import { isRefusal, same, tally } from "../lib/oracle.js";

export function run(bytes: Uint8Array): void {
  const input = new Input(bytes);
  const one = assignments(input);
  if (one === undefined) {
    tally.refused++;
    return;
  }
  const results = backends.map(({ api }) => outcome(api, one));
  same(`${one.dst.format} = ${one.src.format}, refused`, results[0]!.refused, results[1]!.refused);
  same(`${one.dst.format} = ${one.src.format}, bytes`, results[0]!.bytes, results[1]!.bytes);
  if (results[0]!.refused === undefined) tally.accepted++;
  else tally.refused++;
}

function outcome(api: (typeof backends)[number]["api"], { dst, src, memory, isShared, options }: Case) {
  const to = memory.slice();
  const from = isShared ? to : memory.slice();
  const target = api.view(to, dst) as StridedView;
  const source = api.view(from, src) as StridedView;
  const explained = refusal(() => void api.explainPlan(target, source, options));
  same("explaining wrote", Buffer.compare(to, memory), 0);
  const refused = refusal(() => api.copy(target, source, options));
  // Values that do not fit are found by looking at them, which planning does not.
  if (options.overflow !== "error") same(`explained and done: ${dst.format} = ${src.format}`, explained, refused);
  if (refused !== undefined) same("refused, yet written", Buffer.compare(to, memory), 0);
  const touched = new Uint8Array(memory.length).fill(1);
  const mask = api.view(touched, { ...dst, format: "B", itemsize: 1 });
  if (refused === undefined) {
    const { itemsize } = target;
    const each = (axis: number, at: number): void => {
      if (axis < target.ndim) {
        for (let i = 0; i < target.shape[axis]!; i++) each(axis + 1, at + i * target.strides[axis]!);
      } else touched.fill(0, at, at + itemsize);
    };
    each(0, mask.byteOffset);
    for (let i = 0; i < to.length; i++)
      if (touched[i] === 1 && to[i] !== memory[i]) throw new Error(`a stray byte at ${i}`);
  }
  return { refused, bytes: Buffer.from(to).toString("hex") };
}

function refusal(call: () => void): string | undefined {
  try {
    call();
    return undefined;
  } catch (error) {
    if (!isRefusal(error)) throw error;
    return error.name;
  }
}
