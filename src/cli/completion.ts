/** Completion of command lines in shells, from the grammar itself. */

import tab from "@bomb.sh/tab/commander";
import type { Command } from "commander";

/** The library's view of a grammar that has no command `complete`: it adds that itself. */
const tabOf = (program: Command) => tab(program, { completionCommandName: "completion-script" });

/** Prints the script that a shell loads. */
export const printCompletion = (shell: string, program: Command): void =>
  tabOf(program).setup("stridebuf", "stridebuf", shell);

/** Answers the shell: what can stand where the cursor is. */
export const complete = (words: readonly string[], program: Command): void => tabOf(program).parse([...words]);
