/** Texts and entries of indices: the same item whichever way it is reached. */
import { ellipsis, newaxis, type Slice, slice, view } from "../../../src/index.js";
import { Input } from "../lib/input.js";
import { attempt, same } from "../lib/oracle.js";

function entry(input: Input): [string, number | null | Slice | typeof newaxis | typeof ellipsis] {
  const bound = () => (input.rarely(3) ? null : input.below(13) - 6);
  switch (input.below(6)) {
    case 0:
      return ["newaxis", newaxis];
    case 1:
      return ["...", ellipsis];
    case 2: {
      const n = input.below(5) - 2;
      return [String(n), n];
    }
    case 3:
      return [":", null];
    default: {
      const [start, stop, step] = [bound(), bound(), input.rarely(2) ? input.below(7) - 3 || 1 : null];
      return [`${start ?? ""}:${stop ?? ""}${step === null ? "" : `:${step}`}`, slice(start, stop, step)];
    }
  }
}

const base = view(new Uint16Array(2 * 3 * 2 * 4), { shape: [2, 3, 2, 4] });

export function run(bytes: Uint8Array): void {
  const input = new Input(bytes);
  if (input.rarely(8)) {
    const text = new TextDecoder("latin1").decode(input.rest());
    attempt(() => base.slice(text));
    return;
  }
  const entries = Array.from({ length: 1 + input.below(5) }, () => entry(input));
  const byText = attempt(() => base.slice(entries.map(([text]) => text).join(", ")));
  const byEntry = attempt(() => base.slice(...entries.map(([, value]) => value)));
  same("refused", byText === undefined, byEntry === undefined);
  if (byText === undefined || byEntry === undefined) return;
  same("shape", `${byText.shape}`, `${byEntry.shape}`);
  same("strides", `${byText.strides}`, `${byEntry.strides}`);
  same("byteOffset", byText.byteOffset, byEntry.byteOffset);
  byText.toArray();
}
