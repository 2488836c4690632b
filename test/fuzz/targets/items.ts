/** Items of every kind, in every kind of memory, by every operation: both backends give what single items give; guard bytes stay. */
import { Input } from "../lib/input.js";
import { runCell } from "../lib/items/cells.js";
import { kinds } from "../lib/items/kinds.js";
import { operationNames } from "../lib/items/operations.js";
import { placementNames } from "../lib/items/placements.js";
import { geometries } from "../lib/items/spot.js";
import { tally } from "../lib/oracle.js";

export function run(bytes: Uint8Array): void {
  const input = new Input(bytes);
  const cell = {
    kind: input.pick(kinds),
    operation: input.pick(operationNames),
    geometry: input.pick(geometries),
    placement: input.pick(placementNames),
  };
  for (const outcome of runCell(cell, input).values())
    if (/^done$|^nothing to do$/.test(outcome)) tally.accepted++;
    else tally.refused++;
}
