/** The names of the fields of a record, as NumPy gives them. */

import { syntaxError } from "./caret.js";
import type { Placed } from "./layout.js";

/**
 * Unnamed fields take the first of f0, f1, … that no field has.
 *
 * @throws FormatSyntaxError for a name that two fields have
 */
export function nameFields(format: string, placed: readonly Placed[]): string[] {
  const names: string[] = [];
  // Comparing beats hashing for the few fields that most records have.
  const taken = placed.length > 16 ? new Set<string>() : names;
  let unnamed = 0;
  for (const { entry } of placed) {
    const { name } = entry;
    if (name === null) unnamed++;
    else if (taken instanceof Set ? taken.size === taken.add(name).size : taken.includes(name)) {
      throw syntaxError(format, entry.index, `another field name: ${JSON.stringify(name)} is taken`);
    }
    names.push(name ?? UNNAMED);
  }
  if (unnamed === 0) return names;
  const given = new Set(names);
  let next = 0;
  return names.map((name) => {
    if (name !== UNNAMED) return name;
    while (given.has(`f${next}`)) next++;
    return `f${next++}`;
  });
}

/** No name can hold a colon. */
const UNNAMED = ":";
