/** Arguments that must be views, where typed arrays will not do. */

import { operandError } from "./checks.js";
import { StridedView } from "./view.js";

/** @throws TypeError that names the argument and says what came instead */
export function requireView(name: string, value: unknown): asserts value is StridedView {
  if (!(value instanceof StridedView)) throw operandError(name, "a view", value);
}
