/** Users' codecs that throw, call in again, end or move the memory, or keep what they are handed: no byte where it does not belong. */
import { Input } from "../lib/input.js";
import { codecNames } from "../lib/items/codecs.js";
import { askedNames, cannotBe, interfere, wayNames } from "../lib/items/interference.js";
import { placementNames } from "../lib/items/placements.js";
import { tally } from "../lib/oracle.js";

export function run(bytes: Uint8Array): void {
  const input = new Input(bytes);
  const one = {
    codec: input.pick(codecNames),
    operation: input.pick(askedNames),
    way: input.pick(wayNames),
    placement: input.pick(placementNames),
  };
  if (cannotBe(one) !== undefined) tally.refused++;
  else if (interfere(one, input)) tally.accepted++;
}
