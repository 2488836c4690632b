/** The error of archives. */

import { stridebufError } from "../errors.js";

export const npzError = (message: string, cause?: unknown): Error =>
  stridebufError("FileFormatError", `.npz: ${message}`, { container: "npz" }, cause);

/** @param name the member's, which stands before the message; once is enough where errors are passed on */
export function memberError(name: string, what: string, cause?: unknown): Error {
  const named = `.npz: member ${JSON.stringify(name)}`;
  return npzError(what.startsWith(named) ? what.slice(6) : `member ${JSON.stringify(name)} ${what}`, cause);
}
