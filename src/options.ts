/** Options are read by name: a name that means nothing is refused, with the one that was probably meant. */

import { show } from "./errors.js";

/** Letters to change, add, drop or swap with their neighbour to make `a` of `b`; case does not count. */
function distance(a: string, b: string): number {
  const [from, to] = [a.toLowerCase(), b.toLowerCase()];
  let before: number[] = [];
  let row = Array.from({ length: to.length + 1 }, (_, j) => j);
  for (let i = 1; i <= from.length; i++) {
    const next = [i];
    for (let j = 1; j <= to.length; j++) {
      const same = from[i - 1] === to[j - 1];
      let least = Math.min(row[j - 1]! + (same ? 0 : 1), row[j]! + 1, next[j - 1]! + 1);
      if (i > 1 && j > 1 && from[i - 1] === to[j - 2] && from[i - 2] === to[j - 1])
        least = Math.min(least, before[j - 2]! + 1);
      next.push(least);
    }
    before = row;
    row = next;
  }
  return row[to.length]!;
}

/** Longer names are not compared: they are no typing errors, and comparing takes the product of the lengths. */
const LONGEST = 64;

/**
 * The one of `names` that `name` was probably meant to be: one that it is part of (or the other way round), else the one
 * with the fewest letters to change, at most a third of them. Undefined when none is near.
 */
export function nearestName(name: string, names: readonly string[]): string | undefined {
  if (name.length > LONGEST) return undefined;
  let best: string | undefined;
  let least = Number.POSITIVE_INFINITY;
  for (const candidate of names) {
    const [short, long] = [name.toLowerCase(), candidate.toLowerCase()].sort((a, b) => a.length - b.length);
    const isPart = short!.length >= 3 && long!.includes(short!);
    const letters = isPart ? 0.5 : distance(name, candidate);
    if (letters < least && letters <= Math.max(1, Math.floor(long!.length / 3))) {
      best = candidate;
      least = letters;
    }
  }
  return best;
}

/**
 * Refuses options that no one reads. `undefined` stands for none at all; values are not looked at.
 *
 * @param known - the names that are read
 * @param where - what the message calls the options, for functions that take several
 * @param meant - what other libraries call the options, by their name for them
 * @throws TypeError naming the unknown option and the nearest known one; TypeError when `options` is no object
 *
 * @example
 * requireKnownOptions({ offset: 40 }, ["format", "byteOffset"]) // TypeError: … did you mean "byteOffset"?
 */
export function requireKnownOptions(
  options: unknown,
  known: readonly string[],
  where = "options",
  meant: Readonly<Record<string, string>> = {},
): void {
  if (options === undefined) return;
  if (options === null || typeof options !== "object")
    throw new TypeError(`"${where}" expected an object, got ${show(options)}`);
  for (const name in options) {
    if (known.includes(name)) continue;
    const near = Object.hasOwn(meant, name) ? meant[name] : nearestName(name, known);
    const hint = near === undefined ? `known are ${known.join(", ") || "none"}` : `did you mean "${near}"?`;
    throw new TypeError(`"${where}" has no option "${name}": ${hint}`);
  }
}
