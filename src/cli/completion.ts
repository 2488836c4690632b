/** Completion of command lines in shells, from the grammar itself. */

import tab from "@bomb.sh/tab/commander";
import { createProgram } from "./grammar.js";
import type { Terminal } from "./terminal.js";

/** The library's view of the grammar, to which it adds the command `complete` itself. */
const tabOf = (terminal: Terminal) => {
  const program = createProgram(terminal, () => {}, { complete: false });
  return tab(program, { completionCommandName: "completion-script" });
};

/** Prints the script that a shell loads. */
export const printCompletion = (shell: string, terminal: Terminal): void =>
  tabOf(terminal).setup("stridebuf", "stridebuf", shell);

/** Answers the shell: what can stand where the cursor is. */
export const complete = (words: readonly string[], terminal: Terminal): void => tabOf(terminal).parse([...words]);
