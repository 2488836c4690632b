/** Runs one command line: from the words to the exit status. */

import { CommanderError } from "commander";
import { failureStatus, failureText } from "./failure.js";
import { createProgram } from "./grammar.js";
import { jsonText, type Terminal } from "./terminal.js";
import { discardUnfinished } from "./unfinished.js";

/**
 * Runs one command line.
 *
 * @param args what stands after the program's name
 * @returns the exit status: 0 done, 1 the input or the request is wrong (or `diff` found differences), 2 usage
 */
export async function run(args: readonly string[], terminal: Terminal): Promise<number> {
  let status = 0;
  const program = createProgram(terminal, (outcome) => {
    if (typeof outcome === "number") status = outcome;
  });
  try {
    await program.parseAsync(args, { from: "user" });
    return status;
  } catch (error) {
    discardUnfinished();
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2;
    const failed = failureStatus(error);
    // A defect of the program: the one case where a stack helps.
    if (failed === undefined && process.env.STRIDEBUF_DEBUG) throw error;
    const message = failureText(error);
    if (args.includes("--json")) terminal.err(jsonText({ error: { message, status: failed ?? 1 } }, 0));
    else terminal.err(`stridebuf: ${message}`);
    return failed ?? 1;
  }
}
