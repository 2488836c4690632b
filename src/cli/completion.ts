/** Completion of command lines in shells, from the grammar itself; where the grammar has nothing to offer, files. */

import tab from "@bomb.sh/tab/commander";
import type { Command } from "commander";

/** The library's view of a grammar that has no command `complete`: it adds that itself. */
const tabOf = (program: Command) => tab(program, { completionCommandName: "completion-script" });

/** What the library prints. */
function printedBy(work: () => void): string[] {
  const lines: string[] = [];
  const { log } = console;
  console.log = (text: string) => void lines.push(text);
  try {
    work();
  } finally {
    console.log = log;
  }
  return lines;
}

/** Prints the script that a shell loads. */
export function printCompletion(shell: string, program: Command): void {
  const script = printedBy(() => tabOf(program).setup("stridebuf", "stridebuf", shell)).join("\n");
  // The library leaves files out in bash, also where it is told that they may be meant.
  console.log(shell === "bash" ? script.replace(/^complete -F/m, "complete -o default -F") : script);
}

/** What the library's scripts take for "these and no files", and for "whatever you think". */
const [NO_FILES, ANY] = [":4", ":0"];

/** Answers the shell: what can stand where the cursor is. */
export function complete(words: readonly string[], program: Command): void {
  const found = printedBy(() => tabOf(program).parse([...words])).filter((line) => !line.startsWith(":"));
  const mayBeFile = found.length === 0 && words.length > 1 && !words.at(-1)!.startsWith("-");
  for (const line of [...found, mayBeFile ? ANY : NO_FILES]) console.log(line);
}
