/**
 * Any view into any other. Both backends agree on the bytes and on the refusal; what was done is what single items would have been
 * given; guard bytes stay; refused means untouched; `explainPlan` refuses what `copy` refuses.
 */

import { backends } from "../../lib/backends.js";
import { assignment, type Case } from "../lib/assignments.js";
import { Input } from "../lib/input.js";
import { assignByItems } from "../lib/model.js";
import { isRefusal, same, tally, uncounted } from "../lib/oracle.js";

type Api = (typeof backends)[number]["api"];

export function run(bytes: Uint8Array): void {
  const one = assignment(new Input(bytes));
  const results = one === undefined ? [] : backends.map(({ api }) => outcome(api, one));
  const [first, second] = results;
  if (one === undefined || first?.refused !== undefined) tally.refused++;
  else tally.accepted++;
  if (one === undefined || first === undefined || second === undefined) return;
  const what = `${one.dst.format} = ${one.src.format}`;
  same(`${what}, refused`, first.refused, second.refused);
  same(`${what}, bytes`, first.bytes, second.bytes);
}

function outcome(api: Api, { dst, src, memory, isShared, options }: Case) {
  const open = () => {
    const to = memory.slice();
    return { to, target: api.view(to, dst), source: api.view(isShared ? to : memory.slice(), src) };
  };
  const { to, target, source } = open();
  const what = `${dst.format} = ${src.format}`;
  let checks = false;
  const explained = refusal(() => {
    checks = api.explainPlan(target, source, options).operations.some(({ op }) => op === "check");
  });
  same(`${what}: explaining wrote`, Buffer.compare(to, memory), 0);
  const refused = refusal(() => api.copy(target, source, options));
  // Values that do not fit are found by looking at them, which a plan says that it will do.
  if (!(checks && refused === "ConversionError")) same(`${what}: explained and done`, explained, refused);
  const expected = open();
  // The values of a block are an axis of their own, which single items do not have.
  if (refused === undefined && dst.format !== src.format && /packed|gguf/.test(what)) return { refused, bytes: "" };
  if (refused === undefined) uncounted(() => assignByItems(api, expected.target, expected.source, options));
  if (Buffer.compare(to, expected.to) !== 0) {
    const at = to.findIndex((byte, i) => byte !== expected.to[i]);
    throw new Error(`${what}: ${refused ?? "done"}, byte ${at} is ${to[at]}, not ${expected.to[at]}`);
  }
  return { refused, bytes: Buffer.from(to).toString("latin1") };
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
